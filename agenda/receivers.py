"""What the apps below report and the calendar acts on."""

from typing import Any

from django.utils.translation import gettext as _

from agenda.services import hand_over_meetings, hand_over_tasks
from contacts.services.handover import Move
from contacts.signals import clients_handed_over


def clients_were_handed_over(move: Move, **_kwargs: Any) -> list[tuple[str, int]]:
    """Open tasks and booked meetings go along; a negative number is what could not."""
    meetings, busy = hand_over_meetings(move)
    return [(_("Tasks"), hand_over_tasks(move)), (_("Meetings"), meetings), (_("Meetings in busy hours"), -busy)]


def connect() -> None:
    """Called once, when the app is ready."""
    clients_handed_over.connect(clients_were_handed_over, dispatch_uid="agenda.clients_were_handed_over")
