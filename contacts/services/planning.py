"""What comes next with a company: planned, done, postponed."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from companies.models import Company
from contacts.enums import Channel, ContactState
from contacts.models import Cycle, NextContact, Person
from contacts.summary import refresh_summary
from core.exceptions import RuleViolation


def refresh_next_contact(company: Company) -> None:
    """Copy the nearest open contact onto the company, where the base list shows and sorts it."""
    nearest = NextContact.objects.open().filter(company=company).order_by("at").first()
    company.next_contact_at = nearest.at if nearest else None
    company.next_contact_text = nearest.text if nearest else ""
    company.save(update_fields=["next_contact_at", "next_contact_text"])
    refresh_summary(company)


@transaction.atomic
def plan_contact(
    company: Company,
    *,
    actor: User | None,
    at: datetime,
    channel: str = Channel.PHONE,
    text: str = "",
    owner: User | None = None,
    person: Person | None = None,
    cycle: Cycle | None = None,
    now: datetime | None = None,
) -> NextContact:
    """Plan the next contact. Raises RuleViolation for a time that has passed."""
    now = now or timezone.now()
    if at <= now:
        raise RuleViolation(_("The next contact must be in the future."))
    planned = NextContact.objects.create(
        company=company,
        person=person,
        owner=owner,
        channel=channel,
        at=at,
        text=text[:200],
        planned_by=actor,
        planned_at=now,
        cycle=cycle,
    )
    refresh_next_contact(company)
    return planned


@transaction.atomic
def close_contact(
    contact: NextContact, *, actor: User | None, state: str = ContactState.DONE, now: datetime | None = None
) -> None:
    """Mark a planned contact as done or cancelled; a closed one stays as it is."""
    contact = NextContact.objects.select_for_update(of=["self"]).get(pk=contact.pk)
    if contact.state != ContactState.OPEN:
        raise RuleViolation(_("This contact is closed already."))
    contact.state, contact.closed_at = state, now or timezone.now()
    contact.save(update_fields=["state", "closed_at"])
    refresh_next_contact(contact.company)


def close_open_contacts(
    company: Company, *, actor: User | None, channel: str, owner: User | None = None, now: datetime | None = None
) -> int:
    """Close what was planned by this channel (for this owner): a call that has happened is no longer «next»."""
    planned = NextContact.objects.open().filter(company=company, channel=channel)
    if owner:
        planned = planned.filter(owner=owner)
    closed = planned.update(state=ContactState.DONE, closed_at=now or timezone.now())
    if closed:
        refresh_next_contact(company)
    return closed


@transaction.atomic
def postpone_contact(
    contact: NextContact, *, actor: User | None, at: datetime, text: str | None = None, now: datetime | None = None
) -> NextContact:
    """Move a planned contact to a later time. Raises RuleViolation for a closed one or a time that has passed."""
    now = now or timezone.now()
    contact = NextContact.objects.select_for_update(of=["self"]).get(pk=contact.pk)
    if contact.state != ContactState.OPEN:
        raise RuleViolation(_("This contact is closed already."))
    if at <= now:
        raise RuleViolation(_("The next contact must be in the future."))
    contact.at, contact.text = at, contact.text if text is None else text[:200]
    contact.save(update_fields=["at", "text"])
    refresh_next_contact(contact.company)
    return contact
