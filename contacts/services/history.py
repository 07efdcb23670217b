"""The spine: every function writes what happened with a company here, in the transaction of its own verb."""

from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from companies.models import Company
from contacts import kinds
from contacts.enums import Channel, RefusalSource, Urgency
from contacts.models import Cycle, Interaction, Need, OptOut, Person
from contacts.summary import refresh_summary
from core.exceptions import RuleViolation


def record(
    kind: str,
    *,
    actor: User | None,
    company: Company,
    person: Person | None = None,
    channel: str = Channel.SYSTEM,
    result: str = "",
    text: str = "",
    source: Model | None = None,
    cycle: Cycle | None = None,
    data: dict[str, Any] | None = None,
    now: datetime | None = None,
) -> Interaction:
    """Write one interaction in the caller's transaction. Raises KeyError for a kind nobody registered."""
    known = kinds.get(kind)
    at = now or timezone.now()
    interaction = Interaction.objects.create(
        kind=known.name,
        channel=channel,
        at=at,
        actor=actor,
        company=company,
        person=person,
        cycle=cycle,
        result=result,
        text=text,
        data=data or {},
        source_type=ContentType.objects.get_for_model(source) if source else None,
        source_id=source.pk if source else None,
    )
    if known.is_contact:
        Company.objects.filter(pk=company.pk).update(last_contact_at=at, last_contact_kind=kind)
        company.last_contact_at, company.last_contact_kind = at, kind
    return interaction


@transaction.atomic
def find_need(
    company: Company,
    *,
    actor: User,
    text: str,
    urgency: str = Urgency.IMPORTANT,
    product_group: str = "",
    volume: str = "",
    needed_by: date | None = None,
    person: Person | None = None,
    cycle: Cycle | None = None,
    now: datetime | None = None,
) -> Need:
    """Write a need found out in a talk. Raises RuleViolation when nothing is said."""
    if not text.strip():
        raise RuleViolation(_("Say what the company needs."))
    now = now or timezone.now()
    need = Need.objects.create(
        company=company,
        person=person,
        text=text.strip()[:300],
        urgency=urgency,
        product_group=" ".join(product_group.split())[:100],
        volume=" ".join(volume.split())[:60],
        needed_by=needed_by,
        found_at=now,
        found_by=actor,
        cycle=cycle,
    )
    record(
        "contacts.need_found",
        actor=actor,
        company=company,
        person=person,
        text=need.text,
        source=need,
        cycle=cycle,
        now=now,
    )
    refresh_summary(company, now=now)
    return need


@transaction.atomic
def opt_out(
    *,
    actor: User | None,
    channel: str,
    company: Company | None = None,
    value: str = "",
    person: Person | None = None,
    reason: str = "",
    source: str = RefusalSource.TALK,
    now: datetime | None = None,
) -> OptOut:
    """«Не писать» / «не звонить», effective at once for every list and mailing; repeating it changes nothing."""
    now = now or timezone.now()
    scope = {"channel": channel, "value": value} if value else {"channel": channel, "value": "", "company": company}
    if existing := OptOut.objects.filter(**scope).first():
        return existing
    created = OptOut.objects.create(
        channel=channel,
        value=value,
        company=company,
        person=person,
        source=source,
        reason=reason[:200],
        at=now,
        actor=actor,
    )
    if company:
        record(
            "contacts.opted_out",
            actor=actor,
            company=company,
            person=person,
            channel=channel,
            text=reason,
            source=created,
            now=now,
        )
    return created


@transaction.atomic
def add_note(
    company: Company,
    *,
    actor: User,
    text: str,
    person: Person | None = None,
    channel: str = Channel.PHONE,
    now: datetime | None = None,
) -> Interaction:
    """A note by hand. Raises RuleViolation when it is empty."""
    if not text.strip():
        raise RuleViolation(_("Write what was said."))
    note = record(
        "contacts.noted", actor=actor, company=company, person=person, channel=channel, text=text.strip(), now=now
    )
    refresh_summary(company, now=now)
    return note
