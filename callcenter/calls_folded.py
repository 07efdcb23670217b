"""A call folded from what a telephone system has said: repeats and any order give the same call."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from callcenter.enums import PhoneFact


class Event(Protocol):
    """A stored report."""

    key: str
    fact: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True)
class Folded:
    """What is known of the call."""

    at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    direction: str = ""
    number: str = ""
    extension: str = ""
    cause: int | None = None
    recording: str = ""
    attempt: str = ""


def fold(events: Iterable[Event]) -> Folded:
    """By the clock of the system, then by key: never by the order in which reports came. At least one event."""
    known = sorted({event.key: event for event in events}.values(), key=lambda event: (event.at, event.key))
    answered = [event.at for event in known if event.fact == PhoneFact.ANSWERED]
    ended = [event for event in known if event.fact == PhoneFact.ENDED]
    tried = [] if answered else _causes(known, PhoneFact.TRIED)
    calls = [event for event in known if event.fact != PhoneFact.RECORDED]
    begun = (calls or known)[0].at
    return Folded(
        at=begun,
        answered_at=min(answered) if answered else None,
        ended_at=max(event.at for event in ended) if ended else None,
        direction=_first(known, "direction"),
        number=_first(known, "number"),
        extension=_last(known, "extension"),  # a call may be passed on: whose it was at the end
        # how reaching the client went goes before how the line was put down
        cause=next(iter([*tried[::-1], *_causes(known, PhoneFact.ENDED)[::-1]]), None),
        recording=_first(known, "recording"),
        attempt=_first(known, "attempt"),
    )


def _causes(events: list[Event], fact: PhoneFact) -> list[int]:
    return [event.data["cause"] for event in events if event.fact == fact and event.data.get("cause") is not None]


def _first(events: list[Event], name: str) -> str:
    return next((str(event.data[name]) for event in events if event.data.get(name)), "")


def _last(events: list[Event], name: str) -> str:
    return _first(events[::-1], name)
