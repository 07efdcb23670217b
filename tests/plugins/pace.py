"""How the suite is run: the longest tests first, and nothing that lives as long as the process is looked at for waste.

Two processes that share the suite finish together when what is left at the end is short. Journeys stand in one row, so
that the product they walk through is started by one process only.
"""

import gc

import pytest

LONGEST = (
    "tests/journeys/",
    "test_start.py",
    "test_canaries.py",
    "test_killed_",
    "test_damaged_files.py",
    "test_simulate.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by the place of the file among the long ones; the sort is stable, the others keep their order."""
    items.sort(key=lambda item: place_of(item.nodeid))


def pytest_collection_finish() -> None:
    """As the web server does: modules and tests stay, walking through them again and again took a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def place_of(node: str) -> int:
    """The earlier the longer; tests of every day come after all of them."""
    return next((place for place, name in enumerate(LONGEST) if name in node), len(LONGEST))
