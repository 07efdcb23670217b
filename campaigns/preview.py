"""The letter as one recipient will read it, with what was filled in marked; and the test letter to oneself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.audience import frozen_fields
from campaigns.courier import Courier, Fate, Unreachable
from campaigns.letters import SAMPLE_FIELDS, Filled, fill, sample_envelope
from campaigns.merge import working_day_after
from campaigns.models import Campaign, Recipient
from companies.models import Company
from core.exceptions import RuleViolation


@dataclass(frozen=True)
class Preview:
    """A letter with its place among the letters."""

    filled: Filled
    fields: dict[str, Any]
    recipient: Recipient | None
    place: int = 0
    total: int = 0

    @property
    def previous(self) -> int:
        return self.place - 1

    @property
    def next(self) -> int:
        return self.place + 1 if self.place < self.total else 0


def preview_of(campaign: Campaign, user: User, place: int, *, now: datetime) -> Preview | None:
    """The letter to the recipient at this place (1 is the first); a made-up one while nobody is checked."""
    if not campaign.body:
        return None
    seen = Company.objects.permitted(user, "companies.view_company")
    rows = campaign.recipients.writable().filter(company__in=seen)
    total = rows.count()
    if not total:
        fields = sample_fields(campaign, now=now)
        return Preview(fill(campaign, fields), fields, None)
    place = min(max(1, place), total)
    recipient = rows.select_related("company", "person", "item").order_by("pk")[place - 1]
    fields = fields_of(campaign, recipient, now=now)
    return Preview(fill(campaign, fields), fields, recipient, place, total)


def fields_of(campaign: Campaign, recipient: Recipient, *, now: datetime) -> dict[str, Any]:
    """What was frozen for the letter, or what would be."""
    item = getattr(recipient, "item", None)
    return item.fields if item else frozen_fields(campaign, recipient, now=now)


def sample_fields(campaign: Campaign, *, now: datetime) -> dict[str, Any]:
    """Values of nobody."""
    call_on = working_day_after(timezone.localdate(now), campaign.callback_after_days)
    return SAMPLE_FIELDS | {"sender": campaign.sender_name, "our_company": "", "call_on": call_on.isoformat()}


def send_test_letter(campaign: Campaign, *, actor: User, place: int = 1, now: datetime | None = None) -> None:
    """Send one letter to oneself; the ledger does not know of it. Raises RuleViolation if there is none or it fails."""
    now = now or timezone.now()
    if not actor.email:
        raise RuleViolation(_("Your account has no e-mail address: write it in your profile."))
    preview = preview_of(campaign, actor, place, now=now)
    if preview is None:
        raise RuleViolation(_("The letter is not written yet."))
    envelope = sample_envelope(campaign, preview.fields, email=actor.email, now=now)
    with Courier() as courier:
        try:
            courier.connect()
        except Unreachable as error:
            raise RuleViolation(_("The mail server does not answer: %(words)s") % {"words": error}) from error
        answer = courier.carry(envelope)
    if answer.fate is not Fate.ACCEPTED:
        raise RuleViolation(_("The mail server has not taken the letter: %(words)s") % {"words": answer.words})
