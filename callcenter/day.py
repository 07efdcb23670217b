"""An operator's day: what is done against what is planned."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callcenter.enums import ListKind
from callcenter.models import CallAttempt
from intake.enums import CorrectionState
from intake.models import Correction

# What one person does in a day, from the practice of departments that only call (research: 70 dials, 55 checks).
NORMS = {"calls": 70, "talks": 30, "deciders": 10, "meetings": 3, "checked": 45, "found": 25, "corrections": 40}
STARTS, ENDS = 9, 18


@dataclass(frozen=True)
class Measure:
    """A line of «My day»."""

    label: Any
    fact: int
    plan: int
    mark: int  # where the day stands, in per cent of the plan

    @property
    def percent(self) -> int:
        """Done, in per cent of the plan."""
        return min(100, round(100 * self.fact / self.plan))

    @property
    def tone(self) -> str:
        """Amber below four fifths of where one should be by now."""
        return "warn" if self.percent < self.mark * 0.8 else ""


def today(now: datetime) -> tuple[datetime, datetime]:
    """The present day of whoever looks."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


def day_share(now: datetime) -> int:
    """How much of the shift has passed, in per cent."""
    local = timezone.localtime(now)
    passed = (local.hour - STARTS) * 60 + local.minute
    return max(0, min(100, round(100 * passed / ((ENDS - STARTS) * 60))))


FIGURES = {
    "calls": Count("pk"),
    "talks": Count("pk", filter=Q(result__is_human=True)),
    "deciders": Count("pk", filter=Q(result__is_decider=True)),
    "meetings": Count("pk", filter=Q(result__code="meeting")),
    "checked": Count("pk", filter=Q(result__code="verified")),
    "partly": Count("pk", filter=Q(result__code="partly")),
}


def figures_of(operator: Any, now: datetime) -> dict[str, int]:
    """Today's counts of one operator. One query."""
    return CallAttempt.objects.filter(operator=operator).between(*today(now)).aggregate(**FIGURES)


def my_day(operator: Any, kind: str, figures: dict[str, int], now: datetime) -> list[Measure]:
    """The lines of «My day» for the kind of work in hand."""
    mark = day_share(now)
    if kind == ListKind.VERIFICATION:
        start, end = today(now)
        proposed = Correction.objects.filter(proposed_by=operator, proposed_at__gte=start, proposed_at__lt=end).count()
        rows = [(_("Checked"), "checked", figures["checked"]), (_("Corrections"), "corrections", proposed)]
        rows.insert(1, (_("Calls"), "calls", figures["calls"]))
    else:
        names = [(_("Calls"), "calls"), (_("Talks"), "talks"), (_("Deciders"), "deciders")]
        rows = [(label, name, figures[name]) for label, name in [*names, (_("Meetings"), "meetings")]]
    return [Measure(label, fact, NORMS[name], mark) for label, name, fact in rows]


def accepted_share(operator: Any) -> int | None:
    """How many of the operator's decided corrections a marketer has accepted, in per cent."""
    decided = Correction.objects.filter(
        proposed_by=operator, state__in=[CorrectionState.ACCEPTED, CorrectionState.REJECTED]
    )
    total = decided.aggregate(all=Count("pk"), good=Count("pk", filter=Q(state=CorrectionState.ACCEPTED)))
    return round(100 * total["good"] / total["all"]) if total["all"] else None
