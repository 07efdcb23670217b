"""The page of corrections: what waits, by company, with the difference marked letter by letter."""

from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from companies.models import Company
from intake.cards import shown
from intake.enums import WEIGHTY_FIELDS, CorrectionState
from intake.models import Correction
from intake.querysets import CorrectionQuerySet

ALIKE = 0.5  # below this the whole value is new, and marking letters would only confuse


@dataclass
class Line:
    """One correction as it is shown; in a conflict `variants` hold all findings about the field."""

    correction: Correction
    old: str
    parts: list[tuple[str, bool]]  # (text, is it new)
    is_weighty: bool = False
    variants: list["Line"] = field(default_factory=list)
    base: str = ""

    @property
    def new(self) -> str:
        """The whole new value."""
        return "".join(text for text, _is_new in self.parts)


@dataclass
class Group:
    """Corrections of one company."""

    company: Company
    lines: list[Line]

    @property
    def first(self) -> Correction:
        """The one whose finder and time stand in the head of the group."""
        return self.lines[0].correction

    @property
    def has_conflict(self) -> bool:
        """Whether something contradicts."""
        return any(line.variants for line in self.lines)

    @property
    def undisputed(self) -> list[Line]:
        """What may be accepted with one key."""
        return [line for line in self.lines if not line.variants and not line.is_weighty]


TABS: dict[str, Q] = {
    "new": Q(state__in=[CorrectionState.NEW, CorrectionState.CONFLICT]),
    "conflicts": Q(state=CorrectionState.CONFLICT),
    "accepted": Q(state=CorrectionState.ACCEPTED),
    "rejected": Q(state=CorrectionState.REJECTED),
}


def tab_filter(tab: str, *, now: datetime | None = None) -> Q:
    """Accepted ones of today only: the older are in the history."""
    if tab != "accepted":
        return TABS[tab]
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return TABS[tab] & Q(decided_at__gte=start)


def tab_counts(corrections: CorrectionQuerySet) -> dict[str, int]:
    """One query for all tabs, and the number on the main button."""
    counts = {tab: Count("pk", filter=tab_filter(tab)) for tab in TABS}
    undisputed = Q(state=CorrectionState.NEW) & ~Q(field__in=WEIGHTY_FIELDS)
    return corrections.aggregate(**counts, undisputed=Count("pk", filter=undisputed))


def in_order(corrections: CorrectionQuerySet, tab: str) -> CorrectionQuerySet:
    """Companies with conflicts first, then by name; decided ones by time."""
    rows = corrections.filter(tab_filter(tab)).for_screen()
    if tab in ("accepted", "rejected"):
        return rows.order_by("-decided_at", "company_id", "pk")
    conflict = Correction.objects.filter(company=OuterRef("company"), state=CorrectionState.CONFLICT)
    return rows.annotate(disputed=Exists(conflict)).order_by("-disputed", "company__name_key", "company_id", "pk")


def groups_of(corrections: list[Correction]) -> list[Group]:
    """By company, in the order given; rivals about one field are one line with variants."""
    groups = []
    for _pk, rows in groupby(corrections, key=lambda row: row.company_id):
        mine = list(rows)
        groups.append(Group(mine[0].company, _lines(mine)))
    return groups


def _lines(corrections: list[Correction]) -> list[Line]:
    lines: list[Line] = []
    disputed: dict[tuple[str, int | None], Line] = {}
    for correction in corrections:
        line = _line(correction)
        if correction.state != CorrectionState.CONFLICT:
            lines.append(line)
            continue
        first = disputed.setdefault((correction.field, correction.person_id), line)
        first.variants.append(line)
        if first is line:
            line.base = shown(correction.field, correction.base_value or correction.old_value)
            lines.append(line)
    return sorted(lines, key=lambda line: not line.variants)


def _line(correction: Correction) -> Line:
    old, new = shown(correction.field, correction.old_value), shown(correction.field, correction.new_value)
    return Line(correction, old, marked(old, new), correction.field in WEIGHTY_FIELDS)


def marked(old: str, new: str) -> list[tuple[str, bool]]:
    """The new value in pieces, those that differ from the old one marked."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if not old or matcher.ratio() < ALIKE:
        return [(new, bool(old))]
    pieces: list[tuple[str, bool]] = []
    for tag, _a, _b, start, end in matcher.get_opcodes():
        if start < end:
            pieces.append((new[start:end], tag != "equal"))
    return pieces
