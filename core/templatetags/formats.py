"""Filters over `core.formats`: `{% load formats %}`. They only call; the rules are there."""

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.template.defaultfilters import stringfilter

from core import formats
from core.formats import Numeric

register = template.Library()

register.filter("money_short", formats.money_short)
register.filter("money_exact", formats.money_exact)
register.filter("money", formats.money)
register.filter("number", formats.number)
register.filter("percent", formats.percent)
register.filter("share", formats.share)
register.filter("month_inside", formats.month_inside)
register.filter("days", formats.days)
register.filter("phone", formats.phone)
register.filter("typograf", stringfilter(formats.typograf))


@register.filter
def plural(count: Numeric, forms: str) -> str:
    """{{ n|plural:"день,дня,дней" }}: the word alone."""
    return formats.plural(count, *forms.split(","))


@register.filter
def counted(count: Numeric, forms: str) -> str:
    """{{ n|counted:"день,дня,дней" }}: the number and the word."""
    return formats.counted(count, *forms.split(","))


@register.filter
def short_date(value: date | datetime | None) -> str:
    return formats.short_date(value or None)


@register.filter
def weekday_date(value: date | datetime | None) -> str:
    return formats.weekday_date(value or None)


@register.filter
def time_of_day(value: datetime | None) -> str:
    return formats.time_of_day(value or None)


@register.filter
def client_time(moment: datetime | None, zone: str) -> str:
    return formats.client_time(moment or None, zone)


@register.filter
def when(moment: datetime | None) -> str:
    return formats.when(moment or None)


@register.filter
def ago(moment: datetime | None) -> str:
    return formats.ago(moment or None)


@register.filter
def duration(value: timedelta | float | None) -> str:
    return formats.duration(None if value == "" else value)


@register.filter
def late_days(due: date | datetime | None) -> str:
    return formats.late_days(due or None)


@register.filter
def initials_name(person: Any) -> str:
    """Of anything with `last_name`, `first_name` and perhaps `middle_name`: a user or a client's person."""
    return formats.initials_name(*_name_parts(person)) if person else formats.NOTHING


@register.filter
def full_name(person: Any) -> str:
    return formats.full_name(*_name_parts(person)) if person else formats.NOTHING


def _name_parts(person: Any) -> tuple[str, str, str]:
    return person.last_name, person.first_name, getattr(person, "middle_name", "")
