"""The receivables (ДЗ): how old the debt is, whose it is, when money is due."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deals.models import Invoice

# days overdue: first, last, label, class of the bar, tone of the figure
AGES: list[tuple[int, int, Any, str, str]] = [
    (-(10**6), 0, _("In time"), "", ""),
    (1, 30, _("1–30 days"), "days-30", "warn"),
    (31, 60, _("31–60"), "days-60", "bad"),
    (61, 90, _("61–90"), "days-90", "bad"),
    (91, 10**6, _("Over 90"), "days-more", "bad"),
]
# what is due so many days after the term; the last step reached is today's
STEPS: list[tuple[int, str, Any]] = [
    (1, "mail", _("Remind")),
    (3, "phone", _("Call")),
    (15, "gavel", _("Send a claim")),
    (20, "truck-off", _("Stop shipments")),
]
WEEKS = 5


@dataclass
class Age:
    """A bucket of debt."""

    label: Any
    bar: str
    tone: str
    sum: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)


@dataclass
class Owner:
    """A manager's part of the debt."""

    person: User
    ages: list[Decimal] = field(default_factory=lambda: [Decimal(0)] * len(AGES))

    @property
    def total(self) -> Decimal:
        """All of it."""
        return sum(self.ages, Decimal(0))

    @property
    def late(self) -> Decimal:
        """Past the term."""
        return sum(self.ages[1:], Decimal(0))


@dataclass
class Debt:
    """An unpaid invoice."""

    invoice: Invoice
    days: int

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Icon and class of each step of the ladder."""
        now = self.step_number
        return [
            (icon, "is-done" if index < now else "is-now" if index == now else "")
            for index, (_day, icon, _name) in enumerate(STEPS)
        ]

    @property
    def step_number(self) -> int:
        """The last step whose day has come; -1 before the first."""
        return sum(self.days >= day for day, _icon, _name in STEPS) - 1

    @property
    def step(self) -> Any:
        """What is due today, in words."""
        return STEPS[self.step_number][2] if self.step_number >= 0 else ""


@dataclass
class Week:
    """Money that should come in these days."""

    label_from: date | None
    label_to: date | None
    sum: Decimal = Decimal(0)
    height: int = 0


@dataclass
class Receivables:
    """Everything on the screen."""

    debts: list[Debt]
    ages: list[Age]
    owners: list[Owner]
    weeks: list[Week]
    total: Decimal
    late: Decimal
    debtors: list[tuple[Any, Decimal]]

    @property
    def overdue(self) -> list[Debt]:
        """Past the term, the oldest first."""
        return [debt for debt in self.debts if debt.days]

    @property
    def this_week(self) -> list[Debt]:
        """To be paid within seven days."""
        return [debt for debt in self.debts if not debt.days and debt.invoice.due_on <= self.today + timedelta(days=7)]

    today: date = date.min


def receivables_for(user: User, *, today: date) -> Receivables:
    """The debt that this person may see, in one query."""
    unpaid = Invoice.objects.unpaid().permitted(user, "deals.view_receivables")
    invoices = unpaid.select_related("company", "deal__owner").order_by("due_on", "pk")
    debts = [Debt(invoice, invoice.overdue_days(today)) for invoice in invoices]
    total = sum((debt.invoice.remainder for debt in debts), Decimal(0))
    found = Receivables(
        debts, _ages(debts, total), _owners(debts), _weeks(debts, today), total, Decimal(0), _debtors(debts)
    )
    found.late = sum((debt.invoice.remainder for debt in found.overdue), Decimal(0))
    found.today = today
    return found


def _age_of(debt: Debt) -> int:
    return next(index for index, (first, last, *_rest) in enumerate(AGES) if first <= debt.days <= last)


def _ages(debts: list[Debt], total: Decimal) -> list[Age]:
    ages = [Age(label, bar, tone) for _first, _last, label, bar, tone in AGES]
    for debt in debts:
        ages[_age_of(debt)].sum += debt.invoice.remainder
    for age in ages:
        age.percent = age.sum * 100 / total if total else Decimal(0)
    return ages


def _owners(debts: list[Debt]) -> list[Owner]:
    owners: dict[int, Owner] = {}
    for debt in debts:
        person = debt.invoice.deal.owner
        owners.setdefault(person.pk, Owner(person)).ages[_age_of(debt)] += debt.invoice.remainder
    return sorted(owners.values(), key=lambda owner: owner.late, reverse=True)


def _debtors(debts: list[Debt]) -> list[tuple[Any, Decimal]]:
    """Companies by what they owe past the term."""
    sums: dict[Any, Decimal] = {}
    for debt in debts:
        if debt.days:
            company = debt.invoice.company
            sums[company] = sums.get(company, Decimal(0)) + debt.invoice.remainder
    return sorted(sums.items(), key=lambda pair: pair[1], reverse=True)


def _weeks(debts: list[Debt], today: date) -> list[Week]:
    monday = today - timedelta(days=today.weekday())
    weeks = [
        Week(monday + timedelta(days=7 * number), monday + timedelta(days=7 * number + 6)) for number in range(WEEKS)
    ]
    weeks.append(Week(None, None))
    for debt in debts:
        if not debt.days:
            number = min((debt.invoice.due_on - monday).days // 7, WEEKS)
            weeks[number].sum += debt.invoice.remainder
    highest = max((week.sum for week in weeks), default=Decimal(0)) or Decimal(1)
    for week in weeks:
        week.height = round(week.sum * 100 / highest)
    return weeks
