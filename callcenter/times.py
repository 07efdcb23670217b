"""Times of a shift, computed from the log of the shift and from nothing else.

The vocabulary of call centres: a shift is logged-in time; talk and wrap-up are handling; a break and a training are paid but not
available; occupancy = (talk + wrap-up) / (login - pauses); AHT = (talk + wrap-up) / calls. Whole seconds throughout: the moment of an
event is cut to the second first, so that parts always add up to the whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from callcenter.enums import PAUSES, OperatorState

NOTHING = timedelta()


class Said(Protocol):
    """An event of the log."""

    state: str
    at: datetime


@dataclass(frozen=True)
class Interval:
    """A state and how long it lasted: [start, end)."""

    state: str
    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """Never negative."""
        return self.end - self.start


@dataclass
class ShiftTimes:
    """What one operator did with the time in question."""

    by_state: dict[str, timedelta] = field(default_factory=dict)
    calls: int = 0
    login: timedelta = NOTHING

    def spent(self, *states: str) -> timedelta:
        """Time in these states."""
        return sum((self.by_state.get(state, NOTHING) for state in states), NOTHING)

    @property
    def talk(self) -> timedelta:
        """On the line with a client, ringing included."""
        return self.spent(OperatorState.CALL)

    @property
    def handling(self) -> timedelta:
        """Talk and wrap-up."""
        return self.spent(OperatorState.CALL, OperatorState.WRAP_UP)

    @property
    def pauses(self) -> timedelta:
        """Breaks and trainings."""
        return self.spent(*PAUSES)

    @property
    def average_handling(self) -> timedelta | None:
        """AHT in whole seconds; None before the first call."""
        return timedelta(seconds=round(self.handling.total_seconds() / self.calls)) if self.calls else None

    @property
    def occupancy(self) -> float | None:
        """Per cent of the available time spent with clients, 0 to 100; None when no time was available."""
        available = self.login - self.pauses
        return 100 * (self.handling / available) if available else None


def intervals(events: Iterable[Said], start: datetime, end: datetime) -> Iterator[Interval]:
    """What happened in [start, end), in order, without gaps from the first event on.

    `events` stand in the order of the log; the last one before `start` says what the operator was doing then.
    """
    start, end = _second(start), _second(end)
    state, since = "", start
    for event in events:
        at = max(start, min(end, _second(event.at)))
        if state and at > since:
            yield Interval(state, since, at)
        state, since = event.state, max(since, at)
    if state and end > since:
        yield Interval(state, since, end)


def times(events: Sequence[Said], start: datetime, end: datetime) -> ShiftTimes:
    """The sums of [start, end). A call counts on the side where it began."""
    found = ShiftTimes()
    for part in intervals(events, start, end):
        found.by_state[part.state] = found.by_state.get(part.state, NOTHING) + part.length
    found.calls = sum(1 for event in events if event.state == OperatorState.CALL and start <= event.at < end)
    found.login = sum((s.length for s in sessions(events, start, end)), NOTHING)
    return found


def sessions(events: Iterable[Said], start: datetime, end: datetime) -> Iterator[Interval]:
    """From coming to leaving, whatever was done in between."""
    begun: datetime | None = None
    start, end = _second(start), _second(end)
    for event in events:
        at = max(start, min(end, _second(event.at)))
        if event.state == OperatorState.OFF:
            if begun is not None:
                yield Interval("", begun, at)
            begun = None
        elif begun is None:
            begun = at
    if begun is not None:
        yield Interval("", begun, end)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
