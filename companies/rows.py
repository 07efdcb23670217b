"""A row of the base list in plain words, made ready here: fifty rows are most of the page, and the template only prints.

Columns are declared once; a person chooses among them, the name always stands first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from companies.enums import Stage
from companies.models import Company
from core.formats import days, money_short, short_date

FRESH, AGING = 30, 90  # days since the verification
GOOD, FAIR = 70, 50  # completeness, %


@dataclass(frozen=True)
class Column:
    """A column of the list: its head, the orders that its head turns through, and the relation it is read from."""

    name: str
    label: Any
    orders: tuple[str, ...] = ()
    css: str = ""
    relation: str = ""
    is_usual: bool = True
    cell: Callable[..., Any] | None = None  # (company, now, today); without it the one of CELLS


COLUMNS: dict[str, Column] = {
    column.name: column
    for column in [
        Column("inn", _("INN")),
        Column("region", _("Region"), relation="region", is_usual=False),
        Column("segment", _("Segment"), relation="segment", is_usual=False),
        Column("activity", _("Kind of activity"), relation="activity", is_usual=False),
        Column("stage", _("Stage")),
        Column("check", _("Check"), ("verified", "-verified")),
        Column("deciders", pgettext_lazy("column", "DM"), css="number"),
        Column("completeness", _("Completeness"), ("completeness", "-completeness")),
        Column("last", _("Last contact"), ("-last", "last")),
        Column("next", _("Next step"), ("next",)),
        Column("email", _("E-mail"), is_usual=False),
        Column("site", _("Site"), is_usual=False),
        Column("headcount", _("People"), css="number", is_usual=False),
        Column("revenue", _("Revenue"), css="number", is_usual=False),
        Column("source", _("Source"), relation="source", is_usual=False),
        Column("created", _("Collected"), is_usual=False),
        Column("owner", _("Resp."), relation="owner"),
    ]
}
USUAL = [name for name, column in COLUMNS.items() if column.is_usual]


def rows(
    companies: Iterable[Company], columns: Mapping[str, Column], *, query: str, start: int, now: datetime
) -> Iterator[dict]:
    """What the template prints for each company; `start` is the place of the first one in the whole list."""
    pattern, today = reverse("companies:detail", args=[0]), timezone.localdate(now)
    for place, company in enumerate(companies, start=start):
        yield {
            "pk": str(company.pk),
            "name": company.name,
            "form": company.legal_form,
            "city": company.city,
            "url": f"{pattern.replace('0', str(company.pk))}?{query}&at={place}",
            "cells": [(name, (column.cell or CELLS[name])(company, now, today)) for name, column in columns.items()],
        }


def _check(company: Company, now: datetime, _today: date) -> dict[str, str]:
    if company.verified_at is None:
        return {"age": ""}
    age = (now - company.verified_at).days
    tone = "" if age <= FRESH else "warn" if age <= AGING else "bad"
    return {"age": days(age), "dot": tone or "ok", "tone": tone}


def _completeness(company: Company, _now: datetime, _today: date) -> dict[str, str]:
    percent = company.completeness
    return {"percent": str(percent), "tone": "ok" if percent >= GOOD else "warn" if percent >= FAIR else "bad"}


def _last(company: Company, _now: datetime, today: date) -> dict[str, str]:
    if company.last_contact_at is None:
        return {}
    return {"kind": company.last_contact_kind, "on": short_date(company.last_contact_at, today)}


def _next(company: Company, now: datetime, today: date) -> dict[str, Any]:
    at = company.next_contact_at
    if at is None:
        return {}
    return {"text": company.next_contact_text, "on": short_date(at, today), "is_late": at < now}


def _owner(company: Company, _now: datetime, _today: date) -> dict[str, str]:
    owner = company.owner
    return {"initials": owner.initials, "name": owner.full_name} if owner else {}


def _stage(company: Company, _now: datetime, _today: date) -> str:
    return stage_meter(company.stage, get_language() or "ru")


@lru_cache(maxsize=32)
def stage_meter(stage: int, _language: str) -> str:
    """The component of the kit; there are six of them in a language."""
    return render_to_string("ui/stage_meter.html", {"stage": stage, "label": Stage(stage).label})


CELLS: dict[str, Any] = {
    "inn": lambda company, _now, _today: company.inn,
    "region": lambda company, _now, _today: company.region.short_name if company.region else "",
    "segment": lambda company, _now, _today: company.segment.name if company.segment else "",
    "activity": lambda company, _now, _today: company.activity.name if company.activity else "",
    "stage": _stage,
    "check": _check,
    "deciders": lambda company, _now, _today: str(company.decision_makers or ""),
    "completeness": _completeness,
    "last": _last,
    "next": _next,
    "email": lambda company, _now, _today: company.email,
    "site": lambda company, _now, _today: company.site_shown,
    "headcount": lambda company, _now, _today: str(company.headcount or ""),
    "revenue": lambda company, _now, _today: money_short(company.revenue) if company.revenue else "",
    "source": lambda company, _now, _today: company.source.name if company.source else "",
    "created": lambda company, _now, today: short_date(company.created_at, today),
    "owner": _owner,
}
