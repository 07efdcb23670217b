"""Plans of figures: set, changed and taken back by those who may."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.exceptions import RuleViolation
from reports.models import Target
from reports.services import set_target

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def test_a_plan_belongs_to_the_month_and_a_second_one_replaces_it(cast):
    set_target(actor=cast.sales_head, kpi="meetings_held", month=DAY, value=9, user=cast.manager)
    set_target(actor=cast.sales_head, kpi="meetings_held", month=DAY, value=11, user=cast.manager)
    assert list(Target.objects.values_list("month", "user", "value")) == [(date(2026, 11, 1), cast.manager.pk, 11)]


def test_no_value_takes_the_plan_back(cast):
    set_target(actor=cast.sales_head, kpi="meetings_held", month=DAY, value=9)
    set_target(actor=cast.sales_head, kpi="meetings_held", month=DAY, value=None)
    assert not Target.objects.exists()


@pytest.mark.parametrize("fields", [{"kpi": "no_such_figure"}, {"value": -1}, {"user": "manager", "team": True}])
def test_a_bad_plan_is_refused(fields, cast):
    if "user" in fields:
        fields = {"user": cast.manager, "team": cast.manager.team}
    with pytest.raises(RuleViolation):
        set_target(actor=cast.sales_head, **{"kpi": "meetings_held", "month": DAY, "value": 9, **fields})
    assert not Target.objects.exists()


def test_a_head_plans_from_the_page_of_the_figure(cast, client_of):
    client, url = client_of(cast.sales_head), reverse("reports:target", args=["meetings_held"])
    assert client.get(url).status_code == 200
    assert client.post(f"{url}?team={cast.manager.team_id}", {"value": "40"}).status_code == 302
    target = Target.objects.get()
    assert (target.team, target.value) == (cast.manager.team, Decimal(40))
    assert target.month == timezone.localdate().replace(day=1)
    assert client.post(url, {"value": "-3"}).status_code == 422
    assert client_of(cast.manager).get(url).status_code == 404
    assert client.get(reverse("reports:target", args=["nothing"])).status_code == 404
