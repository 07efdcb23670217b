"""When a client may be called: 9:00–18:00 of the client's own clock on working days of the production calendar."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.typography import MINUS
from operations.workdays import is_working_day

OPENS = time(9)
CLOSES = time(18)
MORNING = time(10)  # for «tomorrow» and «in a week»: at nine people are only coming in
LONGEST_REST = 21  # days; no holidays last longer

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


def is_open(zone: str, moment: datetime) -> bool:
    """Whether a client of this zone may be called at this moment; closing time itself is too late."""
    local = moment.astimezone(ZoneInfo(zone))
    return OPENS <= local.time() < CLOSES and is_working_day(local.date())


def open_zones(zones: Iterable[str], moment: datetime) -> list[str]:
    """Those of the zones in which it is calling time."""
    return [zone for zone in zones if is_open(zone, moment)]


def closes_at(zone: str, moment: datetime) -> datetime:
    """When calling ends on the client's present day."""
    return _at(moment.astimezone(ZoneInfo(zone)).date(), CLOSES, zone)


def next_opening(zone: str, moment: datetime) -> datetime:
    """The first moment from now on at which the client may be called: now itself if it is calling time."""
    if is_open(zone, moment):
        return moment
    today = moment.astimezone(ZoneInfo(zone)).date()
    days = (today + timedelta(days=ahead) for ahead in range(LONGEST_REST))
    return next(opens for day in days if is_working_day(day) and (opens := _at(day, OPENS, zone)) >= moment)


def next_working_morning(zone: str, moment: datetime, *, days: int = 1) -> datetime:
    """Ten o'clock of the client's clock, so many days ahead or on the next working day after."""
    day = moment.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    while not is_working_day(day):
        day += timedelta(days=1)
    return _at(day, MORNING, zone)


def in_an_hour(zone: str, moment: datetime) -> datetime:
    """An hour from now, to the minute; the next working morning if that is too late for the client."""
    later = (moment + timedelta(hours=1)).replace(second=0, microsecond=0)
    return later if is_open(zone, later) else next_working_morning(zone, moment)


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
