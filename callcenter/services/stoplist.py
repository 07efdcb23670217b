"""The stop list by hand: a number or a company is put on it, one by one or as a pasted list of numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from companies.models import Company, Phone
from companies.normalise import InvalidPhone, normalise_phone
from contacts.enums import Channel, RefusalSource
from contacts.models import OptOut, PersonPhone
from contacts.reach import refusals_of
from contacts.services import opt_out
from core.exceptions import RuleViolation
from core.identifiers import InvalidIdentifier, clean_inn

MOST_LINES = 2000
SEPARATORS = ";\t|"


@dataclass(frozen=True)
class Line:
    """What became of one line of a pasted list."""

    number: int
    text: str
    phone: str
    is_added: bool
    words: str


@transaction.atomic
def add_number(
    text: str, *, actor: User | None, reason: str = "", source: str = RefusalSource.HAND, now: datetime | None = None
) -> OptOut:
    """«Не звонить» at this number, in any spelling; whose it is is found in the base. Repeating it changes nothing.

    Raises RuleViolation for a text that is no number, or one that says nothing of why.
    """
    number = read_number(text)
    if not reason.strip():
        raise RuleViolation(_("Say why the number is not to be called."))
    if known := refusals_of([number], Channel.PHONE).get(number):
        return known  # also the digest of somebody erased
    personal = PersonPhone.objects.filter(number=number, person__left_at__isnull=True).select_related("person__company")
    person = next(iter(personal[:2]), None) if personal.count() == 1 else None
    company = person.person.company if person else _only_company(number)
    return opt_out(
        actor=actor,
        channel=Channel.PHONE,
        value=number,
        company=company,
        person=person.person if person else None,
        reason=reason.strip(),
        source=source,
        now=now,
    )


@transaction.atomic
def add_company(
    inn: str, *, actor: User, reason: str, source: str = RefusalSource.HAND, now: datetime | None = None
) -> OptOut:
    """«Не звонить» at any number of the company. Raises RuleViolation for an INN that is none or is not in the base."""
    try:
        company = Company.objects.filter(inn=clean_inn(inn)).order_by("pk").first()
    except InvalidIdentifier as error:
        raise RuleViolation(str(error)) from error
    if company is None:
        raise RuleViolation(_("There is no company with this INN in the base."))
    if not reason.strip():
        raise RuleViolation(_("Say why the company is not to be called."))
    return opt_out(actor=actor, channel=Channel.PHONE, company=company, reason=reason.strip(), source=source, now=now)


@transaction.atomic
def add_many(text: str, *, actor: User, reason: str, now: datetime | None = None) -> list[Line]:
    """A number per line; what follows a semicolon, a tab or a bar is the reason of that line.

    Raises RuleViolation for an empty list, one of more than 2,000 lines, or one without a reason.
    """
    rows = [(place, row.strip()) for place, row in enumerate(text.splitlines(), start=1) if row.strip()]
    if not rows:
        raise RuleViolation(_("Paste numbers, one per line."))
    if len(rows) > MOST_LINES:
        raise RuleViolation(_("At most 2,000 numbers at once."))
    if not reason.strip():
        raise RuleViolation(_("Say why the numbers are not to be called."))
    return list(_added(rows, actor, reason, now))


def _added(rows: list[tuple[int, str]], actor: User, reason: str, now: datetime | None) -> Iterator[Line]:
    seen: set[str] = set()
    for place, row in rows:
        said, own = _split(row)
        try:
            number = read_number(said)
        except RuleViolation as refusal:
            yield Line(place, row, "", False, str(refusal))
            continue
        known = number in seen or number in refusals_of([number], Channel.PHONE)
        seen.add(number)
        if not known:
            add_number(number, actor=actor, reason=own or reason, source=RefusalSource.FILE, now=now)
        yield Line(place, row, number, not known, _("is on the list already") if known else _("added"))


def _split(row: str) -> tuple[str, str]:
    for separator in SEPARATORS:
        if separator in row:
            said, _rest, own = row.partition(separator)
            return said.strip(), own.strip()[:200]
    return row, ""


def read_number(text: str) -> str:
    """E.164 out of any spelling. Raises RuleViolation."""
    try:
        return normalise_phone(text).number
    except InvalidPhone as error:
        raise RuleViolation(str(error)) from error


def _only_company(number: str) -> Company | None:
    """Whose it is, if exactly one company has it."""
    found = list(Company.objects.filter(pk__in=Phone.objects.filter(number=number).values("company"))[:2])
    return found[0] if len(found) == 1 else None
