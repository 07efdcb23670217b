"""Rounding to kopecks, VAT by the line, the sum in words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import NO_AMOUNTS, kopecks, line_amounts, sum_in_words, total, vat_inside, vat_on_top

PRICES = st.decimals(0, 10**9, places=2)
QUANTITIES = st.decimals(0, 10**4, places=3)
RATES = st.sampled_from([None, Decimal(0), Decimal(5), Decimal(7), Decimal(10), Decimal(20), Decimal(22)])


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.005", "0.01"), ("0.004", "0.00"), ("2.675", "2.68"), ("-0.005", "-0.01"), ("-0.001", "0.00"), (5, "5.00")],
)
def test_money_rounds_half_up(value, expected):
    assert str(kopecks(value)) == expected


def test_a_float_is_no_sum_of_money():
    with pytest.raises(TypeError):
        kopecks(0.1)


def test_vat_inside_and_on_top():
    assert vat_inside(Decimal("122.00"), Decimal(22)) == Decimal("22.00")
    assert vat_inside(Decimal("1284500.00"), Decimal(22)) == Decimal("231631.15")
    assert vat_on_top(Decimal("100.00"), Decimal(22)) == Decimal("22.00")
    assert vat_inside(Decimal(100), None) == vat_on_top(Decimal(100), Decimal(0)) == 0


def test_a_line_with_a_discount():
    line = line_amounts(Decimal("99.99"), 3, Decimal(22), discount_percent=10)
    assert line == (Decimal("221.29"), Decimal("48.68"), Decimal("269.97"))
    line = line_amounts(Decimal("99.99"), 3, Decimal(22), vat_included=False)
    assert line == (Decimal("299.97"), Decimal("65.99"), Decimal("365.96"))


@given(PRICES, QUANTITIES, RATES, st.integers(0, 100), st.booleans())
def test_a_line_always_adds_up_in_whole_kopecks(price, quantity, rate, discount, included):
    line = line_amounts(price, quantity, rate, discount_percent=discount, vat_included=included)
    assert line.net + line.vat == line.gross
    assert all(amount == kopecks(amount) and amount >= 0 for amount in line)
    if not rate:
        assert line.vat == 0


@given(st.lists(st.tuples(PRICES, QUANTITIES, RATES), max_size=6))
def test_a_total_is_the_sum_of_its_rounded_lines(rows):
    lines = [line_amounts(*row) for row in rows]
    foot = total(lines)
    assert foot.net + foot.vat == foot.gross == sum((line.gross for line in lines), start=Decimal(0))
    assert total([]) == NO_AMOUNTS


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1234567.89", "Один миллион двести тридцать четыре тысячи пятьсот шестьдесят семь рублей 89 копеек"),
        ("100", "Сто рублей 00 копеек"),
        ("1", "Один рубль 00 копеек"),
        ("2.02", "Два рубля 02 копейки"),
        ("11.11", "Одиннадцать рублей 11 копеек"),
        ("0.05", "Ноль рублей 05 копеек"),
        ("1000.999", "Одна тысяча один рубль 00 копеек"),
    ],
)
def test_a_sum_in_words(amount, words):
    assert sum_in_words(amount) == words


def test_a_sum_in_words_in_another_currency():
    assert sum_in_words(21, "USD") == "Двадцать один доллар 00 центов"


@given(st.decimals(0, 10**12, places=2))
def test_every_sum_has_words(amount):
    words = sum_in_words(amount)
    assert words[0].isupper()
    assert f" {amount % 1 * 100:02.0f} копе" in words
