"""The control screen of a head."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reports.models import Target
from reports.period import month_of, period_from, quarter_of, week_of
from tests.architecture.world import build_world

URL = "reports:dashboard"


def queries(client):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(reverse(URL)).status_code == 200
    return len(captured)


@pytest.mark.parametrize("role", ["project_lead", "director", "marketing_head", "callcenter_head", "sales_head"])
def test_each_head_has_the_screen_even_with_an_empty_base(role, cast, client_of):
    assert client_of(getattr(cast, role)).get(reverse(URL)).status_code == 200


@pytest.mark.parametrize("role", ["marketer", "operator", "manager", "sales_admin", "db_admin"])
def test_who_is_no_head_does_not_see_it(role, cast, client_of):
    assert client_of(getattr(cast, role)).get(reverse(URL)).status_code == 404


def test_the_screen_costs_as_many_queries_with_four_worlds_as_with_one(cast, client_of):
    client = client_of(cast.project_lead)
    build_world(9001, cast.manager)
    client.get(reverse(URL))
    few = queries(client)
    for number, person in enumerate([cast.manager2, cast.operator, cast.marketer], start=9002):
        build_world(number, person)
    assert queries(client) == few


def test_a_target_is_shown_with_the_plan_to_date(cast, client_of):
    Target.objects.create(kpi="meetings_held", month=timezone.localdate().replace(day=1), value=Decimal(90))
    tiles = client_of(cast.project_lead).get(reverse(URL)).context["tiles"]
    tile = next(tile for tile in tiles if tile.kpi.name == "meetings_held")
    assert tile.plan == 90
    assert 0 <= tile.expected <= 90


@pytest.mark.parametrize(
    "query", ["period=week", "period=quarter", "period=x", "cycle=999999999999", "cycle=abc", "person=1&team=z"]
)
def test_any_address_answers(query, cast, client_of):
    assert client_of(cast.project_lead).get(f"{reverse(URL)}?{query}").status_code == 200


def test_periods_are_whole_calendar_ones():
    day = date(2026, 11, 23)
    assert (week_of(day).first, week_of(day).last) == (date(2026, 11, 23), date(2026, 11, 29))
    assert (month_of(day).first, month_of(day).last) == (date(2026, 11, 1), date(2026, 11, 30))
    assert (quarter_of(day).first, quarter_of(day).last) == (date(2026, 10, 1), date(2026, 12, 31))


@pytest.mark.django_db
def test_november_2026_has_twenty_working_days_and_nonsense_dates_mean_this_month():
    assert month_of(date(2026, 11, 5)).working_days() == 20
    assert period_from({"period": "days", "first": "2026-99-01", "last": "x"}, today=date(2026, 11, 5)).kind == "month"
