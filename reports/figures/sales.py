"""Figures of sales: meetings, proposals, deals, money."""

from django.utils.translation import gettext_lazy as _

from accounts.enums import Function
from agenda.enums import MeetingState
from agenda.models import Meeting
from deals.models import Deal, Payment, Proposal, Shipment
from reports.enums import Unit
from reports.kpi import Kpi, Ratio

S = Function.SALES

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
