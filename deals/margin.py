"""Margin: only for the house, never on a paper."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from deals.models import ProposalLine

THRESHOLD = Decimal(20)  # per cent


@dataclass(frozen=True)
class Margin:
    """What is left of a sum without VAT after the cost."""

    net: Decimal
    cost: Decimal

    @property
    def amount(self) -> Decimal:
        """In roubles."""
        return self.net - self.cost

    @property
    def percent(self) -> Decimal:
        """Of the sum without VAT; a gift is a loss of everything."""
        return self.amount * 100 / self.net if self.net else Decimal(-100 if self.cost else 0)

    @property
    def tone(self) -> str:
        """Red for a loss, amber below the threshold."""
        return "bad" if self.percent < 0 else "warn" if self.percent < THRESHOLD else ""

    @property
    def bar(self) -> Decimal:
        """For the bar: the threshold stands in its middle."""
        return self.percent * 50 / THRESHOLD


def margin_of(lines: list[Any]) -> Margin:
    """Over these lines."""
    net = sum((line.total - line.vat for line in lines), Decimal(0))
    return Margin(net, sum((line.cost * line.quantity for line in lines), Decimal(0)))


def line_margin(line: ProposalLine) -> Margin:
    """Of one line."""
    return Margin(line.total - line.vat, line.cost * line.quantity)
