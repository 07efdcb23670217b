"""Sums of papers: rounding to kopecks, VAT per line, and the sum in words.

Everything is Decimal and rounds half up, line by line, as an accountant's papers do; totals add the rounded lines."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from num2words import num2words

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
WIDE = Context(prec=60)


class Amounts(NamedTuple):
    """A line or a total: without VAT, the VAT, with VAT. net + vat = gross, always."""

    net: Decimal
    vat: Decimal
    gross: Decimal


NO_AMOUNTS = Amounts(Decimal("0.00"), Decimal("0.00"), Decimal("0.00"))


def kopecks(value: Decimal | int | str) -> Decimal:
    """The one place where money is rounded: half up to two digits. A float is no sum of money."""
    if isinstance(value, float):
        raise TypeError("money is Decimal, not float")
    rounded = Decimal(value).quantize(CENT, ROUND_HALF_UP, WIDE)
    return rounded if rounded else Decimal("0.00")


def vat_inside(gross: Decimal, percent: Decimal | None) -> Decimal:
    """The VAT that a sum holds already (22/122). `None` is «без НДС», which is not 0 %, but holds as little."""
    return kopecks(gross * percent / (HUNDRED + percent)) if percent else Decimal("0.00")


def vat_on_top(net: Decimal, percent: Decimal | None) -> Decimal:
    """The VAT to be added to a sum."""
    return kopecks(net * percent / HUNDRED) if percent else Decimal("0.00")


def line_amounts(
    price: Decimal,
    quantity: Decimal | int,
    vat_percent: Decimal | None,
    *,
    discount_percent: Decimal | int = 0,
    vat_included: bool = True,
) -> Amounts:
    """A line of a proposal or an invoice; `vat_included` tells whether the price holds the VAT."""
    amount = kopecks(price * quantity * (HUNDRED - discount_percent) / HUNDRED)
    if vat_included:
        vat = vat_inside(amount, vat_percent)
        return Amounts(amount - vat, vat, amount)
    vat = vat_on_top(amount, vat_percent)
    return Amounts(amount, vat, amount + vat)


def total(lines: Iterable[Amounts]) -> Amounts:
    """The foot of the table."""
    result = NO_AMOUNTS
    for line in lines:
        result = Amounts(result.net + line.net, result.vat + line.vat, result.gross + line.gross)
    return result


def sum_in_words(amount: Decimal | int | str, currency: str = "RUB") -> str:
    """«Один миллион двести рублей 00 копеек»: papers are in Russian whatever language the screen is in."""
    words = num2words(kopecks(amount), lang="ru", to="currency", currency=currency, separator="", cents=False)
    return f"{words[0].upper()}{words[1:]}"
