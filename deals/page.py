"""What the page of one deal shows."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from accounts.models import User
from contacts import kinds
from contacts.models import Interaction, Person
from deals.board import Card, card_of
from deals.enums import DealState, ProposalState
from deals.gates import Gate, gates_between
from deals.margin import Margin, margin_of
from deals.models import Allocation, Deal, Invoice, Proposal, Stage

STORY_LENGTH = 14


@dataclass
class Step:
    """A stage on the way of the deal."""

    stage: Stage
    state: str  # "done", "now" or ""
    mark: str = ""  # of the border to the next stage: "open", "is-missing" or "shut"


@dataclass
class DealPage:
    """Everything on the page."""

    deal: Deal
    card: Card | None
    steps: list[Step]
    next_stage: Stage | None
    gates: list[Gate]
    proposals: list[Proposal]
    invoices: list[Invoice]
    people: list[Person]
    story: list[tuple[Interaction, Any]]
    margin: Margin | None = None
    days_in_stage: int = 0
    totals: dict[str, Decimal] = field(default_factory=dict)

    @property
    def missing(self) -> int:
        """How many conditions are not met."""
        return sum(not gate.is_met for gate in self.gates)

    @property
    def blocking(self) -> int:
        """How many of them hold the deal."""
        return sum(not gate.is_met and not gate.is_soft for gate in self.gates)

    @property
    def latest(self) -> Proposal | None:
        """The newest proposal."""
        return self.proposals[0] if self.proposals else None

    @property
    def forecast(self) -> Decimal:
        """The sum by the probability of the stage."""
        return self.deal.amount * self.deal.stage.probability / 100


def page_of(deal: Deal, user: User, *, now: datetime) -> DealPage:
    """The page for this person: only papers, people and history that the person may see."""
    stages = list(Stage.objects.filter(pipeline=deal.stage.pipeline_id).order_by("order"))
    following = next((stage for stage in stages if stage.order > deal.stage.order), None)
    is_open = deal.state == DealState.OPEN
    gates = gates_between(deal, [following]) if is_open and following else []
    proposals = list(
        Proposal.objects.permitted(user, "deals.view_proposal").filter(deal=deal).select_related("created_by")
    )
    invoices = _invoices(deal, user)
    page = DealPage(
        deal=deal,
        card=card_of(deal, now) if is_open else None,
        steps=_steps(stages, deal, gates),
        next_stage=following if is_open else None,
        gates=gates,
        proposals=proposals,
        invoices=invoices,
        people=_people(deal, user),
        story=_story(deal, user),
        days_in_stage=((deal.closed_at or now) - deal.stage_since).days,
        totals={
            "billed": sum((row.total for row in invoices if not row.cancelled_at), Decimal(0)),
            "paid": sum((row.paid for row in invoices), Decimal(0)),
        },
    )
    offered = next((row for row in proposals if row.state != ProposalState.REPLACED), None)
    if offered and user.may("deals.view_margin"):
        page.margin = margin_of(list(offered.lines.all()))
    return page


def _steps(stages: list[Stage], deal: Deal, gates: list[Gate]) -> list[Step]:
    steps = []
    for stage in stages:
        is_won = deal.state == DealState.WON
        state = "done" if stage.order < deal.stage.order or is_won else "now" if stage == deal.stage else ""
        is_held = any(not gate.is_met and not gate.is_soft for gate in gates)
        mark = {"done": "open", "now": "is-missing" if is_held else "open", "": "shut"}[state]
        steps.append(Step(stage, state, mark))
    steps[-1].mark = ""
    return steps


def _invoices(deal: Deal, user: User) -> list[Invoice]:
    allocations = Prefetch(
        "allocations", Allocation.objects.select_related("payment").order_by("payment__paid_on", "pk")
    )
    found = Invoice.objects.permitted(user, "deals.view_invoice").filter(deal=deal)
    invoices = list(found.select_related("proposal").prefetch_related(allocations, "shipments"))
    today = timezone.localdate()
    for invoice in invoices:
        invoice.late = invoice.overdue_days(today)
    return invoices


def _people(deal: Deal, user: User) -> list[Person]:
    if not user.may("contacts.view_person"):
        return []
    people = Person.objects.permitted(user, "contacts.view_person").working().filter(company=deal.company)
    return list(people.prefetch_related("phones", "emails")[:6])


def _story(deal: Deal, user: User) -> list[tuple[Interaction, Any]]:
    """What happened with the company since the deal was opened: the deal's own lines and contacts with its people."""
    if not user.may("contacts.view_interaction"):
        return []
    lines = Interaction.objects.permitted(user, "contacts.view_interaction").filter(
        company=deal.company, at__gte=deal.opened_at
    )
    return [(line, kinds.get(line.kind)) for line in lines.for_story()[:STORY_LENGTH]]
