"""All figures of the product, by function of the sales cycle."""

from datetime import date, datetime

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Function
from agenda.enums import MeetingState, TaskState
from agenda.models import Meeting, Task
from callcenter.models import CallAttempt
from campaigns.enums import MailState
from campaigns.models import Campaign, MailItem
from companies.models import Company
from contacts.models import Need
from deals.enums import DealState
from deals.models import Deal, Invoice, Payment, Proposal, Shipment
from intake.enums import CorrectionState
from intake.models import Correction
from reports.enums import Better, Unit
from reports.kpi import Kpi, Ratio, register

M, C, S, K = Function.MARKETING, Function.COMMUNICATIONS, Function.SALES, Function.CONTROL
SENT = [MailState.ACCEPTED, MailState.BOUNCED, MailState.FAILED]


def _now() -> datetime:
    return timezone.now()


def _today() -> date:
    return timezone.localdate()


def _letters(*states: str):
    return lambda: MailItem.objects.filter(state__in=states)


def _calls(**flags: bool):
    return lambda: CallAttempt.objects.filter(**flags)


LETTERS = {"at": "sent_at", "who": "campaign__owner", "cycle": "campaign__cycle", "action": "campaigns.view_letter"}
CALLS = {
    "at": "ended_at",
    "who": "operator",
    "cycle": "item__call_list__cycle",
    "action": "callcenter.view_callattempt",
}

MARKETING = [
    Kpi(
        "companies_collected",
        _("New companies"),
        M,
        Company.objects.active,
        at="created_at",
        who="created_by",
        action="companies.view_company",
    ),
    Kpi(
        "companies_verified",
        _("Companies verified"),
        M,
        Company.objects.active,
        at="verified_at",
        who="verified_by",
        action="companies.view_company",
        is_result=True,
    ),
    Kpi(
        "corrections_accepted",
        _("Corrections accepted"),
        M,
        lambda: Correction.objects.filter(state=CorrectionState.ACCEPTED),
        at="decided_at",
        who="decided_by",
        action="intake.view_correction",
    ),
    Kpi(
        "campaigns_started",
        _("Mailings"),
        M,
        Campaign.objects.all,
        at="started_at",
        who="owner",
        cycle="cycle",
        action="campaigns.view_campaign",
    ),
    Kpi("letters_sent", _("Letters sent"), M, _letters(*SENT), **LETTERS),
    Kpi("letters_delivered", _("Letters delivered"), M, _letters(MailState.ACCEPTED), **LETTERS, is_result=True),
    Kpi(
        "letters_refused",
        _("Letters refused or returned"),
        M,
        _letters(MailState.BOUNCED, MailState.FAILED),
        **LETTERS,
        better=Better.LESS,
    ),
    Ratio("delivery_rate", _("Delivery of letters, %"), M, "letters_delivered", "letters_sent"),
]

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
        action="agenda.view_meeting",
        is_result=True,
    ),
    Ratio("contact_rate", _("Answered by a human, %"), C, "talks", "dials"),
    Ratio("decider_rate", _("Reach of decision makers, %"), C, "deciders_reached", "dials"),
    Ratio("meeting_rate", _("Decision maker to meeting, %"), C, "meetings_booked", "deciders_reached"),
]

SALES = [
    Kpi(
        "meetings_held",
        _("Meetings held"),
        S,
        lambda: Meeting.objects.filter(state=MeetingState.HELD),
        at="closed_at",
        who="manager",
        cycle="cycle",
        action="agenda.view_meeting",
        is_result=True,
    ),
    Kpi(
        "proposals_sent",
        _("Proposals sent"),
        S,
        Proposal.objects.all,
        at="sent_at",
        who="deal__owner",
        cycle="deal__cycle",
        action="deals.view_proposal",
    ),
    Kpi(
        "deals_won",
        _("Deals won"),
        S,
        Deal.objects.won,
        at="closed_at",
        who="owner",
        cycle="cycle",
        action="deals.view_deal",
        is_result=True,
    ),
    Kpi(
        "revenue_won",
        _("Sum of deals won"),
        S,
        Deal.objects.won,
        at="closed_at",
        who="owner",
        cycle="cycle",
        action="deals.view_deal",
        total="amount",
        unit=Unit.MONEY,
        is_result=True,
    ),
    Kpi(
        "payments",
        _("Payments"),
        S,
        Payment.objects.all,
        at="paid_on",
        is_date=True,
        who="company__owner",
        action="deals.view_payment",
        total="amount",
        unit=Unit.MONEY,
        is_result=True,
    ),
    Kpi(
        "shipments",
        _("Shipped"),
        S,
        lambda: Shipment.objects.filter(shipped_on__isnull=False),
        at="shipped_on",
        is_date=True,
        who="company__owner",
        action="deals.view_shipment",
        total="amount",
        unit=Unit.MONEY,
        is_result=True,
    ),
    Ratio("win_rate", _("Proposal to deal, %"), S, "deals_won", "proposals_sent"),
]

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


def register_all() -> None:
    """Called once from ReportsConfig.ready."""
    register(*MARKETING, *COMMUNICATIONS, *SALES, *CONTROL)
