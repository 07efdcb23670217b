"""How far the talks by a version of a script come: from the ways that calls have written down. A constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Min, Q

from callcenter.models import CallAttempt, ScriptStep, ScriptVersion

ENOUGH = 10  # calls at a step before it may be called weak

# A call counts once per step and once per answer, however often the talk came back to it.
_VISITS = """
    WITH visit AS (
        SELECT attempt.id, result.is_success, (way.visit ->> 0)::bigint AS step, (way.visit ->> 1)::bigint AS answer
        FROM callcenter_callattempt attempt
        JOIN callcenter_resultcode result ON result.id = attempt.result_id
        CROSS JOIN LATERAL jsonb_array_elements(attempt.path) AS way (visit)
        WHERE attempt.version_id = %s
    )
"""
BY_STEP = f"""{_VISITS}
    SELECT visit.step, count(DISTINCT visit.id),
           count(DISTINCT visit.id) FILTER (WHERE answer.leads_to_id IS NOT NULL OR visit.is_success),
           count(DISTINCT visit.id) FILTER (WHERE visit.is_success)
    FROM visit LEFT JOIN callcenter_scriptanswer answer ON answer.id = visit.answer
    GROUP BY visit.step
"""  # noqa: S608 - no text of anybody is put in
BY_ANSWER = f"""{_VISITS}
    SELECT answer, count(DISTINCT id), count(DISTINCT id) FILTER (WHERE is_success)
    FROM visit WHERE answer IS NOT NULL GROUP BY answer
"""  # noqa: S608 - no text of anybody is put in


@dataclass(frozen=True)
class Passage:
    """Calls that came to a step or took an answer; how many of them went on, and ended in success."""

    calls: int = 0
    went_on: int = 0
    won: int = 0

    @property
    def rate(self) -> int | None:
        """The share that went on, in per cent; None before the first call."""
        return round(100 * self.went_on / self.calls) if self.calls else None

    @property
    def success(self) -> int | None:
        """The share that ended in success, in per cent; None before the first call."""
        return round(100 * self.won / self.calls) if self.calls else None


@dataclass
class Conversion:
    """The talks of one version."""

    steps: dict[int, Passage] = field(default_factory=dict)
    answers: dict[int, Passage] = field(default_factory=dict)
    results: dict[str, int] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None

    def weakest(self, steps: Iterable[ScriptStep]) -> int | None:
        """The step of the talk at which most calls stop, of those that enough calls have reached."""
        talk = [(step.pk, self.steps.get(step.pk, Passage())) for step in steps if not step.is_objection]
        known = [(passage.rate, pk) for pk, passage in talk if passage.calls >= ENOUGH]
        return min(known)[1] if len(known) > 1 else None


def conversion_of(version: ScriptVersion) -> Conversion:
    """What the calls of the version say. A constant number of queries."""
    with connection.cursor() as cursor:
        cursor.execute(BY_STEP, [version.pk])
        steps = {pk: Passage(*counts) for pk, *counts in cursor.fetchall()}
        cursor.execute(BY_ANSWER, [version.pk])
        answers = {pk: Passage(calls, won, won) for pk, calls, won in cursor.fetchall()}
    calls = CallAttempt.objects.filter(version=version)
    span = calls.aggregate(since=Min("ended_at"), until=Max("ended_at"))
    results = dict(calls.order_by().values_list("result__code").annotate(Count("pk")))
    return Conversion(steps, answers, results, span["since"], span["until"])


def by_version(versions: Any) -> Any:
    """Versions with how many calls went by each, and how many of them ended in success. One query."""
    won = Count("attempts", filter=Q(attempts__result__is_success=True))
    return versions.annotate(calls=Count("attempts"), won=won)
