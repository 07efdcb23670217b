"""Benchmarks announce themselves here; each yields figures."""

from collections.abc import Callable, Iterator
from typing import NamedTuple


class Figure(NamedTuple):
    """One measured number; times are the server's own unless the name says otherwise."""

    name: str
    value: float
    unit: str


Benchmark = Callable[[], Iterator[Figure]]
BENCHMARKS: dict[str, Benchmark] = {}


def bench(name: str) -> Callable[[Benchmark], Benchmark]:
    """Register a generator of figures under the name that `make bench ONLY=name` picks."""

    def register(function: Benchmark) -> Benchmark:
        if name in BENCHMARKS:
            raise ValueError(f"There are two benchmarks named {name}")
        BENCHMARKS[name] = function
        return function

    return register
