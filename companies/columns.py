"""Which columns a list shows: those of the product, and the questions of the technical information."""

from collections.abc import Iterable

from companies.answers import all_columns, columns_of
from companies.rows import COLUMNS, USUAL, Column


def chosen(names: Iterable[str] | None) -> dict[str, Column]:
    """Known columns by name, in their order; the usual ones when nothing known is named."""
    wanted = list(names or ())
    own = {name: column for name, column in COLUMNS.items() if name in wanted}
    return own | columns_of(wanted) or {name: COLUMNS[name] for name in USUAL}


def offered() -> list[Column]:
    """Every column to choose from."""
    return [*COLUMNS.values(), *all_columns()]
