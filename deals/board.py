"""What the board of deals shows: columns by stage with sums, cards, late marks.

The number of queries is the same for one deal and for thousands.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, OuterRef, QuerySet, Subquery, Sum, Window
from django.db.models.functions import RowNumber
from django.http import QueryDict
from django.utils import timezone

from accounts.enums import Scope
from accounts.models import User
from core.formats import late_days, short_date, when
from deals.enums import DealKind
from deals.models import Deal, Invoice, Stage
from deals.services.deals import CLOSING_STAGES

CARDS_IN_COLUMN = 30
CARDS_ON_PHONE = 30


@dataclass
class Card:
    """A deal as a card."""

    deal: Deal
    due: str
    state: str  # "late", "now" or ""
    days: int  # in the stage
    is_stalled: bool
    debt_days: int

    @property
    def cycle_stage(self) -> int:
        """The stage of the sales cycle, for the meter."""
        return 6 if self.deal.stage.code in CLOSING_STAGES else 5

    @property
    def phone(self) -> str:
        """The number of the person of the deal."""
        numbers = self.deal.person.phones.all() if self.deal.person else []
        return next((row.number for row in numbers if not row.is_invalid), "")


@dataclass
class Column:
    """A stage with its cards; `more` of them do not fit."""

    stage: Stage
    count: int = 0
    sum: Decimal = Decimal(0)
    cards: list[Card] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many deals are not shown."""
        return self.count - len(self.cards)


@dataclass
class Board:
    """Everything above and on the board."""

    columns: list[Column]
    counts: dict[str, int]
    sum: Decimal
    won_this_month: Decimal
    late: int
    kind: str
    owner: User | None
    owners: list[User]


def chosen(user: User, asked: QueryDict) -> tuple[QuerySet, str, User | None]:
    """Open deals that the person may see, narrowed to a manager; the kind chosen; the manager chosen."""
    deals = Deal.objects.open().permitted(user, "deals.view_deal")
    kind = asked.get("kind", "") if asked.get("kind") in DealKind.values else ""
    owner = next((person for person in owners_for(user) if str(person.pk) == asked.get("owner")), None)
    return (deals.filter(owner=owner) if owner else deals), kind, owner


def owners_for(user: User) -> list[User]:
    """The managers whose deals one may choose between; nobody for a person who sees only the own ones."""
    if user.scope_of("deals.view_deal") < Scope.TEAM:
        return []
    owners = Deal.objects.open().permitted(user, "deals.view_deal").order_by().values("owner")
    return list(User.objects.filter(pk__in=owners))


def board_of(user: User, asked: QueryDict, *, now: datetime) -> Board:
    """The board for this person and these filters."""
    deals, kind, owner = chosen(user, asked)
    columns = {stage.pk: Column(stage) for stage in Stage.objects.of_main_pipeline()}
    counts = _fill_counts(columns, deals, kind)
    shown = deals.filter(kind=kind) if kind else deals
    for card in _cards(shown, now):
        columns[card.deal.stage_id].cards.append(card)
    return Board(
        columns=list(columns.values()),
        counts=counts,
        sum=sum((column.sum for column in columns.values()), Decimal(0)),
        won_this_month=_won_this_month(user, owner, now),
        late=shown.late(now).count(),
        kind=kind,
        owner=owner,
        owners=owners_for(user),
    )


def _fill_counts(columns: dict[int, Column], deals: QuerySet, kind: str) -> dict[str, int]:
    counts = {"all": 0, DealKind.PRIMARY: 0, DealKind.REPEAT: 0}
    for row in deals.order_by().values("stage_id", "kind").annotate(count=Count("pk"), sum=Sum("amount")):
        counts["all"] += row["count"]
        counts[row["kind"]] += row["count"]
        if not kind or row["kind"] == kind:
            column = columns[row["stage_id"]]
            column.count, column.sum = column.count + row["count"], column.sum + row["sum"]
    return counts


def _cards(deals: QuerySet, now: datetime) -> list[Card]:
    place = Window(RowNumber(), partition_by=F("stage"), order_by=["next_step_at", "pk"])
    first = deals.annotate(place=place).filter(place__lte=CARDS_IN_COLUMN)
    return cards_of(first.for_board(), now)


def cards_of(deals: QuerySet, now: datetime) -> list[Card]:
    """Cards of these deals in one query, with the oldest debt of each company."""
    today = timezone.localdate(now)
    overdue = Invoice.objects.overdue(today).filter(company=OuterRef("company")).order_by().values("company")
    oldest = Subquery(overdue.annotate(oldest=Min("due_on")).values("oldest"))
    return [card_of(deal, now, debt_since=deal.debt_since) for deal in deals.annotate(debt_since=oldest)]


def card_of(deal: Deal, now: datetime, *, debt_since: Any = None) -> Card:
    """One deal as a card."""
    today, due = timezone.localdate(now), timezone.localdate(deal.next_step_at)
    state = "late" if deal.next_step_at < now else "now" if due == today else ""
    if due < today:
        words = late_days(due, today)
    else:
        words = when(deal.next_step_at, now) if (due - today).days < 2 else short_date(deal.next_step_at)
    days = (now - deal.stage_since).days
    return Card(
        deal, words, state, days, days > deal.stage.stalls_after_days, (today - debt_since).days if debt_since else 0
    )


def _won_this_month(user: User, owner: User | None, now: datetime) -> Decimal:
    start = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    won = Deal.objects.won().permitted(user, "deals.view_deal").filter(closed_at__gte=start)
    won = won.filter(owner=owner) if owner else won
    return won.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


@dataclass
class PhoneList:
    """The board on a phone: chips and the cards of the chosen one."""

    chips: list[tuple[str, Any, int]]
    chip: str
    cards: list[Card]
    sum: Decimal
    count: int


def phone_list(user: User, asked: QueryDict, board: Board, *, now: datetime) -> PhoneList:
    """Cards of one chip: late ones first, then today's, then stage by stage."""
    deals, kind, _owner = chosen(user, asked)
    deals = deals.filter(kind=kind) if kind else deals
    tonight = timezone.localtime(now).replace(hour=23, minute=59, second=59)
    groups = {"late": deals.late(now), "today": deals.filter(next_step_at__gte=now, next_step_at__lte=tonight)}
    groups |= {column.stage.code: deals.filter(stage=column.stage) for column in board.columns}
    today_count = groups["today"].count()
    names: dict[str, tuple[Any, int]] = {"late": ("", board.late), "today": ("", today_count)}
    names |= {column.stage.code: (column.stage.name, column.count) for column in board.columns}
    chip = (
        asked.get("chip", "")
        if asked.get("chip") in groups
        else "late"
        if board.late
        else "today"
        if today_count
        else "meeting"
    )
    found = groups[chip]
    cards = cards_of(found.for_board().prefetch_related("person__phones")[:CARDS_ON_PHONE], now)
    total = found.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return PhoneList([(code, *names[code]) for code in groups], chip, cards, total, names[chip][1])
