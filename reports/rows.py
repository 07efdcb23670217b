"""A fact as a line of a drill-down: the same five columns for every figure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.urls import reverse

from agenda.models import Meeting, Task
from callcenter.models import CallAttempt
from campaigns.models import Campaign, MailItem
from companies.models import Company
from contacts.models import Need
from deals.models import Deal, Invoice, Payment, Proposal, Shipment
from intake.models import Correction


@dataclass(frozen=True)
class Row:
    """What a fact shows of itself."""

    at: datetime | date | None
    company: Company | None
    text: Any
    who: Any
    amount: Decimal | None = None
    url: str = ""


def _company_url(pk: int | None) -> str:
    return reverse("companies:detail", args=[pk]) if pk else ""


# model -> (relations to join, how its row reads)
READERS: dict[type[Model], tuple[tuple[str, ...], Callable[[Any], Row]]] = {
    Company: (("owner",), lambda f: Row(f.created_at, f, f.get_stage_display(), f.owner, url=_company_url(f.pk))),
    CallAttempt: (
        ("company", "operator", "result"),
        lambda f: Row(f.ended_at, f.company, f.result.label, f.operator, url=_company_url(f.company_id)),
    ),
    Correction: (
        ("company", "proposed_by"),
        lambda f: Row(
            f.decided_at, f.company, f"{f.old_value} → {f.new_value}", f.proposed_by, url=_company_url(f.company_id)
        ),
    ),
    Campaign: (
        ("owner",),
        lambda f: Row(f.started_at, None, f.name, f.owner, f.budget, reverse("campaigns:detail", args=[f.pk])),
    ),
    MailItem: (("company",), lambda f: Row(f.sent_at, f.company, f.email, None, url=_company_url(f.company_id))),
    Need: (
        ("company", "found_by"),
        lambda f: Row(f.found_at, f.company, f.text, f.found_by, url=_company_url(f.company_id)),
    ),
    Meeting: (
        ("company", "manager"),
        lambda f: Row(
            f.starts_at, f.company, f.result_text or f.subject, f.manager, url=reverse("agenda:meeting", args=[f.pk])
        ),
    ),
    Task: (("company", "owner"), lambda f: Row(f.due_at, f.company, f.title, f.owner, url=_company_url(f.company_id))),
    Proposal: (
        ("deal__company", "deal__owner"),
        lambda f: Row(
            f.sent_at, f.deal.company, f.title, f.deal.owner, f.total, reverse("deals:proposal", args=[f.pk])
        ),
    ),
    Deal: (
        ("company", "owner"),
        lambda f: Row(
            f.closed_at or f.opened_at, f.company, f.title, f.owner, f.amount, reverse("deals:detail", args=[f.pk])
        ),
    ),
    Invoice: (
        ("company", "deal__owner"),
        lambda f: Row(
            f.due_on, f.company, f"№ {f.number}", f.deal.owner, f.remainder, reverse("deals:detail", args=[f.deal_id])
        ),
    ),
    Payment: (
        ("company__owner",),
        lambda f: Row(
            f.paid_on, f.company, f.purpose or f.document, f.company.owner, f.amount, _company_url(f.company_id)
        ),
    ),
    Shipment: (
        ("company__owner",),
        lambda f: Row(f.shipped_on, f.company, f.document, f.company.owner, f.amount, _company_url(f.company_id)),
    ),
}


def related(model: type[Model]) -> tuple[str, ...]:
    """What to join so that a page of rows costs one query."""
    return READERS[model][0]


def read(fact: Model) -> Row:
    """The line of this fact. Raises KeyError for a model that no figure counts."""
    return READERS[type(fact)][1](fact)
