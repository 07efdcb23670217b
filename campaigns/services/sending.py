"""Start, pause, resume, cancel, and what follows when the last letter has left."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.audience import empty_fields, freeze_letters
from campaigns.enums import CampaignState, MailState
from campaigns.merge import COMPUTED, FIELDS, fields_without_fallback
from campaigns.models import Campaign
from campaigns.services.steps import change, locked
from campaigns.signals import campaign_delivered
from companies.enums import Stage
from companies.models import Company
from companies.services import advance_stages
from core.exceptions import RuleViolation
from core.jobs import enqueue

log = logging.getLogger(__name__)
DRAIN = "campaigns.tasks.drain"


@transaction.atomic
def start_sending(campaign: Campaign, *, actor: User, now: datetime | None = None) -> Campaign:
    """Freeze a letter for each recipient and let them go. Raises RuleViolation unless approved, checked and whole."""
    now = now or timezone.now()
    row = locked(
        campaign, {CampaignState.PREPARATION}, _("The sending has begun already, or the letter is not approved.")
    )
    if not row.approved_by_id:
        raise RuleViolation(_("The letter is not approved."))
    if not row.prepared_at or not row.recipients.writable().exists():
        raise RuleViolation(_("There is nobody to write to: check the recipients."))
    _refuse_holes(row, now)
    freeze_letters(row, now=now)
    advance_stages(Company.objects.filter(mail_items__campaign=row), to=Stage.MAILING)
    change(campaign, row, state=CampaignState.SENDING, started_at=now, trouble="")
    enqueue(DRAIN, campaign_id=row.pk)
    return campaign


def _refuse_holes(campaign: Campaign, now: datetime) -> None:
    """No letter says «Dear ,»."""
    names = [name for name in fields_without_fallback(campaign.subject + campaign.body) if name != "salutation"]
    frozen = ["first_name" if name == "name" else name for name in names if name not in COMPUTED - {"name"}]
    if empty := empty_fields(campaign, frozen, now=now):
        name, count = max(empty.items(), key=lambda each: each[1])
        raise RuleViolation(
            _("%(count)s letters have nothing for the field «%(field)s». Give it a fallback: {{ %(name)s|… }}.")
            % {"count": count, "field": FIELDS[name], "name": name}
        )


@transaction.atomic
def pause_sending(campaign: Campaign, *, actor: User | None, reason: str = "", now: datetime | None = None) -> Campaign:
    """No letter leaves after the one on its way. Raises RuleViolation if none would."""
    row = locked(campaign, {CampaignState.SENDING}, _("Nothing is being sent now."))
    return change(campaign, row, state=CampaignState.PAUSED, trouble=reason[:300])


@transaction.atomic
def resume_sending(campaign: Campaign, *, actor: User, now: datetime | None = None) -> Campaign:
    """Send the rest. Raises RuleViolation if it is not paused."""
    row = locked(campaign, {CampaignState.PAUSED}, _("The sending is not paused."))
    change(campaign, row, state=CampaignState.SENDING, trouble="")
    enqueue(DRAIN, campaign_id=row.pk)
    return campaign


@transaction.atomic
def cancel_sending(campaign: Campaign, *, actor: User, now: datetime | None = None) -> Campaign:
    """Send nothing more; letters that have left stay in the ledger. Raises RuleViolation when all have left."""
    allowed = {*CampaignState} - {CampaignState.CALLBACK, CampaignState.FINISHED, CampaignState.CANCELLED}
    row = locked(campaign, allowed, _("The mailing is over: there is nothing to cancel."))
    row.items.unsent().update(state=MailState.CANCELLED, claim=None, lease_until=None, retry_at=None)
    now = now or timezone.now()
    if row.items.filter(state=MailState.ACCEPTED).exists():
        return change(campaign, row, state=CampaignState.CALLBACK, sent_out_at=now, trouble="")
    return change(campaign, row, state=CampaignState.CANCELLED, finished_at=now, trouble="")


@transaction.atomic
def close_sent_out(campaign: Campaign, *, now: datetime | None = None) -> bool:
    """The last letter has left: the days until the call-back begin. False if something is still open."""
    row = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if row.state != CampaignState.SENDING or row.items.open().exists():
        return False
    change(campaign, row, state=CampaignState.CALLBACK, sent_out_at=now or timezone.now(), trouble="")
    return True


def open_due_callbacks(*, now: datetime | None = None) -> int:
    """Tell those above of each campaign whose letters have had their days. Harmless to repeat."""
    now = now or timezone.now()
    return sum(_open_callback(campaign, now) for campaign in Campaign.objects.due_for_callback(now))


def _open_callback(campaign: Campaign, now: datetime) -> bool:
    try:
        with transaction.atomic():
            row = Campaign.objects.select_for_update().get(pk=campaign.pk)
            if row.callback_opened_at:
                return False
            change(campaign, row, callback_opened_at=now)
            campaign_delivered.send(Campaign, campaign=campaign, now=now)
    except RuleViolation as refusal:
        log.warning("The call-back of campaign %s could not be opened: %s", campaign.pk, refusal)
        return False
    return True


@transaction.atomic
def finish_campaign(campaign: Campaign, *, actor: User, now: datetime | None = None) -> Campaign:
    """The results are summed up. Raises RuleViolation before the letters have left."""
    row = locked(campaign, {CampaignState.CALLBACK}, _("Results are summed up after the sending."))
    return change(campaign, row, state=CampaignState.FINISHED, finished_at=now or timezone.now())
