"""assign, advance, check, verify: the life of a card in the cycle."""

from datetime import timedelta

import pytest
from django.utils import timezone

from companies.enums import Stage
from companies.models import Company, Phone
from companies.services import advance_stage, assign_company, mark_checked, verify_company
from contacts.models import Interaction
from core.exceptions import RuleViolation
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db


def kinds_of(company):
    return list(Interaction.objects.filter(company=company).values_list("kind", flat=True))


def test_a_company_gets_its_manager_and_the_history_says_so(cast):
    company = make_company()
    assign_company(company, actor=cast.sales_head, owner=cast.manager)
    assert Company.objects.get().owner == cast.manager
    assert kinds_of(company) == ["companies.assigned"]


def test_giving_it_to_the_same_manager_again_writes_nothing(cast):
    company = make_company(owner=cast.manager)
    assign_company(company, actor=cast.sales_head, owner=cast.manager)
    assert kinds_of(company) == []


def test_a_company_can_be_taken_from_its_manager(cast):
    company = make_company(owner=cast.manager)
    assign_company(company, actor=cast.sales_head, owner=None)
    assert Company.objects.get().owner is None


def test_who_does_not_work_here_any_more_gets_no_company(cast):
    company = make_company()
    cast.manager.is_active = False
    with pytest.raises(RuleViolation):
        assign_company(company, actor=cast.sales_head, owner=cast.manager)
    assert Company.objects.get().owner is None


def test_a_company_moves_forward_and_never_back():
    company = make_company(stage=Stage.MAILING)
    assert advance_stage(company, to=Stage.MEETINGS)
    assert not advance_stage(company, to=Stage.VERIFICATION)
    assert (company.stage, Company.objects.get().stage) == (Stage.MEETINGS, Stage.MEETINGS)


def test_a_verified_company_with_a_phone_is_ready_for_mailings_for_half_a_year(cast):
    now = timezone.now() - timedelta(days=20)
    company = make_company(stage=Stage.VERIFICATION)
    Phone.objects.create(company=company, number="+73515550142", seen_at=now)
    verify_company(company, actor=cast.marketer, now=now)
    company = Company.objects.get()
    assert (company.verified_at, company.verified_until) == (now, now + timedelta(days=180))
    assert company.stage == Stage.MAILING
    assert kinds_of(company) == ["companies.verified"]


def test_verification_does_not_send_a_client_back_in_the_cycle():
    company = make_company(stage=Stage.DEALS)
    verify_company(company, actor=None)
    assert Company.objects.get().stage == Stage.DEALS


def test_a_check_remembers_its_time():
    company, now = make_company(), timezone.now()
    mark_checked(company, actor=None, now=now)
    assert Company.objects.get().checked_at == now
