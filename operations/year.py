"""A year of the production calendar as twelve small months. Reads only."""

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from operations.models import CalendarDay
from operations.workdays import is_usual_working_day, state_holidays

FIRST_YEAR, LAST_YEAR = 2020, 2040


@dataclass(frozen=True)
class Day:
    """A square of the calendar."""

    day: date
    is_working: bool
    is_own: bool  # we differ from the state here
    note: str  # the holiday, or why we differ


@dataclass(frozen=True)
class Month:
    """Weeks of seven places, Monday first; a place of another month is empty."""

    first: date
    weeks: list[list[Day | None]]
    working: int


def year_of(year: int, exceptions: Iterable[CalendarDay]) -> list[Month]:
    """The twelve months with the own exceptions put in."""
    own = {row.day: row for row in exceptions}
    return [_month(year, number, own) for number in range(1, 13)]


def _month(year: int, number: int, own: dict[date, CalendarDay]) -> Month:
    weeks = [
        [_day(day, own) if day.month == number else None for day in week]
        for week in Calendar().monthdatescalendar(year, number)
    ]
    return Month(date(year, number, 1), weeks, sum(day.is_working for week in weeks for day in week if day))


def _day(day: date, own: dict[date, CalendarDay]) -> Day:
    if row := own.get(day):
        return Day(day, row.is_working, True, row.note)
    return Day(day, is_usual_working_day(day), False, state_holidays(day.year).get(day, ""))
