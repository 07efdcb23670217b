"""Who gets the letter, who does not and why."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.audience import choose_recipients
from campaigns.enums import CampaignState, Exclusion
from campaigns.models import Campaign, Recipient
from campaigns.services.steps import change, locked
from core.exceptions import RuleViolation

BEFORE_START = {CampaignState.BRIEF, CampaignState.CREATIVE, CampaignState.PREPARATION}


@transaction.atomic
def set_audience(campaign: Campaign, *, actor: User, audience: dict[str, Any], now: datetime | None = None) -> Campaign:
    """Choose the companies: {"companies": [ids]} or {"filter": …}. Recipients checked before are forgotten."""
    row = locked(campaign, BEFORE_START, _("The recipients cannot be changed once the sending has begun."))
    row.recipients.all().delete()
    return change(campaign, row, audience=audience, prepared_at=None)


@transaction.atomic
def prepare_recipients(campaign: Campaign, *, actor: User, now: datetime | None = None) -> Campaign:
    """Check everybody of the audience anew; those removed by hand stay removed. Raises RuleViolation for nobody."""
    now = now or timezone.now()
    row = locked(campaign, {CampaignState.PREPARATION}, _("Recipients are checked after the letter is approved."))
    if not row.audience:
        raise RuleViolation(_("Choose the companies: a filter of the base, or «To a mailing» on the base list."))
    row.recipients.exclude(exclusion=Exclusion.BY_HAND).delete()
    choose_recipients(row, now=now)
    if not row.recipients.exists():
        raise RuleViolation(_("Nobody is in the audience: the filter finds no company."))
    return change(campaign, row, prepared_at=now)


@transaction.atomic
def exclude_recipient(recipient: Recipient, *, actor: User, now: datetime | None = None) -> Recipient:
    """Take somebody off the list by hand. Raises RuleViolation once the sending has begun."""
    refusal = _("The recipients cannot be changed once the sending has begun.")
    locked(recipient.campaign, {CampaignState.PREPARATION}, refusal)
    recipient.exclusion = Exclusion.BY_HAND
    recipient.save(update_fields=["exclusion"])
    return recipient


@transaction.atomic
def return_recipient(recipient: Recipient, *, actor: User, now: datetime | None = None) -> None:
    """Put back somebody taken off by hand; they are checked like everybody. Raises RuleViolation for another reason."""
    campaign = recipient.campaign
    locked(campaign, {CampaignState.PREPARATION}, _("The recipients cannot be changed once the sending has begun."))
    if recipient.exclusion != Exclusion.BY_HAND:
        raise RuleViolation(_("Only those who were removed by hand can be put back."))
    recipient.delete()
    prepare_recipients(campaign, actor=actor, now=now)


@transaction.atomic
def plan_sending(
    campaign: Campaign,
    *,
    actor: User,
    verified_only: bool,
    letters_per_hour: int,
    callback_after_days: int,
    now: datetime | None = None,
) -> Campaign:
    """How fast, and when the call-back begins; the recipients are checked again if the rule for them has changed."""
    refusal = _("This cannot be changed once the sending has begun.")
    row = locked(campaign, BEFORE_START, refusal)
    was_for_verified = row.verified_only
    change(
        campaign,
        row,
        verified_only=verified_only,
        letters_per_hour=letters_per_hour,
        callback_after_days=callback_after_days,
    )
    if row.prepared_at and verified_only != was_for_verified:
        prepare_recipients(campaign, actor=actor, now=now)
    return campaign
