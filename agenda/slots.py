"""When managers are free: computed from their booked meetings and the working day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from agenda.enums import MeetingState
from agenda.models import Meeting
from operations.workdays import working_days

DAY_STARTS, DAY_ENDS = time(10), time(18)  # a manager's time for meetings, in the manager's zone
LUNCH = time(13)


@dataclass(frozen=True)
class Slot:
    """A free time of a manager."""

    manager: User
    starts_at: datetime
    ends_at: datetime


def _grid(manager: User, day: date, minutes: int) -> Iterator[Slot]:
    zone = ZoneInfo(manager.time_zone)
    at = datetime.combine(day, DAY_STARTS, zone)
    end = datetime.combine(day, DAY_ENDS, zone)
    while at + timedelta(minutes=minutes) <= end:
        if at.time() != LUNCH:
            yield Slot(manager, at, at + timedelta(minutes=minutes))
        at += timedelta(minutes=60)


def free_slots(managers: Iterable[User], *, start: datetime, days: int = 5, minutes: int = 60) -> list[Slot]:
    """Free times of these managers after `start` over the next working days, the earliest first. Two queries at most."""
    people = list(managers)
    dates = working_days(start.date(), days)
    until = datetime.combine(dates[-1] + timedelta(days=2), time(), start.tzinfo)
    booked = Meeting.objects.filter(
        manager__in=people, state=MeetingState.BOOKED, starts_at__lt=until, ends_at__gt=start
    )
    taken: dict[int, list[tuple[datetime, datetime]]] = {}
    for manager_id, begins, ends in booked.values_list("manager_id", "starts_at", "ends_at"):
        taken.setdefault(manager_id, []).append((begins, ends))
    slots = (slot for person in people for day in dates for slot in _grid(person, day, minutes))
    free = (slot for slot in slots if slot.starts_at > start and not _overlaps(slot, taken.get(slot.manager.pk, [])))
    return sorted(free, key=lambda slot: (slot.starts_at, slot.manager.pk))


def _overlaps(slot: Slot, taken: list[tuple[datetime, datetime]]) -> bool:
    return any(begins < slot.ends_at and ends > slot.starts_at for begins, ends in taken)
