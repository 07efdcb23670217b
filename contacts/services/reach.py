"""Phones and mailboxes that do not work any more, and refusals that are taken back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from companies.models import Company, Phone
from contacts.enums import Channel, Purpose
from contacts.models import Consent, OptOut, Person, PersonEmail, PersonPhone
from contacts.services.history import opt_out, record
from contacts.summary import refresh_summary
from core.exceptions import RuleViolation

Reach = Phone | PersonPhone | PersonEmail | Company  # a company stands for its common mailbox


def value_of(row: Reach) -> str:
    """The number or the address."""
    return row.email if isinstance(row, Company) else row.address if isinstance(row, PersonEmail) else row.number


def channel_of(row: Reach) -> str:
    """How one gets there: by phone or by e-mail."""
    return Channel.EMAIL if isinstance(row, Company | PersonEmail) else Channel.PHONE


def company_of(row: Reach) -> Company:
    """Whose card it stands on."""
    return row if isinstance(row, Company) else person.company if (person := person_of(row)) else row.company  # type: ignore[union-attr]


def person_of(row: Reach) -> Person | None:
    """Whose it is, when it is not the company's."""
    return row.person if isinstance(row, PersonPhone | PersonEmail) else None


@transaction.atomic
def mark_invalid(row: Reach, *, actor: User | None, reason: str = "", now: datetime | None = None) -> None:
    """It does not work: no list and no mailing takes it. Raises RuleViolation when that is known already."""
    now = now or timezone.now()
    if _is_invalid(_locked(row)):
        raise RuleViolation(_("It is known already that this does not work."))
    _write(row, True, now, reason.strip()[:200])
    _record(row, "", _("does not work"), reason, actor=actor, now=now)


@transaction.atomic
def mark_valid(row: Reach, *, actor: User | None, now: datetime | None = None) -> None:
    """It works after all. Raises RuleViolation for one that nobody has called broken."""
    now = now or timezone.now()
    if not _is_invalid(_locked(row)):
        raise RuleViolation(_("Nobody has said that this does not work."))
    _write(row, False, None, "")
    _record(row, _("does not work"), _("works"), "", actor=actor, now=now)


def refuse(row: Reach, *, actor: User | None, reason: str = "", now: datetime | None = None) -> OptOut:
    """«Не звонить» or «не писать» for this number or address; effective at once. Repeating it changes nothing."""
    place: dict[str, Any] = {"company": company_of(row), "person": person_of(row)}
    return opt_out(actor=actor, channel=channel_of(row), value=value_of(row), reason=reason.strip(), now=now, **place)


@transaction.atomic
def lift_opt_out(refusal: OptOut, *, actor: User, reason: str, now: datetime | None = None) -> None:
    """The client agrees again. Raises RuleViolation without a reason, for an erased person, and after a consent to
    advertising was taken back: then a new consent comes first."""
    row = OptOut.objects.select_for_update(of=["self"]).select_related("company", "person").get(pk=refusal.pk)
    if not reason.strip():
        raise RuleViolation(_("Say who has agreed to be contacted again, and when."))
    if row.value.startswith("#"):
        raise RuleViolation(_("The person was erased: this refusal stays for ever."))
    if row.person and _has_taken_back(row.person, row.channel):
        raise RuleViolation(_("The consent to advertising was taken back: write a new one down first."))
    if row.company:
        data = {"value": row.value, "refused_at": row.at.isoformat()}
        record("contacts.opt_out_lifted", actor=actor, company=row.company, person=row.person, channel=row.channel,
               text=reason.strip()[:200], data=data, now=now)  # fmt: skip
    row.lifted_at, row.lifted_by, row.lifted_reason = now or timezone.now(), actor, reason.strip()[:200]
    row.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
    audit("contacts.opt_out_lifted", actor=actor, subject=f"{row.pk}", reason=row.lifted_reason, now=now)


# --- the parts of these verbs -----------------------------------------------------------------------------------


def _has_taken_back(person: Person, channel: str) -> bool:
    given = Consent.objects.filter(person=person, purpose=Purpose.ADVERTISING, channel__in=["", channel])
    return given.exists() and not given.filter(withdrawn_at__isnull=True).exists()


def _locked(row: Reach) -> Reach:
    return type(row)._default_manager.select_for_update(of=["self"]).get(pk=row.pk)


def _is_invalid(row: Reach) -> bool:
    return row.email_invalid if isinstance(row, Company) else row.is_invalid


def _write(row: Reach, is_invalid: bool, at: datetime | None, reason: str) -> None:
    prefix = "email_" if isinstance(row, Company) else ""
    flag = "email_invalid" if isinstance(row, Company) else "is_invalid"
    fields = {flag: is_invalid, f"{prefix}invalid_at": at, f"{prefix}invalid_reason": reason}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))


def _record(row: Reach, old: str, new: str, reason: str, *, actor: User | None, now: datetime) -> None:
    field = "phone" if channel_of(row) == Channel.PHONE else "email"
    company, person, value = company_of(row), person_of(row), value_of(row)
    data = {"changes": {field: [f"{value}: {old}" if old else "", f"{value}: {new}"]}}
    kind = "contacts.person_changed" if person else "companies.changed"
    record(kind, actor=actor, company=company, person=person, text=reason.strip(), data=data, now=now)
    refresh_summary(company, now=now)
