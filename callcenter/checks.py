"""The lines of a verification: what the base says, how old it is, where it is from, how to ask."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from callcenter.models import DatumTerm, QueueItem, ScriptStep
from callcenter.speech import Part, fallbacks, parts_of
from companies.enums import SourceKind
from companies.models import Company, Source
from companies.origins import Origins
from contacts.models import Person
from core.formats import phone
from intake.enums import CorrectedField

USUAL_DAYS = 180  # for a line without a term of its own


@dataclass
class Datum:
    """One line to be confirmed, corrected, or left unknown."""

    field: str
    label: str
    raw: str  # as the base keeps it: the old value of a correction
    value: str  # as it is shown
    seen_at: datetime | None = None
    source: str = ""
    is_settled: bool = False  # the state register says so: nothing to ask
    days: int | None = None
    term: int = USUAL_DAYS
    stage: str = ""
    question: list[Part] | None = None

    @property
    def is_stale(self) -> bool:
        """Too old to be believed, by the term of its kind."""
        return self.days is None or self.days > self.term


def lines_to_check(
    card: QueueItem, version: int | None, decider: Person | None, values: dict[str, str], now: datetime
) -> list[Datum]:
    """Every line of the check with its question, in the order of the talk."""
    steps = {step.field: step for step in ScriptStep.objects.filter(version=version)}
    origins, terms = Origins(card.company), dict(DatumTerm.objects.values_list("field", "days"))
    lines = [*_of_company(card.company, origins), *_of_person(decider), _common_email(card.company, origins)]
    for line in lines:
        line.term = terms.get(line.field, USUAL_DAYS)
        line.days = (now - line.seen_at).days if line.seen_at else None
        if step := steps.get(line.field):
            line.stage = step.title
            line.question = parts_of(step.text, {**values, "value": line.value}, fallbacks())
    return lines


def _of_company(company: Company, origins: Origins) -> Iterator[Datum]:
    source = company.source
    settled = bool(source and source.kind == SourceKind.REGISTER and company.inn)
    name, inn = _told(company, origins, "name"), _told(company, origins, "inn")
    yield Datum(CorrectedField.NAME, _("Name"), company.title, company.title, *name, settled)
    yield Datum(CorrectedField.INN, _("INN"), company.inn, company.inn, *inn, settled)
    address = next(iter(company.addresses.all()), None)
    text = str(address) if address else ""
    place = (address.seen_at, _named(address.source)) if address else (None, "")
    yield Datum(CorrectedField.ADDRESS, _("Address"), text, text, *place)
    number = next((row for row in company.phones.all() if not row.is_invalid), None)
    found = (number.number, phone(number.number, number.extension)) if number else ("", "")
    yield Datum(
        CorrectedField.PHONE,
        pgettext_lazy("line of a check", "Phone"),
        *found,
        *((number.seen_at, _named(number.source)) if number else (None, "")),
    )


def _of_person(person: Person | None) -> Iterator[Datum]:
    name, seen = (person.full_name, person.seen_at) if person else ("", None)
    shown = f"{name}, {person.position}" if person and person.position else name
    yield Datum(
        CorrectedField.PERSON, _("Decision maker"), name, shown, seen, _named(person.source if person else None)
    )
    number = next(iter(person.phones.all()), None) if person else None
    found = (number.number, phone(number.number, number.extension)) if number else ("", "")
    known = (number.seen_at, _named(number.source)) if number else (None, "")
    yield Datum(CorrectedField.PERSON_PHONE, _("Their phone"), *found, *known)
    email = next(iter(person.emails.all()), None) if person else None
    address = email.address if email else ""
    known = (email.seen_at, _named(email.source)) if email else (None, "")
    yield Datum(CorrectedField.PERSON_EMAIL, _("Their e-mail"), address, address, *known)


def _common_email(company: Company, origins: Origins) -> Datum:
    known = _told(company, origins, "email") if company.email else (None, "")
    return Datum(CorrectedField.EMAIL, _("Common e-mail"), company.email, company.email, *known)


def _told(company: Company, origins: Origins, field: str) -> tuple[datetime, str]:
    """(as of when, where from) for a field of the card itself: the last talk about it, else what has written it."""
    origin = origins.of(field)
    if company.checked_at and company.checked_at > origin.at:
        return company.checked_at, gettext("call")
    return origin.at, _named(company.source) or origin.where or origin.how


def _named(source: Source | None) -> str:
    return source.get_kind_display() if source else ""
