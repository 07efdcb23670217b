"""A row of the base list: its texts are made ready here and put into templates printed once (core.stamps).

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
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from companies.enums import Stage
from companies.models import Company
from core.formats import days, money_short, short_date
from core.stamps import stamp

Cell = tuple[dict[str, str], dict[str, Any]]  # texts, and what the template branches on
FRESH, AGING = 30, 90  # days since the verification
GOOD, FAIR = 70, 50  # completeness, %


@dataclass(frozen=True)
class Column:
    """A column of the list: its head, the orders that its head turns through, and the fields it is read from."""

    name: str
    label: Any
    orders: tuple[str, ...] = ()
    css: str = ""
    fields: tuple[str, ...] = ()  # what it is read from; without any it is the answers to the own questions
    is_usual: bool = True
    cell: Callable[..., Any] | None = None  # (company, now, today); without it the one of CELLS


COLUMNS: dict[str, Column] = {
    column.name: column
    for column in [
        Column("inn", _("INN"), fields=("inn",)),
        Column("region", _("Region"), fields=("region__short_name",), is_usual=False),
        Column("segment", _("Segment"), fields=("segment__name",), is_usual=False),
        Column("activity", _("Kind of activity"), fields=("activity__name",), is_usual=False),
        Column("stage", _("Stage"), fields=("stage",)),
        Column("check", _("Check"), ("verified", "-verified"), fields=("verified_at",)),
        Column("deciders", pgettext_lazy("column", "DM"), css="number", fields=("decision_makers",)),
        Column("completeness", _("Completeness"), ("completeness", "-completeness"), fields=("completeness",)),
        Column("last", _("Last contact"), ("-last", "last"), fields=("last_contact_at", "last_contact_kind")),
        Column("next", _("Next step"), ("next",), fields=("next_contact_at", "next_contact_text")),
        Column("email", _("E-mail"), is_usual=False, fields=("email",)),
        Column("site", _("Site"), is_usual=False, fields=("site",)),
        Column("headcount", _("People"), css="number", is_usual=False, fields=("headcount",)),
        Column("revenue", _("Revenue"), css="number", is_usual=False, fields=("revenue",)),
        Column("source", _("Source"), fields=("source__name",), is_usual=False),
        Column("created", _("Collected"), is_usual=False, fields=("created_at",)),
        Column(
            "owner",
            _("Resp."),
            fields=("owner__last_name", "owner__first_name", "owner__middle_name", "owner__username"),
        ),
    ]
}
USUAL = [name for name, column in COLUMNS.items() if column.is_usual]


def rows(
    companies: Iterable[Company], columns: Mapping[str, Column], *, query: str, start: int, now: datetime
) -> Iterator[SafeString]:
    """The rows of the table; `start` is the place of the first one in the whole list."""
    pattern, today = reverse("companies:detail", args=[0]), timezone.localdate(now)
    language = get_language()
    for place, company in enumerate(companies, start=start):
        texts = {
            "pk": company.pk,
            "name": company.name,
            "form": company.legal_form,
            "city": company.city,
            "url": f"{pattern.replace('0', str(company.pk))}?{query}&at={place}",
        }
        row = stamp("companies/_row.html", texts | {"cells": CELLS}, language=language)
        yield _filled(
            row, language, texts, [(column, _cell(column, company, now, today)) for column in columns.values()]
        )


def _cell(column: Column, company: Company, now: datetime, today: date) -> Cell:
    cell = (column.cell or CELLS[column.name])(company, now, today)
    return cell if isinstance(cell, tuple) else ({"text": cell}, {})


def _filled(row: str, language: str | None, texts: dict[str, Any], cells: list[tuple[Column, Cell]]) -> SafeString:
    """One format for the whole row, with the fields of the cells told apart by their places."""
    printed = []
    for place, (column, (own, form)) in enumerate(cells):
        prefix, known = f"c{place}_", column.name if column.name in CELLS else ""
        printed.append(stamp("companies/_cell.html", own, language=language, prefix=prefix, column=known, **form))
        texts |= {f"{prefix}{name}": text for name, text in own.items()}
    return format_html(row.replace("{cells}", "".join(printed)), **texts)


def _check(company: Company, now: datetime, _today: date) -> Cell:
    if company.verified_at is None:
        return {"age": ""}, {}
    age = (now - company.verified_at).days
    tone = "" if age <= FRESH else "warn" if age <= AGING else "bad"
    return {"age": days(age)}, {"dot": tone or "ok", "tone": tone}


def _completeness(company: Company, _now: datetime, _today: date) -> Cell:
    percent = company.completeness
    return {"percent": str(percent)}, {"tone": "ok" if percent >= GOOD else "warn" if percent >= FAIR else "bad"}


def _last(company: Company, _now: datetime, today: date) -> Cell:
    if company.last_contact_at is None:
        return {"on": ""}, {}
    return {"on": short_date(company.last_contact_at, today)}, {"kind": company.last_contact_kind}


def _next(company: Company, now: datetime, today: date) -> Cell:
    at = company.next_contact_at
    if at is None:
        return {"on": ""}, {}
    return {"text": company.next_contact_text, "on": short_date(at, today)}, {"is_late": at < now}


def _owner(company: Company, _now: datetime, _today: date) -> Cell:
    owner = company.owner
    return {"initials": owner.initials if owner else "", "name": owner.full_name if owner else ""}, {}


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
