"""Is the company of a row in the base already? All rows of a file are looked up together.

By the number of the card, else by INN (and KPP), else by a phone, else by the domain of site or e-mail, else by name and
town. A name alone never decides: it is a question to a person, as are a phone or a domain under another name."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from companies.normalise import similarity
from intake.models import ImportBatch
from intake.staging import VALUES, run

ONE_COMPANY = 93  # similarity of names from which they are surely one
MOST_CANDIDATES = 5  # of one phone or domain that are looked at

COLLECT = f"""
    DROP TABLE IF EXISTS import_match;
    CREATE TEMP TABLE import_match ON COMMIT DROP AS
    SELECT line.id AS row_id, line.number, v.code, coalesce(v.inn, '') AS inn, coalesce(v.kpp, '') AS kpp, v.name,
        v.name_key, lower(replace(coalesce(v.city, ''), 'ё', 'е')) AS city_key, coalesce(v.city, '') AS city,
        coalesce(v.phones, '[]') AS phones, coalesce(v.domain, '') AS domain, NULL::integer AS repeat_of, NULL::bigint AS first_id,
        NULL::bigint AS company_id, FALSE AS is_settled, ''::text AS doubt, ''::text AS field,
        ''::text AS base_value, ''::text AS file_value
    FROM intake_importrow AS line, {VALUES}
    WHERE line.batch_id = %(batch)s AND line.outcome <> 'error'
    ORDER BY line.number;
    ANALYZE import_match
"""  # noqa: S608 - made of constants

# Rows of one file are about one company by the INN with the KPP (a row without a KPP goes with the first branch), else
# by the name with the town. The first of them is looked up, the others follow it.
FIND_REPEATS = """
    WITH branch AS (
        SELECT DISTINCT ON (inn) inn, kpp FROM import_match WHERE inn <> '' AND kpp <> '' ORDER BY inn, number
    ), keyed AS (
        SELECT one.row_id, one.number, min(one.number) OVER alike AS first, min(one.row_id) OVER alike AS first_id
        FROM import_match AS one LEFT JOIN branch ON branch.inn = one.inn
        WINDOW alike AS (
            PARTITION BY CASE WHEN one.inn <> '' THEN
                'i' || one.inn || '/' || CASE WHEN one.kpp <> '' THEN one.kpp ELSE coalesce(branch.kpp, '') END
                ELSE 'n' || one.name_key || '/' || one.city_key END
        )
    )
    UPDATE import_match AS one SET repeat_of = keyed.first, first_id = keyed.first_id, is_settled = TRUE
    FROM keyed WHERE keyed.row_id = one.row_id AND keyed.first < one.number
"""
BY_CODE = """
    UPDATE import_match AS one SET company_id = company.id, is_settled = TRUE
    FROM companies_company AS company
    WHERE company.id = one.code AND company.state <> 'merged' AND NOT company.is_private AND NOT one.is_settled
"""
BY_BRANCH = """
    UPDATE import_match AS one SET company_id = found.id, is_settled = TRUE
    FROM (
        SELECT DISTINCT ON (asked.row_id) asked.row_id, company.id
        FROM import_match AS asked JOIN companies_company AS company ON company.inn = asked.inn
        WHERE asked.inn <> '' AND asked.kpp <> '' AND NOT asked.is_settled AND company.state <> 'merged' AND NOT company.is_private
            AND company.kpp IN (asked.kpp, '')
        ORDER BY asked.row_id, company.kpp DESC, company.id
    ) AS found
    WHERE found.row_id = one.row_id
"""
BY_INN = """
    UPDATE import_match AS one SET is_settled = TRUE,
        company_id = CASE WHEN one.kpp = '' THEN found.first END,
        doubt = CASE WHEN one.kpp = '' AND found.number > 1 THEN %(branches)s ELSE '' END,
        field = CASE WHEN one.kpp = '' AND found.number > 1 THEN 'kpp' ELSE '' END,
        base_value = CASE WHEN one.kpp = '' AND found.number > 1 THEN found.kpps ELSE '' END
    FROM (
        SELECT inn, min(id) AS first, count(*) AS number, left(string_agg(kpp, ', ' ORDER BY id), 100) AS kpps
        FROM companies_company
        WHERE state <> 'merged' AND inn IN (SELECT inn FROM import_match WHERE inn <> '' AND NOT is_settled)
        GROUP BY inn
    ) AS found
    WHERE found.inn = one.inn AND NOT one.is_settled
"""
MAY_BE = "(asked.inn = '' OR company.inn = '' OR asked.inn = company.inn) AND company.state <> 'merged' AND NOT company.is_private"
# Candidates: (row, place of the phone in the row, name in the file, company, its name); other INN, other company.
OF_PHONES = f"""
    SELECT asked.row_id, given.place, asked.name, company.id, company.name
    FROM import_match AS asked,
        jsonb_array_elements_text(asked.phones) WITH ORDINALITY AS given (number, place),
        LATERAL (
            SELECT company.id, company.name FROM companies_phone AS phone
            JOIN companies_company AS company ON company.id = phone.company_id
            WHERE phone.number = split_part(given.number, ' ', 1) AND {MAY_BE}
            ORDER BY company.id LIMIT {MOST_CANDIDATES}
        ) AS company
    WHERE NOT asked.is_settled
    ORDER BY asked.number, given.place, company.id
"""  # noqa: S608
OF_DOMAINS = f"""
    WITH mailbox AS (
        SELECT id, name, inn, state, is_private, split_part(email, '@', 2) AS domain,
            row_number() OVER (PARTITION BY split_part(email, '@', 2) ORDER BY id) AS place
        FROM companies_company
        WHERE email <> '' AND split_part(email, '@', 2) IN (
            SELECT domain FROM import_match WHERE domain <> '' AND NOT is_settled)
    )
    SELECT asked.row_id, 1, asked.name, company.id, company.name
    FROM import_match AS asked, LATERAL (
        SELECT * FROM companies_company WHERE site_host = asked.domain AND site_host <> '' ORDER BY id
        LIMIT {MOST_CANDIDATES}
    ) AS company
    WHERE asked.domain <> '' AND NOT asked.is_settled AND {MAY_BE}
    UNION ALL
    SELECT asked.row_id, 2, asked.name, company.id, company.name
    FROM import_match AS asked JOIN mailbox AS company ON company.domain = asked.domain
    WHERE company.place <= {MOST_CANDIDATES} AND NOT asked.is_settled AND {MAY_BE}
    ORDER BY 1, 2, 4
"""  # noqa: S608
SETTLE = """
    UPDATE import_match AS one SET is_settled = TRUE, company_id = found.company, doubt = found.doubt,
        field = CASE WHEN found.doubt = '' THEN '' ELSE 'name' END, base_value = found.known,
        file_value = CASE WHEN found.doubt = '' THEN '' ELSE one.name END
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS found (row_id, company, doubt, known)
    WHERE found.row_id = one.row_id
"""
BY_NAME = f"""
    UPDATE import_match AS one SET is_settled = TRUE, company_id = found.id, doubt = %(similar)s, field = 'name',
        base_value = found.name || CASE WHEN found.city <> '' THEN ', ' || found.city ELSE '' END,
        file_value = one.name || CASE WHEN one.city <> '' THEN ', ' || one.city ELSE '' END
    FROM (
        SELECT asked.row_id, company.* FROM import_match AS asked, LATERAL (
            SELECT company.id, company.name, company.city FROM companies_company AS company
            WHERE company.name_key = asked.name_key AND {MAY_BE} AND (
                asked.city_key = '' OR company.city = '' OR lower(replace(company.city, 'ё', 'е')) = asked.city_key)
            ORDER BY company.id LIMIT 1
        ) AS company
        WHERE NOT asked.is_settled
    ) AS found
    WHERE found.row_id = one.row_id
"""  # noqa: S608


@dataclass
class Candidate:
    """A company that shares something with a row."""

    row: int
    name: str
    company: int
    known: str

    @property
    def is_surely_it(self) -> bool:
        """The shared thing and nearly the same name are enough together."""
        return similarity(self.known, self.name) >= ONE_COMPANY


def match_rows(batch: ImportBatch) -> None:
    """Fill the table `import_match` of this transaction: which company each row is about, or the doubt about it."""
    with connection.cursor() as cursor:
        run(cursor, COLLECT, FIND_REPEATS, BY_CODE, BY_BRANCH, batch=batch.pk)
        run(cursor, BY_INN, branches=_("Several branches have this INN: which one?"))
        _settle(cursor, OF_PHONES, _("The same phone, another name"))
        _settle(cursor, OF_DOMAINS, _("The same site or mail domain, another name"))
        run(cursor, BY_NAME, similar=_("Similar name: the same company?"))


def _settle(cursor: Any, question: str, doubt: str) -> None:
    """The first candidate of nearly the same name, else the first one as a question."""
    cursor.execute(question)
    best: dict[int, Candidate] = {}
    sure: set[int] = set()
    for row, _place, name, company, known in cursor.fetchall():
        candidate = Candidate(row, name, company, known)
        if row not in sure and candidate.is_surely_it:
            sure.add(row)
            best[row] = candidate
        best.setdefault(row, candidate)
    found = list(best.values())
    doubts = ["" if one.row in sure else doubt for one in found]
    known = ["" if one.row in sure else one.known[:300] for one in found]
    cursor.execute(SETTLE, [[one.row for one in found], [one.company for one in found], doubts, known])
