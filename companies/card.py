"""What the head of a company card shows: the client's clock, how complete each block is, and its neighbours in the list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.filters import apply_filters, as_query, read_filters
from companies.listing import LIST_ACTION, leafing, order_of
from companies.models import Company

BLOCKS = {
    "1": _("Company"),
    "2": _("Decisions"),
    "3": _("Equipment"),
    "4": _("Needs"),
    "5": _("Next contact"),
    "6": _("Contacts"),
}
GOOD, FAIR = 70, 50


@dataclass(frozen=True)
class Clock:
    """The time at the client's, and how far it is from the reader's."""

    time: str
    hours: int

    @property
    def shift(self) -> str:
        """«+2», «−1», nothing where clocks agree."""
        return f"{'+' if self.hours > 0 else '−'}{abs(self.hours)}" if self.hours else ""


def clock_of(company: Company, *, now: datetime) -> Clock:
    """The client's clock beside that of the person who looks."""
    theirs, ours = now.astimezone(ZoneInfo(company.time_zone)), timezone.localtime(now)
    shift = (theirs.utcoffset() - ours.utcoffset()).total_seconds() // 3600  # type: ignore[operator]
    return Clock(f"{theirs:%H:%M}", int(shift))


def tone_of(percent: int) -> str:
    """The colour of a completeness."""
    return "ok" if percent >= GOOD else "warn" if percent >= FAIR else "bad"


def blocks_of(company: Company) -> list[dict[str, Any]]:
    """The six information blocks with their completeness."""
    return [
        {"number": number, "label": label, "percent": percent, "tone": tone_of(percent)}
        for number, label in BLOCKS.items()
        for percent in [company.blocks.get(number, 0)]
    ]


def neighbours(company: Company, query: QueryDict, user: Any) -> dict[str, Any]:
    """The companies before and after this one in the list it was opened from: the address carries the list's filters
    and the place `at`. Nothing when the card was opened from elsewhere, or does not pass the filters any more."""
    if not (query.get("at", "").isdecimal() and user.may(LIST_ACTION)):
        return {}
    data, order, at = read_filters(query), order_of(query.get("sort")), int(query["at"][:9])
    base = Company.objects.active().permitted(user, LIST_ACTION)
    rows = apply_filters(base, data)
    if not rows.filter(pk=company.pk).exists():
        return {}
    pages = leafing(rows, order, base=base, is_filtered=bool(data))
    return {
        "at": at,
        "total": pages.count,
        "is_cut": pages.is_cut,
        "previous": pages.beside(company, is_backwards=True),
        "next": pages.beside(company),
        "previous_query": as_query(data, sort=order, at=max(at - 1, 1)),
        "next_query": as_query(data, sort=order, at=at + 1),
        "list_query": as_query(data, sort=order),
    }
