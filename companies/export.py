"""The base as a file. Whoever takes it stands in the file and in the journal."""

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from companies.models import Company, TechnicalField
from core.exceptions import RuleViolation
from core.spreadsheets import Sheet, write_csv, write_xlsx

USUAL_ROWS, MOST_ROWS = 5_000, 50_000  # the second for those who may export more
BESIDE = ("phones", "addresses", "bank_accounts")
IN_MEMORY = 5 * 1024 * 1024


def headers() -> list[str]:
    """The columns of the file."""
    return [
        _("Company"), _("Legal form"), _("INN"), _("KPP"), _("OGRN"), _("OKPO"), _("Bank accounts"), _("Region"), _("City"), _("Address"),
        _("Phones"), _("E-mail"),
        _("Site"), _("Segment"), _("Stage"), _("Verified"), _("Completeness, %"), _("Decision makers"),
        _("Last contact"), _("Next contact"), _("Responsible"), _("Source"),
        *(question.title for question in TechnicalField.objects.active()),
    ]  # fmt: skip


def rows(companies: QuerySet[Company], user: User) -> Iterator[list[Any]]:
    """A line per company. Phones only of companies whose phones the person may see."""
    with_phones = set(companies.permitted(user, "companies.view_phone").values_list("pk", flat=True))
    keys = list(TechnicalField.objects.active().values_list("key", flat=True))
    wide = companies.select_related("region", "segment", "owner", "source").prefetch_related(*BESIDE)
    for company in wide.order_by("name_key", "pk").iterator(chunk_size=1000):
        phones = company.phones.all() if company.pk in with_phones else []
        yield [
            company.name, company.legal_form, company.inn, company.kpp, company.ogrn, company.okpo,
            "; ".join(map(str, company.bank_accounts.all())), company.region and company.region.short_name, company.city,
            "; ".join(map(str, company.addresses.all())), "; ".join(phone.number for phone in phones),
            company.email, company.site, company.segment and company.segment.name, company.get_stage_display(),
            company.verified_at, company.completeness, company.decision_makers, company.last_contact_at,
            company.next_contact_at, company.owner and company.owner.short_name, company.source and company.source.name,
            *(_answer(company.technical.get(key)) for key in keys),
        ]  # fmt: skip


def _answer(value: Any) -> Any:
    """A number stays a number in the file."""
    return (_("yes") if value else _("no")) if isinstance(value, bool) else value


def counted(companies: QuerySet[Company], actor: User) -> int:
    """How many there are. Raises RuleViolation for more rows than this person may take in one file."""
    most = MOST_ROWS if actor.may("companies.export_all") else USUAL_ROWS
    number = companies.order_by().values("pk")[: most + 1].count()
    if number > most:
        raise RuleViolation(_("No more than %(most)s companies in one file: narrow the filters.") % {"most": most})
    return number


def write_file(
    stream: IO[bytes], lines: Iterable[list[Any]], *, actor: User, file_format: str, number: int, now: datetime
) -> None:
    """XLSX, or CSV as a Russian Excel reads it; the last line says who has taken it and when."""
    stamp = _("Exported by %(user)s, %(when)s, %(number)s companies. The list is for work inside the company only.") % {
        "user": f"{actor.short_name} ({actor.username})",
        "when": f"{timezone.localtime(now):%d.%m.%Y %H:%M}",
        "number": number,
    }
    stamped = chain(lines, [[], [stamp]])
    if file_format == "csv":
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
        write_csv(text, headers(), stamped)
        text.detach()
    else:
        write_xlsx(stream, [Sheet(_("Base"), headers(), stamped)])
    stream.seek(0)


def file_name(file_format: str, now: datetime) -> str:
    """«base-2026-11-23.xlsx»."""
    return f"base-{timezone.localtime(now):%Y-%m-%d}.{file_format}"


def export_companies(companies: QuerySet[Company], *, actor: User, file_format: str, now: datetime) -> FileResponse:
    """The file at once. Raises RuleViolation for more rows than a file is good for."""
    number = counted(companies, actor)
    stream = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    write_file(stream, rows(companies, actor), actor=actor, file_format=file_format, number=number, now=now)
    audit("companies.exported", actor=actor, subject=file_format, now=now, number=number)
    return FileResponse(stream, as_attachment=True, filename=file_name(file_format, now))
