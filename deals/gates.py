"""The conditions on a deal's way: what must be done before it enters a stage."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deals.enums import ProposalState
from deals.models import Deal, Invoice, Stage


@dataclass(frozen=True)
class Gate:
    """A condition of entering a stage and whether it is met; a soft one only warns."""

    text: Any
    is_met: bool
    is_soft: bool = False


def _has_sent_proposal(deal: Deal) -> Gate:
    return Gate(_("A proposal has been sent"), deal.proposals.with_client().exists())


def _discounts_settled(deal: Deal) -> Gate:
    return Gate(
        _("No discount waits for the director"), not deal.proposals.filter(state=ProposalState.ON_APPROVAL).exists()
    )


def _inn_known(deal: Deal) -> Gate:
    return Gate(_("The client's INN is known"), bool(deal.company.inn))


def _no_debt(deal: Deal) -> Gate:
    overdue = Invoice.objects.overdue(timezone.localdate()).filter(company=deal.company_id)
    return Gate(_("The client has no overdue invoices"), not overdue.exists(), is_soft=True)


def _invoice_issued(deal: Deal) -> Gate:
    return Gate(_("An invoice has been issued"), deal.invoices.in_force().exists())


_CONDITIONS: dict[str, tuple[Callable[[Deal], Gate], ...]] = {
    "proposal": (_has_sent_proposal,),
    "agreement": (_discounts_settled, _no_debt),
    "contract": (_inn_known,),
    "payment": (_invoice_issued,),
}


def gates_between(deal: Deal, stages: list[Stage]) -> list[Gate]:
    """The conditions of all these stages."""
    return [condition(deal) for stage in stages for condition in _CONDITIONS.get(stage.code, ())]


def gates_on_the_way(deal: Deal, target: Stage) -> list[Gate]:
    """What must be met on the way from the deal's stage to the target; nothing on the way back."""
    way = Stage.objects.filter(pipeline=target.pipeline_id, order__gt=deal.stage.order, order__lte=target.order)
    return gates_between(deal, list(way))
