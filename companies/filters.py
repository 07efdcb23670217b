"""The filters of the base, declared once: the address of the list, saved views and audiences of campaigns all use them.

`read_filters(request.GET)` gives the plain dictionary that may be saved; `apply_filters(queryset, data)` the rows.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Model, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.conditions import condition_of
from companies.enums import Stage
from companies.models import Company, Region, Segment, Source
from companies.search import matching

Data = dict[str, Any]
NONE = "none"  # the choice «not given» of a filter by a key
SLEEPS_AFTER = timedelta(days=90)
TEXT = "q"
WHERE = "where"  # conditions of a saved selection, a tree


@dataclass(frozen=True)
class Choice:
    """One checkbox of a filter."""

    value: str
    label: Any
    count: int | None = None
    is_chosen: bool = False


@dataclass(frozen=True)
class Cases:
    """A filter of named conditions that exclude each other or not."""

    name: str
    label: Any
    cases: dict[str, tuple[Any, Callable[[datetime], Q]]]

    def condition(self, values: list[str], now: datetime) -> Q:
        """Any of the chosen cases; nothing for values that do not exist."""
        chosen = Q(pk__in=())
        for value in values:
            if value in self.cases:
                chosen |= self.cases[value][1](now)
        return chosen

    def counted(self, companies: QuerySet, chosen: list[str], now: datetime) -> list[Choice]:
        """All cases with the number of companies."""
        numbers = companies.order_by().aggregate(
            **{f"n_{value}": Count("pk", filter=condition(now)) for value, (_label, condition) in self.cases.items()}
        )
        return [
            Choice(value, str(case[0]), numbers[f"n_{value}"], value in chosen) for value, case in self.cases.items()
        ]

    def labels(self, values: Iterable[str]) -> dict[str, str]:
        """The values in words."""
        return {value: str(self.cases[value][0]) for value in values if value in self.cases}


@dataclass(frozen=True)
class Keys:
    """A filter by a key to a classifier or to a person; `words` are the fields its name is made of."""

    name: str
    label: Any
    model: type[Model]
    no_value: Any
    words: tuple[str, ...] = ("name",)
    wording: Callable[[Any], str] = str

    def condition(self, values: list[str], now: datetime) -> Q:
        """Any of the chosen keys; nothing for values that are none."""
        chosen = Q(**{f"{self.name}__in": _numbers(values)})
        return chosen | Q(**{f"{self.name}__isnull": True}) if NONE in values else chosen

    def counted(self, companies: QuerySet, chosen: list[str], now: datetime) -> list[Choice]:
        """The keys that occur, the most frequent first; chosen ones even if they do not."""
        named = [f"{self.name}__{word}" for word in self.words]
        grouped = companies.order_by().values_list(self.name, *named).annotate(number=Count("pk"))
        labels, numbers = {}, {}
        for key, *words, number in grouped:
            value = NONE if key is None else str(key)
            labels[value], numbers[value] = self._label(key, words), number
        labels |= self.labels(value for value in chosen if value not in labels)
        values = sorted(labels, key=lambda value: (-numbers.get(value, 0), labels[value]))
        return [Choice(value, labels[value], numbers.get(value, 0), value in chosen) for value in values]

    def labels(self, values: Iterable[str]) -> dict[str, str]:
        """The values in words."""
        values = list(values)
        rows = self.model._default_manager.filter(pk__in=_numbers(values)).values_list("pk", *self.words)
        found = {str(key): self._label(key, words) for key, *words in rows}
        return found | ({NONE: str(self.no_value)} if NONE in values else {})

    def _label(self, key: Any, words: list[str]) -> str:
        return (
            str(self.no_value) if key is None else self.wording(self.model(**dict(zip(self.words, words, strict=True))))
        )


def _numbers(values: Iterable[str]) -> list[str]:
    """Those that may be keys at all; a code of a region keeps its zero."""
    return [value for value in values if value.isascii() and value.isdigit() and len(value) < 10]


def _age(least: int, most: int | None = None) -> Callable[[datetime], Q]:
    """Verified between so many days ago."""

    def condition(now: datetime) -> Q:
        younger = Q(verified_at__lte=now - timedelta(days=least)) if least else Q(verified_at__isnull=False)
        return younger & Q(verified_at__gt=now - timedelta(days=most)) if most else younger

    return condition


FILTERS: dict[str, Cases | Keys] = {
    each.name: each
    for each in [
        Cases("stage", _("Stage of the cycle"), {str(s.value): (s.label, lambda now, s=s: Q(stage=s)) for s in Stage}),
        Cases(
            "verified",
            _("Verification"),
            {
                "30": (_("Up to 30 days"), _age(0, 31)),
                "90": (_("31–90 days"), _age(31, 91)),
                "old": (_("More than 90"), _age(91)),
                "never": (_("Never"), lambda now: Q(verified_at__isnull=True)),
            },
        ),
        Keys("segment", _("Segment"), Segment, _("No segment")),
        Keys("region", _("Region"), Region, _("No region"), ("short_name",)),
        Cases(
            "gap",
            _("Data"),
            {
                "decider": (_("No decision maker"), lambda now: Q(decision_makers=0)),
                "incomplete": (_("Completeness under 50 %"), lambda now: Q(completeness__lt=50)),
                "inn": (_("No INN"), lambda now: Q(inn="")),
                "next": (_("No next contact"), lambda now: Q(next_contact_at__isnull=True)),
                "sleeping": (
                    _("Silent for 90 days"),
                    lambda now: Q(last_contact_at__isnull=True) | Q(last_contact_at__lt=now - SLEEPS_AFTER),
                ),
            },
        ),
        Keys(
            "owner",
            _("Responsible"),
            User,
            _("Nobody"),
            ("last_name", "first_name", "middle_name", "username"),
            lambda user: user.short_name,
        ),
        Keys("source", _("Source"), Source, _("No source")),
    ]
}


def read_filters(query: QueryDict | Mapping[str, Any]) -> Data:
    """The known filters of an address or a form, as a dictionary that may be saved as JSON."""
    many = query.getlist if isinstance(query, QueryDict) else lambda name: query.get(name, [])
    data: Data = {name: values for name in FILTERS if (values := [str(value) for value in many(name) if value != ""])}
    if where := query.get(WHERE):
        data[WHERE] = where if isinstance(where, dict) else _tree(str(where))
    text = str(query.get(TEXT) or "").strip()
    return data | {TEXT: text} if text else data


def _tree(text: str) -> dict[str, Any]:
    """The conditions of an address; what is no JSON becomes a condition that nothing passes."""
    try:
        tree = json.loads(text)
    except ValueError:
        tree = None
    return tree if isinstance(tree, dict) else {"field": ""}


def apply_filters(companies: QuerySet[Company], data: Data, *, now: datetime | None = None) -> QuerySet[Company]:
    """The companies that pass every filter. Raises KeyError for a filter that does not exist: an audience never grows
    because of a misspelt word. Conditions on other rows see what the person sees whom the companies are permitted for."""
    now, reader = now or timezone.now(), getattr(companies, "reader", None)
    for name, values in data.items():
        if name == TEXT:
            companies = matching(companies, str(values))
        elif name == WHERE:
            companies = companies.filter(condition_of(values, now, reader))
        elif values:
            values = [values] if isinstance(values, str | int) else values
            companies = companies.filter(FILTERS[name].condition([str(value) for value in values], now))
    return companies


def without(data: Data, name: str) -> Data:
    """The same filters but this one."""
    return {key: values for key, values in data.items() if key != name}


def as_query(data: Data, **more: Any) -> str:
    """The filters as the part of an address after «?»."""
    query = QueryDict(mutable=True)
    for name, values in {**data, **more}.items():
        if isinstance(values, dict):
            values = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        query.setlist(name, [str(value) for value in (values if isinstance(values, list) else [values])])
    return query.urlencode()
