"""Open data of the tax service into the base: new companies by the way of every file, sizes by INN."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from companies.enums import SourceKind
from contacts import kinds
from contacts.enums import Channel
from contacts.models import Interaction
from contacts.summary import refresh_summaries
from core.exceptions import RuleViolation
from intake.enums import ImportField
from intake.landing import insert
from intake.models import ImportBatch
from intake.readers import MOST_ROWS
from intake.register import Enterprise, Passed, Size, Wanted, not_watched, read_register, read_sizes
from intake.services.imports import upload_import
from intake.staging import run

AT_ONCE = 10_000
COLUMNS = {
    ImportField.NAME: "name", ImportField.INN: "inn", ImportField.OGRN: "ogrn", ImportField.REGION: "region",
    ImportField.CITY: "city", ImportField.ACTIVITY: "activity", ImportField.HEADCOUNT: "headcount",
}  # fmt: skip
# Only what the card does not say yet: a person may know better than last year's report. Each filled card has a line about it.
COLLECT_SIZES = """
    DROP TABLE IF EXISTS register_size;
    CREATE TEMP TABLE register_size ON COMMIT DROP AS
    SELECT DISTINCT ON (company.id) company.id AS company_id,
        CASE WHEN company.headcount IS NULL THEN said.headcount END AS headcount,
        CASE WHEN company.revenue IS NULL THEN said.revenue END AS revenue
    FROM companies_company AS company
    JOIN unnest(%(inns)s::text[], %(headcounts)s::int[], %(revenues)s::numeric[]) AS said (inn, headcount, revenue)
        ON company.inn = said.inn
    WHERE company.state <> 'merged' AND NOT company.is_private AND (
        (company.headcount IS NULL AND said.headcount IS NOT NULL)
        OR (company.revenue IS NULL AND said.revenue IS NOT NULL))
    ORDER BY company.id
"""
FILL_SIZES = """
    UPDATE companies_company AS company SET version = company.version + 1,
        headcount = coalesce(company.headcount, said.headcount), revenue = coalesce(company.revenue, said.revenue)
    FROM register_size AS said WHERE company.id = said.company_id
"""
CHANGED = "CASE WHEN said.{0} IS NOT NULL THEN jsonb_build_array('', said.{0}::text) END"
HISTORY = {
    "kind": "%(kind)s", "channel": "%(channel)s", "at": "%(now)s", "actor_id": "%(actor)s", "company_id": "said.company_id",
    "data": "jsonb_build_object('changes', jsonb_strip_nulls(jsonb_build_object('headcount', "
    f"{CHANGED.format('headcount')}, 'revenue', {CHANGED.format('revenue')})))",
}  # fmt: skip


def import_register(
    stream: IO[bytes],
    *,
    actor: User,
    wanted: Wanted,
    source_name: str = "",
    watch: Callable[[Passed], None] = not_watched,
    now: datetime | None = None,
) -> ImportBatch:
    """The wanted part of the register as a file, to be checked and loaded like any other.

    Raises RuleViolation for what is not the register, and when the filter lets through more than a file may hold.
    """
    found = list(islice(read_register(stream, wanted, watch), MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise RuleViolation(_("There are more than 100 000 such enterprises: narrow the filter."))
    if not found:
        raise RuleViolation(_("There are no such enterprises in the register."))
    name = source_name or _("Register of small and medium enterprises")
    file = ContentFile(_table(found), name=_("Register.csv"))
    return upload_import(actor=actor, file=file, source_name=name, source_kind=SourceKind.REGISTER, now=now)


def fill_sizes(stream: IO[bytes], *, actor: User, now: datetime | None = None) -> int:
    """Headcounts or incomes of known companies by INN, where the card has none. Returns how many cards got one."""
    return sum(filling_sizes(stream, actor=actor, now=now))


def filling_sizes(
    stream: IO[bytes], *, actor: User, watch: Callable[[Passed], None] = not_watched, now: datetime | None = None
) -> Iterator[int]:
    """The same part by part: how many cards got one in each. What is filled stays when the reading is stopped."""
    now, sizes, filled = now or timezone.now(), read_sizes(stream, watch), 0
    try:
        while part := list(islice(sizes, AT_ONCE)):
            number = _fill(part, actor=actor, now=now)
            filled += number
            yield number
    finally:
        audit("intake.sizes_filled", actor=actor, now=now, number=filled)


@transaction.atomic
def _fill(sizes: list[Size], *, actor: User, now: datetime) -> int:
    parameters: dict[str, Any] = {
        "inns": [size.inn for size in sizes], "headcounts": [size.headcount for size in sizes],
        "revenues": [size.revenue for size in sizes], "actor": actor.pk, "now": now,
        "kind": kinds.get("intake.sized").name, "channel": Channel.SYSTEM.value,
    }  # fmt: skip
    with connection.cursor() as cursor:
        run(cursor, COLLECT_SIZES, FILL_SIZES, insert(Interaction, HISTORY, "FROM register_size AS said"), **parameters)
        cursor.execute("SELECT company_id FROM register_size")
        companies = [row[0] for row in cursor.fetchall()]
    refresh_summaries(companies, now=now)
    return len(companies)


def _table(found: Iterable[Enterprise]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerow([str(field.label) for field in COLUMNS])
    writer.writerows(_lines(found))
    return stream.getvalue().encode("utf-8-sig")


def _lines(found: Iterable[Enterprise]) -> Iterator[list[str]]:
    for enterprise in found:
        yield [getattr(enterprise, column) for column in COLUMNS.values()]
