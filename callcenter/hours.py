"""When a client may be called: 9:00–18:00 of the client's own clock on working days of the production calendar.

A list or a company may have hours of its own; they travel as a span, «09:00-18:00», because the claim compares texts.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core.typography import MINUS
from operations.workdays import is_working_day

OPENS = time(9)
CLOSES = time(18)
USUAL = "09:00-18:00"
MORNING = time(10)  # for «tomorrow» and «in a week»: at nine people are only coming in
LONGEST_REST = 21  # days; no holidays last longer


class Window(NamedTuple):
    """Cards that are offered together: whose they are (0: everybody's, else a list with rules of its own), where and when
    their clients answer."""

    pool: int
    zone: str
    span: str


# Russia has eleven zones and no summer time; Kaliningrad is not Bucharest, which has.
RUSSIAN_ZONES = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)


def span_of(opens: time, closes: time) -> str:
    """«09:00-18:00»: hours as the claim compares them."""
    return f"{opens:%H:%M}-{closes:%H:%M}"


@cache
def clocks_of(span: str) -> tuple[time, time]:
    """(opens, closes) of a span. Raises ValueError for a text that is none."""
    opens, _dash, closes = span.partition("-")
    return time.fromisoformat(opens), time.fromisoformat(closes)


def is_open(zone: str, moment: datetime, span: str = USUAL) -> bool:
    """Whether a client of this zone may be called at this moment; closing time itself is too late."""
    local = moment.astimezone(ZoneInfo(zone))
    opens, closes = clocks_of(span)
    return opens <= local.time() < closes and is_working_day(local.date())


def open_windows(windows: Iterable[Window], moment: datetime) -> list[Window]:
    """Those of the windows in which it is calling time."""
    return [window for window in windows if is_open(window.zone, moment, window.span)]


def closes_at(zone: str, moment: datetime, span: str = USUAL) -> datetime:
    """When calling ends on the client's present day."""
    return _at(moment.astimezone(ZoneInfo(zone)).date(), clocks_of(span)[1], zone)


def next_opening(zone: str, moment: datetime, span: str = USUAL) -> datetime:
    """The first moment from now on at which the client may be called: now itself if it is calling time."""
    if is_open(zone, moment, span):
        return moment
    opens = clocks_of(span)[0]
    today = moment.astimezone(ZoneInfo(zone)).date()
    days = (today + timedelta(days=ahead) for ahead in range(LONGEST_REST))
    return next(at for day in days if is_working_day(day) and (at := _at(day, opens, zone)) >= moment)


def next_working_morning(zone: str, moment: datetime, *, days: int = 1, span: str = USUAL) -> datetime:
    """Ten o'clock of the client's clock (later if calling begins later), so many days ahead or on the next working day."""
    day = moment.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    while not is_working_day(day):
        day += timedelta(days=1)
    opens, closes = clocks_of(span)
    return _at(day, MORNING if opens <= MORNING < closes else opens, zone)


def in_an_hour(zone: str, moment: datetime, span: str = USUAL) -> datetime:
    """An hour from now, to the minute; the next working morning if that is too late for the client."""
    later = (moment + timedelta(hours=1)).replace(second=0, microsecond=0)
    return later if is_open(zone, later, span) else next_working_morning(zone, moment, span=span)


def other_part_of_day(zone: str, moment: datetime, span: str = USUAL) -> datetime:
    """The beginning of the next third of the client's calling day, today or on the next working day: who was not at his
    desk in the morning is looked for at noon and before the evening."""
    opens, closes = (_at(moment.astimezone(ZoneInfo(zone)).date(), clock, zone) for clock in clocks_of(span))
    third = (closes - opens) / 3
    later = [at for part in range(3) if (at := opens + part * third) > moment + timedelta(minutes=30)]
    if later and is_working_day(opens.date()):
        return later[0]
    part = min(2, max(0, int((moment - opens) / third)))
    morning = next_working_morning(zone, moment, span=span)
    return _at(morning.date(), clocks_of(span)[0], zone) + third * ((part + 1) % 3)


def start_of_day(zone: str, moment: datetime) -> datetime:
    """The client's last midnight."""
    return _at(moment.astimezone(ZoneInfo(zone)).date(), time(0), zone)


def hours_from_moscow(zone: str, moment: datetime) -> int:
    """How many hours the client's clock is ahead of Moscow's."""
    ours, theirs = (moment.astimezone(ZoneInfo(name)).utcoffset() for name in ("Europe/Moscow", zone))
    return round(((theirs or timedelta()) - (ours or timedelta())).total_seconds() / 3600)


def shift_from_moscow(zone: str, moment: datetime) -> str:
    """«+2», «−1»; nothing where the clocks agree."""
    ahead = hours_from_moscow(zone, moment)
    return f"{'+' if ahead > 0 else MINUS}{abs(ahead)}" if ahead else ""


def _at(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(zone))
