"""Fields of selections about tasks and meetings."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agenda.enums import MeetingState, TaskState
from agenda.models import Meeting, Task
from companies.conditions import Field, register

AGENDA = _("Tasks and meetings")


def register_own() -> None:
    """Called once when the app is ready."""
    tasks: dict[str, Any] = {"rows": _open_tasks, "action": "agenda.view_task"}
    meetings: dict[str, Any] = {"rows": Meeting.objects.all, "action": "agenda.view_meeting"}
    states = lambda: MeetingState.choices  # noqa: E731
    register(
        Field("task_due", _("Open task, due"), AGENDA, "date", "due_at", **tasks),
        Field("task", _("Open task"), AGENDA, "text", "title", **tasks),
        Field("meeting", _("Meeting"), AGENDA, "date", "starts_at", **meetings),
        Field("meeting_state", _("State of a meeting"), AGENDA, "choice", "state", states, **meetings),
    )


def _open_tasks():
    return Task.objects.filter(state=TaskState.OPEN)
