"""Words about cards of the queue."""

from datetime import datetime
from typing import Any

from accounts.querysets import PermittedQuerySet
from callcenter.enums import LIVE_STATES, ItemState


class QueueItemQuerySet(PermittedQuerySet):
    """The vocabulary of the queue."""

    def live(self) -> "QueueItemQuerySet":
        """Cards in somebody's hands."""
        return self.filter(state__in=LIVE_STATES)

    def held_by(self, operator: Any) -> "QueueItemQuerySet":
        """The card an operator works on now."""
        return self.live().filter(held_by=operator)

    def ready(self, now: datetime) -> "QueueItemQuerySet":
        """Cards that may be given out by their time (calling hours are checked at the claim)."""
        return self.filter(state=ItemState.READY, is_offered=True, due_at__lte=now)
