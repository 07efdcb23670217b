"""The longest tests first: two processes that share the suite then finish together.

Journeys stand in one row, so that the product they walk through is started by one process only.
"""

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


def place_of(node: str) -> int:
    """The earlier the longer; tests of every day come after all of them."""
    return next((place for place, name in enumerate(LONGEST) if name in node), len(LONGEST))
