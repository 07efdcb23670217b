"""Checked rows into the base: a part of the file in one transaction, every table with one statement.

The values were cleaned by the check with the functions of the forms; here stand the rules about rows: nothing doubled,
nothing overwritten without leave, a line of the history and a trace for the undo of each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from companies.regions import zone_for
from contacts import kinds
from contacts.enums import Channel
from contacts.models import Interaction
from contacts.summary import refresh_summaries
from intake import landing
from intake.differences import SEGMENTS, STAGED_COLUMNS
from intake.enums import MatchPolicy
from intake.models import ImportBatch
from intake.staging import VALUES, run

COLLECT_PART = f"""
    DROP TABLE IF EXISTS import_part;
    DROP TABLE IF EXISTS import_trace;
    CREATE TEMP TABLE import_part ON COMMIT DROP AS
    SELECT line.id AS row_id, line.number, line.repeat_of, ''::text AS problem, new.is_new,
        CASE WHEN new.is_new THEN nextval(pg_get_serial_sequence('companies_company', 'id'))
            ELSE line.company_id END AS company_id,
        line.resolution = 'file' OR (line.outcome = 'update' AND line.repeat_of IS NULL AND %(replace)s) AS replaces,
        {STAGED_COLUMNS}
    FROM (
        SELECT * FROM intake_importrow
        WHERE batch_id = %(batch)s AND number > %(after)s AND applied_at IS NULL
            AND (outcome IN ('create', 'update') OR (outcome = 'conflict' AND resolution <> ''))
        ORDER BY number LIMIT %(size)s
    ) AS line, LATERAL (
        SELECT line.repeat_of IS NULL AND (line.company_id IS NULL OR line.resolution = 'new') AS is_new
    ) AS new, {VALUES} {SEGMENTS}
    ORDER BY line.number;
    CREATE TEMP TABLE import_trace (company_id bigint, kind text, what jsonb) ON COMMIT DROP;
    ANALYZE import_part
"""  # noqa: S608 - made of constants
ADD_SEGMENTS = """
    INSERT INTO companies_segment (name, parent_id)
    SELECT min(part.segment), NULL FROM import_part AS part WHERE part.segment_id = 0 GROUP BY lower(part.segment)
    ON CONFLICT (name) DO NOTHING;
    UPDATE import_part AS part SET segment_id = known.id
    FROM (SELECT lower(name) AS key, min(id) AS id FROM companies_segment GROUP BY lower(name)) AS known
    WHERE part.segment_id = 0 AND known.key = lower(part.segment)
"""
ADD_ACTIVITIES = """
    INSERT INTO companies_activity (code, name, parent_id)
    SELECT DISTINCT activity_id, '', NULL FROM import_part WHERE activity_id IS NOT NULL
    ON CONFLICT (code) DO NOTHING
"""
# One INN is one company; branches are told apart by two known KPP. The base may have changed since the check.
REFUSE_TAKEN = """
    UPDATE import_part AS part SET problem = replace(replace(%(taken)s, '{inn}', part.inn), '{name}', company.name)
    FROM companies_company AS company
    WHERE part.is_new AND part.inn <> '' AND company.inn = part.inn AND company.state <> 'merged'
        AND (coalesce(part.kpp, '') = '' OR company.kpp IN (part.kpp, ''))
"""
REFUSE_MERGED = """
    UPDATE import_part AS part SET problem = %(merged)s FROM companies_company AS company
    WHERE NOT part.is_new AND company.id = part.company_id AND company.state = 'merged'
"""
FOLLOW_FIRSTS = """
    UPDATE import_part AS part SET company_id = CASE WHEN first.problem = '' THEN first.company_id END
    FROM import_part AS first WHERE part.repeat_of = first.number;
    UPDATE import_part AS part SET company_id = line.company_id
    FROM (
        SELECT number, company_id FROM intake_importrow
        WHERE batch_id = %(batch)s AND number = ANY (ARRAY(SELECT repeat_of FROM import_part))
    ) AS line
    WHERE line.number = part.repeat_of
        AND NOT EXISTS (SELECT FROM import_part AS first WHERE first.number = part.repeat_of);
    UPDATE import_part SET problem = replace(%(orphan)s, '{}', repeat_of::text)
    WHERE company_id IS NULL AND problem = ''
"""
MARK_REFUSED = """
    UPDATE intake_importrow AS line SET outcome = 'error', message = left(part.problem, 300), company_id = NULL
    FROM import_part AS part WHERE line.id = part.row_id AND part.problem <> '';
    DELETE FROM import_part WHERE problem <> ''
"""
# The check has counted the summary of a new card from its first row: the others count if they say anything else.
COLLECT_UNSUMMED = """
    SELECT company_id FROM import_part GROUP BY company_id
    HAVING NOT bool_or(is_new) OR (count(*) > 1 AND count(DISTINCT (
        phones, who, person_phone, person_email, address, city, site, email, inn, about, headcount, segment_id, activity_id,
        region_id, technical, completeness)) > 1)
"""
MOVE_CLOCKS = """
    UPDATE companies_company AS company SET time_zone = new.zone
    FROM unnest(%s::bigint[], %s::text[]) AS new (id, zone) WHERE company.id = new.id
"""
HISTORY = {
    "kind": "%(kind)s", "channel": "%(channel)s", "at": "%(now)s", "actor_id": "%(actor)s",
    "company_id": "part.company_id", "text": "replace(%(line)s, '{}', part.number::text)",
    "data": "jsonb_strip_nulls(jsonb_build_object('changes', change.words, 'url', part.url))",
    "source_type_id": "%(batch_type)s", "source_id": "%(batch)s",
}  # fmt: skip
MARK_LOADED = """
    UPDATE intake_importrow AS line SET company_id = part.company_id, applied_at = %(now)s,
        changed = coalesce(touched.fields, '[]'), trace = touched.trace
    FROM import_part AS part
    LEFT JOIN import_touched AS touched ON touched.company_id = part.company_id AND touched.number = part.number
    WHERE line.id = part.row_id
"""
# What a known company has got, by the first row about it: fields with old and new, and the keys of added rows.
COLLECT_TOUCHED = """
    DROP TABLE IF EXISTS import_touched;
    CREATE TEMP TABLE import_touched ON COMMIT DROP AS
    WITH known AS (
        SELECT company_id, min(number) AS number, bool_or(is_new) AS has_new FROM import_part GROUP BY company_id
    ), added AS (
        SELECT company_id, jsonb_object_agg(kind, ids) AS ids
        FROM (SELECT company_id, kind, jsonb_agg(what) AS ids FROM import_trace GROUP BY company_id, kind) AS kinds
        GROUP BY company_id
    )
    SELECT known.company_id, known.number, known.has_new,
        coalesce((SELECT jsonb_agg(field) FROM jsonb_object_keys(change.changes) AS field), '[]')
            || CASE WHEN added.ids ? 'phones' THEN '["phones"]'::jsonb ELSE '[]' END
            || CASE WHEN added.ids ? 'persons' THEN '["person"]'::jsonb ELSE '[]' END AS fields,
        coalesce(added.ids, '{}')
            || jsonb_strip_nulls(jsonb_build_object('changes', change.changes, 'answers', change.answers)) AS trace
    FROM known
    LEFT JOIN added ON added.company_id = known.company_id
    LEFT JOIN import_change AS change ON change.company_id = known.company_id
    WHERE NOT known.has_new AND (added.company_id IS NOT NULL OR change.company_id IS NOT NULL)
"""


@dataclass
class Part:
    """Some rows of a file on their way into the base."""

    batch: ImportBatch
    actor: User
    now: datetime

    def load(self, *, after: int, size: int) -> tuple[int, int]:
        """Load the next rows; returns (how many were taken, the number of the last)."""
        parameters = self._parameters() | {"after": after, "size": size}
        with connection.cursor() as cursor:
            run(cursor, COLLECT_PART, **parameters)
            cursor.execute("SELECT count(*), coalesce(max(number), 0) FROM import_part")
            taken, last = cursor.fetchone()
            if not taken:
                return 0, 0
            run(cursor, REFUSE_TAKEN, REFUSE_MERGED, FOLLOW_FIRSTS, MARK_REFUSED, **parameters)
            run(cursor, ADD_SEGMENTS, ADD_ACTIVITIES, *landing.STATEMENTS, **parameters)
            self._move_clocks(cursor)
            cursor.execute(landing.insert(Interaction, HISTORY, landing.FROM_PART), parameters)
            run(cursor, COLLECT_TOUCHED, MARK_LOADED, **parameters)
            self._summarise(cursor)
        return taken, last

    def _move_clocks(self, cursor: Any) -> None:
        """A card with a new town or region is called by its clock."""
        cursor.execute(
            "SELECT company_id, region_id, city FROM import_change WHERE changes ? 'city' OR changes ? 'region'"
        )
        moved = [(pk, zone_for(region, city or None)) for pk, region, city in cursor.fetchall()]
        cursor.execute(MOVE_CLOCKS, [[pk for pk, _zone in moved], [zone for _pk, zone in moved]])

    def _summarise(self, cursor: Any) -> None:
        """A company of one row has its summary from the check; the others are counted again."""
        cursor.execute(COLLECT_UNSUMMED)
        if companies := [row[0] for row in cursor.fetchall()]:
            refresh_summaries(companies, now=self.now)

    def _parameters(self) -> dict[str, Any]:
        line = {"file": self.batch.file_name, "number": "{}", "source": self.batch.source.name}
        return {
            "batch": self.batch.pk, "source": self.batch.source_id, "actor": self.actor.pk, "now": self.now,
            "replace": self.batch.match_policy == MatchPolicy.REPLACE,
            "kind": kinds.get("intake.imported").name, "channel": Channel.SYSTEM.value,
            "batch_type": ContentType.objects.get_for_model(ImportBatch).pk,
            "yes": _("yes"), "no": _("no"), "line": _("%(file)s, row %(number)s, %(source)s") % line,
            "taken": _("INN %(inn)s is in the base already: %(name)s.") % {"inn": "{inn}", "name": "{name}"},
            "merged": _("This company is merged into another one."),
            "orphan": _("Row %(number)s with this company was not loaded.") % {"number": "{}"},
        }  # fmt: skip
