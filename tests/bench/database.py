"""What the servers themselves cost: the yardstick for the figures of the product."""

import time
from collections.abc import Iterator

from django.core.cache import cache
from django.db import connection

from tests.bench.registry import Figure, bench

ROUNDS = 2000


@bench("servers")
def round_trips() -> Iterator[Figure]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        began = time.perf_counter()
        for _ in range(ROUNDS):
            cursor.execute("SELECT 1")
        yield Figure("servers.database_round_trip", (time.perf_counter() - began) / ROUNDS * 1000, "ms")
    cache.set("bench", 1)
    began = time.perf_counter()
    for _ in range(ROUNDS):
        cache.get("bench")
    yield Figure("servers.cache_round_trip", (time.perf_counter() - began) / ROUNDS * 1000, "ms")
