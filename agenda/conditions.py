"""Fields of selections about tasks and meetings."""

from django.utils.translation import gettext_lazy as _

from agenda.enums import MeetingState, TaskState
from agenda.models import Meeting, Task
from companies.conditions import Field, register

AGENDA = _("Tasks and meetings")


def register_own() -> None:
    """Called once when the app is ready."""
    register(
        Field(
            "task_due",
            _("Open task, due"),
            AGENDA,
            "date",
            "due_at",
            rows=lambda: Task.objects.filter(state=TaskState.OPEN),
        ),
        Field("task", _("Open task"), AGENDA, "text", "title", rows=lambda: Task.objects.filter(state=TaskState.OPEN)),
        Field("meeting", _("Meeting"), AGENDA, "date", "starts_at", rows=Meeting.objects.all),
        Field(
            "meeting_state",
            _("State of a meeting"),
            AGENDA,
            "choice",
            "state",
            lambda: MeetingState.choices,
            Meeting.objects.all,
        ),
    )
