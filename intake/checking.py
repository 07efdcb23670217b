"""The check of a file: what will come of each row, before a single one is loaded."""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice

from django.db import connection
from django.utils.translation import gettext as _

from companies.answers import PREFIX
from companies.models import TechnicalField
from intake.cleaning import clean_row
from intake.differences import (
    BASE_SAYS,
    BRINGS,
    CONTRADICTABLE,
    CONTRADICTION,
    FILE_SAYS,
    SEGMENTS,
    STAGED_COLUMNS,
)
from intake.enums import ImportField, MatchPolicy, Outcome
from intake.headers import SEARCHED_ROWS, Header, find_header
from intake.matching import match_rows
from intake.models import ImportBatch
from intake.questions import questions
from intake.readers import Table, read_table
from intake.staging import VALUES, Staging, run

# Rows that are about a company of the base, with its values under the names that the rules know.
COLLECT_KNOWN = f"""
    DROP TABLE IF EXISTS import_known;
    CREATE TEMP TABLE import_known ON COMMIT DROP AS
    SELECT one.row_id, coalesce(one.repeat_of, one.number) AS first, one.repeat_of IS NOT NULL AS is_repeat,
        coalesce(one.company_id, first.company_id) AS company_id,
        %(replace)s AND one.repeat_of IS NULL AS replaces, {STAGED_COLUMNS}
    FROM import_match AS one
    LEFT JOIN import_match AS first ON first.row_id = one.first_id
    JOIN intake_importrow AS line ON line.id = one.row_id, {VALUES} {SEGMENTS}
    WHERE coalesce(one.company_id, first.company_id) IS NOT NULL;
    ANALYZE import_known
"""  # noqa: S608 - made of constants
# A contradiction is a conflict when empty fields are filled; when the file replaces, only for a verified card.
COMPARE = f"""
    DROP TABLE IF EXISTS import_judged;
    CREATE TEMP TABLE import_judged ON COMMIT DROP AS
    SELECT v.row_id, v.company_id, ({BRINGS}) AS brings, found.field, question.label AS question,
        left({BASE_SAYS}, 300) AS base_value, left({FILE_SAYS}, 300) AS file_value
    FROM import_known AS v JOIN companies_company AS company ON company.id = v.company_id
    CROSS JOIN LATERAL (SELECT CASE WHEN NOT v.is_repeat AND (%(fill)s OR company.verified_until > %(now)s)
        THEN {CONTRADICTION} ELSE '' END AS field) AS found
    LEFT JOIN companies_technicalfield AS question ON found.field = '{PREFIX}' || question.key;
    ANALYZE import_judged
"""  # noqa: S608
JUDGE_FIRSTS = """
    UPDATE intake_importrow AS line SET company_id = one.company_id,
        outcome = CASE WHEN %(skip)s THEN 'skip' WHEN one.doubt <> '' OR judged.field <> '' THEN 'conflict'
            WHEN judged.brings THEN 'update' ELSE 'skip' END,
        field = CASE WHEN %(skip)s THEN '' WHEN one.doubt <> '' THEN one.field ELSE judged.field END,
        message = CASE WHEN %(skip)s THEN '' WHEN one.doubt <> '' THEN one.doubt
            ELSE coalesce(%(words)s::jsonb ->> judged.field, replace(%(differs)s, '{}', judged.question), '') END,
        base_value = CASE WHEN %(skip)s THEN '' WHEN one.doubt <> '' THEN left(one.base_value, 300)
            ELSE judged.base_value END,
        file_value = CASE WHEN %(skip)s THEN '' WHEN one.doubt <> '' THEN left(one.file_value, 300)
            ELSE judged.file_value END
    FROM import_match AS one JOIN import_judged AS judged ON judged.row_id = one.row_id
    WHERE line.id = one.row_id AND one.repeat_of IS NULL
"""
# One more row about a company of this file: it brings another phone or person, and shares the doubt about the first.
JUDGE_REPEATS = """
    UPDATE intake_importrow AS line SET repeat_of = one.repeat_of, company_id = first.company_id,
        outcome = CASE WHEN first.outcome = 'create' THEN 'update' WHEN first.outcome = 'conflict' THEN 'conflict'
            WHEN judged.brings AND NOT %(skip)s THEN 'update' ELSE 'skip' END,
        field = first.field, base_value = first.base_value, file_value = first.file_value,
        message = CASE WHEN first.message <> '' THEN first.message ELSE replace(%(same)s, '{}', one.repeat_of::text) END
    FROM import_match AS one
    JOIN intake_importrow AS first ON first.id = one.first_id
    LEFT JOIN import_judged AS judged ON judged.row_id = one.row_id
    WHERE line.id = one.row_id AND one.repeat_of IS NOT NULL
"""


def rows_of(batch: ImportBatch) -> Iterator[tuple[int, dict[str, str]]]:
    """The stored file of an import, row after row below the header that was found when it was taken in."""
    with batch.file.open("rb") as file:
        table = read_table(file.read())
    return _below(Header(batch.header_row, batch.columns), islice(table.rows, batch.header_row, None))


def numbered(table: Table) -> tuple[Header, Iterator[tuple[int, dict[str, str]]]]:
    """The header, and (row of the file, header -> text) of every row that is not empty below it."""
    head = list(islice(table.rows, SEARCHED_ROWS))
    header = find_header(head)
    return header, _below(header, chain(head[header.number :], table.rows))


def _below(header: Header, rows: Iterator[list[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, cells in enumerate(rows, start=header.number + 1):
        if any(cells):
            yield number, {name: cell for name, cell in zip(header.names, cells, strict=False) if cell}


def stage_rows(batch: ImportBatch, rows: Iterator[tuple[int, dict[str, str]]], *, at_once: int) -> int:
    """Clean the next rows and put them into the table; good ones as if all companies were new. Returns how many."""
    staging, asked = Staging(batch.pk), asked_in(batch)
    for number, raw in islice(rows, at_once):
        row = clean_row(raw, batch.mapping, asked)
        outcome = Outcome.ERROR if row.problem else Outcome.CREATE
        staging.add(number, outcome.value, row.values, (row.field, row.problem, row.cell))
    return staging.write()


def asked_in(batch: ImportBatch) -> dict[str, TechnicalField]:
    """The questions that columns of this file are about."""
    wanted = set(batch.mapping.values())
    return {name: question for name, question in questions().items() if name in wanted}


def judge_rows(batch: ImportBatch, *, now: datetime) -> None:
    """Compare the staged rows with the base and with each other; every row gets its outcome."""
    words = {rule.field: _("%(field)s differs") % {"field": ImportField(rule.field).label} for rule in CONTRADICTABLE}
    match_rows(batch)
    with connection.cursor() as cursor:
        run(
            cursor, COLLECT_KNOWN, COMPARE, JUDGE_FIRSTS, JUDGE_REPEATS,
            batch=batch.pk, now=now, replace=batch.match_policy == MatchPolicy.REPLACE,
            fill=batch.match_policy == MatchPolicy.FILL, skip=batch.match_policy == MatchPolicy.SKIP,
            words=json.dumps(words), differs=_("%(field)s differs") % {"field": "{}"}, yes=_("yes"), no=_("no"),
            same=_("The same company as in row %(number)s") % {"number": "{}"},
        )  # fmt: skip
