"""How far sources and operators can be believed, from decided corrections and checked companies."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from companies.models import Company, Source
from intake.enums import CorrectedField, CorrectionState
from intake.models import Correction

GOOD, DOUBTFUL = 80, 60
FEW = 5  # below this a share says nothing
SHOWN = 6


@dataclass
class Quality:
    """A source, an operator or a field with a share."""

    label: str
    percent: int
    number: int
    tone: str = ""
    person: User | None = None


def sources() -> list[Quality]:
    """Of the companies checked by a call, how many needed no correction, by the source they came from."""
    counted = _right_by("source")
    names = dict(Source.objects.values_list("pk", "name"))
    rows = [_quality(names[row["source"]], row["right"], row["number"]) for row in counted]
    return sorted(rows, key=lambda row: -row.percent)[:SHOWN]


def of_sources() -> dict[int, Quality]:
    """The same by the key of the source, for lists that name sources; one query."""
    return {row["source"]: _quality("", row["right"], row["number"]) for row in _right_by("source")}


def marketers() -> list[Quality]:
    """The same by who has brought the companies into the base."""
    counted = _right_by("created_by")
    people = User.objects.in_bulk([row["created_by"] for row in counted])
    rows = []
    for row in counted:
        line = _quality(people[row["created_by"]].short_name, row["right"], row["number"])
        line.person = people[row["created_by"]]
        rows.append(line)
    return sorted(rows, key=lambda line: (-line.percent, -line.number))[:SHOWN]


def _right_by(field: str) -> list[dict[str, int]]:
    """Checked companies and those of them that needed no correction, by a field of the company."""
    corrected = Correction.objects.filter(company=OuterRef("pk"), state=CorrectionState.ACCEPTED)
    checked = Company.objects.filter(checked_at__isnull=False, **{f"{field}__isnull": False})
    counted = checked.annotate(wrong=Exists(corrected)).values(field).order_by()
    return list(counted.annotate(number=Count("pk"), right=Count("pk", filter=Q(wrong=False))))


def operators(*, now: datetime | None = None) -> list[Quality]:
    """Of the corrections decided this month, how many were accepted, by who found them."""
    start = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    decided = Correction.objects.filter(
        decided_at__gte=start, state__in=[CorrectionState.ACCEPTED, CorrectionState.REJECTED]
    )
    counted = list(
        decided.values("proposed_by")
        .order_by()
        .annotate(number=Count("pk"), right=Count("pk", filter=Q(state=CorrectionState.ACCEPTED)))
    )
    people = User.objects.in_bulk([row["proposed_by"] for row in counted])
    rows = []
    for row in counted:
        line = _quality(people[row["proposed_by"]].short_name, row["right"], row["number"])
        line.person = people[row["proposed_by"]]
        rows.append(line)
    return sorted(rows, key=lambda line: (-line.percent, -line.number))[:SHOWN]


def ageing() -> list[Quality]:
    """Which fields grow old: accepted corrections of a field per checked company."""
    checked = Company.objects.filter(checked_at__isnull=False).count()
    accepted = Correction.objects.filter(state=CorrectionState.ACCEPTED)
    counted = accepted.values("field").order_by().annotate(number=Count("company", distinct=True)).order_by("-number")
    return [
        Quality(str(CorrectedField(row["field"]).label), min(100, round(100 * row["number"] / checked)), row["number"])
        for row in counted[:SHOWN]
        if checked
    ]


def _quality(label: str, right: int, number: int) -> Quality:
    percent = round(100 * right / number)
    tone = "ok" if percent >= GOOD else "warn" if percent >= DOUBTFUL else "bad"
    return Quality(label, percent, number, tone if number >= FEW else "")
