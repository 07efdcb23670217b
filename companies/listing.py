"""What the base list shows: orders, views, pages that end, and the counts beside the filters."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import md5
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from accounts.enums import Scope
from accounts.models import SavedView
from companies.columns import chosen
from companies.conditions import in_words
from companies.enums import Stage
from companies.filters import FILTERS, TEXT, WHERE, Choice, Data, apply_filters, as_query, without
from companies.models import Company
from companies.paging import LeafingPaginator, Order
from companies.rows import Column
from core.formats import number

PAGE_SIZE = 50
UNFOLDED = 6
HINTED_TO = 1_000
COUNTS_AT_ONCE = 2_000  # a bigger base loads its counts after the page
COUNTS_LIVE_SECONDS = 60
BIG_COUNT, BIG_COUNT_LIVES = 50_000, 600
LIST_ACTION = "companies.view_base"

ORDERS: dict[str, Order] = {
    "name": Order(_("By name"), "name_key", lead=Left("name_key", 3)),
    "verified": Order(_("Age of verification"), "verified_at", nulls="first"),
    "-verified": Order(_("Fresh verification first"), "verified_at", is_descending=True, nulls="last"),
    "completeness": Order(_("Least complete first"), "completeness"),
    "-completeness": Order(_("Most complete first"), "completeness", is_descending=True),
    "last": Order(_("Longest silent first"), "last_contact_at", nulls="first"),
    "-last": Order(_("Last contact first"), "last_contact_at", is_descending=True, nulls="last"),
    "next": Order(_("Next contact first"), "next_contact_at", nulls="last"),
}
DEFAULT_ORDER = "name"


def order_of(name: str | None) -> str:
    """A known order; any other word is the usual one."""
    return name if name in ORDERS else DEFAULT_ORDER


def shown(columns: Mapping[str, Column]) -> QuerySet[Company]:
    """Companies with what these columns show and nothing else."""
    fields = [field for column in columns.values() for field in column.fields or ("technical",)]
    related = {field.partition("__")[0] for field in fields if "__" in field}
    return Company.objects.select_related(*related or [None]).only("name", "legal_form", "city", *fields)


def leafing(
    found: QuerySet[Company],
    order: str,
    *,
    base: QuerySet[Company],
    columns: Mapping[str, Column] | None = None,
    is_filtered: bool = False,
) -> LeafingPaginator:
    """The list in pages; `base` are all companies the person may see, `is_filtered` if the list is not the whole base."""
    return LeafingPaginator(
        found,
        ORDERS[order],
        whole=Company.objects.active(),
        base=base,
        shown=shown(chosen(None) if columns is None else columns),
        per_page=PAGE_SIZE,
        is_filtered=is_filtered,
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


def heads(columns: Mapping[str, Column], data: Data, order: str) -> list[dict[str, Any]]:
    """The heads of the table; those with an order are links that turn it round."""
    name = {"label": _("Company"), "css": "", **_turned(("name",), data, order)}
    return [
        name,
        *({"label": each.label, "css": each.css, **_turned(each.orders, data, order)} for each in columns.values()),
    ]


def _turned(orders: tuple[str, ...], data: Data, order: str) -> dict[str, str]:
    if not orders:
        return {}
    following = orders[(orders.index(order) + 1) % len(orders)] if order in orders else orders[0]
    aria = "" if order not in orders else "descending" if order.startswith("-") else "ascending"
    return {"query": as_query(data, sort=following), "aria": aria}


def tabs(user: Any, data: Data, view: SavedView | None) -> list[dict[str, Any]]:
    """The selections as tabs: those of the product, then one's own and the shared ones; the one that is on is current."""
    usual = [
        {
            "label": label,
            "query": as_query(filters, **({} if order == DEFAULT_ORDER else {"sort": order})),
            "is_active": view is None and filters == data,
        }
        for label, filters, order in views_for(user)
    ]
    saved = SavedView.objects.offered_to(user, "companies:list")
    return usual + [
        {"label": each.name, "query": f"view={each.pk}", "is_active": view is not None and each.pk == view.pk}
        for each in saved
    ]


def chips(data: Data, order: str, reader: Any = None) -> list[dict[str, Any]]:
    """The filters that are on, in words, each with the address without it."""
    words = [
        (name, FILTERS[name].label, list(FILTERS[name].labels(values).values()))
        for name, values in data.items()
        if name not in {TEXT, WHERE}
    ]
    if WHERE in data:
        words.append((WHERE, _("Conditions"), [in_words(data[WHERE], reader)]))
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
    companies, data = apply_filters(companies, _only_text(data), now=now), without(data, TEXT)
    return [
        _facet(name, each.counted(apply_filters(companies, without(data, name), now=now), data.get(name, []), now))
        for name, each in FILTERS.items()
    ]


def _only_text(data: Data) -> Data:
    return {TEXT: data[TEXT]} if TEXT in data else {}


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


def base_count(user: Any) -> int:
    """How many companies this person sees; a big number is some minutes old, for counting a million takes long."""
    key = f"base-count:{_scope_key(user)}"
    if (known := cache.get(key)) is None:
        known = Company.objects.active().permitted(user, LIST_ACTION).count()
        if known > BIG_COUNT:
            cache.set(key, known, BIG_COUNT_LIVES)
    return known


def cached_counts(user: Any, companies: QuerySet[Company], data: Data, *, now: datetime) -> dict[str, Any]:
    """The counts of a big base, at most a minute old; people who see the same rows share them."""
    asked = md5(as_query(data).encode(), usedforsecurity=False).hexdigest()
    key = f"base-counts:{_scope_key(user)}:{user.language}:{asked}"
    if (known := cache.get(key)) is None:
        total = apply_filters(companies, data, now=now).order_by().count()
        known = {"facets": facets(companies, data, now=now), "total": total}
        cache.set(key, known, COUNTS_LIVE_SECONDS)
    return known


def narrower(companies: QuerySet[Company], data: Data, order: str, *, now: datetime) -> list[dict[str, Any]]:
    """For an empty list: which filter is in the way, and how many there would be without it."""
    hints = []
    for chip in chips(data, order):
        rest = apply_filters(companies, without(data, chip["name"]), now=now)
        if found := rest.order_by().values("pk")[: HINTED_TO + 1].count():
            shown = number(found) if found <= HINTED_TO else f"{number(HINTED_TO)}+"
            hints.append({**chip, "count": found, "shown": shown})
    return sorted(hints, key=lambda hint: -hint["count"])


def sees_all(user: Any) -> bool:
    """Whether the whole base is this person's."""
    return user.scope_of(LIST_ACTION) == Scope.ALL


def _scope_key(user: Any) -> str:
    return "all" if sees_all(user) else str(user.pk)
