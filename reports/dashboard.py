"""What the head's control screen shows: figures against their plan, people, receivables."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.utils import timezone

from accounts import policy
from accounts.enums import Function
from accounts.models import User
from campaigns.enums import MailState
from campaigns.models import MailItem
from deals.models import Invoice
from reports.enums import Better
from reports.kpi import Slice, get
from reports.models import Target

TILES = ["payments", "deals_won", "meetings_held", "proposals_sent", "receivables_overdue"]
BY_FUNCTION = {
    Function.MARKETING: ["companies_verified", "companies_collected", "campaigns_started", "delivery_rate"],
    Function.COMMUNICATIONS: ["dials", "talks", "deciders_reached", "meetings_booked"],
    Function.SALES: ["meetings_held", "proposals_sent", "deals_won", "payments"],
    Function.CONTROL: ["tasks_done", "tasks_overdue", "meetings_without_result", "deals_late"],
}
RATED = ["dials", "meetings_booked", "meetings_held", "payments"]
RETURNED = [MailState.BOUNCED, MailState.FAILED]
AGES = [(0, 0), (1, 30), (31, 60), (61, 90), (91, 10_000)]


@dataclass(frozen=True)
class Figure:
    """A number with its plan and how it stands against the plan of today."""

    kpi: Any
    value: Decimal | None
    plan: Decimal | None = None
    expected: Decimal | None = None  # the plan to date

    @property
    def deviation(self) -> Decimal | None:
        """Ahead of (+) or behind (−) the plan to date."""
        return None if self.expected is None or self.value is None else self.value - self.expected

    @property
    def tone(self) -> str:
        """ok, warn (up to a tenth behind), bad; empty without a plan."""
        if self.deviation is None or not self.expected:
            return ""
        gap = self.deviation if self.kpi.better == Better.MORE else -self.deviation
        return "ok" if gap >= 0 else "warn" if -gap <= self.expected / 10 else "bad"

    @property
    def percent(self) -> int | None:
        """Fact in per cent of the plan, for the bar."""
        return None if not self.plan or self.value is None else min(100, int(self.value * 100 / self.plan))

    @property
    def done(self) -> int | None:
        """Fact in per cent of the plan to date."""
        return None if not self.expected or self.value is None else int(self.value * 100 / self.expected)


def _plans(part: Slice) -> dict[str, Decimal]:
    """Plans of the period's months for the whole department, a team or a person."""
    months = Target.objects.filter(
        month__gte=part.period.first.replace(day=1), month__lte=part.period.last, user=part.person, team=part.team
    )
    return dict(months.values_list("kpi").annotate(Sum("value")))


def figures(names: list[str], part: Slice, viewer: User, today: date) -> list[Figure]:
    """These figures for the slice, with plan and plan to date."""
    plans, share = _plans(part), Decimal(str(part.period.share_passed(today)))
    shown = []
    for name in names:
        kpi, plan = get(name), plans.get(name)
        is_level = getattr(kpi, "whole", "") or not getattr(
            kpi, "at", "x"
        )  # shares and states are not saved up over the month
        expected = None if plan is None else plan if is_level else (plan * share).quantize(Decimal("0.01"))
        shown.append(Figure(kpi, kpi.value(part, viewer), plan, expected))
    return shown


def functions(part: Slice, viewer: User, today: date) -> list[dict[str, Any]]:
    """The four functions, each with its figures and how much of the plan to date is done."""
    everything = figures([name for names in BY_FUNCTION.values() for name in names], part, viewer, today)
    by_name = {figure.kpi.name: figure for figure in everything}
    blocks = []
    for function, names in BY_FUNCTION.items():
        own = [by_name[name] for name in names]
        done = [min(figure.done, 100) for figure in own if figure.done is not None]
        blocks.append({"function": function, "figures": own, "done": sum(done) // len(done) if done else None})
    return blocks


def rating(part: Slice, viewer: User) -> list[dict[str, Any]]:
    """People with what they did in the period, the best first."""
    columns = {name: get(name).by_person(part, viewer) for name in RATED}
    people = User.objects.active().filter(pk__in={pk for column in columns.values() for pk in column})
    rows = [{"person": person, "cells": [columns[name].get(person.pk) for name in RATED]} for person in people]
    return sorted(rows, key=lambda row: [-(cell or 0) for cell in reversed(row["cells"])])


def people_by_role() -> list[tuple[Any, int]]:
    """How many work in each role."""
    held = dict(User.objects.active().values_list("assignments__role").annotate(Count("pk")))
    return [(row[0], held.get(role, 0)) for role, row in policy.ROLES.items()]


def receivables(viewer: User) -> dict[str, Any]:
    """What is owed to us by age of the delay, and who owes the most."""
    today = timezone.localdate()
    unpaid = Invoice.objects.unpaid().permitted(viewer, "deals.view_receivables").with_remainder()
    buckets = [Decimal(0)] * len(AGES)
    for due_on, left in unpaid.values_list("due_on", "left"):
        late = max(0, (today - due_on).days)
        buckets[next(index for index, (low, high) in enumerate(AGES) if low <= late <= high)] += left
    late = unpaid.filter(due_on__lt=today).order_by().values("company", "company__name")
    debtors = late.annotate(sum=Sum("left"), since=Min("due_on")).order_by("-sum")[:3]
    rows = [{**debtor, "days": (today - debtor["since"]).days} for debtor in debtors]
    return {
        "total": sum(buckets),
        "buckets": list(zip(AGES, buckets, strict=True)),
        "largest": max(buckets),
        "debtors": rows,
    }


def returns_of_mailings(viewer: User) -> list[dict[str, Any]]:
    """Refused and returned letters of the last five mailings: to verified companies against unverified, %."""
    letters = MailItem.objects.permitted(viewer, "campaigns.view_letter").exclude(sent_at=None).order_by()
    rows = letters.values_list("campaign", "campaign__name", "fields__verified").annotate(
        returned=Count("pk", filter=Q(state__in=RETURNED)), everything=Count("pk")
    )
    campaigns: dict[int, dict[str, Any]] = {}
    for pk, name, verified, returned, everything in rows:
        line = campaigns.setdefault(pk, {"name": name, "verified": None, "unverified": None})
        line["verified" if verified else "unverified"] = round(100 * returned / everything, 1)
    return [campaigns[pk] for pk in sorted(campaigns)][-5:]


@dataclass(frozen=True)
class Curve:
    """Payments of the period, growing: points of an SVG of 100 × 100 for fact and plan."""

    fact: str
    plan: str

    @property
    def area(self) -> str:
        """The ground below the fact."""
        return f"0,100 {self.fact} {self.fact.rsplit(' ', 1)[-1].split(',')[0]},100"


def payments_curve(part: Slice, viewer: User, today: date) -> Curve | None:
    """The growing sum by day against an even plan; None while nothing is planned or paid."""
    payments = get("payments").facts(part, viewer).order_by().values_list("paid_on").annotate(Sum("amount"))
    by_day = dict(payments)
    days = [
        part.period.first + timedelta(days=shift) for shift in range((part.period.last - part.period.first).days + 1)
    ]
    plan = float(_plans(part).get("payments", 0))
    growing = list(accumulate(float(by_day.get(day, 0)) for day in days if day <= today))
    top = max([plan, *growing]) if growing else 0
    if not top:
        return None
    step = 100 / max(1, len(days) - 1)
    fact = " ".join(f"{index * step:.1f},{100 - 96 * value / top:.1f}" for index, value in enumerate(growing))
    return Curve(fact, f"0,100 100,{100 - 96 * plan / top:.1f}" if plan else "")
