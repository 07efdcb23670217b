"""The log of the shift: one way to write it, and the statement that ends the shifts of browsers that are silent."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User
from callcenter.enums import ON_LINE, PAUSES, OperatorState, PauseReason
from callcenter.models import OperatorEvent, OperatorSeat

SILENT = timedelta(minutes=3)  # as long as the lease of a card; the page asks every 30 to 60 seconds
SILENT_PAUSED = timedelta(hours=2)  # nobody looks at the screen over lunch
A_MOMENT = timedelta(seconds=1)  # the result of one card and the next card come in one request

# One conditional statement: an event that is written meanwhile is not undone, for the next word of its browser is newer.
END_SILENT = """
    INSERT INTO callcenter_operatorevent (operator_id, state, reason, at)
    SELECT seat.operator_id, %(off)s, %(lost)s, %(now)s
    FROM callcenter_operatorseat AS seat
    CROSS JOIN LATERAL (
        SELECT state, at FROM callcenter_operatorevent
        WHERE operator_id = seat.operator_id ORDER BY at DESC, id DESC LIMIT 1
    ) AS last
    WHERE last.at <= %(now)s AND ((last.state = ANY(%(on_line)s) AND seat.seen_at < %(silent)s)
       OR (last.state = ANY(%(paused)s) AND greatest(seat.seen_at, last.at) < %(silent_paused)s))
    RETURNING operator_id
"""


def current_state(operator: User) -> OperatorEvent | None:
    """What the log says last; None for one who has never been on the line."""
    return OperatorEvent.objects.filter(operator=operator).first()


def say(
    operator: User, state: OperatorState, *, reason: str = "", anew: bool = False, now: datetime | None = None
) -> OperatorEvent:
    """Write that the operator does this from now on. What the log says already is not repeated, unless it begins `anew`."""
    now = now or timezone.now()
    last = current_state(operator)
    if last and (last.state, last.reason) == (state, reason) and not (anew and now - last.at >= A_MOMENT):
        return last
    see(operator, now=now)
    return OperatorEvent.objects.create(
        operator=operator, state=state, reason=reason, at=max(now, last.at) if last else now
    )


def is_on_line(operator: User) -> bool:
    """In the shift and not on a pause."""
    last = current_state(operator)
    return bool(last and last.state in ON_LINE)


def see(operator: User, *, now: datetime) -> None:
    """The browser has been heard."""
    OperatorSeat.objects.bulk_create(
        [OperatorSeat(operator=operator, seen_at=now)],
        update_conflicts=True,
        unique_fields=["operator"],
        update_fields=["seen_at"],
    )


def end_silent(now: datetime) -> int:
    """Write the end of the shifts whose browsers are silent; returns how many."""
    values: dict[str, Any] = {
        "off": OperatorState.OFF.value,
        "lost": PauseReason.LOST.value,
        "now": now,
        "on_line": [state.value for state in ON_LINE],
        "paused": [state.value for state in PAUSES],
        "silent": now - SILENT,
        "silent_paused": now - SILENT_PAUSED,
    }
    with connection.cursor() as cursor:
        cursor.execute(END_SILENT, values)
        return len(cursor.fetchall())
