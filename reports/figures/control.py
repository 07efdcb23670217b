"""Figures of control: what is late and what is owed."""

from datetime import date, datetime

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Function
from agenda.enums import TaskState
from agenda.models import Meeting, Task
from deals.enums import DealState
from deals.models import Deal, Invoice
from reports.enums import Better, Unit
from reports.kpi import Kpi

K = Function.CONTROL


def _now() -> datetime:
    return timezone.now()


def _today() -> date:
    return timezone.localdate()


CONTROL = [
    Kpi(
        "tasks_done",
        _("Tasks done in time"),
        K,
        lambda: Task.objects.filter(state=TaskState.DONE, closed_at__lte=F("due_at")),
        at="closed_at",
        who="owner",
        action="agenda.view_task",
    ),
    Kpi(
        "tasks_overdue",
        _("Overdue tasks"),
        K,
        lambda: Task.objects.overdue(_now()),
        at="",
        who="owner",
        action="agenda.view_task",
        better=Better.LESS,
    ),
    Kpi(
        "deals_late",
        _("Deals with an overdue step"),
        K,
        lambda: Deal.objects.late(_now()),
        at="",
        who="owner",
        cycle="cycle",
        action="deals.view_deal",
        better=Better.LESS,
    ),
    Kpi(
        "meetings_without_result",
        _("Meetings without a result"),
        K,
        lambda: Meeting.objects.without_result(_now()),
        at="",
        who="manager",
        cycle="cycle",
        action="agenda.view_meeting",
        better=Better.LESS,
    ),
    Kpi(
        "receivables",
        _("Receivables"),
        K,
        lambda: Invoice.objects.unpaid().with_remainder(),
        at="",
        who="deal__owner",
        cycle="deal__cycle",
        action="deals.view_receivables",
        total="left",
        unit=Unit.MONEY,
        better=Better.LESS,
    ),
    Kpi(
        "receivables_overdue",
        _("Overdue to us"),
        K,
        lambda: Invoice.objects.overdue(_today()).with_remainder(),
        at="",
        who="deal__owner",
        cycle="deal__cycle",
        action="deals.view_receivables",
        total="left",
        unit=Unit.MONEY,
        better=Better.LESS,
    ),
    Kpi(
        "deals_lost",
        _("Deals lost"),
        K,
        lambda: Deal.objects.filter(state=DealState.LOST),
        at="closed_at",
        who="owner",
        cycle="cycle",
        action="deals.view_deal",
        better=Better.LESS,
    ),
]
