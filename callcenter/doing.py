"""What each operator does now, read from the log of the shift; how long that may last before the clock on the board reddens."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from callcenter.day import today
from callcenter.enums import ItemState, OperatorState, PauseReason
from callcenter.models import OperatorEvent, QueueItem
from callcenter.times import ShiftTimes, times

MINUTE = timedelta(minutes=1)
LONG_WRITING = timedelta(seconds=90)
LONG_READING = 3 * MINUTE
LONG_TALK = 15 * MINUTE
LONG_PAUSES = {
    PauseReason.REST: 15 * MINUTE,
    PauseReason.LUNCH: 60 * MINUTE,
    PauseReason.TECHNICS: 15 * MINUTE,
    PauseReason.TRAINING: 120 * MINUTE,
    PauseReason.BRIEFING: 30 * MINUTE,
}


@dataclass(frozen=True)
class Doing:
    """A state in words. `norm` is how long it may last; `rank` puts trouble on top."""

    word: str
    tone: str
    since: datetime | None
    rank: int
    norm: timedelta | None = None
    icon: str = "clock"

    def is_late(self, now: datetime) -> bool:
        """Longer than the norm."""
        return bool(self.norm and self.since and now - self.since > self.norm)


def doing(event: OperatorEvent | None, card: QueueItem | None) -> Doing:
    """By the last event; the card only tells reading from waiting, and a result that a crash has left unwritten."""
    if event is None or event.state == OperatorState.OFF:
        if card and card.state == ItemState.NEEDS_RESULT:
            since = event.at if event else card.dialed_at
            return Doing(_("Result is missing"), "warn", since, 1, LONG_WRITING, "pencil")
        return Doing(_("Not on the line"), "", None, 9)
    if event.state == OperatorState.CALL:
        return Doing(_("Talking"), "ok", event.at, 3, LONG_TALK, "phone")
    if event.state == OperatorState.WRAP_UP:
        return Doing(_("Writes the result"), "warn", event.at, 2, LONG_WRITING, "pencil")
    if event.state == OperatorState.READY:
        if card:
            return Doing(_("Reads the card"), "accent", event.at, 4, LONG_READING, "eye")
        return Doing(pgettext("operator", "Free"), "accent", event.at, 5)
    norm = LONG_PAUSES.get(PauseReason(event.reason), 15 * MINUTE) if event.reason else 15 * MINUTE
    words = event.words[:1].upper() + event.words[1:]
    return Doing(words, "bad" if event.state == OperatorState.BREAK else "warn", event.at, 2, norm, "coffee")


def last_events(now: datetime) -> dict[int, OperatorEvent]:
    """The last word of everybody today, by operator; whoever said it yesterday is not in the shift. One query."""
    start, end = today(now)
    events = OperatorEvent.objects.filter(at__gte=start, at__lt=end)
    return {event.operator_id: event for event in events.order_by("operator_id", "-at", "-pk").distinct("operator_id")}


def log_of(operators: Collection[int], start: datetime, end: datetime) -> dict[int, list[OperatorEvent]]:
    """The log of [start, end) in order, each operator's with the last event before it. Two queries."""
    mine = OperatorEvent.objects.filter(operator__in=operators)
    before = mine.filter(at__lt=start).order_by("operator_id", "-at", "-pk").distinct("operator_id")
    found: dict[int, list[OperatorEvent]] = {pk: [] for pk in operators}
    for event in [*before, *mine.filter(at__gte=start, at__lt=end).order_by("at", "pk")]:
        found[event.operator_id].append(event)
    return found


def times_of(operators: Collection[int], start: datetime, end: datetime) -> dict[int, ShiftTimes]:
    """Talk, wrap-up, pauses, login, AHT and occupancy of each in [start, end)."""
    return {pk: times(events, start, end) for pk, events in log_of(operators, start, end).items()}


def times_today(operator: int, now: datetime) -> ShiftTimes:
    """The day of one operator up to now."""
    return times_of([operator], today(now)[0], now)[operator]
