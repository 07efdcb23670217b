"""Cards: take the next one, keep it, dial, give it back."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from callcenter import claim as sql
from callcenter import donotcall, hours
from callcenter.enums import LIVE_STATES, PAUSES, ItemState, OperatorState
from callcenter.mix import mix_for
from callcenter.models import CardClaim, QueueItem
from callcenter.services.log import current_state, end_silent, say, see
from contacts.models import Person
from core.exceptions import RuleViolation

EMPTY_TRIES = (8, 64, 512)  # how deep to look in a zone: under a rush all of the nearest cards may be locked by others
ONE_CLICK = timedelta(seconds=3)
COMPANY_BUSY = timedelta(minutes=15)  # when another list has the company on the line


@transaction.atomic
def claim_next(operator: User, *, now: datetime | None = None) -> QueueItem | None:
    """The operator's card: the one in hand, or else the next one whose client may be called now; None if there is none.

    Idempotent: a double click and a second tab get the same card and the same token.
    """
    now = now or timezone.now()
    if card := _card_in_hand(operator, now):
        return card
    windows = hours.open_windows(sql.waiting_windows(), now)
    return _claim_in(operator, windows, now) if windows else None


def _card_in_hand(operator: User, now: datetime) -> QueueItem | None:
    held = QueueItem.objects.held_by(operator)
    if not held.exists():  # nearly always: no join is planned for it
        return None
    card = held.for_work().first()
    if card and card.state == ItemState.CLAIMED:
        sql.extend(card.pk, card.claim, now)
    return card


def _claim_in(operator: User, windows: Sequence[hours.Window], now: datetime) -> QueueItem | None:
    """Every turn takes a card, or puts one aside (blocked, or its company busy), or looks deeper: so it ends."""
    mix = mix_for(operator, {window.pool for window in windows}, now)
    depths = iter(EMPTY_TRIES)
    depth = next(depths)
    while True:
        found = sql.lock_nearest(operator.pk, windows, mix, now, depth)
        if found is None:
            if (depth := next(depths, 0)) == 0:
                return None
            continue
        card = QueueItem.objects.for_work().with_script_version().get(pk=found)
        if _put_aside(card, now):
            continue
        if taken := _take(card, operator, now):
            return taken


def _put_aside(card: QueueItem, now: datetime) -> bool:
    """A company that closed or asked not to be called after the list was made leaves the queue here."""
    if donotcall.may_be_called(card.company):
        return False
    card.state, card.closed_at = ItemState.BLOCKED, now
    card.save(update_fields=["state", "closed_at"])
    return True


def _take(card: Any, operator: User, now: datetime) -> QueueItem | None:
    token = uuid.uuid4()
    try:
        with transaction.atomic():
            sql.take(card.pk, operator.pk, token, now)
            CardClaim.objects.create(token=token, item=card, operator=operator, at=now, version_id=card.script_version)
    except IntegrityError as error:
        if "one_live_card_of_operator" in str(error):  # the same person was quicker in another tab
            return _card_in_hand(operator, now)
        if "one_live_card_of_company" not in str(error):
            raise
        card.due_at = now + COMPANY_BUSY
        card.save(update_fields=["due_at"])
        return None
    card.state, card.held_by, card.claim = ItemState.CLAIMED, operator, token
    card.claimed_at, card.lease_until = now, now + sql.LEASE
    say(operator, OperatorState.READY, anew=True, now=now)  # the clock of the card begins here
    return card


def extend_claim(item: QueueItem, *, claim: Any, now: datetime | None = None) -> bool:
    """The heartbeat of the browser. False: the card is no longer held by this claim."""
    return sql.extend(item.pk, claim, now or timezone.now())


@transaction.atomic
def keep_seat(item: QueueItem, *, operator: User, now: datetime | None = None) -> None:
    """The browser is heard while the operator holds the card: one whose silence has ended the shift is in it again."""
    now = now or timezone.now()
    see(operator, now=now)
    last = current_state(operator)
    if last and last.state == OperatorState.OFF and item.held_by_id == operator.pk:
        say(operator, OperatorState.WRAP_UP if item.dialed_at else OperatorState.READY, now=now)


@transaction.atomic
def start_call(
    item: QueueItem, *, actor: User, claim: Any, number: str, person: Person | None = None, now: datetime | None = None
) -> QueueItem:
    """The operator presses a number. Raises RuleViolation for a number that may not be dialled or a lost card."""
    card, now = _held(item, claim), now or timezone.now()
    if (
        card.dialed_at
        and card.dialed_number == number[:16]
        and not card.hung_up_at
        and now - card.dialed_at < ONE_CLICK
    ):
        return card  # a double click is one call
    if refusal := donotcall.refusal_of(card.company, number):
        raise RuleViolation(refusal)
    card.dialed_at, card.dialed_number, card.dialed_person = now, number[:16], person
    card.hung_up_at = None  # the second number of the same card is another talk
    card.save(update_fields=["dialed_at", "dialed_number", "dialed_person", "hung_up_at"])
    say(actor, OperatorState.CALL, anew=True, now=card.dialed_at)  # a second number is a second call
    return card


@transaction.atomic
def hang_up(item: QueueItem, *, claim: Any, now: datetime | None = None) -> None:
    """The talk is over, the result is being written: the log tells the two apart by this. Repeating it changes nothing."""
    now = now or timezone.now()
    held = QueueItem.objects.filter(pk=item.pk, claim=claim, state__in=LIVE_STATES, dialed_at__isnull=False)
    if held.filter(hung_up_at__isnull=True).update(hung_up_at=now):
        card: Any = held.select_related("held_by").get()
        leave_call(card.held_by, OperatorState.WRAP_UP, now=now)


def leave_call(operator: User, to: OperatorState, *, now: datetime) -> None:
    """The talk or the writing is over; whoever has gone on a pause meanwhile stays on it."""
    last = current_state(operator)
    if last is None or last.state not in PAUSES:
        say(operator, to, now=now)


@transaction.atomic
def release_claim(item: QueueItem, *, actor: User, claim: Any = None, now: datetime | None = None) -> None:
    """Put a card back. By its operator (with the token) only before the call; by a head at any time, with an audit line.

    Raises RuleViolation when nobody holds the card or the call has been made.
    """
    card = _held(item, claim)
    if claim and card.dialed_at:
        raise RuleViolation(_("The call has been made: write its result."))
    if not claim:
        audit("callcenter.released", actor=actor, subject=f"card {card.pk}", holder=card.held_by_id, now=now)
        if card.dialed_at and card.held_by:
            leave_call(card.held_by, OperatorState.READY, now=now or timezone.now())
    card.state, card.held_by, card.claim, card.lease_until = ItemState.READY, None, None, None
    card.dialed_at = card.hung_up_at = card.dialed_person = None
    card.save(update_fields=["state", "held_by", "claim", "lease_until", "dialed_at", "hung_up_at", "dialed_person"])


@transaction.atomic
def share_callback(item: QueueItem, *, actor: User, now: datetime | None = None) -> None:
    """A head gives a promised call to whoever is free. Raises RuleViolation if it is no longer waiting."""
    waiting = QueueItem.objects.promised().filter(pk=item.pk, callback_owner__isnull=False)
    if not waiting.update(callback_owner=None):
        raise RuleViolation(_("This call is made already."))
    audit("callcenter.callback_shared", actor=actor, subject=f"card {item.pk}", owner=item.callback_owner_id, now=now)


@transaction.atomic
def release_expired(now: datetime | None = None) -> int:
    """Let go of the cards whose browser has been silent for three minutes, and end such shifts; returns how many cards."""
    now = now or timezone.now()
    end_silent(now)
    return sql.release_expired(now)


def _held(item: QueueItem, claim: Any) -> QueueItem:
    """The card as it is now, locked; by this claim if one is named."""
    card = QueueItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if card.state not in LIVE_STATES:
        raise RuleViolation(_("Nobody holds this card any more."))
    if claim and str(card.claim) != str(claim):
        raise RuleViolation(_("The card has gone to somebody else meanwhile."))
    return card
