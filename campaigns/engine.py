"""The sender: takes letters from the ledger and hands them to the mail server, each at most once.

What makes it safe is the order of commits. A letter is marked «on its way» in a commit before a byte of it is sent, and
the answer of the server is written in the commit that marks the next one. Whoever is killed leaves at most one letter
«on its way», and that one becomes «in doubt»: it is shown to a person and never resent by itself. Many senders at once do
not meet, thanks to SKIP LOCKED. The queue of tasks only wakes them; what is to be done is known here.
"""

import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F
from django.utils.translation import gettext as _

from campaigns.courier import Answer, Courier, Fate, Unreachable
from campaigns.enums import REFUSED, CampaignState, MailState
from campaigns.history import write_history
from campaigns.ledger import LEASE, is_unwanted, release, settle, wake_retries
from campaigns.letters import Envelope, envelope_of
from campaigns.models import Campaign, MailItem
from campaigns.pace import Clock, reserve_slots
from campaigns.services import close_sent_out, pause_sending
from core.exceptions import RuleViolation

BATCH = 20
LARGEST_SHARE_REFUSED, ENOUGH_TO_JUDGE = 5, 40  # per cent; letters


@dataclass
class Run:
    """One sender at work on one campaign."""

    campaign_id: int
    clock: Clock
    courier: Courier
    claim: uuid.UUID = field(default_factory=uuid.uuid4)
    previous: tuple[MailItem, Answer] | None = None  # answered, and not yet written down
    accepted: int = 0
    refused: int = 0


def drain(
    campaign_id: int, *, now: datetime | None = None, limit: int | None = None, seconds: float | None = None
) -> int:
    """Send the letters that may leave now, at most `limit` of them and for about `seconds`. Returns how many left.

    With `now` the time is played: it moves with the pace, and everything leaves in this call.
    """
    end = time.monotonic() + seconds if seconds else None
    taken = 0
    with Courier() as courier:
        run = Run(campaign_id, Clock(now), courier)
        wake_retries(now=run.clock.now())
        while batch := _claim(run, BATCH if limit is None else min(BATCH, limit - taken)):
            taken += len(batch)
            goes_on = _send_batch(run, batch)
            write_history(campaign_id)
            if not goes_on or (end and time.monotonic() > end):
                break
    write_history(campaign_id)
    if campaign := Campaign.objects.sending().filter(pk=campaign_id).first():
        close_sent_out(campaign, now=run.clock.now())
    return run.accepted


def _claim(run: Run, most: int) -> list[MailItem]:
    """Take the next letters for this run, as many as the pace allows; none if the campaign does not send."""
    with transaction.atomic(durable=True):
        campaign = Campaign.objects.sending().select_for_update().filter(pk=run.campaign_id).first()
        if most <= 0 or campaign is None:
            return []
        ready = MailItem.objects.filter(campaign=campaign, state=MailState.READY).order_by("pk")
        found = list(ready.select_for_update(skip_locked=True).values_list("pk", flat=True)[:most])
        taken = found[: reserve_slots(campaign, len(found), run.clock)]
        lease = run.clock.now() + LEASE
        MailItem.objects.filter(pk__in=taken).update(state=MailState.CLAIMED, claim=run.claim, lease_until=lease)
    return list(MailItem.objects.filter(pk__in=taken).select_related("campaign").order_by("pk"))


def _send_batch(run: Run, batch: list[MailItem]) -> bool:
    """Send what was taken. Returns whether to go on."""
    try:
        for item in batch:
            _send(run, item)
    except Unreachable as error:
        _say_trouble(run, _("The mail server does not answer: %(words)s") % {"words": error})
        return False
    finally:
        _write_previous(run)
        release(run.claim)
    if run.accepted:
        _say_trouble(run, "")
    return not _stopped(run)


def _send(run: Run, item: MailItem) -> None:
    """One letter, in the order that matters: ready, marked together with the answer to the previous one, handed over."""
    run.courier.connect()
    try:
        envelope = envelope_of(item, now=run.clock.now())
    except RuleViolation as refusal:
        envelope, broken = None, Answer(Fate.REFUSED, refusal.message)
    with transaction.atomic(durable=True):
        _write_previous(run)
        if envelope is None:
            settle(item, broken, run.claim, now=run.clock.now())
        launched = envelope is not None and _launch(run, item, envelope)
    if launched and envelope is not None:
        run.previous = (item, run.courier.carry(envelope))


def _launch(run: Run, item: MailItem, envelope: Envelope) -> bool:
    """Mark the letter as on its way, unless somebody has asked not to write, paused the sending or taken the letter."""
    mine = MailItem.objects.filter(pk=item.pk, claim=run.claim, state=MailState.CLAIMED)
    if is_unwanted(item):
        mine.update(state=MailState.SUPPRESSED, claim=None, lease_until=None)
        return False
    sending = Campaign.objects.sending().filter(pk=run.campaign_id)
    marked = mine.filter(Exists(sending)).update(
        state=MailState.IN_FLIGHT,
        attempts=F("attempts") + 1,
        message_id=envelope.message_id,
        lease_until=run.clock.now() + LEASE,
    )
    return bool(marked)


def _write_previous(run: Run) -> None:
    """Write the answer to the letter before; also the last deed of a batch."""
    if run.previous is None:
        return
    (item, answer), run.previous = run.previous, None
    settle(item, answer, run.claim, now=run.clock.now())
    run.accepted += answer.fate is Fate.ACCEPTED
    run.refused += answer.fate in (Fate.REFUSED, Fate.SENDER_REFUSED)
    if answer.fate is Fate.SENDER_REFUSED:
        _pause(run, _("The mail server refuses the sender: %(words)s") % {"words": answer.words})


def _stopped(run: Run) -> bool:
    """Whether too many letters come back: then the sending pauses by itself, before the sender's name is spoilt."""
    if not run.refused:
        return False
    letters = MailItem.objects.filter(campaign=run.campaign_id)
    refused = letters.filter(state__in=REFUSED).count()
    gone = refused + letters.filter(state=MailState.ACCEPTED).count()
    if gone < ENOUGH_TO_JUDGE or refused * 100 <= gone * LARGEST_SHARE_REFUSED:
        return False
    text = _("More than %(share)s %% of the letters are refused.") % {"share": LARGEST_SHARE_REFUSED}
    _pause(run, text)
    return True


def _pause(run: Run, reason: str) -> None:
    campaign = Campaign.objects.get(pk=run.campaign_id)
    if campaign.state == CampaignState.SENDING:
        pause_sending(campaign, actor=None, reason=reason)


def _say_trouble(run: Run, words: str) -> None:
    """What the page shows while letters do not leave."""
    Campaign.objects.filter(pk=run.campaign_id).exclude(trouble=words[:300]).update(trouble=words[:300])
