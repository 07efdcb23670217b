"""What the head of a company card shows: the client's clock, how complete each block is, and its neighbours in the list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.filters import apply_filters, as_query, read_filters
from companies.listing import COUNTED_TO, LIST_ACTION, listed, order_of
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
    and the place `at`. Two queries; nothing when the card was opened from elsewhere."""
    if not (query.get("at", "").isdigit() and user.may(LIST_ACTION)):
        return {}
    data, order, at = read_filters(query), order_of(query.get("sort")), min(int(query["at"]), COUNTED_TO)
    rows = apply_filters(Company.objects.active().permitted(user, LIST_ACTION), data)
    start = max(at - 2, 0)
    nearby = list(listed(rows, order).values_list("pk", flat=True)[start : at + 2])
    if company.pk not in nearby:
        return {}
    place = nearby.index(company.pk)
    found = rows.order_by().values("pk")[: COUNTED_TO + 1].count()
    return {
        "at": start + place + 1,
        "total": min(found, COUNTED_TO),
        "is_cut": found > COUNTED_TO,
        "previous": nearby[place - 1] if place else None,
        "next": nearby[place + 1] if place + 1 < len(nearby) else None,
        "previous_query": as_query(data, sort=order, at=start + place),
        "next_query": as_query(data, sort=order, at=start + place + 2),
        "list_query": as_query(data, sort=order),
    }
