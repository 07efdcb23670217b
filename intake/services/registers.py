"""Open data of the tax service into the base: new companies by the way of every file, sizes by INN."""

import csv
import io
from collections.abc import Iterable, Iterator
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
from contacts.summary import refresh_summaries
from core.exceptions import RuleViolation
from intake.enums import ImportField
from intake.models import ImportBatch
from intake.readers import MOST_ROWS
from intake.register import Enterprise, Size, Wanted, read_register, read_sizes
from intake.services.imports import upload_import

AT_ONCE = 10_000
COLUMNS = {
    ImportField.NAME: "name", ImportField.INN: "inn", ImportField.OGRN: "ogrn", ImportField.REGION: "region",
    ImportField.CITY: "city", ImportField.ACTIVITY: "activity", ImportField.HEADCOUNT: "headcount",
}  # fmt: skip
# Only what the card does not say yet: a person may know better than last year's report.
FILL_SIZES = """
    UPDATE companies_company AS company SET version = company.version + 1,
        headcount = coalesce(company.headcount, said.headcount), revenue = coalesce(company.revenue, said.revenue)
    FROM unnest(%s::text[], %s::int[], %s::numeric[]) AS said (inn, headcount, revenue)
    WHERE company.inn = said.inn AND company.state <> 'merged' AND NOT company.is_private AND (
        (company.headcount IS NULL AND said.headcount IS NOT NULL)
        OR (company.revenue IS NULL AND said.revenue IS NOT NULL))
    RETURNING company.id
"""


def import_register(
    stream: IO[bytes], *, actor: User, wanted: Wanted, source_name: str = "", now: datetime | None = None
) -> ImportBatch:
    """The wanted part of the register as a file, to be checked and loaded like any other.

    Raises RuleViolation for what is not the register, and when the filter lets through more than a file may hold.
    """
    found = list(islice(read_register(stream, wanted), MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise RuleViolation(_("There are more than 100 000 such enterprises: narrow the filter."))
    if not found:
        raise RuleViolation(_("There are no such enterprises in the register."))
    name = source_name or _("Register of small and medium enterprises")
    file = ContentFile(_table(found), name=_("Register.csv"))
    return upload_import(actor=actor, file=file, source_name=name, source_kind=SourceKind.REGISTER, now=now)


def fill_sizes(stream: IO[bytes], *, actor: User, now: datetime | None = None) -> int:
    """Headcounts or incomes of known companies by INN, where the card has none. Returns how many cards got one."""
    now, sizes, filled = now or timezone.now(), read_sizes(stream), 0
    while part := list(islice(sizes, AT_ONCE)):
        filled += _fill(part, now=now)
    audit("intake.sizes_filled", actor=actor, now=now, number=filled)
    return filled


@transaction.atomic
def _fill(sizes: list[Size], *, now: datetime) -> int:
    with connection.cursor() as cursor:
        parameters: list[Any] = [
            [size.inn for size in sizes],
            [size.headcount for size in sizes],
            [size.revenue for size in sizes],
        ]
        cursor.execute(FILL_SIZES, parameters)
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
