"""Whose cards an operator is offered, and in what proportion: the lists of the own department by weight, the daily caps.

A list with shares or a cap is a pool of its own in the queue; all others together are pool 0. A department of lists with
weights 3 and 1 is given three fresh cards of the first for one of the second, as chance has it; when a list has none
left, the next one is asked, and the common lists last.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random, SystemRandom

from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from callcenter.enums import LIVE_STATES
from callcenter.models import CallAttempt, CallList, ListShare, QueueItem

COMMON = 0
_CHANCE = SystemRandom()


@dataclass(frozen=True)
class Mix:
    """`allowed` pools, and the groups of them in the order in which fresh cards are taken."""

    allowed: frozenset[int]
    fresh: tuple[frozenset[int], ...]


EVERYBODY = Mix(frozenset({COMMON}), (frozenset({COMMON}),))


def mix_for(operator: User, pools: Collection[int], now: datetime, *, chance: Random = _CHANCE) -> Mix:
    """The mix of an operator over the pools that have cards. No query while no list has rules of its own."""
    own = set(pools) - {COMMON}
    if not own:
        return EVERYBODY
    shares = ListShare.objects.filter(call_list__in=own).values_list("call_list", "team", "weight")
    weights = {pool: weight for pool, team, weight in shares if team == operator.team_id}
    reserved = {pool for pool, _team, _weight in shares}
    allowed = (own - reserved) | weights.keys()
    allowed -= _worked_off(allowed, now)
    weighted = in_proportion({pool: weight for pool, weight in weights.items() if pool in allowed}, chance)
    rest = frozenset({COMMON} | (allowed - weights.keys()))
    return Mix(frozenset(allowed | {COMMON}), (*(frozenset({pool}) for pool in weighted), rest))


def in_proportion(weights: Mapping[int, int], chance: Random) -> list[int]:
    """The pools in random order, each as likely to be first as its weight is heavy (Efraimidis and Spirakis, 2006)."""
    return sorted(weights, key=lambda pool: chance.random() ** (1 / weights[pool]), reverse=True)


def _worked_off(pools: Collection[int], now: datetime) -> set[int]:
    """The lists that have had their calls of the day; a card in somebody's hands is a call too."""
    caps = dict(CallList.objects.filter(pk__in=pools, daily_cap__isnull=False).values_list("pk", "daily_cap"))
    if not caps:
        return set()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    made = CallAttempt.objects.between(midnight, midnight + timedelta(days=1)).filter(item__call_list__in=caps)
    held = QueueItem.objects.filter(call_list__in=caps, state__in=LIVE_STATES)
    counted = Counter(dict(made.order_by().values_list("item__call_list").annotate(Count("pk"))))
    counted.update(dict(held.order_by().values_list("call_list").annotate(Count("pk"))))
    return {pool for pool, cap in caps.items() if counted[pool] >= cap}
