"""The funnel of the cycle: six stages, each a figure with its rows, the conversion to the next against the plan."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from callcenter.enums import ListKind
from callcenter.models import CallAttempt
from campaigns.enums import MailState
from campaigns.models import MailItem
from companies.models import Company
from reports.kpi import Slice, get

# planned conversions to the next stage, per cent: research of the field, editable as targets "funnel.<stage>"
NORMS = {"verified": 70, "delivered": 95, "reached": 35, "met": 12, "won": 13}


@dataclass(frozen=True)
class Step:
    """One stage of the funnel."""

    name: str
    label: Any
    number: int
    count: int
    conversion: Decimal | None  # from the stage before, %
    norm: int | None
    from_height: float = 0  # of the wave, 0..100: the square root of the count
    to_height: float = 0

    @property
    def tone(self) -> str:
        """ok at the norm, warn up to a tenth below, bad further down."""
        if self.conversion is None or self.norm is None:
            return ""
        return (
            "ok" if self.conversion >= self.norm else "warn" if self.conversion >= self.norm * Decimal("0.9") else "bad"
        )

    @property
    def path(self) -> str:
        """The wave of this stage in an SVG of 100 × 100."""
        top, bottom = 100 - self.from_height, 100 - self.to_height
        return f"M0 {top:.1f} C50 {top:.1f} 50 {bottom:.1f} 100 {bottom:.1f} V100 H0Z"

    @property
    def is_weak(self) -> bool:
        """Whether the conversion is below the norm."""
        return self.conversion is not None and self.norm is not None and self.conversion < self.norm


def _companies(part: Slice, viewer: User) -> QuerySet:
    """Companies in work: those of the wave, or all that anything was done with in the period."""
    companies = Company.objects.permitted(viewer, "companies.view_company")
    if part.cycle:
        wave = Q(interactions__cycle=part.cycle)
        return companies.filter(pk__in=Company.objects.filter(wave).values("pk"))
    touched = Q(interactions__at__gte=part.period.start, interactions__at__lt=part.period.end)
    return companies.filter(pk__in=Company.objects.filter(touched).values("pk"))


def rows_of(name: str, part: Slice, viewer: User) -> QuerySet:
    """The companies that got so far or farther. Raises KeyError for an unknown stage.

    «Or farther» keeps the funnel a funnel: a letter of October that is called about in November counts as delivered in
    the November in which its company was reached.
    """
    names = [stage for stage, _label in STEPS]
    if name not in names:
        raise KeyError(name)
    reached = [_facts_of(stage, part, viewer) for stage in names[names.index(name) :]]
    return Company.objects.permitted(viewer, "companies.view_company").filter(pk__in=reached[0].union(*reached[1:]))


def _facts_of(stage: str, part: Slice, viewer: User) -> QuerySet:
    """The keys of the companies with a fact of this very stage."""
    facts = {
        "worked": lambda: _companies(part, viewer).values("pk"),
        "verified": lambda: (
            _companies(part, viewer).filter(verified_at__isnull=False, verified_at__lt=part.period.end).values("pk")
        ),
        "delivered": lambda: _within(
            MailItem.objects.filter(state=MailState.ACCEPTED), part, "sent_at", "campaign__cycle"
        ),
        "reached": lambda: _within(
            CallAttempt.objects.filter(result__is_decider=True, item__call_list__kind=ListKind.CALLBACK),
            part,
            "ended_at",
            "item__call_list__cycle",
        ),
        "met": lambda: get("meetings_held").facts(part, viewer).values("company"),
        "won": lambda: get("deals_won").facts(part, viewer).values("company"),
    }
    return facts[stage]().order_by()


def _within(facts: QuerySet, part: Slice, at: str, cycle: str) -> QuerySet:
    facts = facts.filter(**{cycle: part.cycle}) if part.cycle else facts
    return facts.filter(**{f"{at}__gte": part.period.start, f"{at}__lt": part.period.end}).values("company")


STEPS = [
    ("worked", _("Base in work")),
    ("verified", _("Checked by a call")),
    ("delivered", _("Letter delivered")),
    ("reached", _("Decision maker reached")),
    ("met", _("Meeting")),
    ("won", _("Deal")),
]


def funnel(part: Slice, viewer: User) -> list[Step]:
    """The six stages with their conversions."""
    steps: list[Step] = []
    for number, (name, label) in enumerate(STEPS, start=1):
        count = rows_of(name, part, viewer).count()
        before = steps[-1].count if steps else 0
        conversion = round(Decimal(count) * 100 / before, 1) if before else None
        steps.append(Step(name, label, number, count, conversion, NORMS.get(name)))
    return _with_heights(steps)


def _with_heights(steps: list[Step]) -> list[Step]:
    """A wave from stage to stage; exact counts stand beside it, so a square root may keep the small ones visible."""
    largest = max((step.count for step in steps), default=0) or 1
    heights = [max(4.0, 100 * (step.count / largest) ** 0.5) if step.count else 1.0 for step in steps]
    return [
        replace(step, from_height=height, to_height=following)
        for step, height, following in zip(steps, heights, [*heights[1:], heights[-1]], strict=True)
    ]


def bottleneck(steps: list[Step]) -> Step | None:
    """The stage that falls shortest of its norm."""
    weak = [step for step in steps if step.is_weak]
    return min(weak, key=lambda step: step.conversion / step.norm, default=None)
