"""An operator comes, takes a break, learns, goes home."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from callcenter.enums import ON_LINE, OperatorState, PauseReason
from callcenter.models import OperatorEvent, QueueItem
from callcenter.services.cards import release_claim
from callcenter.services.log import current_state, say
from core.exceptions import RuleViolation

STATE_OF = {PauseReason.TRAINING: OperatorState.TRAINING, PauseReason.BRIEFING: OperatorState.TRAINING}
REASONS = [reason for reason in PauseReason if reason != PauseReason.LOST]


def go_on_line(operator: User, *, now: datetime | None = None) -> OperatorEvent:
    """Ready for calls; whoever is on the line already goes on with what he does."""
    last = current_state(operator)
    if last and last.state in ON_LINE:
        return last
    return say(operator, OperatorState.READY, now=now)


@transaction.atomic
def take_break(operator: User, *, reason: str = PauseReason.REST, now: datetime | None = None) -> OperatorEvent:
    """A break or a training. A card that was not dialled goes back to the queue; one with a call made waits for its result.

    Raises RuleViolation for a reason that is none.
    """
    if reason not in REASONS:
        raise RuleViolation(_("Say why you take no calls."))
    _let_go(operator, now)
    return say(operator, STATE_OF.get(PauseReason(reason), OperatorState.BREAK), reason=reason, now=now)


@transaction.atomic
def end_shift(operator: User, *, now: datetime | None = None) -> OperatorEvent | None:
    """Home; the time of the shift stops here. Raises RuleViolation while a call waits for its result."""
    if _let_go(operator, now):
        raise RuleViolation(_("Write the result of the last call first."))
    return say(operator, OperatorState.OFF, now=now) if current_state(operator) else None


def _let_go(operator: User, now: datetime | None) -> QueueItem | None:
    """Put back a card that was only read; returns one that was dialled."""
    held: Any = QueueItem.objects.held_by(operator).first()
    if held and not held.dialed_at:
        release_claim(held, actor=operator, claim=held.claim, now=now)
        return None
    return held
