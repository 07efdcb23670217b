"""What the base list shows: orders, views, pages that end, and the counts beside the filters."""

from datetime import datetime
from functools import cached_property
from hashlib import md5
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import Scope
from companies.enums import Stage
from companies.filters import FILTERS, TEXT, Choice, Data, apply_filters, as_query, without
from companies.models import Company

PAGE_SIZE = 50
UNFOLDED = 6
COUNTED_TO = 10_000  # farther nobody leafs; a filter is quicker
COUNTS_AT_ONCE = 20_000  # a bigger base loads the counts of its filters after the page
COUNTS_LIVE_SECONDS = 60
LIST_ACTION = "companies.view_base"

# name -> (label, order); each order has its index
ORDERS: dict[str, tuple[Any, tuple]] = {
    "name": (_("By name"), ("name_key", "pk")),
    "verified": (_("Age of verification"), (F("verified_at").asc(nulls_first=True), "pk")),
    "-verified": (_("Fresh verification first"), (F("verified_at").desc(nulls_last=True), "-pk")),
    "completeness": (_("Least complete first"), ("completeness", "pk")),
    "-completeness": (_("Most complete first"), ("-completeness", "-pk")),
    "last": (_("Longest silent first"), (F("last_contact_at").asc(nulls_first=True), "pk")),
    "-last": (_("Last contact first"), (F("last_contact_at").desc(nulls_last=True), "-pk")),
    "next": (_("Next contact first"), (F("next_contact_at").asc(nulls_last=True), "pk")),
}
DEFAULT_ORDER = "name"


class BoundedPaginator(Paginator):
    """Pages of a list that may be endless: rows are counted up to a limit, and pages end there."""

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


def order_of(name: str | None) -> str:
    """A known order; any other word is the usual one."""
    return name if name in ORDERS else DEFAULT_ORDER


def listed(companies: QuerySet[Company], order: str) -> QuerySet[Company]:
    """In the order asked for, with what a row of the list shows and nothing wide."""
    return (
        companies.select_related("owner").defer("about", "note", "technical", "full_name").order_by(*ORDERS[order][1])
    )


def views_for(user: Any) -> list[tuple[Any, Data, str]]:
    """The views over the list: (label, filters, order)."""
    return [
        (_("All"), {}, DEFAULT_ORDER),
        (_("Mine"), {"owner": [str(user.pk)]}, DEFAULT_ORDER),
        (
            _("To be verified"),
            {"stage": [str(Stage.COLLECTION.value), str(Stage.VERIFICATION.value)], "verified": ["old", "never"]},
            "verified",
        ),
        (_("Ready for mailing"), {"stage": [str(Stage.MAILING.value)], "verified": ["30", "90"]}, "-verified"),
        (_("Sleeping"), {"gap": ["sleeping"]}, "last"),
    ]


def columns(data: Data, order: str) -> list[dict[str, Any]]:
    """The heads of the table; those with an order are links that turn it round."""
    heads = [
        (_("Company"), ("name",), ""),
        (_("INN"), (), ""),
        (_("Stage"), (), ""),
        (_("Check"), ("verified", "-verified"), ""),
        (_("DM"), (), "number"),
        (_("Completeness"), ("completeness", "-completeness"), ""),
        (_("Last contact"), ("-last", "last"), ""),
        (_("Next step"), ("next",), ""),
        (_("Resp."), (), ""),
    ]
    return [{"label": label, "css": css, **_turned(orders, data, order)} for label, orders, css in heads]


def _turned(orders: tuple[str, ...], data: Data, order: str) -> dict[str, str]:
    if not orders:
        return {}
    following = orders[(orders.index(order) + 1) % len(orders)] if order in orders else orders[0]
    aria = "" if order not in orders else "descending" if order.startswith("-") else "ascending"
    return {"query": as_query(data, sort=following), "aria": aria}


def tabs(user: Any, data: Data) -> list[dict[str, Any]]:
    """The views as tabs; the one whose filters are on is current."""
    return [
        {
            "label": label,
            "query": as_query(filters, **({} if order == DEFAULT_ORDER else {"sort": order})),
            "is_active": filters == data,
        }
        for label, filters, order in views_for(user)
    ]


def chips(data: Data, order: str) -> list[dict[str, Any]]:
    """The filters that are on, in words, each with the address without it."""
    words = [
        (name, FILTERS[name].label, list(FILTERS[name].labels(values).values()))
        for name, values in data.items()
        if name != TEXT
    ]
    if TEXT in data:
        words.append((TEXT, _("Search"), [data[TEXT]]))
    return [
        {
            "name": name,
            "label": label,
            "values": ", ".join(values) or "—",
            "query": as_query(without(data, name), sort=order),
        }
        for name, label, values in words
    ]


def facets(companies: QuerySet[Company], data: Data, *, now: datetime) -> list[dict[str, Any]]:
    """Every filter with its choices; a count says how many there would be under all the other filters."""
    return [
        _facet(name, each.counted(apply_filters(companies, without(data, name), now=now), data.get(name, []), now))
        for name, each in FILTERS.items()
    ]


def uncounted(data: Data) -> list[dict[str, Any]]:
    """The filters while their counts are on the way: what is chosen can be taken off at once."""
    return [
        _facet(name, [Choice(value, label, None, True) for value, label in each.labels(data.get(name, [])).items()])
        for name, each in FILTERS.items()
    ]


def _facet(name: str, choices: list[Choice]) -> dict[str, Any]:
    """A filter as the column shows it: the most frequent choices and the chosen ones, the rest folded."""
    shown = [choice for place, choice in enumerate(choices) if place < UNFOLDED or choice.is_chosen]
    return {
        "name": name,
        "label": str(FILTERS[name].label),
        "choices": shown,
        "folded": [choice for choice in choices if choice not in shown],
    }


def is_big(user: Any) -> bool:
    """Whether counting everything this person sees would be felt."""
    key = f"base-is-big:{_scope_key(user)}"
    if cache.get(key):
        return True
    seen = Company.objects.permitted(user, LIST_ACTION).order_by().values("pk")[: COUNTS_AT_ONCE + 1].count()
    if seen > COUNTS_AT_ONCE:
        cache.set(key, True, 300)
    return seen > COUNTS_AT_ONCE


def cached_facets(user: Any, companies: QuerySet[Company], data: Data, *, now: datetime) -> list[dict[str, Any]]:
    """The counts of a big base, at most a minute old; people who see the same rows share them."""
    asked = md5(as_query(data).encode(), usedforsecurity=False).hexdigest()
    key = f"base-counts:{_scope_key(user)}:{user.language}:{asked}"
    if (known := cache.get(key)) is None:
        known = facets(companies, data, now=now)
        cache.set(key, known, COUNTS_LIVE_SECONDS)
    return known


def narrower(companies: QuerySet[Company], data: Data, order: str, *, now: datetime) -> list[dict[str, Any]]:
    """For an empty list: which filter is in the way, and how many there would be without it."""
    hints = []
    for chip in chips(data, order):
        rest = apply_filters(companies, without(data, chip["name"]), now=now)
        if number := rest.order_by().values("pk")[: COUNTED_TO + 1].count():
            hints.append({**chip, "count": number})
    return sorted(hints, key=lambda hint: -hint["count"])


def _scope_key(user: Any) -> str:
    return "all" if user.scope_of(LIST_ACTION) == Scope.ALL else str(user.pk)
