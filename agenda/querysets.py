"""Words about tasks and meetings."""

from datetime import datetime

from accounts.querysets import PermittedQuerySet
from agenda.enums import MeetingState, TaskState


class TaskQuerySet(PermittedQuerySet):
    """Words about tasks."""

    def open(self) -> "TaskQuerySet":
        """Not done and not cancelled."""
        return self.filter(state=TaskState.OPEN)

    def overdue(self, now: datetime) -> "TaskQuerySet":
        """Open past the term."""
        return self.open().filter(due_at__lt=now)

    def between(self, start: datetime, end: datetime) -> "TaskQuerySet":
        """With the term in [start, end)."""
        return self.filter(due_at__gte=start, due_at__lt=end)


class MeetingQuerySet(PermittedQuerySet):
    """Words about meetings."""

    def booked(self) -> "MeetingQuerySet":
        """Still to come, or waiting for the result."""
        return self.filter(state=MeetingState.BOOKED)

    def without_result(self, now: datetime) -> "MeetingQuerySet":
        """Over, and nobody has written what came of it."""
        return self.booked().filter(ends_at__lt=now)

    def between(self, start: datetime, end: datetime) -> "MeetingQuerySet":
        """Starting in [start, end)."""
        return self.filter(starts_at__gte=start, starts_at__lt=end)
