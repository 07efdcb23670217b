"""The supervisor's board: who does what, what waits, what needs a hand. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from callcenter.alerts import Alert, alerts, minutes
from callcenter.day import ENDS, FIGURES, NORMS, STARTS, day_share, today
from callcenter.doing import doing, last_events
from callcenter.enums import ListKind, OperatorState
from callcenter.models import CallAttempt, OperatorEvent, QueueItem
from callcenter.queue import count_waiting
from core.formats import number

USUAL_DAYS = 30
PROMISES_SHOWN = 9
CALLS_SHOWN = 6


@dataclass(frozen=True)
class OperatorRow:
    """An operator now and today. `rank` puts trouble on top."""

    person: User
    state: str
    tone: str
    since: datetime | None
    is_late: bool
    company: str
    card: QueueItem | None
    figures: dict[str, int]
    rank: int
    now: datetime
    icon: str = "clock"
    is_talking: bool = False
    norm_of_state: timedelta | None = None
    norm: int = NORMS["calls"]

    @property
    def mark(self) -> int:
        """Where the day stands."""
        return day_share(self.now)

    @property
    def lasts(self) -> timedelta | None:
        """How long the state lasts."""
        return max(timedelta(), self.now - self.since) if self.since else None

    @property
    def day_words(self) -> str:
        """For screen readers: calls of the norm."""
        return _("%(done)s calls of %(norm)s") % {"done": self.figures["calls"], "norm": self.norm}

    @property
    def tone_of_day(self) -> str:
        """Red far behind the plan of the hour."""
        return "bad" if self.is_behind and self.since else ""

    @property
    def percent(self) -> int:
        """Calls against the norm of a day."""
        return min(100, round(100 * self.figures["calls"] / self.norm))

    @property
    def reach(self) -> int | None:
        """The share of calls that a human answered, in per cent."""
        return round(100 * self.figures["talks"] / self.figures["calls"]) if self.figures["calls"] else None

    @property
    def is_behind(self) -> bool:
        """Below four fifths of where the day should be by now."""
        return self.percent < self.mark * 0.8


@dataclass(frozen=True)
class Promise:
    """A promised call, and how many minutes are left to it."""

    card: QueueItem
    minutes: int

    @property
    def left(self) -> str:
        """18 мин, 1,5 ч, −27 мин."""
        if abs(self.minutes) < 60:
            return _("%(count)s min") % {"count": number(self.minutes)}
        return _("%(count)s h") % {"count": number(self.minutes / 60, 1)}

    @property
    def tone(self) -> str:
        """Red when late, amber within the half-hour."""
        return "bad" if self.minutes < 0 else "warn" if self.minutes < 30 else "text-faint"


WIDTH, HEIGHT = 140, 44  # of the drawing


@dataclass(frozen=True)
class Forecast:
    """A line of what waited hour by hour, computed back from the calls made, and a dotted one to the end of the shift."""

    now: datetime
    waiting: int
    left_over: int
    calls: dict[int, int]

    @property
    def depths(self) -> list[tuple[float, int]]:
        """(hour, how many waited), the present last."""
        local = timezone.localtime(self.now)
        hour = min(float(ENDS), max(float(STARTS), local.hour + local.minute / 60))
        points, depth = [(hour, self.waiting)], self.waiting
        for past in range(min(ENDS - 1, int(hour)), STARTS - 1, -1):
            depth += self.calls.get(past, 0)
            points.insert(0, (float(past), depth))
        return points

    @property
    def past(self) -> str:
        """Points of the line."""
        return " ".join(self._point(hour, depth) for hour, depth in self.depths)

    @property
    def coming(self) -> str:
        """Points of the dotted line."""
        return f"{self._point(*self.depths[-1])} {self._point(float(ENDS), self.left_over)}"

    @property
    def words(self) -> str:
        """For screen readers."""
        facts = {"begin": number(self.depths[0][1]), "now": number(self.waiting), "end": number(self.left_over)}
        return _("The queue: %(begin)s in the morning, %(now)s now, %(end)s are left by the end of the day") % facts

    def _point(self, hour: float, depth: int) -> str:
        most = max(count for _hour, count in self.depths) or 1
        x = 3 + (WIDTH - 6) * (hour - STARTS) / (ENDS - STARTS)
        return f"{x:.1f},{HEIGHT - 3 - (HEIGHT - 6) * depth / most:.1f}"


@dataclass
class Board:
    """The whole board."""

    now: datetime
    kind: str
    rows: list[OperatorRow]
    promises: list[Promise]
    promised: int
    late: list[QueueItem]
    alerts: list[Alert]
    waiting: int
    asleep: int
    figures: dict[str, int]
    by_hour: list[dict[str, Any]]
    calls: list[CallAttempt]
    mark: int

    @property
    def reach(self) -> int | None:
        """Answered by a human, in per cent of today's calls."""
        return round(100 * self.figures["talks"] / self.figures["calls"]) if self.figures["calls"] else None

    @property
    def pace(self) -> int:
        """Calls an hour today."""
        local = timezone.localtime(self.now)
        passed = max(1.0, local.hour + local.minute / 60 - STARTS)
        return round(self.figures["calls"] / passed)

    @property
    def left_over(self) -> int:
        """What this pace leaves undone by the end of the day; nothing is known before the first call."""
        if not self.pace:
            return 0
        local = timezone.localtime(self.now)
        remains = max(0.0, ENDS - local.hour - local.minute / 60)
        return max(0, round(self.waiting - self.pace * remains))

    @property
    def forecast(self) -> "Forecast":
        """The queue from the morning until now, and where it goes by the end of the day."""
        return Forecast(
            self.now,
            self.waiting,
            self.left_over if self.pace else self.waiting,
            {row["hour"]: row["calls"] for row in self.by_hour},
        )

    @property
    def talking(self) -> int:
        """How many are on the line with a client."""
        return sum(1 for row in self.rows if row.is_talking)

    @property
    def people(self) -> int:
        """Who is in the shift today."""
        return sum(1 for row in self.rows if row.since) or len(self.rows)

    @property
    def planned_talks(self) -> int:
        """The norm of talks for those in the shift."""
        return NORMS["talks"] * self.people

    @property
    def planned_meetings(self) -> int:
        """The norm of meetings for those in the shift."""
        return NORMS["meetings"] * self.people


def open_board(kind: str, now: datetime) -> Board:
    """The board of all calls, or of one kind of lists. A constant number of queries."""
    attempts = CallAttempt.objects.between(*today(now))
    offered = QueueItem.objects.offered()
    if kind in ListKind.values:
        attempts, offered = attempts.of_kind(kind), offered.filter(call_list__kind=kind)
    end = today(now)[1]
    promises = list(offered.promised().filter(due_at__lt=end).for_board().order_by("due_at", "pk"))
    rows = _rows(attempts, now)
    late = [card for card in promises if card.due_at < now]
    awake, asleep = count_waiting(kind, now)
    board = Board(
        now=now,
        kind=kind,
        rows=rows,
        promises=[Promise(card, minutes(card.due_at - now)) for card in promises[:PROMISES_SHOWN]],
        promised=len(promises),
        late=late,
        alerts=[],
        waiting=awake,
        asleep=asleep,
        figures=attempts.aggregate(**FIGURES),
        by_hour=_by_hour(now),
        calls=list(attempts.select_related("operator", "company", "result", "score")[:CALLS_SHOWN]),
        mark=day_share(now),
    )
    board.alerts = alerts(rows, late, board.left_over, now)
    return board


def _rows(attempts: Any, now: datetime) -> list[OperatorRow]:
    """Everybody who calls; trouble first, then by name."""
    heads = User.objects.holding("callcenter.view_board").values("pk")
    people = list(User.objects.holding("callcenter.take_card").exclude(pk__in=heads))
    cards = {card.held_by_id: card for card in QueueItem.objects.live().for_board()}
    known = {person.pk for person in people}
    people += [card.held_by for card in cards.values() if card.held_by_id not in known]
    last = last_events(now)
    figures = {row["operator"]: row for row in attempts.order_by().values("operator").annotate(**FIGURES)}
    rows = [_row(p, cards.get(p.pk), last.get(p.pk), figures.get(p.pk), now) for p in people]
    return sorted(rows, key=lambda row: (row.rank, row.person.last_name))


def _row(
    person: User, card: QueueItem | None, event: OperatorEvent | None, figures: dict[str, int] | None, now: datetime
) -> OperatorRow:
    does = doing(event, card)
    is_late = does.is_late(now)
    company = ""
    if card:
        company = ", ".join(
            filter(None, [card.company.name, card.dialed_person.full_name if card.dialed_person else ""])
        )
    counted = {name: (figures or {}).get(name, 0) for name in FIGURES}
    tone = "bad" if is_late else does.tone
    rank = does.rank - 10 * is_late
    talks = bool(event and event.state == OperatorState.CALL)
    return OperatorRow(
        person, does.word, tone, does.since, is_late, company, card, counted, rank, now, does.icon, talks, does.norm
    )


def _by_hour(now: datetime) -> list[dict[str, Any]]:
    """The share answered by a human, hour by hour: usually and today."""
    start, end = today(now)
    zone = timezone.get_current_timezone()
    usual = _reach(CallAttempt.objects.between(start - timedelta(days=USUAL_DAYS), start), zone)
    present = _reach(CallAttempt.objects.between(start, end), zone)
    return [
        {
            "hour": hour,
            "usual": _share(usual.get(hour)),
            "today": _share(present.get(hour)),
            "calls": present.get(hour, (0, 0))[0],
        }
        for hour in range(STARTS, ENDS)
    ]


def _share(counted: tuple[int, int] | None) -> int | None:
    return round(100 * counted[1] / counted[0]) if counted else None


def _reach(attempts: Any, zone: Any) -> dict[int, tuple[int, int]]:
    """hour -> (calls, talks)."""
    rows = attempts.order_by().annotate(hour=ExtractHour("ended_at", tzinfo=zone)).values("hour")
    counted = rows.annotate(calls=Count("pk"), talks=Count("pk", filter=Q(result__is_human=True)))
    return {row["hour"]: (row["calls"], row["talks"]) for row in counted}


def late_words(board: Board) -> str:
    """«3 опоздали» for the figure of the promised calls."""
    count = len(board.late)
    return ngettext("%(count)s is late", "%(count)s are late", count) % {"count": count} if count else ""


def board_kinds(chosen: str) -> list[dict[str, Any]]:
    """All, call-back, verification: what the board shows."""
    choices = [("", _("All")), (ListKind.CALLBACK, _("Call-back")), (ListKind.VERIFICATION, _("Verification"))]
    return [{"url": f"?kind={value}", "label": label, "is_active": value == chosen} for value, label in choices]
