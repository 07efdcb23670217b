"""The next card, in plain SQL: what is claimed, in which order, and by which index.

Throughput is never the question (an office claims a card a second); the shape of the plan is. A queue of half a million
cards of which most lie in zones where people sleep must not be scanned, so every statement here probes one partial
index once per window (whose cards, zone, hours) that is open now, reads a few rows of each and locks one.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from callcenter.hours import Window
from callcenter.mix import Mix

LEASE = timedelta(minutes=3)  # the browser extends it every 30 s; a closed laptop gives the card back in three minutes
ESCALATION = timedelta(minutes=60)  # a promised call that its operator has not made becomes everybody's

# A loose scan: one index probe per window instead of a DISTINCT over all waiting cards.
WAITING_WINDOWS = """
    WITH RECURSIVE known AS (
        (SELECT pool, time_zone, hours FROM callcenter_queueitem WHERE state = 'ready' AND is_offered
         ORDER BY pool, time_zone, hours LIMIT 1)
        UNION ALL
        SELECT following.* FROM known CROSS JOIN LATERAL (
            SELECT pool, time_zone, hours FROM callcenter_queueitem
            WHERE state = 'ready' AND is_offered
              AND (pool, time_zone, hours) > (known.pool, known.time_zone, known.hours)
            ORDER BY pool, time_zone, hours LIMIT 1
        ) AS following
    )
    SELECT pool, time_zone, hours FROM known
"""

# The outer condition repeats the state: after waiting for nobody (SKIP LOCKED) PostgreSQL tests the newest version of
# the row against it, so a card that another operator took and committed a moment ago is passed over.
_NEAREST = """
    SELECT q.id
    FROM unnest(%(pools)s::int[], %(zones)s::text[], %(spans)s::text[]) AS open_window (pool, zone, span)
    CROSS JOIN LATERAL (
        SELECT id, priority, due_at FROM callcenter_queueitem
        WHERE state = 'ready' AND is_offered AND pool = open_window.pool AND time_zone = open_window.zone
          AND hours = open_window.span AND due_at <= %(now)s AND {condition}
        ORDER BY {order} LIMIT %(depth)s
    ) AS near
    JOIN callcenter_queueitem q ON q.id = near.id
    WHERE q.state = 'ready' AND q.is_offered
    ORDER BY {outer_order}
    LIMIT %(rows)s
"""
_LOCK = "FOR UPDATE OF q SKIP LOCKED"


def _tier(condition: str, *order: str) -> str:
    outer = ", ".join(f"near.{column}" for column in order)
    return _NEAREST.format(condition=condition, order=", ".join(order), outer_order=outer)


# In the order of offering: a promised call never waits behind a fresh card. Promised calls and retries go by their time;
# fresh cards by the priority of their list, then by age, so that no card starves. Whom a promise was given to keeps it,
# whatever lists his department calls.
OWN = _tier("tier = 1 AND callback_owner_id = %(operator)s", "due_at", "id")
SHARED = _tier("tier = 1 AND (callback_owner_id IS NULL OR due_at <= %(escalated)s)", "due_at", "id")
RETRIES = _tier("tier = 2", "due_at", "id")
FRESH = _tier("tier = 3", "priority DESC", "due_at", "id")

# «held_by» and «company» are unique among live cards: the index, not our good intentions, keeps two operators apart.
TAKE = """
    UPDATE callcenter_queueitem
    SET state = 'claimed', held_by_id = %(operator)s, claim = %(token)s, claimed_at = %(now)s, lease_until = %(until)s,
        dialed_at = NULL, hung_up_at = NULL, dialed_number = '', dialed_person_id = NULL
    WHERE id = %(item)s AND state = 'ready'
    RETURNING id
"""

EXTEND = """
    UPDATE callcenter_queueitem SET lease_until = %(until)s
    WHERE id = %(item)s AND claim = %(token)s AND state IN ('claimed', 'needs_result')
"""

# One conditional statement, never «read the ids, then update them»: a result written in between would be undone. A card
# whose number was dialled goes to «needs a result» of the same operator, for the call has happened.
RELEASE_EXPIRED = """
    UPDATE callcenter_queueitem
    SET state = CASE WHEN dialed_at IS NULL THEN 'ready' ELSE 'needs_result' END,
        held_by_id = CASE WHEN dialed_at IS NULL THEN NULL ELSE held_by_id END,
        claim = CASE WHEN dialed_at IS NULL THEN NULL ELSE claim END,
        lease_until = NULL
    WHERE state = 'claimed' AND lease_until < %(now)s
"""


def waiting_windows() -> list[Window]:
    """The windows in which any card waits."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING_WINDOWS)
        return [Window(*row) for row in cursor.fetchall()]


def offers(windows: Sequence[Window], mix: Mix) -> Iterator[tuple[str, list[Window]]]:
    """The statements in the order of offering, each with the windows it looks into."""
    allowed = [window for window in windows if window.pool in mix.allowed]
    yield OWN, list(windows)
    yield SHARED, allowed
    yield RETRIES, allowed
    for pools in mix.fresh:
        yield FRESH, [window for window in allowed if window.pool in pools]


def lock_nearest(operator: int, windows: Sequence[Window], mix: Mix, now: datetime, depth: int) -> int | None:
    """Lock the card to be offered next, tier by tier; None if nothing is free among the first `depth` of each window."""
    for statement, where in offers(windows, mix):
        if where and (found := _one(statement + _LOCK, _values(operator, where, now, depth) | {"rows": 1})):
            return found
    return None


def peek(operator: int, windows: Sequence[Window], mix: Mix, now: datetime, count: int) -> list[int]:
    """The cards that would be offered next, in order, without taking them (others may be quicker)."""
    found: dict[int, None] = {}
    with connection.cursor() as cursor:
        for statement, where in offers(windows, mix):
            if where and len(found) < count:
                cursor.execute(statement, _values(operator, where, now, count) | {"rows": count})
                found |= dict.fromkeys(row[0] for row in cursor.fetchall())
    return list(found)[:count]


def _values(operator: int, windows: Sequence[Window], now: datetime, depth: int) -> dict[str, Any]:
    return {
        "operator": operator,
        "pools": [window.pool for window in windows],
        "zones": [window.zone for window in windows],
        "spans": [window.span for window in windows],
        "now": now,
        "escalated": now - ESCALATION,
        "depth": depth,
    }


def take(item: int, operator: int, token: Any, now: datetime) -> bool:
    """Give the locked card to the operator. Raises IntegrityError if the company or the operator is busy."""
    values = {"item": item, "operator": operator, "token": str(token), "now": now, "until": now + LEASE}
    return _one(TAKE, values) is not None


def extend(item: int, token: Any, now: datetime) -> bool:
    """Move the lease on; False if the card is no longer held by this claim."""
    return bool(_run(EXTEND, {"item": item, "token": str(token), "until": now + LEASE}))


def release_expired(now: datetime) -> int:
    """Let go of the cards whose browser is silent."""
    return _run(RELEASE_EXPIRED, {"now": now})


def _one(statement: str, values: dict[str, Any]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return row[0] if row else None


def _run(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount
