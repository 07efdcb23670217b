"""The queue column and the states without a card: what waits, what sleeps, when the next client wakes. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import Count, Min
from django.utils.translation import gettext as _

from accounts.models import User
from callcenter import claim as sql
from callcenter import hours
from callcenter.day import Measure, accepted_share, day_share, figures_of, my_day
from callcenter.enums import ListKind, Tier
from callcenter.mix import mix_for
from callcenter.models import QueueItem
from core.formats import days, short_date, time_of_day

NEXT_SHOWN = 7
PROMISED_SHOWN = 4
COUNTED_EACH_TIME = 20_000  # cards: counting half a million takes 0.2 s, and every desk and board asks
KEPT = 10  # seconds


@dataclass(frozen=True)
class Row:
    """A line of the queue. The name of a company is shown only to whom the policy shows the card."""

    card: QueueItem
    name: str
    place: str
    reason: str
    tone: str = ""
    badge: str = ""
    badge_tone: str = ""


@dataclass
class Queue:
    """The left column."""

    promised: list[Row]
    following: list[Row]
    sleeping: int
    waiting: int
    done: int
    figures: dict[str, int]
    measures: list[Measure]
    mark: int
    accepted: int | None
    is_verification: bool

    @property
    def total(self) -> int:
        """What is done today and what could still be."""
        return self.done + self.waiting

    @property
    def words(self) -> tuple[str, str]:
        """What the two colours of the bar count."""
        if self.is_verification:
            whole, part = self.figures["checked"], self.figures["partly"]
            return _("as a whole %(count)s") % {"count": whole}, _("in part %(count)s") % {"count": part}
        talks, tries = self.figures["talks"], self.figures["calls"] - self.figures["talks"]
        return _("talks %(count)s") % {"count": talks}, _("tries %(count)s") % {"count": tries}

    @property
    def parts(self) -> list[dict]:
        """The bar: talks green, the other tries blue; of checks the whole ones green, the others amber."""
        good = self.figures["checked" if self.is_verification else "talks"]
        rest = self.figures["partly"] if self.is_verification else self.figures["calls"] - good
        total = self.total or 1
        return [
            {"tone": "ok", "percent": 100 * good / total},
            {"tone": "warn" if self.is_verification else "", "percent": 100 * rest / total},
        ]


def open_queue(operator: User, kind: str, now: datetime) -> Queue:
    """The column for this kind of work. A constant number of queries."""
    figures = figures_of(operator, now)
    windows = hours.open_windows(sql.waiting_windows(), now)
    mix = mix_for(operator, {window.pool for window in windows}, now)
    waiting, sleeping = count_waiting("", now)
    ids = sql.peek(operator.pk, windows, mix, now, NEXT_SHOWN + PROMISED_SHOWN)
    permitted = QueueItem.objects.permitted(operator, "callcenter.view_queueitem").filter(pk__in=ids)
    visible = set(permitted.values_list("pk", flat=True))
    cards = {card.pk: card for card in QueueItem.objects.for_column().filter(pk__in=ids)}
    promised = _promised(operator, now)
    shown = {row.card.pk for row in promised}
    following = [_row(cards[pk], pk in visible, now) for pk in ids if pk in cards and pk not in shown]
    return Queue(
        promised=promised,
        following=following[:NEXT_SHOWN],
        sleeping=sleeping,
        waiting=waiting,
        done=figures["calls"],
        figures=figures,
        measures=my_day(operator, kind, figures, now),
        mark=day_share(now),
        accepted=accepted_share(operator) if kind == ListKind.VERIFICATION else None,
        is_verification=kind == ListKind.VERIFICATION,
    )


def why_empty(operator: User, now: datetime) -> tuple[str, datetime | None]:
    """(the reason, when a card can be expected): nothing waits, everybody sleeps, or the next time has not come."""
    offered = QueueItem.objects.offered()
    if not offered.exists():
        return _("All cards of the open lists are done."), None
    nearest = offered.order_by().values_list("time_zone", "hours").annotate(Min("due_at"))
    moments = [hours.next_opening(zone, max(now, due), span) for zone, span, due in nearest]
    if not any(hours.is_open(zone, now, span) for zone, span, _due in nearest):
        return _("It is not calling time at any of the clients."), min(moments)
    return _("Everybody who could be called now has been; the rest are promised a later time."), min(moments)


def _promised(operator: User, now: datetime) -> list[Row]:
    """The operator's own promises for the rest of the day, the late ones on top."""
    mine = QueueItem.objects.promised().filter(callback_owner=operator).for_column().order_by("due_at", "pk")
    return [_promise(card, now) for card in mine[:PROMISED_SHOWN]]


def _promise(card: QueueItem, now: datetime) -> Row:
    left = round((card.due_at - now).total_seconds() / 60)
    clock = time_of_day(card.due_at)
    if left < 0:
        reason, tone, badge = _("%(minutes)s min late") % {"minutes": -left}, "bad", "bad"
    elif left < 60:
        reason, tone, badge = _("in %(minutes)s min") % {"minutes": left}, "", "warn"
    else:
        reason, tone, badge = short_date(card.due_at), "", ""
    return Row(card, card.company.name, _place(card, now), reason, tone, clock, badge)


def _row(card: QueueItem, is_visible: bool, now: datetime) -> Row:
    """Whom the policy hides is told by the trade only: nobody reads the base through the queue."""
    segment = card.company.segment.name if card.company.segment else _("Next client")
    return Row(card, card.company.name if is_visible else segment, _place(card, now), _reason(card, now))


def _place(card: QueueItem, now: datetime) -> str:
    """13:42, +2 ч к Москве: what the client's clock shows."""
    clock = f"{now.astimezone(ZoneInfo(card.time_zone)):%H:%M}"
    ahead = hours.shift_from_moscow(card.time_zone, now)
    return ", ".join(filter(None, [clock, _("%(hours)s h to Moscow") % {"hours": ahead} if ahead else ""]))


def _reason(card: QueueItem, now: datetime) -> str:
    if card.tier == Tier.RETRY:
        return _("try %(number)s") % {"number": card.attempts + 1}
    if card.mail_item and card.mail_item.sent_at:
        return _("letter of %(day)s") % {"day": short_date(card.mail_item.sent_at)}
    if card.call_list.kind == ListKind.VERIFICATION and card.company.checked_at:
        return days((now - card.company.checked_at).days)
    return _("new")


def count_waiting(kind: str, now: datetime) -> tuple[int, int]:
    """(where it is calling time, where people rest): how many cards of open lists of this kind, or of all, wait."""
    awake = asleep = 0
    for zone, span, number in _waiting_by_window(kind):
        if hours.is_open(zone, now, span):
            awake += number
        else:
            asleep += number
    return awake, asleep


def _waiting_by_window(kind: str) -> list[tuple[str, str, int]]:
    """(zone, hours, cards). Of hundreds of thousands nobody sees that a dozen has gone: a long count serves everybody for a while."""
    key = f"callcenter:waiting:{kind}"
    if (kept := cache.get(key)) is not None:
        return kept
    offered = QueueItem.objects.offered()
    if kind in ListKind.values:
        offered = offered.filter(call_list__kind=kind)
    found = list(offered.order_by().values_list("time_zone", "hours").annotate(Count("pk")))
    if sum(number for _zone, _span, number in found) > COUNTED_EACH_TIME:
        cache.set(key, found, KEPT)
    return found
