"""Opening a deal and planning its steps."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from companies.enums import Stage as CycleStage
from contacts.models import Interaction, NextContact
from core.exceptions import RuleViolation
from deals.models import Deal
from deals.services import open_deal, plan_next_step
from tests.factories.companies import make_company
from tests.factories.deals import make_deal

TOMORROW = timedelta(days=1)


def opened(company, actor, **fields) -> Deal:
    return open_deal(
        company,
        actor=actor,
        **{"title": "Компрессор", "next_step": "Позвонить", "next_step_at": timezone.now() + TOMORROW} | fields,
    )


def test_a_deal_opens_in_the_first_stage_with_its_step_and_a_line_in_the_history(cast):
    company = make_company(owner=cast.manager)
    deal = opened(company, cast.manager, amount=Decimal("1000.005"))
    assert (deal.stage.code, deal.owner, deal.kind, deal.amount) == (
        "meeting",
        cast.manager,
        "primary",
        Decimal("1000.01"),
    )
    assert Interaction.objects.of_kind("deals.opened").get().company == company
    company.refresh_from_db()
    assert company.stage == CycleStage.MEETINGS


def test_the_next_step_is_the_next_contact_of_the_company(cast):
    company = make_company(owner=cast.manager)
    deal = opened(company, cast.manager)
    company.refresh_from_db()
    assert (company.next_contact_text, company.next_contact_at) == ("Позвонить", deal.next_step_at)
    plan_next_step(deal, actor=cast.manager, next_step="Выслать КП", next_step_at=timezone.now() + TOMORROW * 2)
    company.refresh_from_db()
    assert company.next_contact_text == "Выслать КП"
    assert NextContact.objects.open().count() == 1


def test_a_deal_belongs_to_the_manager_of_the_company_whoever_opens_it(cast):
    deal = opened(make_company(owner=cast.manager), cast.sales_head)
    assert deal.owner == cast.manager


def test_a_company_without_a_manager_gets_the_one_who_opens_the_deal(cast):
    company = make_company()
    assert opened(company, cast.manager2).owner == cast.manager2
    company.refresh_from_db()
    assert company.owner == cast.manager2


def test_the_second_deal_after_a_won_one_is_repeat(cast):
    company = make_company(owner=cast.manager)
    make_deal(company, state="won")
    assert opened(company, cast.manager).kind == "repeat"


@pytest.mark.parametrize(
    "wrong",
    [{"title": " "}, {"next_step": ""}, {"next_step_at": timezone.now() - TOMORROW}, {"amount": Decimal(-1)}],
    ids=["no title", "no step", "step in the past", "negative sum"],
)
def test_a_wrong_deal_is_refused_and_nothing_changes(cast, wrong):
    company = make_company()
    with pytest.raises(RuleViolation):
        opened(company, cast.manager, **wrong)
    company.refresh_from_db()
    assert (Deal.objects.count(), company.owner, NextContact.objects.count()) == (0, None, 0)


def test_no_deal_with_a_closed_company(cast):
    with pytest.raises(RuleViolation):
        opened(make_company(state="closed"), cast.manager)


def test_every_time_is_the_given_now(cast):
    long_ago = timezone.now() - timedelta(days=30)
    deal = opened(make_company(owner=cast.manager), cast.manager, next_step_at=long_ago + TOMORROW, now=long_ago)
    assert {deal.opened_at, deal.stage_since, Interaction.objects.of_kind("deals.opened").get().at} == {long_ago}
