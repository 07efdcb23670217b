"""What a head does from the board: takes a call over, gives promised calls away, says a word."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from agenda.enums import TaskState
from agenda.models import Task
from agenda.services import set_task
from callcenter.claim import LEASE
from callcenter.enums import LIVE_STATES, ItemState, OperatorState
from callcenter.models import CardClaim, QueueItem
from callcenter.services.cards import leave_call
from callcenter.services.log import say
from core.exceptions import RuleViolation

HINT_TERM = timedelta(hours=1)
HINT = "callcenter:hint"  # in the details of the task: it is shown on the desk
HINTS_SHOWN = 3


@transaction.atomic
def take_over(item: QueueItem, *, actor: User, now: datetime | None = None) -> QueueItem:
    """The head goes on with the card of an operator; what the operator saves later is kept as a late call.

    Raises RuleViolation for a card that nobody holds, one's own, or with another card in hand.
    """
    now = now or timezone.now()
    card = QueueItem.objects.select_for_update(of=("self",)).select_related("held_by").get(pk=item.pk)
    if card.state not in LIVE_STATES or card.held_by is None:
        raise RuleViolation(_("Nobody holds this card any more."))
    if card.held_by_id == actor.pk:
        raise RuleViolation(_("This card is in your hands already."))
    if QueueItem.objects.held_by(actor).exists():
        raise RuleViolation(_("Finish the card in your hands first."))
    holder, card.claim = card.held_by, uuid.uuid4()
    card.state, card.held_by, card.claimed_at, card.lease_until = ItemState.CLAIMED, actor, now, now + LEASE
    card.save(update_fields=["state", "held_by", "claim", "claimed_at", "lease_until"])
    CardClaim.objects.create(token=card.claim, item=card, operator=actor, at=now)
    audit("callcenter.taken_over", actor=actor, subject=f"card {card.pk}", holder=holder.pk, now=now)
    leave_call(holder, OperatorState.READY, now=now)
    say(actor, OperatorState.CALL if card.dialed_at and not card.hung_up_at else OperatorState.READY, now=now)
    return card


@transaction.atomic
def assign_callback(item: QueueItem, *, actor: User, to: User | None, now: datetime | None = None) -> None:
    """A promised call becomes this operator's, or everybody's. Raises RuleViolation if it is made already."""
    _guard_caller(to)
    waiting = QueueItem.objects.promised().filter(pk=item.pk)
    before = waiting.values_list("callback_owner", flat=True).first()
    if not waiting.update(callback_owner=to):
        raise RuleViolation(_("This call is made already."))
    audit(
        "callcenter.callback_assigned", actor=actor, subject=f"card {item.pk}", owner=before, to=to.pk if to else None,
        now=now,
    )  # fmt: skip


@transaction.atomic
def give_queue_away(operator: User, *, actor: User, to: User | None, now: datetime | None = None) -> int:
    """All promised calls of an operator become another's, or everybody's; returns how many.

    Raises RuleViolation when there are none, or for the same person.
    """
    _guard_caller(to)
    if to and to.pk == operator.pk:
        raise RuleViolation(_("Choose somebody else."))
    count = QueueItem.objects.promised().filter(callback_owner=operator).update(callback_owner=to)
    if not count:
        raise RuleViolation(_("%(name)s has promised no calls.") % {"name": operator.short_name})
    audit(
        "callcenter.queue_given_away",
        actor=actor,
        subject=operator.username,
        to=to.pk if to else None,
        count=count,
        now=now,
    )
    return count


def hint(operator: User, *, actor: User, text: str, now: datetime | None = None) -> Task:
    """A word of the head to an operator: stands on the desk and in the day. Raises RuleViolation for an empty one."""
    now = now or timezone.now()
    return set_task(actor=actor, owner=operator, title=text, text=HINT, due_at=now + HINT_TERM, now=now)


def hints_for(operator: User) -> list[Task]:
    """The words that the operator has not yet answered."""
    tasks = Task.objects.filter(owner=operator, state=TaskState.OPEN, text=HINT).select_related("set_by")
    return list(tasks.order_by("pk")[:HINTS_SHOWN])


def _guard_caller(to: User | None) -> None:
    if to and not User.objects.holding("callcenter.take_card").filter(pk=to.pk).exists():
        raise RuleViolation(_("%(name)s does not call.") % {"name": to.short_name})
