"""Words about call lists, cards of the queue and calls."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Count, DecimalField, F, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Extract

from accounts.querysets import PermittedQuerySet
from callcenter.enums import GRACE, LIVE_STATES, ItemState, ListState, ScriptState, Tier


class CallListQuerySet(PermittedQuerySet):
    """Words about call lists."""

    def open(self) -> "CallListQuerySet":
        """Cards are given out."""
        return self.filter(state=ListState.OPEN)

    def with_counts(self) -> "CallListQuerySet":
        """How many cards in all, waiting, in hands, done, and given up."""
        given_up = [ItemState.EXHAUSTED, ItemState.BLOCKED]
        return self.annotate(
            total=Count("items"),
            waiting=Count("items", filter=Q(items__state=ItemState.READY)),
            live=Count("items", filter=Q(items__state__in=LIVE_STATES)),
            done=Count("items", filter=Q(items__state=ItemState.DONE)),
            given_up=Count("items", filter=Q(items__state__in=given_up)),
        )


class QueueItemQuerySet(PermittedQuerySet):
    """The vocabulary of the queue."""

    def live(self) -> "QueueItemQuerySet":
        """Cards in somebody's hands."""
        return self.filter(state__in=LIVE_STATES)

    def held_by(self, operator: Any) -> "QueueItemQuerySet":
        """The card an operator works on now."""
        return self.live().filter(held_by=operator)

    def offered(self) -> "QueueItemQuerySet":
        """Waiting in an open list, whether their time has come or not."""
        return self.filter(state=ItemState.READY, is_offered=True)

    def ready(self, now: datetime) -> "QueueItemQuerySet":
        """Cards that may be given out by their time (calling hours are checked at the claim)."""
        return self.offered().filter(due_at__lte=now)

    def promised(self) -> "QueueItemQuerySet":
        """Call-backs that a client has been promised."""
        return self.offered().filter(tier=Tier.CALLBACK)

    def for_work(self) -> "QueueItemQuerySet":
        """With what a verb asks of a card. Few joins: planning a join of ten tables costs more than running it."""
        return self.select_related("company", "call_list", "mail_item__campaign")

    def with_script_version(self) -> "QueueItemQuerySet":
        """Annotate `script_version`: the row by which a call of the card's list goes now, None without a script."""
        released = apps.get_model("callcenter", "ScriptVersion").objects.released()
        used = released.filter(script=OuterRef("call_list__script")).order_by("pk")
        return self.annotate(script_version=Subquery(used.values("pk")[:1]))

    def for_desk(self) -> "QueueItemQuerySet":
        """With what the operator's page says of the card in hand."""
        return self.select_related("company__segment", "call_list", "mail_item__campaign", "dialed_person")

    def for_column(self) -> "QueueItemQuerySet":
        """With what a line of the operator's queue shows."""
        return self.select_related("company__segment", "call_list", "mail_item")

    def for_board(self) -> "QueueItemQuerySet":
        """With what heads and neighbours see: whose card it is, of which list, and who is on the line."""
        return self.select_related("company", "call_list", "held_by", "callback_owner", "dialed_person")


class CallAttemptQuerySet(PermittedQuerySet):
    """Words about calls that have happened."""

    def between(self, start: datetime, end: datetime) -> "CallAttemptQuerySet":
        """Ended in [start, end)."""
        return self.filter(ended_at__gte=start, ended_at__lt=end)

    def of_kind(self, kind: str) -> "CallAttemptQuerySet":
        """Of verification or of the call-back."""
        return self.filter(result__kind=kind)

    def talked(self) -> "CallAttemptQuerySet":
        """A human answered."""
        return self.filter(result__is_human=True)

    def with_decider(self) -> "CallAttemptQuerySet":
        """The decision maker was reached."""
        return self.filter(result__is_decider=True)

    def successful(self) -> "CallAttemptQuerySet":
        """Ended with what the list is called for: a checked company or a meeting."""
        return self.filter(result__is_success=True)

    def promised(self) -> "CallAttemptQuerySet":
        """Calls that a client was promised at a certain time."""
        return self.filter(promised_at__isnull=False)

    def promise_kept(self) -> "CallAttemptQuerySet":
        """Of the promised calls, those dialled within a quarter of an hour of the promised time."""
        return self.filter(promised_at__gte=F("started_at") - GRACE, promised_at__lte=F("started_at") + GRACE)

    def with_seconds(self) -> "CallAttemptQuerySet":
        """Annotate `seconds`: from dialling to the written result, whole seconds."""
        return self.annotate(
            seconds=Cast(
                Extract(F("ended_at") - F("started_at"), "epoch"), DecimalField(max_digits=12, decimal_places=0)
            )
        )


class ScriptVersionQuerySet(PermittedQuerySet):
    """Words about versions of scripts."""

    def released(self) -> "ScriptVersionQuerySet":
        """The versions that operators go by now."""
        return self.filter(state=ScriptState.RELEASED)
