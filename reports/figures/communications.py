"""Figures of the call-centre."""

from django.utils.translation import gettext_lazy as _

from accounts.enums import Function
from agenda.enums import MeetingState
from agenda.models import Meeting
from callcenter.enums import ListKind
from callcenter.models import CallAttempt
from contacts.models import Need
from reports.enums import Better, Unit
from reports.kpi import Kpi, Ratio

C = Function.COMMUNICATIONS


def _calls(**flags: object):
    return lambda: CallAttempt.objects.filter(**flags)


def _handled(**flags: object):
    """With the seconds from dialling to the written result: talk and wrap-up."""
    return lambda: CallAttempt.objects.filter(**flags).with_seconds()


CALLS = {
    "at": "ended_at",
    "who": "operator",
    "cycle": "item__call_list__cycle",
    "source": "company__source",
    "action": "callcenter.view_callattempt",
}

CHECKED = {"result__kind": ListKind.VERIFICATION, "result__is_success": True}
LESS_SECONDS = {"unit": Unit.SECONDS, "better": Better.LESS, "is_result": False}
LESS_TIMES = {"unit": Unit.TIMES, "better": Better.LESS}

COMMUNICATIONS = [
    Kpi("dials", _("Calls"), C, _calls(), **CALLS),
    Kpi("talks", _("Talks"), C, _calls(result__is_human=True), **CALLS),
    Kpi(
        "deciders_reached",
        _("Decision makers reached"),
        C,
        _calls(result__is_decider=True),
        **CALLS,
        is_result=True,
    ),
    Kpi(
        "needs_found",
        _("Needs found out"),
        C,
        Need.objects.all,
        at="found_at",
        who="found_by",
        cycle="cycle",
        source="company__source",
        action="contacts.view_need",
        is_result=True,
    ),
    Kpi(
        "meetings_booked",
        _("Meetings booked"),
        C,
        Meeting.objects.all,
        at="booked_at",
        who="booked_by",
        cycle="cycle",
        source="company__source",
        action="agenda.view_meeting",
        is_result=True,
    ),
    Kpi(
        "meetings_booked_held",
        _("Booked meetings that were held"),
        C,
        lambda: Meeting.objects.filter(state=MeetingState.HELD),
        at="closed_at",
        who="booked_by",
        cycle="cycle",
        source="company__source",
        action="agenda.view_meeting",
        is_result=True,
    ),
    Kpi("checks", _("Companies checked by a call"), C, _calls(**CHECKED), **CALLS, is_result=True),
    Kpi("promises", _("Promised calls made"), C, CallAttempt.objects.promised, **CALLS),
    Kpi(
        "promises_kept", _("Promised calls made in time"), C, CallAttempt.objects.promise_kept, **CALLS, is_result=True
    ),
    Kpi("call_seconds", _("Time on calls"), C, _handled(), **CALLS, total="seconds", unit=Unit.SECONDS),
    Kpi(
        "talk_seconds",
        _("Time on talks"),
        C,
        _handled(result__is_human=True),
        **CALLS,
        total="seconds",
        unit=Unit.SECONDS,
    ),
    Kpi(
        "check_seconds",
        _("Time on verification"),
        C,
        _handled(result__kind=ListKind.VERIFICATION),
        **CALLS,
        total="seconds",
        unit=Unit.SECONDS,
    ),
    Ratio("contact_rate", _("Answered by a human, %"), C, "talks", "dials"),
    Ratio("decider_rate", _("Reach of decision makers, %"), C, "deciders_reached", "dials"),
    Ratio("meeting_rate", _("Decision maker to meeting, %"), C, "meetings_booked", "deciders_reached"),
    Ratio("callbacks_kept", _("Promised calls kept, %"), C, "promises_kept", "promises"),
    Ratio("meetings_kept", _("Booked meetings held, %"), C, "meetings_booked_held", "meetings_booked"),
    # AHT = (talk + hold + wrap-up) / handled; hold is part of the talk here
    Ratio("handling_time", _("Average handling time"), C, "talk_seconds", "talks", **LESS_SECONDS),
    Ratio("calls_per_reach", _("Calls per decision maker reached"), C, "dials", "deciders_reached", **LESS_TIMES),
    Ratio(
        "checks_per_hour", _("Companies checked per hour"), C, "checks", "check_seconds", unit=Unit.TIMES, whole_in=3600
    ),
]
