"""What is written of a letter in the ledger, and the reaper that minds letters whose sender has died."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.courier import Answer, Fate
from campaigns.enums import MailState
from campaigns.models import MailItem
from companies.models import Company
from contacts.enums import Channel
from contacts.models import OptOut, PersonEmail
from contacts.suppression import spellings

LEASE = timedelta(minutes=2)  # a letter takes seconds; whoever is silent longer is dead, or finds the letter taken
FIRST_RETRY, RETRY_GROWTH, MOST_ATTEMPTS = timedelta(minutes=5), 1.3, 18


def settle(item: MailItem, answer: Answer, claim: uuid.UUID, *, now: datetime) -> None:
    """Write the server's answer, if the letter still is this sender's: a person may have settled the doubt meanwhile."""
    held = [MailState.CLAIMED, MailState.IN_FLIGHT, MailState.IN_DOUBT]
    mine = MailItem.objects.filter(pk=item.pk, claim=claim, state__in=held)
    written = mine.update(
        **_outcome(item, answer, now), answer=answer.words, claim=None, lease_until=None, is_recorded=False
    )
    if written and answer.is_bad_address:
        said = answer.words[:200]
        boxes = PersonEmail.objects.filter(address=item.email, is_invalid=False)
        boxes.update(is_invalid=True, invalid_at=now, invalid_reason=said)
        common = Company.objects.filter(pk=item.company_id, email__iexact=item.email, email_invalid=False)
        common.update(email_invalid=True, email_invalid_at=now, email_invalid_reason=said)


def _outcome(item: MailItem, answer: Answer, now: datetime) -> dict[str, Any]:
    if answer.fate is Fate.ACCEPTED:
        return {"state": MailState.ACCEPTED, "sent_at": now}
    if answer.fate is Fate.UNKNOWN:
        return {"state": MailState.IN_DOUBT, "sent_at": now}
    if answer.fate is Fate.SENDER_REFUSED:
        return {"state": MailState.READY}
    tried = item.attempts + 1  # of this object as it was claimed
    if answer.fate in (Fate.LATER, Fate.NOT_TAKEN) and tried < MOST_ATTEMPTS:
        return {"state": MailState.RETRY, "retry_at": now + FIRST_RETRY * RETRY_GROWTH ** (tried - 1)}
    return {"state": MailState.FAILED, "sent_at": now}


def is_unwanted(item: MailItem) -> bool:
    """Whether the address or the whole company has asked not to be written to."""
    asked = OptOut.objects.filter(channel=Channel.EMAIL)
    return asked.filter(Q(value__in=spellings(item.email)) | Q(value="", company=item.company_id)).exists()


def release(claim: uuid.UUID) -> int:
    """Put back what a sender has taken and not sent."""
    untouched = MailItem.objects.filter(claim=claim, state=MailState.CLAIMED)
    return untouched.update(state=MailState.READY, claim=None, lease_until=None)


def wake_retries(*, now: datetime) -> int:
    """Letters that the server has asked to bring later, and later is now."""
    due = MailItem.objects.filter(state=MailState.RETRY, retry_at__lte=now)
    return due.update(state=MailState.READY, retry_at=None)


def reap(*, now: datetime | None = None) -> dict[str, int]:
    """Mind the letters of senders that are silent: what was only taken goes back, what was on its way is in doubt."""
    now = now or timezone.now()
    silent = MailItem.objects.filter(lease_until__lt=now)
    words = _("The sender stopped before the answer of the mail server.")
    return {
        "back": silent.filter(state=MailState.CLAIMED).update(state=MailState.READY, claim=None, lease_until=None),
        # the claim stays: a sender that was only slow may still bring the answer
        "in_doubt": silent.filter(state=MailState.IN_FLIGHT).update(
            state=MailState.IN_DOUBT, sent_at=now, answer=words, lease_until=None
        ),
        "retries": wake_retries(now=now),
    }
