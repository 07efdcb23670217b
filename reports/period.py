"""Periods of reports: calendar days of the person who looks."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from operations.workdays import is_working_day

PERIODS = [("week", _("Week")), ("month", _("Month")), ("quarter", _("Quarter"))]


@dataclass(frozen=True)
class Period:
    """From the first day to the last one, both included."""

    first: date
    last: date
    kind: str = "days"

    @property
    def start(self) -> datetime:
        """The first moment, in the active time zone."""
        return timezone.make_aware(datetime.combine(self.first, time()))

    @property
    def end(self) -> datetime:
        """The first moment after."""
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time()))

    def working_days(self, until: date | None = None) -> int:
        """Working days of the production calendar up to `until` included."""
        last = min(self.last, until) if until else self.last
        return sum(is_working_day(self.first + timedelta(days=shift)) for shift in range((last - self.first).days + 1))

    def share_passed(self, today: date) -> float:
        """How much of the plan should be done by the end of today, 0 to 1, by working days."""
        whole = self.working_days()
        return self.working_days(today) / whole if whole else 1.0

    @property
    def query(self) -> str:
        """For links that keep the period."""
        return (
            f"period={self.kind}&first={self.first}&last={self.last}" if self.kind == "days" else f"period={self.kind}"
        )


def week_of(day: date) -> Period:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6), "week")


def month_of(day: date) -> Period:
    """The calendar month."""
    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]), "month")


def quarter_of(day: date) -> Period:
    """The calendar quarter."""
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return Period(first, month_of((first + timedelta(days=62)).replace(day=1)).last, "quarter")


def _date(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def period_from(data: dict, *, today: date) -> Period:
    """The period in an address; the current month when there is none or it makes no sense."""
    first, last = _date(data.get("first")), _date(data.get("last"))
    if data.get("period") == "days" and first and last and first <= last:
        return Period(first, last)
    return {"week": week_of, "quarter": quarter_of}.get(data.get("period", ""), month_of)(today)
