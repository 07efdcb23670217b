"""The reference data that deals start with."""

from datetime import date
from decimal import Decimal

import pytest

from deals.models import Stage, VatRate
from deals.reference import load_deals
from deals.services.lines import vat_percents

pytestmark = pytest.mark.django_db


def test_the_general_rate_is_22_percent_from_2026_and_20_percent_before():
    assert vat_percents(date(2026, 1, 1))["general"] == Decimal(22)
    assert vat_percents(date(2025, 12, 31))["general"] == Decimal(20)


def test_without_vat_is_not_zero_percent():
    rates = vat_percents(date(2026, 11, 24))
    assert rates["none"] is None
    assert rates["zero"] == Decimal(0)
    assert (rates["reduced"], rates["simple5"], rates["simple7"]) == (Decimal(10), Decimal(5), Decimal(7))


def test_the_board_has_five_columns_with_probabilities():
    stages = Stage.objects.of_main_pipeline()
    assert [(stage.code, stage.probability) for stage in stages] == [
        ("meeting", 25),
        ("proposal", 40),
        ("agreement", 60),
        ("contract", 85),
        ("payment", 95),
    ]


def test_loading_twice_keeps_what_an_administrator_has_edited():
    Stage.objects.filter(code="meeting").update(name="Первая встреча", probability=30)
    load_deals()
    stage = Stage.objects.get(code="meeting")
    assert (stage.name, stage.probability) == ("Первая встреча", 30)
    assert VatRate.objects.count() == 7
