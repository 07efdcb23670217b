"""The way that a talk takes through its script to a known result."""

from collections import deque
from functools import lru_cache

from callcenter.models import CardClaim, ScriptStep

Way = tuple[tuple[int, int | None], ...]


def way_of(claim: object, result: str, turn: int) -> list[list[int | None]]:
    """A way by the version of this claim that ends in the result; `turn` chooses among them, so that talks differ."""
    version = CardClaim.objects.filter(token=claim).values_list("version", flat=True).first()
    ways = _ways(version).get(result) or _ways(version).get("") if version else None
    return [list(visit) for visit in ways[turn % len(ways)]] if ways else []


@lru_cache(maxsize=16)
def _ways(version: int) -> dict[str, list[Way]]:
    """For each result the shortest ways to the answers that suggest it; under «» the way of who hung up at once."""
    steps = {step.pk: step for step in ScriptStep.objects.filter(version=version).prefetch_related("answers")}
    first = next(iter(steps))
    found: dict[str, list[Way]] = {"": [((first, None),)]}
    waiting, seen = deque[tuple[int, Way]]([(first, ())]), {first}
    while waiting:
        pk, way = waiting.popleft()
        for answer in steps[pk].answers.all():
            here = (*way, (pk, answer.pk))
            if answer.suggests:
                found.setdefault(answer.suggests, []).append(here)
            if answer.leads_to_id and answer.leads_to_id not in seen:
                seen.add(answer.leads_to_id)
                waiting.append((answer.leads_to_id, here))
    return found
