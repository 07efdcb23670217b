"""The next card, in plain SQL: what is claimed, in which order, and by which index.

Throughput is never the question (an office claims a card a second); the shape of the plan is. A queue of half a million
cards of which most lie in zones where people sleep must not be scanned, so every statement here probes one partial
index once per zone that is open now, reads a few rows of each and locks one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

LEASE = timedelta(minutes=3)  # the browser extends it every 30 s; a closed laptop gives the card back in three minutes
ESCALATION = timedelta(minutes=60)  # a promised call that its operator has not made becomes everybody's

# A loose scan: one index probe per zone instead of a DISTINCT over all waiting cards.
WAITING_ZONES = """
    WITH RECURSIVE zone AS (
        (SELECT time_zone FROM callcenter_queueitem WHERE state = 'ready' AND is_offered ORDER BY time_zone LIMIT 1)
        UNION ALL
        SELECT (SELECT time_zone FROM callcenter_queueitem
                WHERE state = 'ready' AND is_offered AND time_zone > zone.time_zone ORDER BY time_zone LIMIT 1)
        FROM zone WHERE zone.time_zone IS NOT NULL
    )
    SELECT time_zone FROM zone WHERE time_zone IS NOT NULL
"""

# The outer condition repeats the state: after waiting for nobody (SKIP LOCKED) PostgreSQL tests the newest version of
# the row against it, so a card that another operator took and committed a moment ago is passed over.
_NEAREST = """
    SELECT q.id
    FROM unnest(%(zones)s::text[]) AS zone
    CROSS JOIN LATERAL (
        SELECT id, priority, due_at FROM callcenter_queueitem
        WHERE state = 'ready' AND is_offered AND time_zone = zone AND due_at <= %(now)s AND {condition}
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
# fresh cards by the priority of their list, then by age, so that no card starves.
TIERS = (
    _tier("tier = 1 AND callback_owner_id = %(operator)s", "due_at", "id"),
    _tier("tier = 1 AND (callback_owner_id IS NULL OR due_at <= %(escalated)s)", "due_at", "id"),
    _tier("tier = 2", "due_at", "id"),
    _tier("tier = 3", "priority DESC", "due_at", "id"),
)

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


def waiting_zones() -> list[str]:
    """The zones in which any card waits."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING_ZONES)
        return [zone for (zone,) in cursor.fetchall()]


def lock_nearest(operator: int, zones: Sequence[str], now: datetime, depth: int) -> int | None:
    """Lock the card to be offered next, tier by tier; None if nothing is free among the first `depth` of each zone."""
    values: dict[str, Any] = {
        "operator": operator,
        "zones": list(zones),
        "now": now,
        "escalated": now - ESCALATION,
        "depth": depth,
    }
    for statement in TIERS:
        if found := _one(statement + _LOCK, values | {"rows": 1}):
            return found
    return None


def peek(operator: int, zones: Sequence[str], now: datetime, count: int) -> list[int]:
    """The cards that would be offered next, in order, without taking them (others may be quicker)."""
    found: dict[int, None] = {}
    values: dict[str, Any] = {
        "operator": operator,
        "zones": list(zones),
        "now": now,
        "escalated": now - ESCALATION,
        "depth": count,
    }
    with connection.cursor() as cursor:
        for statement in TIERS:
            if len(found) < count:
                cursor.execute(statement, values | {"rows": count})
                found |= dict.fromkeys(row[0] for row in cursor.fetchall())
    return list(found)[:count]


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
