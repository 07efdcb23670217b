"""What the card says about a field today, whether two spellings say the same, and how a field is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from companies.cleaning import clean_phone
from companies.enums import CompanyState
from companies.models import Company
from companies.normalise import name_key, normalise_email, normalise_site
from companies.services import add_phone, change_company, replace_phone
from contacts.enums import DecisionRole
from contacts.models import Person
from contacts.services import add_person, change_person, replace_person_email, replace_person_phone
from core.exceptions import RuleViolation
from core.formats import phone
from core.identifiers import clean_inn
from intake.enums import CorrectedField

PLAIN: dict[str, str] = {
    CorrectedField.NAME: "name",
    CorrectedField.INN: "inn",
    CorrectedField.EMAIL: "email",
    CorrectedField.SITE: "site",
    CorrectedField.HEADCOUNT: "headcount",
    CorrectedField.STATE: "state",
}
OF_PERSON = (
    CorrectedField.PERSON,
    CorrectedField.POSITION,
    CorrectedField.PERSON_PHONE,
    CorrectedField.PERSON_EMAIL,
)
PHONES = (CorrectedField.PHONE, CorrectedField.PERSON_PHONE)
EMAILS = (CorrectedField.EMAIL, CorrectedField.PERSON_EMAIL)


@dataclass
class Change:
    """One value to be written on a card."""

    company: Company
    person: Person | None
    field: str
    old: str
    new: str
    actor: User
    now: datetime


# --- what the card says -----------------------------------------------------------------------------------------


def decider_of(company: Company) -> Person | None:
    """The decision maker, or the first person who is known at all."""
    working = company.persons.working().order_by("pk")
    return working.filter(decision_role=DecisionRole.DECIDES).first() or working.first()


def present_value(company: Company, person: Person | None, field: str) -> str:
    """The value of the field as the card says it now, "" for nothing."""
    if field in PLAIN:
        value = getattr(company, PLAIN[field])
        return "" if value is None else str(value)
    if field == CorrectedField.ADDRESS:
        return str(company.addresses.order_by("pk").first() or "")
    if field == CorrectedField.PHONE:
        return _number(company.phones.filter(is_invalid=False).first())
    return _of_person(person, field) if person else ""


def still_says(company: Company, person: Person | None, field: str, old: str) -> bool:
    """Whether the card still says what the operator saw; a company may have several phones and addresses."""
    said = {
        CorrectedField.PHONE: lambda: map(_number, company.phones.all()),
        CorrectedField.ADDRESS: lambda: map(str, company.addresses.all()),
        CorrectedField.PERSON_PHONE: lambda: map(_number, person.phones.all() if person else ()),
        CorrectedField.PERSON_EMAIL: lambda: (email.address for email in (person.emails.all() if person else ())),
    }
    values = list(said[field]()) if field in said else [present_value(company, person, field)]  # type: ignore[index]
    return any(same(field, value, old) for value in values or [""])


def _of_person(person: Person, field: str) -> str:
    if field == CorrectedField.PERSON:
        return person.full_name
    if field == CorrectedField.POSITION:
        return person.position
    if field == CorrectedField.PERSON_PHONE:
        return _number(person.phones.filter(is_invalid=False).first())
    email = person.emails.filter(is_invalid=False).first()
    return email.address if email else ""


def _number(row: Any) -> str:
    if row is None:
        return ""
    return f"{row.number} доб. {row.extension}" if row.extension else row.number


# --- spellings ----------------------------------------------------------------------------------------------------


def same(field: str, one: str, other: str) -> bool:
    """Whether two spellings of a value say the same."""
    return _key(field, one) == _key(field, other)


def _key(field: str, value: str) -> object:
    text = " ".join(value.split())
    try:
        if field in PHONES and text:
            return clean_phone(text)
        if field == CorrectedField.SITE and text:
            return normalise_site(text)
    except (RuleViolation, ValueError):
        return text
    if field == CorrectedField.NAME:
        return name_key(text)
    return text.casefold().replace("ё", "е")


def cleaned(field: str, value: str) -> str:
    """The value in its one spelling. Raises RuleViolation for what cannot stand in the field."""
    text = " ".join(str(value or "").split())
    if not text:
        raise RuleViolation(_("Write the new value."))
    try:
        return CLEANERS[field](text) if field in CLEANERS else text
    except ValueError as error:
        raise RuleViolation(str(error)) from error


def _clean_number(text: str) -> str:
    found = clean_phone(text)
    return f"{found.number} доб. {found.extension}" if found.extension else found.number


def _clean_headcount(text: str) -> str:
    digits = text.replace(" ", "").replace("\u00a0", "")
    if not (digits.isascii() and digits.isdigit()) or int(digits) > 2_000_000:
        raise ValueError(_("Write the number of people in digits."))
    return str(int(digits))


def _clean_state(text: str) -> str:
    words = {str(label).lower(): value for value, label in CompanyState.choices if value != CompanyState.MERGED}
    found = words.get(text.lower(), text.lower())
    if found not in words.values():
        raise ValueError(_("A company works or is closed."))
    return found


CLEANERS: dict[str, Callable[[str], str]] = {
    CorrectedField.INN: clean_inn,
    CorrectedField.PHONE: _clean_number,
    CorrectedField.PERSON_PHONE: _clean_number,
    CorrectedField.EMAIL: normalise_email,
    CorrectedField.PERSON_EMAIL: normalise_email,
    CorrectedField.SITE: normalise_site,
    CorrectedField.HEADCOUNT: _clean_headcount,
    CorrectedField.STATE: _clean_state,
}


def shown(field: str, value: str) -> str:
    """The value as the screen shows it."""
    if not value:
        return ""
    if field in PHONES:
        return phone(value)
    if field == CorrectedField.STATE and value in CompanyState.values:
        return str(CompanyState(value).label)
    return value


# --- writing ------------------------------------------------------------------------------------------------------


def write(change: Change) -> Person | None:
    """Write one value through the verbs of the base; returns the person it belongs to. Raises RuleViolation."""
    if change.field in OF_PERSON:
        return _write_person(change)
    if change.field == CorrectedField.PHONE:
        _write_phone(change)
    elif change.field == CorrectedField.ADDRESS:
        change_company(change.company, actor=change.actor, address=change.new, now=change.now)
    else:
        value: Any = int(change.new) if change.field == CorrectedField.HEADCOUNT else change.new
        change_company(change.company, actor=change.actor, now=change.now, **{PLAIN[change.field]: value})
    return None


def _write_phone(change: Change) -> None:
    act: dict[str, Any] = {"actor": change.actor, "now": change.now}
    if change.old:
        replace_phone(change.company, old=change.old, new=change.new, **act)
    else:
        add_phone(change.company, number=change.new, **act)


def _write_person(change: Change) -> Person:
    person = change.person or decider_of(change.company)
    act: dict[str, Any] = {"actor": change.actor, "now": change.now}
    if change.field == CorrectedField.PERSON:
        return _write_decider(change, person, act)
    if person is None:
        raise RuleViolation(_("First write down who this person is."))
    if change.field == CorrectedField.POSITION:
        change_person(person, position=change.new[:150], **act)
    elif change.field == CorrectedField.PERSON_PHONE:
        replace_person_phone(person, old=change.old, new=change.new, **act)
    else:
        replace_person_email(person, old=change.old, new=change.new, **act)
    return person


def _write_decider(change: Change, person: Person | None, act: dict[str, Any]) -> Person:
    """The same surname is a fuller spelling of the same person; another one is another person, who decides now."""
    if person and same(CorrectedField.PERSON, person.last_name, change.new.split()[0]):
        return change_person(person, full_name=change.new, **act)
    added = add_person(change.company, full_name=change.new, decision_role=DecisionRole.DECIDES, **act)
    if person and person.pk != added.pk and person.decision_role == DecisionRole.DECIDES:
        change_person(person, decision_role=DecisionRole.UNKNOWN, **act)
    if added.decision_role != DecisionRole.DECIDES:
        change_person(added, decision_role=DecisionRole.DECIDES, **act)
    return added
