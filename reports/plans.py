"""A person's own plan of the month, for «Мой день»."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User
from core import formats
from reports.dashboard import Figure, figures
from reports.enums import Unit
from reports.kpi import Slice
from reports.models import Target
from reports.period import month_of


@dataclass(frozen=True)
class PlanRow:
    """One line: fact of plan, with the mark of today."""

    label: Any
    fact: str
    plan: str
    percent: int
    mark: int
    tone: str


def _shown(figure: Figure, value: Any) -> str:
    return formats.money_short(value) if figure.kpi.unit == Unit.MONEY else formats.number(value)


def month_plan(user: User, day: date) -> list[PlanRow]:
    """The person's targets of the month with what is done; nothing when none are set."""
    period = month_of(day)
    names = list(Target.objects.filter(user=user, month=period.first).values_list("kpi", flat=True))
    mark = round(100 * period.share_passed(day))
    return [
        PlanRow(
            figure.kpi.label,
            _shown(figure, figure.value),
            _shown(figure, figure.plan),
            figure.percent or 0,
            mark,
            figure.tone,
        )
        for figure in figures(names, Slice(period, person=user), user, day)
    ]
