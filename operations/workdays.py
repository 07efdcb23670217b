"""The production calendar: which days people work. The holidays of the state come from a library, the firm's own
exceptions (a day moved by decree, an extra day off) from a table that is edited on a page.

Every process keeps the exceptions, for the calendar is asked many times per request; once a second it asks Redis whether
somebody has changed them, and reads them again only then.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from time import monotonic
from uuid import uuid4

import holidays
from django.core.cache import cache

from operations.models import CalendarDay

VERSION = "workdays.version"
ASKED_EVERY = 1.0  # seconds


@dataclass
class _Kept:
    """What this process knows, of which version, and when it has last asked."""

    days: dict[date, bool] = field(default_factory=dict)
    version: str | None = "unknown"
    asked_at: float = 0.0


_kept = _Kept()


@lru_cache(maxsize=32)
def state_holidays(year: int) -> holidays.HolidayBase:
    """Holidays of Russia with the days moved by the government, name by day."""
    return holidays.country_holidays("RU", years=year, language="ru")


def is_working_day(day: date) -> bool:
    """Whether the office and its clients work: an own exception first, else Monday to Friday without state holidays."""
    own = _exceptions().get(day)
    return is_usual_working_day(day) if own is None else own


def is_usual_working_day(day: date) -> bool:
    """The same without own exceptions."""
    return state_holidays(day.year).is_working_day(day)


def working_days(start: date, count: int) -> list[date]:
    """The next `count` working days, `start` included."""
    found: list[date] = []
    day = start
    while len(found) < count:
        if is_working_day(day):
            found.append(day)
        day += timedelta(days=1)
    return found


def announce() -> None:
    """Let every process read the exceptions again; called by the verbs that change them."""
    cache.set(VERSION, uuid4().hex, timeout=None)
    _kept.asked_at = 0.0


def _exceptions() -> dict[date, bool]:
    if monotonic() - _kept.asked_at > ASKED_EVERY:
        _kept.asked_at = monotonic()
        if (version := cache.get(VERSION)) != _kept.version:
            _kept.days = dict(CalendarDay.objects.values_list("day", "is_working"))
            _kept.version = version
    return _kept.days
