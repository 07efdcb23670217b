"""Leafing through a list of any length: by number near its beginning, from the last row seen anywhere else.

Only keys are looked for in order, so that an index answers; the fifty rows are fetched afterwards. Walking along an order
until fifty rows have passed the filters is quick when they pass everywhere, and slow when they stand together far from
the beginning. So few rows are sorted; many are looked for near the beginning of the order, and sorted if that fails.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import F, Func, Model, QuerySet
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)

COUNTED_TO = 10_000  # farther rows are not counted: a filter is quicker
FEW = 1_000
NEAR = 40_000  # entries of an order that are walked along in a few milliseconds
SPARSE = 2_000  # so many rows of a million do not fill a page there
SORTED_FIRST = 8_000  # so many are sorted sooner than found among known beginnings
SORTED_TO = 150_000  # more rows than that are dense enough to walk to the first fifty
NEAR_LIVES = 3_600  # seconds; where the beginning of an order ends need not be exact


class Sorted(Func):
    """The value itself, which no index orders: the rows are found by their filters and sorted."""

    template = "(ARRAY[%(expressions)s])[1]"
    arity = 1


@dataclass(frozen=True)
class Order:
    """A column and then the key; each order has its index, which is read from both ends."""

    label: Any
    column: str
    is_descending: bool = False
    nulls: str = ""  # where rows without a value stand: "first", "last"; "" where every row has one
    lead: Any = None  # an expression of few values that rises with the column and leads an index of its own

    def by(self, *, is_backwards: bool = False, is_sorted: bool = False) -> tuple[Any, ...]:
        """For order_by(); sorted rows are not looked for along the order's index."""
        descends = self.is_descending != is_backwards
        first = bool(self.nulls) and (self.nulls == "first") != is_backwards
        places = {"nulls_first": first or None, "nulls_last": None if first or not self.nulls else True}
        column = Sorted(F(self.column)) if is_sorted else F(self.column)
        return (column.desc(**places) if descends else column.asc(**places), "-pk" if descends else "pk")

    def beyond(self, rows: QuerySet, value: Any, key: int, *, is_backwards: bool = False) -> Iterator[QuerySet]:
        """What follows the row with this value and key: the rest of its group, then the group without or with values."""
        by = self.by(is_backwards=is_backwards)
        greater = self.is_descending == is_backwards
        nulls_follow = bool(self.nulls) and (self.nulls == "last") != is_backwards
        empty = {f"{self.column}__isnull": True}
        if value is None:
            yield rows.filter(**empty, **{"pk__gt" if greater else "pk__lt": key}).order_by(*by)
            if not nulls_follow:
                yield rows.exclude(**empty).order_by(*by)
            return
        compare = TupleGreaterThan if greater else TupleLessThan
        yield rows.filter(compare(Tuple(F(self.column), F("pk")), (value, key))).order_by(*by)
        if nulls_follow:
            yield rows.filter(**empty).order_by(*by)

    def until(self, rows: QuerySet, value: Any, key: int) -> Iterator[QuerySet]:
        """The opposite: the beginning of the order up to this value and key, in one group or two."""
        by, empty = self.by(), {f"{self.column}__isnull": True}
        compare = TupleGreaterThanOrEqual if self.is_descending else TupleLessThanOrEqual
        if self.nulls == "first" and value is not None:
            yield rows.filter(**empty).order_by(*by)
        if self.nulls == "last" and value is None:
            yield rows.exclude(**empty).order_by(*by)
        if value is None:
            yield rows.filter(**empty, **{"pk__gte" if self.is_descending else "pk__lte": key}).order_by(*by)
        else:
            yield rows.filter(compare(Tuple(F(self.column), F("pk")), (value, key))).order_by(*by)

    def leading(self, rows: QuerySet, values: list[str]) -> QuerySet:
        """The rows in their order, when it is known with which values of the lead they all stand."""
        return rows.alias(lead=self.lead).filter(lead__in=values).order_by("lead", *self.by())

    def near(self, rows: QuerySet) -> tuple[Any, int] | None:
        """Value and key of the row that ends the beginning of the order; nothing in a short list."""
        place = f"list-near:{rows.model._meta.label}:{self.column}:{self.is_descending}"
        if (edge := cache.get(place)) is None:
            edge = list(rows.order_by(*self.by()).values_list(self.column, "pk")[NEAR : NEAR + 1])
            cache.set(place, edge, NEAR_LIVES)
        return edge[0] if edge else None


class LeafedPage(Page):
    """A page that knows the keys its neighbours begin after."""

    def __init__(self, rows: list, number: int, paginator: "LeafingPaginator", *, follows: bool) -> None:
        super().__init__(rows, number, paginator)
        self.follows = follows

    def has_next(self) -> bool:
        return self.follows

    def has_previous(self) -> bool:
        return self.number > 1

    def next_page_number(self) -> int:
        return self.number + 1

    def previous_page_number(self) -> int:
        return max(self.number - 1, 1)

    def start_index(self) -> int:
        return (self.number - 1) * self.paginator.per_page + 1 if self.object_list else 0

    def end_index(self) -> int:
        return self.start_index() + len(self.object_list) - 1 if self.object_list else 0

    @property
    def next_query(self) -> str:
        """The part of an address that leads to the next page."""
        return f"page={self.next_page_number()}&after={self.object_list[-1].pk}"

    @property
    def previous_query(self) -> str:
        """The part of an address that leads back; the first page needs no key."""
        number = self.previous_page_number()
        return f"page={number}&before={self.object_list[0].pk}" if number > 1 and self.object_list else "page=1"


class LeafingPaginator(Paginator):
    """Pages of a list that may be endless: rows are counted up to a limit, leafing goes on beyond it."""

    def __init__(
        self,
        found: QuerySet,
        order: Order,
        *,
        whole: QuerySet,
        base: QuerySet,
        shown: QuerySet,
        per_page: int,
        is_filtered: bool,
    ) -> None:
        """`found` are the rows of the list, `base` all that the person may see, `whole` those that the orders' indexes
        hold, `shown` with what a row shows."""
        few = _few(found) if is_filtered else None
        super().__init__(found if few is None else few, per_page)
        self.order, self.whole, self.base, self.shown = order, whole, base, shown
        self.is_sorted, self.is_filtered = few is not None, is_filtered

    @cached_property
    def found(self) -> int:
        """Rows up to the limit and one more."""
        return self.object_list.order_by().values("pk")[: COUNTED_TO + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self.found, COUNTED_TO)

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than are counted."""
        return self.found > COUNTED_TO

    def leaf(self, number: Any, *, after: Any = None, before: Any = None) -> LeafedPage:
        """The page after or before a row; by its number when no row is named or the row is gone. Never raises."""
        place = _number(number)
        edge = self._edge(after or before) if place > 1 else None
        if edge is None:
            return self._numbered(number)
        is_backwards = not after
        keys = self._keys_beyond(*edge, is_backwards=is_backwards)
        follows = is_backwards or len(keys) > self.per_page
        keys = keys[: self.per_page]
        return self._page(keys[::-1] if is_backwards else keys, place, follows=follows)

    def beside(self, row: Model, *, is_backwards: bool = False) -> int | None:
        """The key of the row after or before this one."""
        value = getattr(row, self.order.column)
        for group in self.order.beyond(self.object_list, value, row.pk, is_backwards=is_backwards):
            if key := group.values_list("pk", flat=True).first():
                return key
        return None

    def _numbered(self, number: Any) -> LeafedPage:
        page = min(max(_number(number), 1), COUNTED_TO // self.per_page or 1)
        keys = self._keys_at(page)
        if not keys and page > 1:
            page = min(page, self.num_pages)
            keys = self._keys_at(page)
        return self._page(keys[: self.per_page], page, follows=len(keys) > self.per_page)

    def _keys_at(self, page: int) -> list[int]:
        rows, start, end = self.object_list, (page - 1) * self.per_page, page * self.per_page + 1
        if not self.is_sorted and self.is_filtered:
            expected = _estimated(rows)
            if self.order.lead and (begins := getattr(rows, "begins", None)) is not None:
                if expected > SORTED_FIRST:
                    return list(self.order.leading(rows, begins).values_list("pk", flat=True)[start:end])
            elif expected > SPARSE and len(keys := self._keys_near(end)) == end:
                return keys[start:]
            self.is_sorted = expected <= SORTED_TO
        ordered = rows.order_by(*self.order.by(is_sorted=self.is_sorted)).values_list("pk", flat=True)
        return list(ordered[start:end])

    def _keys_near(self, most: int) -> list[int]:
        """The first rows, if that many pass the filters near the beginning of the order."""
        edge, keys = self.order.near(self.whole), []
        for group in self.order.until(self.object_list, *edge) if edge else ():
            keys += group.values_list("pk", flat=True)[: most - len(keys)]
            if len(keys) == most:
                break
        return keys

    def _edge(self, key: Any) -> tuple[Any, int] | None:
        """The value by which the row stands in the order, and its key."""
        if not (key and str(key).isascii() and str(key).isdigit() and len(str(key)) < 18):
            return None
        return self.base.order_by().filter(pk=key).values_list(self.order.column, "pk").first()

    def _keys_beyond(self, value: Any, key: int, *, is_backwards: bool) -> list[int]:
        keys: list[int] = []
        for group in self.order.beyond(self.object_list, value, key, is_backwards=is_backwards):
            keys += group.values_list("pk", flat=True)[: self.per_page + 1 - len(keys)]
            if len(keys) > self.per_page:
                break
        return keys

    def _page(self, keys: list[int], number: int, *, follows: bool) -> LeafedPage:
        rows = self.shown.in_bulk(keys)
        return LeafedPage([rows[key] for key in keys if key in rows], number, self, follows=follows)


def _few(found: QuerySet) -> QuerySet | None:
    """The rows by their keys, if they are few."""
    if (are_few := getattr(found, "are_few", None)) is not None:
        return found if are_few else None
    keys = list(found.order_by().values_list("pk", flat=True)[: FEW + 1])
    return found.model._base_manager.filter(pk__in=keys) if len(keys) <= FEW else None


def _estimated(rows: QuerySet) -> int:
    """How many rows the planner of the database expects."""
    expected = re.search(r"rows=(\d+)", rows.order_by().values("pk").explain())
    return int(expected[1]) if expected else 0


def _number(text: Any) -> int:
    text = str(text)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
