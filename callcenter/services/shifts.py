"""An operator goes on the line or takes a break."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from callcenter.enums import OperatorState
from callcenter.models import OperatorEvent, QueueItem
from callcenter.services.cards import release_claim


def current_state(operator: User) -> OperatorEvent | None:
    """What the operator said last; None for one who has never been on the line."""
    return OperatorEvent.objects.filter(operator=operator).first()


def go_on_line(operator: User, *, now: datetime | None = None) -> OperatorEvent:
    """Ready for calls; repeating it changes nothing."""
    return _say(operator, OperatorState.READY, now)


@transaction.atomic
def take_break(operator: User, *, now: datetime | None = None) -> OperatorEvent:
    """A break. A card that was not dialled goes back to the queue; one with a call made waits for its result."""
    held: Any = QueueItem.objects.held_by(operator).first()
    if held and not held.dialed_at:
        release_claim(held, actor=operator, claim=held.claim, now=now)
    return _say(operator, OperatorState.PAUSED, now)


def _say(operator: User, state: OperatorState, now: datetime | None) -> OperatorEvent:
    last = current_state(operator)
    if last and last.state == state:
        return last
    return OperatorEvent.objects.create(operator=operator, state=state, at=now or timezone.now())
