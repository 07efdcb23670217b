"""The fate of a letter after it has left: received or not, unsubscribed, in doubt."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.enums import CampaignState, MailState
from campaigns.models import Campaign, MailItem
from contacts.enums import Channel, RefusalSource
from contacts.services import opt_out, record
from core.exceptions import RuleViolation
from core.jobs import enqueue


@transaction.atomic
def mark_received(
    mail_item: MailItem, *, received: bool, actor: User | None = None, now: datetime | None = None
) -> MailItem:
    """What the client said to «письмо получено?»; said twice the same changes nothing."""
    now = now or timezone.now()
    item = _locked(mail_item)
    if item.received is received:
        return mail_item
    mail_item.received, mail_item.called_at = item.received, item.called_at = received, now
    item.save(update_fields=["received", "called_at"])
    _record("campaigns.received" if received else "campaigns.not_received", item, actor, now, channel=Channel.PHONE)
    return mail_item


@transaction.atomic
def record_unsubscribe(token: UUID, *, now: datetime | None = None) -> MailItem | None:
    """Write to this address no more; None for a token of no letter. A repeat changes nothing."""
    now = now or timezone.now()
    item = MailItem.objects.select_for_update().filter(token=token).first()
    if item is None or item.unsubscribed_at:
        return item
    item.unsubscribed_at = now
    item.save(update_fields=["unsubscribed_at"])
    _record("campaigns.unsubscribed", item, None, now)
    reason = _("Unsubscribed in the mailing «%(name)s»") % {"name": item.campaign.name}
    opt_out(
        source=RefusalSource.LETTER,
        actor=None,
        channel=Channel.EMAIL,
        company=item.company,
        value=item.email,
        person=item.person,
        reason=reason,
        now=now,
    )
    return item


@transaction.atomic
def count_as_sent(mail_item: MailItem, *, actor: User, now: datetime | None = None) -> MailItem:
    """A person has found out that the letter in doubt has left. Raises RuleViolation if it is not in doubt."""
    now = now or timezone.now()
    item = _doubtful(mail_item)
    answer = _("Counted as sent by %(person)s") % {"person": actor.short_name}
    _settle(item, MailState.ACCEPTED, actor, now, answer=answer, sent_at=item.sent_at or now)
    return item


@transaction.atomic
def send_again(mail_item: MailItem, *, actor: User, now: datetime | None = None) -> MailItem:
    """A person takes it upon themselves to send the letter in doubt once more. Raises RuleViolation if it is not."""
    now = now or timezone.now()
    campaign = Campaign.objects.select_for_update().get(pk=mail_item.campaign_id)
    item = _doubtful(mail_item)
    if campaign.state not in (CampaignState.SENDING, CampaignState.PAUSED, CampaignState.CALLBACK):
        raise RuleViolation(_("The mailing is over: the letter cannot be sent again."))
    _settle(item, MailState.READY, actor, now, answer="", sent_at=None)
    if campaign.state == CampaignState.CALLBACK:
        campaign.state = CampaignState.SENDING
        campaign.save(update_fields=["state"])
    enqueue("campaigns.tasks.drain", campaign_id=campaign.pk)
    return item


def _settle(item: MailItem, state: MailState, actor: User, now: datetime, **fields: object) -> None:
    """Whoever still holds the letter loses it: a late answer of the server changes nothing."""
    fields |= {"state": state, "claim": None, "lease_until": None, "is_recorded": False}
    for name, value in fields.items():
        setattr(item, name, value)
    item.save(update_fields=list(fields))
    _record("campaigns.doubt_settled", item, actor, now, result=state, text=str(fields["answer"]))


def _locked(mail_item: MailItem) -> MailItem:
    return (
        MailItem.objects.select_for_update(of=("self",))
        .select_related("campaign", "company", "person")
        .get(pk=mail_item.pk)
    )


def _doubtful(mail_item: MailItem) -> MailItem:
    item = _locked(mail_item)
    if item.state != MailState.IN_DOUBT:
        raise RuleViolation(_("This letter is not in doubt."))
    return item


def _record(
    kind: str,
    item: MailItem,
    actor: User | None,
    now: datetime,
    *,
    channel: str = Channel.EMAIL,
    result: str = "",
    text: str = "",
) -> None:
    record(
        kind,
        actor=actor,
        company=item.company,
        person=item.person,
        channel=channel,
        result=result,
        text=text or item.campaign.name,
        source=item,
        cycle=item.campaign.cycle,
        now=now,
    )
