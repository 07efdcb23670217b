"""Where a card goes after a call: done, another try, a promised call, never."""

from datetime import datetime, timedelta

from accounts.models import User
from callcenter import donotcall, hours
from callcenter.enums import Contact, ItemState, NextStep, Tier
from callcenter.models import CallAttempt, QueueItem, ResultCode
from contacts.enums import Channel, ContactState
from contacts.services import close_contact, plan_contact

MOVED = [
    "state",
    "tier",
    "due_at",
    "attempts",
    "last_result",
    "closed_at",
    "callback_owner",
    "held_by",
    "claim",
    "lease_until",
    "dialed_at",
    "hung_up_at",
    "dialed_person",
    "next_contact",
]
MOST_A_DAY = 3  # tries of one company in one list; more is a nuisance, not diligence


def move_card(card: QueueItem, attempt: CallAttempt, *, next_contact_at: datetime | None) -> None:
    """Let go of the card according to the result, and plan the next contact with the company."""
    code, now = attempt.result, attempt.ended_at
    _close_planned(card, attempt)
    card.attempts += 1
    card.last_result = code.code
    card.held_by = card.claim = card.lease_until = card.dialed_at = card.hung_up_at = card.dialed_person = None
    card.callback_owner = None
    if code.next_step == NextStep.BLOCK or donotcall.has_opted_out(card.company):
        _block(card, now)
    elif (again := _again(card, code)) is None:
        state = ItemState.EXHAUSTED if code.next_step == NextStep.RETRY else ItemState.DONE
        card.state, card.closed_at = state, now
        offered = default_contact(code, card, now) if code.hands_over else None
        _plan(card, attempt, at=next_contact_at or offered, owner=card.company.owner)
    else:
        due_at = _due_at(card, attempt, next_contact_at)
        card.state, card.tier, card.due_at = ItemState.READY, again, due_at
        card.callback_owner = attempt.operator if again == Tier.CALLBACK else None
        _plan(card, attempt, at=due_at, owner=card.callback_owner)
    card.save(update_fields=MOVED)


def default_contact(code: ResultCode, card: QueueItem, now: datetime) -> datetime | None:
    """The time that the result offers by itself."""
    return contact_times(card, now).get(Contact(code.default_contact))


def contact_times(card: QueueItem, now: datetime) -> dict[Contact, datetime]:
    """The ready choices of the next contact, on the client's clock and in the client's hours."""
    zone, span = card.time_zone, card.hours
    return {
        Contact.HOUR: hours.in_an_hour(zone, now, span),
        Contact.TOMORROW: hours.next_working_morning(zone, now, span=span),
        Contact.WEEK: hours.next_working_morning(zone, now, days=7, span=span),
    }


def _again(card: QueueItem, code: ResultCode) -> Tier | None:
    """How the card comes back; None if it does not: done, handed to the manager, or out of tries."""
    if code.next_step == NextStep.RETRY:
        return Tier.RETRY if card.attempts < code.max_attempts else None
    handed = code.hands_over and card.company.owner_id
    return Tier.CALLBACK if code.next_step == NextStep.CALLBACK and not handed else None


def _due_at(card: QueueItem, attempt: CallAttempt, chosen: datetime | None) -> datetime:
    """When the card is offered again: as agreed, else by the rule of the result, and not a fourth time in one day."""
    code, now, zone = attempt.result, attempt.ended_at, card.time_zone
    due_at = chosen or time_by_rule(card, code, now)
    midnight = hours.start_of_day(zone, now)
    tries = card.call_attempts.filter(ended_at__gte=midnight, ended_at__lte=now).count()
    if code.next_step == NextStep.RETRY and tries >= MOST_A_DAY and due_at < midnight + timedelta(days=1):
        return hours.next_working_morning(zone, now, span=card.hours)
    return due_at


def time_by_rule(card: QueueItem, code: ResultCode, now: datetime) -> datetime:
    """What the result says when nobody has chosen a time."""
    if code.other_part_of_day:
        earliest = now + timedelta(minutes=code.retry_minutes)
        return max(earliest, hours.other_part_of_day(card.time_zone, now, card.hours))
    return default_contact(code, card, now) or now + timedelta(minutes=code.retry_minutes)


def _close_planned(card: QueueItem, attempt: CallAttempt) -> None:
    """The call that was planned has now been made."""
    planned, card.next_contact = card.next_contact, None
    if planned and planned.state == ContactState.OPEN:
        close_contact(planned, actor=attempt.operator, now=attempt.ended_at)


def _plan(card: QueueItem, attempt: CallAttempt, *, at: datetime | None, owner: User | None) -> None:
    if at is None or at <= attempt.ended_at or attempt.result.code == "meeting":  # a meeting plans itself
        return
    card.next_contact = plan_contact(
        card.company,
        actor=attempt.operator,
        at=at,
        channel=Channel.PHONE,
        text=attempt.note or card.call_list.name,
        owner=owner,
        person=attempt.person,
        cycle=card.call_list.cycle,
        now=attempt.ended_at,
    )


def _block(card: QueueItem, now: datetime) -> None:
    """Never call: this card, and those of the company in other lists."""
    card.state, card.closed_at = ItemState.BLOCKED, now
    others = QueueItem.objects.filter(company=card.company, state=ItemState.READY)
    others.update(state=ItemState.BLOCKED, closed_at=now)
