"""Persons of a company: who they are, how to reach them, and who decides."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from companies.cleaning import clean_phone
from companies.models import Company, Source
from companies.normalise import normalise_email
from contacts.enums import DecisionRole
from contacts.models import Interaction, Person, PersonEmail, PersonPhone
from contacts.names import Name, gender_of, split_name
from contacts.services.history import record
from contacts.summary import refresh_summary
from core.exceptions import RuleViolation

WORKS = {"is_invalid": False, "invalid_at": None, "invalid_reason": ""}
CHANGEABLE = (
    "last_name",
    "first_name",
    "middle_name",
    "gender",
    "position",
    "decision_role",
    "attitude",
    "reports_to",
    "salutation",
    "note",
    "started_at",
    "left_at",
)


@transaction.atomic
def add_person(
    company: Company,
    *,
    actor: User | None,
    full_name: str = "",
    phones: Sequence[str] = (),
    emails: Sequence[str] = (),
    source: Source | None = None,
    now: datetime | None = None,
    **fields: Any,
) -> Person:
    """Add a person. One of that name who works there already is completed and not doubled.

    Raises RuleViolation without a name, and for a wrong phone or e-mail.
    """
    now = now or timezone.now()
    fields = named(full_name, fields)
    known = Person.objects.select_for_update().working().filter(company=company, name_key=fields["name_key"]).first()
    if known:
        person = _complete(known, fields, now=now)
    else:
        heard = _heard(actor, None, now) if fields.get("decision_role") else {}
        person = Person.objects.create(company=company, source=source, seen_at=now, **fields, **heard)
        record("contacts.person_added", actor=actor, company=company, person=person, source=person, now=now)
    for number in phones:
        add_person_phone(person, actor=actor, number=number, source=source, now=now)
    for address in emails:
        add_person_email(person, actor=actor, address=address, source=source, now=now)
    refresh_summary(company, now=now)
    return person


@transaction.atomic
def change_person(
    person: Person,
    *,
    actor: User | None,
    heard_in: Interaction | None = None,
    now: datetime | None = None,
    **fields: Any,
) -> Person:
    """Change what is known of a person. Raises RuleViolation for an empty name, and for a chief who is no colleague.

    A role in decisions is kept with its evidence: who has named it, when, and in which talk; hearing it again makes it fresh.
    """
    now = now or timezone.now()
    row = Person.objects.select_for_update(of=["self"]).get(pk=person.pk)
    full_name = fields.pop("full_name", "")
    if unknown := set(fields) - set(CHANGEABLE):
        raise TypeError(f"{sorted(unknown)} may not be changed")
    _refuse_chief(row, fields.get("reports_to"))
    _refuse_dates(fields.get("started_at", row.started_at), fields.get("left_at", row.left_at))
    names = {field: fields.get(field, getattr(row, field)) for field in ("last_name", "first_name", "middle_name")}
    fields = named(full_name, {**names, **fields})
    changes = {
        field: [_worded(getattr(row, field)), _worded(value)]
        for field, value in fields.items()
        if getattr(row, field) != value
    }
    for field in changes:
        setattr(row, field, fields[field])
    is_named = "decision_role" in changes or (heard_in and "decision_role" in fields)
    heard = _heard(actor, heard_in, now) if is_named else {}
    for field, value in heard.items():
        setattr(row, field, value)
    if changes or heard:
        row.save(update_fields=[*changes, *heard])
    if changes:
        changes.pop("name_key", None)
        data = {"changes": changes}
        record("contacts.person_changed", actor=actor, company=row.company, person=row, source=row, data=data, now=now)
        refresh_summary(row.company, now=now)
    person.__dict__.update(row.__dict__)
    return person


def set_decision_maker(
    person: Person, *, actor: User | None, heard_in: Interaction | None = None, now: datetime | None = None
) -> Person:
    """This person decides (ЛПР). There may be several."""
    return change_person(person, actor=actor, heard_in=heard_in, decision_role=DecisionRole.DECIDES, now=now)


def dismiss_person(person: Person, *, actor: User | None, now: datetime | None = None) -> Person:
    """The person has left the company: stays in the history, is offered no more."""
    now = now or timezone.now()
    if person.left_at:
        raise RuleViolation(_("It is known already that this person has left."))
    return change_person(person, actor=actor, left_at=timezone.localdate(now), now=now)


@transaction.atomic
def add_person_phone(
    person: Person, *, actor: User | None, number: str, source: Source | None = None, now: datetime | None = None
) -> PersonPhone:
    """Add a phone of a person; a known one is confirmed. Raises RuleViolation for what is no phone."""
    now = now or timezone.now()
    cleaned = clean_phone(number)
    phone, is_new = PersonPhone.objects.update_or_create(
        person=person,
        number=cleaned.number,
        extension=cleaned.extension,
        defaults={"seen_at": now, **WORKS},
        create_defaults={"seen_at": now, "source": source},
    )
    if is_new:
        _record_change(person, "phone", phone.number, actor=actor, now=now)
    return phone


@transaction.atomic
def add_person_email(
    person: Person, *, actor: User | None, address: str, source: Source | None = None, now: datetime | None = None
) -> PersonEmail:
    """Add an e-mail of a person; a known one is confirmed. Raises RuleViolation for what is no address."""
    now = now or timezone.now()
    try:
        cleaned = normalise_email(address)
    except ValueError as error:
        raise RuleViolation(str(error)) from error
    email, is_new = PersonEmail.objects.update_or_create(
        person=person,
        address=cleaned,
        defaults={"seen_at": now, **WORKS},
        create_defaults={"seen_at": now, "source": source},
    )
    if is_new:
        _record_change(person, "email", email.address, actor=actor, now=now)
    return email


@transaction.atomic
def replace_person_phone(
    person: Person, *, actor: User | None, old: str, new: str, now: datetime | None = None
) -> PersonPhone:
    """A new phone; the old one stays on the card as one that does not work."""
    phone = add_person_phone(person, actor=actor, number=new, now=now)
    if old.strip():
        stale = person.phones.filter(number=clean_phone(old).number).exclude(pk=phone.pk)
        stale.filter(is_invalid=False).update(**_replaced(phone.number, now))
    return phone


@transaction.atomic
def replace_person_email(
    person: Person, *, actor: User | None, old: str, new: str, now: datetime | None = None
) -> PersonEmail:
    """A new e-mail; the old one stays on the card as one that does not exist."""
    email = add_person_email(person, actor=actor, address=new, now=now)
    stale = person.emails.filter(address=old.strip().lower(), is_invalid=False).exclude(pk=email.pk)
    stale.update(**_replaced(email.address, now))
    return email


# --- the parts of these verbs -----------------------------------------------------------------------------------


def named(full_name: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The parts of the name and its key. Raises RuleViolation when nothing is left."""
    if full_name.strip():
        fields = fields | split_name(full_name)._asdict()
    for field in ("last_name", "first_name", "middle_name"):
        fields[field] = " ".join(str(fields.get(field) or "").split())[:100]
    name = Name(fields["last_name"], fields["first_name"], fields["middle_name"])
    key = person_key(*name)
    if not key:
        raise RuleViolation(_("A person needs a name."))
    return fields | {"name_key": key[:320], "gender": fields.get("gender") or gender_of(name)}


def person_key(*names: str) -> str:
    """What a person is searched and told apart by: «рябов сергей жанович»."""
    return " ".join(filter(None, names)).lower().replace("ё", "е")


def _replaced(by: str, now: datetime | None) -> dict[str, Any]:
    """The flag of a number or address in whose place another one has come."""
    reason = _("instead of it: %(value)s") % {"value": by}
    return {"is_invalid": True, "invalid_at": now or timezone.now(), "invalid_reason": reason[:200]}


def _heard(actor: User | None, heard_in: Interaction | None, now: datetime) -> dict[str, Any]:
    """The evidence of a role."""
    return {"role_at": now, "role_by": actor, "role_heard_in": heard_in}


def _complete(person: Person, fields: dict[str, Any], *, now: datetime) -> Person:
    """Fill what was empty; what is known stays."""
    filled = [field for field, value in fields.items() if value and not getattr(person, field)]
    for field in filled:
        setattr(person, field, fields[field])
    person.seen_at = now
    person.save(update_fields=[*filled, "seen_at"])
    return person


def _refuse_chief(person: Person, chief: Person | None) -> None:
    """A chief works in the same company and is not below the person."""
    seen: set[int] = set()
    while chief is not None and chief.pk not in seen:
        if chief.pk == person.pk or chief.company_id != person.company_id:
            raise RuleViolation(_("Choose a chief from the same company who does not report to this person."))
        seen.add(chief.pk)
        chief = chief.reports_to


def _refuse_dates(started: date | None, left: date | None) -> None:
    if started and left and started > left:
        raise RuleViolation(_("Nobody leaves a company before coming to it."))


def _worded(value: Any) -> str:
    return "" if value is None else str(value)


def _record_change(person: Person, field: str, value: str, *, actor: User | None, now: datetime) -> None:
    """A line of the history, unless the person has been added this very moment."""
    if person.seen_at != now:
        data = {"changes": {field: ["", value]}}
        record("contacts.person_changed", actor=actor, company=person.company, person=person, data=data, now=now)
        refresh_summary(person.company, now=now)
