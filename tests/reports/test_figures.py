"""The registry of figures: every number opens to the rows it was counted from."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import timezone

from agenda.services import book_meeting
from companies.models import Source
from contacts.services import find_need
from deals.models import Payment
from reports import kpi
from reports.funnel import STEPS, funnel, rows_of
from reports.kpi import Slice
from reports.period import month_of
from tests.architecture.world import build_world
from tests.factories.callcenter import make_attempt, make_call_list, make_card
from tests.factories.companies import make_company

NOW = timezone.now()


@pytest.fixture
def part(db):
    return Slice(month_of(timezone.localdate()))


@pytest.fixture
def facts(cast):
    return [build_world(9001, cast.manager), build_world(9002, cast.operator)]


@pytest.mark.parametrize("name", [figure.name for figure in kpi.all_figures() if isinstance(figure, kpi.Kpi)])
def test_a_figure_opens_to_as_many_rows_as_it_says(name, facts, cast, part, client_of):
    figure = kpi.get(name)
    rows = figure.facts(part, cast.project_lead)
    value = figure.value(part, cast.project_lead)
    assert value == (sum(getattr(row, figure.total) for row in rows) if figure.total else rows.count())
    page = client_of(cast.project_lead).get(reverse("reports:kpi", args=[name]))
    assert page.context["page"].paginator.count == rows.count()
    assert page.context["value"] == value


@pytest.mark.parametrize("name", [stage for stage, _label in STEPS])
def test_a_stage_of_the_funnel_opens_to_its_companies(name, facts, cast, part, client_of):
    count = next(step.count for step in funnel(part, cast.project_lead) if step.name == name)
    page = client_of(cast.project_lead).get(reverse("reports:kpi", args=[f"funnel.{name}"]))
    assert isinstance(page.context["page"].paginator, Paginator)
    assert page.context["page"].paginator.count == rows_of(name, part, cast.project_lead).count() == count


def test_meetings_booked_are_counted_for_the_operator_who_booked(cast, part):
    book_meeting(make_company(), actor=cast.operator, manager=cast.manager, starts_at=NOW + timedelta(days=1), now=NOW)
    figure = kpi.get("meetings_booked")
    assert figure.by_person(part, cast.project_lead) == {cast.operator.pk: 1}
    assert figure.value(Slice(part.period, person=cast.operator2), cast.project_lead) == 0


def test_money_is_summed_to_the_kopeck(cast, part):
    company = make_company(owner=cast.manager)
    for amount in ("100.10", "200.20"):
        Payment.objects.create(
            company=company,
            amount=Decimal(amount),
            paid_on=timezone.localdate(),
            recorded_by=cast.sales_admin,
            recorded_at=NOW,
        )
    assert kpi.get("payments").value(part, cast.project_lead) == Decimal("300.30")


def test_a_manager_sees_only_the_own_figures(cast, part):
    find_need(make_company(owner=cast.manager), actor=cast.operator, text="Компрессор", now=NOW)
    find_need(make_company(owner=cast.manager2), actor=cast.operator, text="Осушитель", now=NOW)
    assert kpi.get("needs_found").value(part, cast.manager) == 1
    assert kpi.get("needs_found").value(part, cast.project_lead) == 2


def test_a_fact_of_another_month_is_not_counted(cast, part):
    find_need(make_company(), actor=cast.operator, text="Компрессор", now=part.period.start - timedelta(minutes=1))
    assert kpi.get("needs_found").value(part, cast.project_lead) == 0


def test_a_share_without_a_whole_is_unknown_and_not_zero(cast, part):
    assert kpi.get("contact_rate").value(part, cast.project_lead) is None


def test_an_unknown_figure_is_not_found(cast, client_of):
    assert client_of(cast.project_lead).get(reverse("reports:kpi", args=["nonsense"])).status_code == 404


# --- figures of the call-centre and of the base -------------------------------------------------------------------


def called(cast, minutes, code="no_answer", kind="verification", **fields):
    card = make_card(make_call_list(kind))
    begun = NOW - timedelta(minutes=minutes)
    return make_attempt(cast.operator, code, item=card, started_at=begun, ended_at=NOW, **fields)


def test_a_promise_is_kept_when_dialled_within_a_quarter_of_an_hour(cast, part):
    begun = NOW - timedelta(minutes=5)
    for late in (-15, 0, 15, 16, -16):
        called(cast, 5, promised_at=begun - timedelta(minutes=late))
    called(cast, 5)
    assert kpi.get("promises").value(part, cast.project_lead) == 5
    assert kpi.get("promises_kept").value(part, cast.project_lead) == 3
    assert kpi.get("callbacks_kept").value(part, cast.project_lead) == 60


def test_the_time_of_handling_is_said_per_talk_and_checks_per_hour(cast, part):
    called(cast, 4, code="verified")
    called(cast, 2, code="verified")
    called(cast, 3, code="no_answer")
    assert kpi.get("handling_time").value(part, cast.project_lead) == 180
    assert kpi.get("call_seconds").value(part, cast.project_lead) == 540
    assert kpi.get("checks_per_hour").value(part, cast.project_lead) == Decimal("13.3")  # 2 of 9 minutes
    assert kpi.get("calls_per_reach").value(part, cast.project_lead) is None
    called(cast, 1, code="decider_found", kind="callback")
    assert kpi.get("calls_per_reach").value(part, cast.project_lead) == 4


def test_a_figure_can_be_asked_for_one_source(cast, part):
    register, site = Source.objects.order_by("pk")[:2]
    make_company(source=register, created_at=NOW)
    make_company(source=site, created_at=NOW)
    asked = Slice(part.period, source=register)
    assert kpi.get("companies_collected").value(asked, cast.project_lead) == 1
    assert kpi.get("payments").value(asked, cast.project_lead) == 0  # money does not know its source


def test_freshness_counts_companies_whose_verification_lasts(cast, part):
    make_company(verified_until=NOW + timedelta(days=1))
    make_company(verified_until=NOW - timedelta(days=1))
    make_company()
    assert kpi.get("freshness").value(part, cast.project_lead) == Decimal("33.3")


@pytest.mark.parametrize("function", ["marketing", "communications", "sales", "control"])
def test_every_figure_of_a_function_stands_on_one_page_with_the_way_to_its_rows(function, facts, cast, client_of):
    page = client_of(cast.project_lead).get(reverse("reports:figures"), {"function": function, "period": "quarter"})
    text = page.content.decode()
    for figure in kpi.all_figures():
        assert (f'data-figure="{figure.name}"' in text) == (figure.function == function)
        if figure.function == function:
            assert f"{reverse('reports:kpi', args=[figure.name])}?period=quarter" in text


def test_nonsense_in_the_address_of_the_reports_is_all_and_this_month(cast, client_of):
    page = client_of(cast.callcenter_head).get(
        reverse("reports:figures"), {"function": "x", "source": "abc", "period": "?"}
    )
    assert page.status_code == 200
    assert page.context["function"] == "communications"
    assert page.context["part"].source is None
