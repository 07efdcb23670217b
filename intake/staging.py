"""Checked rows into the database by COPY. The table of rows is the staging table: what a row says stands in its `values`,
cleaned once by the functions of the forms, and everything after that is done by SQL for all rows together."""

import io
import json
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

# A row's values as columns of a statement; a value that is not there is NULL.
VALUES = """
    jsonb_to_record(line.values) AS v (
        name text, core text, legal_form text, name_key text, inn text, kpp text, ogrn text, code bigint,
        given_region text, guessed_region text, time_zone text, city text, address text, postcode text,
        address_region text, site text, site_host text, email text, domain text, segment text, activity text,
        headcount integer, about text, note text, url text, phones jsonb, who jsonb, "position" text,
        person_phone jsonb, person_email jsonb, technical jsonb, blocks jsonb, completeness integer)
"""
COPY_ROWS = """
    COPY intake_importrow (
        batch_id, number, outcome, field, message, file_value, values, base_value, resolution, changed
    ) FROM STDIN
"""
SPECIAL = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


@dataclass
class Staging:
    """Rows on their way into the table, held in memory until `write`."""

    batch_id: int
    lines: list[str] = field(default_factory=list)

    def add(self, number: int, outcome: str, values: dict[str, Any], problem: tuple[str, str, str]) -> None:
        """A row with its outcome and, if it is an error, (field, reason, cell)."""
        name, message, cell = (text[:300].translate(SPECIAL) for text in problem)
        said = to_json(values).replace("\\", "\\\\")
        self.lines.append(f"{self.batch_id}\t{number}\t{outcome}\t{name}\t{message}\t{cell}\t{said}\t\t\t[]\n")

    def write(self) -> int:
        """Send the rows; returns how many they were."""
        count = len(self.lines)
        with connection.cursor() as cursor:
            cursor.copy_expert(COPY_ROWS, io.StringIO("".join(self.lines)))
        self.lines.clear()
        return count


def refresh_statistics() -> None:
    """A hundred thousand new rows change what the planner should know. Not inside a transaction: others would wait."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE intake_importrow")


def run(cursor: Any, *statements: str, **parameters: Any) -> None:
    """Statements one after another with the same parameters."""
    for statement in statements:
        cursor.execute(statement, parameters)
