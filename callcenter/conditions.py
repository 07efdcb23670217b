"""Fields of selections about call lists and results of calls."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from callcenter.enums import ItemState
from callcenter.models import CallAttempt, CallList, QueueItem, ResultCode
from companies.conditions import Field, register

CALLS = _("Calls of the call centre")


def register_own() -> None:
    """Called once when the app is ready."""
    calls: dict[str, Any] = {"rows": CallAttempt.objects.all, "action": "callcenter.view_callattempt"}
    cards: dict[str, Any] = {"rows": QueueItem.objects.all, "action": "callcenter.view_queueitem"}
    lists = (CallList.objects.all, "callcenter.view_calllist")
    states = lambda: ItemState.choices  # noqa: E731
    register(
        Field("call_list", _("In the call list"), CALLS, "choice", "call_list", offered=lists, **cards),
        Field("call_state", _("State of the card"), CALLS, "choice", "state", states, **cards),
        Field("call_result", _("Result of a call"), CALLS, "choice", "result", _results, **calls),
        Field("called_on", _("Called by an operator"), CALLS, "date", "ended_at", **calls),
        Field("call_note", _("Note of an operator"), CALLS, "text", "note", **calls),
    )


def _results() -> list[tuple[str, str]]:
    return [
        (str(code.pk), f"{code.get_kind_display()}: {code.label}")
        for code in ResultCode.objects.order_by("kind", "digit")
    ]
