"""From the brief to the approved letter."""

from datetime import datetime
from typing import Any

from django.core.validators import validate_email
from django.db import transaction
from django.forms import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.enums import CampaignState
from campaigns.merge import CONTROL, check_fields
from campaigns.models import Campaign
from campaigns.services.steps import change, locked
from contacts.models import Cycle
from core.exceptions import RuleViolation

BRIEF = {
    "name",
    "cycle",
    "goal",
    "audience_note",
    "offer",
    "pretext",
    "call_to_action",
    "expected_response",
    "budget",
}
WRITABLE = {CampaignState.CREATIVE, CampaignState.PREPARATION}


def create_campaign(
    *,
    actor: User,
    name: str,
    cycle: Cycle | None = None,
    audience: dict[str, Any] | None = None,
    now: datetime | None = None,
) -> Campaign:
    """A campaign in its first step. Raises RuleViolation without a name."""
    if not name.strip():
        raise RuleViolation(_("A campaign needs a name."))
    return Campaign.objects.create(
        name=name.strip()[:150],
        cycle=cycle,
        audience=audience or {},
        owner=actor,
        created_at=now or timezone.now(),
    )


@transaction.atomic
def finish_brief(campaign: Campaign, *, actor: User, now: datetime | None = None, **fields: Any) -> Campaign:
    """Write the brief and go on to the creative. Raises RuleViolation without a goal."""
    if unknown := set(fields) - BRIEF:
        raise TypeError(f"Not of the brief: {sorted(unknown)}")
    refusal = _("The brief cannot be changed once the letter is approved.")
    row = locked(campaign, {CampaignState.BRIEF, CampaignState.CREATIVE}, refusal)
    if not str(fields.get("goal", row.goal)).strip():
        raise RuleViolation(_("Say what the mailing is for: the goal."))
    return change(campaign, row, **fields, state=CampaignState.CREATIVE, brief_done_at=now or timezone.now())


@transaction.atomic
def write_creative(
    campaign: Campaign,
    *,
    actor: User,
    subject: str,
    body: str,
    sender_name: str,
    sender_email: str,
    now: datetime | None = None,
) -> Campaign:
    """Write the letter; it waits for approval again. Raises RuleViolation for an unknown field or a broken header."""
    row = locked(campaign, WRITABLE, _("The letter cannot be changed now: it is already on its way, or has no brief."))
    subject, sender_name = subject.strip(), sender_name.strip()
    if not (subject and body.strip() and sender_name):
        raise RuleViolation(_("A letter needs a subject, a text and a sender."))
    _refuse_broken_headers(subject, sender_name, sender_email)
    for text in (subject, body):
        check_fields(text)
    return change(
        campaign,
        row,
        subject=subject[:200],
        body=body.replace("\r\n", "\n").strip(),
        sender_name=sender_name[:150],
        sender_email=sender_email,
        creative_by=actor,
        creative_at=now or timezone.now(),
        approved_by=None,
        approved_at=None,
        state=CampaignState.CREATIVE,
    )


def _refuse_broken_headers(subject: str, sender_name: str, sender_email: str) -> None:
    if any("\n" in text or CONTROL.search(text) for text in (subject, sender_name, sender_email)):
        raise RuleViolation(_("The subject and the sender must stand in one line."))
    try:
        validate_email(sender_email)
    except ValidationError as error:
        raise RuleViolation(_("The sender's address is not an e-mail address.")) from error


@transaction.atomic
def approve_creative(campaign: Campaign, *, actor: User, now: datetime | None = None) -> Campaign:
    """The head lets the letter go on. Raises RuleViolation for one's own letter and for none."""
    row = locked(campaign, {CampaignState.CREATIVE}, _("There is no letter that waits for approval."))
    if not row.creative_by_id:
        raise RuleViolation(_("There is no letter that waits for approval."))
    if row.creative_by_id == actor.pk:
        raise RuleViolation(_("Nobody approves the own letter: ask another head."))
    now = now or timezone.now()
    return change(campaign, row, approved_by=actor, approved_at=now, state=CampaignState.PREPARATION)


@transaction.atomic
def return_creative(campaign: Campaign, *, actor: User, now: datetime | None = None) -> Campaign:
    """Take the letter back to be changed. Raises RuleViolation once letters are on their way."""
    row = locked(campaign, {CampaignState.PREPARATION}, _("The letter can be taken back only before the sending."))
    return change(campaign, row, approved_by=None, approved_at=None, state=CampaignState.CREATIVE)
