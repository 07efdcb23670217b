"""The registry of figures: one declaration per KPI. No number on any screen is computed elsewhere.

A figure is a queryset over facts plus how to add it up, so that every number opens to the very rows it was counted from.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from accounts.enums import Function
from accounts.models import Team, User
from companies.models import Source
from contacts.models import Cycle
from reports.enums import Better, Unit
from reports.period import Period


@dataclass(frozen=True)
class Slice:
    """What part of the facts a figure is asked for."""

    period: Period
    person: User | None = None
    team: Team | None = None
    cycle: Cycle | None = None
    source: Source | None = None  # where the companies of the facts were found


@dataclass(frozen=True)
class Kpi:
    """A figure: the rows of facts, the field of time, who did it, what is summed (nothing = rows are counted)."""

    name: str
    label: Any
    function: Function
    rows: Callable[[], QuerySet]  # all facts of this kind, before the slice
    at: str  # field of time; "" = the figure is a state of today, not of a period
    who: str  # path to the person whose work it is
    action: str  # the policy action for seeing the rows
    cycle: str = ""  # path to the wave; "" = facts do not know their wave
    source: str = ""  # path to the source of the company; "" = facts have none
    total: str = ""  # field to sum; "" = count
    unit: Unit = Unit.COUNT
    better: Better = Better.MORE
    is_result: bool = False  # a result, and not activity
    is_date: bool = False  # `at` is a date and not a moment

    def facts(self, part: Slice, viewer: User) -> QuerySet:
        """The rows behind the number, as far as the viewer may see them."""
        rows = self.rows().permitted(viewer, self.action)
        if self.at:
            first, after = (
                (part.period.first, part.period.end.date()) if self.is_date else (part.period.start, part.period.end)
            )
            rows = rows.filter(**{f"{self.at}__gte": first, f"{self.at}__lt": after})
        return self._whose(rows, part)

    def _whose(self, rows: QuerySet, part: Slice) -> QuerySet:
        if part.person:
            rows = rows.filter(**{self.who: part.person})
        if part.team:
            rows = rows.filter(**{f"{self.who}__team": part.team})
        for path, wanted in ((self.cycle, part.cycle), (self.source, part.source)):
            if wanted:
                rows = rows.filter(**{path: wanted}) if path else rows.none()
        return rows

    def value(self, part: Slice, viewer: User) -> Decimal:
        """The number: how many rows, or their sum."""
        facts = self.facts(part, viewer)
        if self.total:
            return facts.aggregate(value=Sum(self.total))["value"] or Decimal(0)
        return Decimal(facts.count())

    def by_person(self, part: Slice, viewer: User) -> dict[int, Decimal]:
        """User id -> number, in one query."""
        facts = self.facts(part, viewer).order_by().values(self.who)
        rows = facts.annotate(value=Sum(self.total) if self.total else Count("pk")).values_list(self.who, "value")
        return {person: Decimal(value) for person, value in rows if person}


@dataclass(frozen=True)
class Ratio:
    """One figure divided by another: a share in per cent, or how much falls to one. It opens to the rows of its numerator."""

    name: str
    label: Any
    function: Function
    part: str
    whole: str
    better: Better = Better.MORE
    is_result: bool = True
    unit: Unit = Unit.PERCENT
    whole_in: int = 1  # 3600 when the denominator is counted in seconds and the figure is said per hour

    def value(self, part: Slice, viewer: User) -> Decimal | None:
        """With one digit (seconds without); None when there is nothing to divide by."""
        whole = get(self.whole).value(part, viewer)
        if not whole:
            return None
        scale = 100 if self.unit == Unit.PERCENT else self.whole_in
        return round(Decimal(get(self.part).value(part, viewer)) * scale / whole, 0 if self.unit == Unit.SECONDS else 1)

    def facts(self, part: Slice, viewer: User) -> QuerySet:
        """The rows of the numerator."""
        return get(self.part).facts(part, viewer)


_registry: dict[str, Kpi | Ratio] = {}


def register(*figures: Kpi | Ratio) -> None:
    """Add figures to the registry. Raises ValueError when a name is taken."""
    for figure in figures:
        if figure.name in _registry:
            raise ValueError(f"KPI {figure.name} is registered twice")
        _registry[figure.name] = figure


def get(name: str) -> Any:
    """The figure of that name. Raises KeyError for an unknown one."""
    return _registry[name]


def find(name: str) -> Any:
    """The figure of that name, or None."""
    return _registry.get(name)


def all_figures() -> list[Kpi | Ratio]:
    """Every figure, in the order of declaration."""
    return list(_registry.values())
