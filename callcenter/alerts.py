"""What the head can mend with one key: a fact and one action, the gravest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from callcenter.enums import GRACE, ItemState
from callcenter.models import QueueItem
from core.formats import duration, number, time_of_day

if TYPE_CHECKING:
    from callcenter.board import OperatorRow

SHOWN = 5


@dataclass(frozen=True)
class Alert:
    """`url` is posted at once, or opens its dialog or page."""

    icon: str
    tone: str
    title: str
    text: str
    label: str
    url: str
    way: str  # post, dialog, page
    card: QueueItem | None = None


def alerts(rows: "Sequence[OperatorRow]", late: Sequence[QueueItem], left_over: int, now: datetime) -> list[Alert]:
    """Broken promises, a queue that does not end today, then those who do one thing for too long."""
    found = [*_late(rows, late, now), *_queue(left_over), *_people(rows, now)]
    return found[:SHOWN]


def _late(rows: "Sequence[OperatorRow]", late: Sequence[QueueItem], now: datetime) -> Iterator[Alert]:
    """An escalated call is everybody's already; one that still waits for its operator is given to whoever is free."""
    for card in late:
        if now - card.due_at <= GRACE or not card.callback_owner:
            continue
        title = _("%(name)s waits %(minutes)s min") % {"name": card.company.name, "minutes": minutes(now - card.due_at)}
        words = {"time": time_of_day(card.due_at), "operator": card.callback_owner.short_name}
        text = _("promised %(time)s, %(operator)s") % words
        url = reverse("callcenter:share", args=[card.pk])
        yield Alert("phone-x", "bad", title, text, _("To all"), url, "post", card)


def _queue(left_over: int) -> Iterator[Alert]:
    if left_over:
        title = _("%(count)s will not be called today") % {"count": number(left_over)}
        text = _("more departments, or another day")
        yield Alert("hourglass", "bad", title, text, _("Lists"), reverse("callcenter:lists"), "page")


def _people(rows: "Sequence[OperatorRow]", now: datetime) -> Iterator[Alert]:
    for row in rows:
        if not (row.is_late and row.since):
            continue
        words = {"name": row.person.short_name, "state": row.state.lower(), "time": duration(now - row.since)}
        title = _("%(name)s: %(state)s %(time)s") % words
        if row.card and row.card.state == ItemState.NEEDS_RESULT:
            url = reverse("callcenter:release", args=[row.card.pk])
            yield Alert(row.icon, "warn", title, row.company, _("Take away"), url, "post", row.card)
        else:
            norm = _("norm %(time)s") % {"time": duration(row.norm_of_state)} if row.norm_of_state else ""
            text = ", ".join(filter(None, [norm, row.company]))
            url = reverse("callcenter:hint", args=[row.person.pk])
            yield Alert(row.icon, "warn", title, text, _("Say"), url, "dialog")


def minutes(passed: timedelta) -> int:
    """Whole minutes, negative for what is late."""
    return round(passed.total_seconds() / 60)
