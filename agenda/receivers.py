"""What the apps below report and the calendar acts on."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from agenda.services import ask_to_share, close_asked, hand_over_meetings, hand_over_tasks
from contacts.services.handover import Move
from contacts.signals import clients_handed_over
from intake.models import SharingRequest
from intake.signals import sharing_asked, sharing_decided


def clients_were_handed_over(move: Move, **_kwargs: Any) -> list[tuple[str, int]]:
    """Open tasks and booked meetings go along; a negative number is what could not."""
    meetings, busy = hand_over_meetings(move)
    return [(_("Tasks"), hand_over_tasks(move)), (_("Meetings"), meetings), (_("Meetings in busy hours"), -busy)]


def sharing_was_asked(request: SharingRequest, now: datetime, **_kwargs: Any) -> None:
    ask_to_share(request, now=now)


def sharing_was_decided(request: SharingRequest, actor: User, now: datetime, **_kwargs: Any) -> None:
    close_asked(request, actor=actor, now=now)


def connect() -> None:
    """Called once, when the app is ready."""
    sharing_asked.connect(sharing_was_asked, dispatch_uid="agenda.sharing_was_asked")
    sharing_decided.connect(sharing_was_decided, dispatch_uid="agenda.sharing_was_decided")
    clients_handed_over.connect(clients_were_handed_over, dispatch_uid="agenda.clients_were_handed_over")
