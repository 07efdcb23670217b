"""change_company: only what differs, with old and new in the history, and never over somebody else's edit."""

import pytest

from companies.enums import CompanyState
from companies.models import Company, Region
from companies.services import StaleVersion, change_company, register_company
from contacts.models import Interaction
from core.exceptions import RuleViolation

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return register_company(actor=None, name='ООО "Литмаш"', city="Миасс")


def changes_of(company):
    return Interaction.objects.filter(company=company, kind="companies.changed").latest("pk").data["changes"]


def test_old_and_new_values_stand_in_the_history(company, cast):
    change_company(company, actor=cast.marketer, headcount=320, city="Миасс")
    assert changes_of(company) == {"headcount": ["", "320"]}
    assert Interaction.objects.latest("pk").actor == cast.marketer


def test_each_change_raises_the_version_and_no_change_does_not(company):
    change_company(company, actor=None, note="Звонить утром")
    change_company(company, actor=None, note="Звонить утром")
    assert Company.objects.get().version == 2


def test_a_new_name_changes_the_search_key_and_keeps_the_legal_form(company):
    change_company(company, actor=None, name="Уральский Литмаш")
    assert (company.legal_form, company.name_key) == ("ООО", "уральский литмаш")
    change_company(company, actor=None, name='АО "Литмаш"')
    assert (company.legal_form, company.name) == ("АО", "Литмаш")


def test_a_new_region_brings_its_clock(company):
    change_company(company, actor=None, city="", region=Region.objects.get(code="25"))
    assert Company.objects.get().time_zone == "Asia/Vladivostok"


def test_a_new_address_takes_the_place_of_the_old(company):
    change_company(company, actor=None, address="Миасс, ул. Ленина, 5")
    change_company(company, actor=None, address="Миасс, ул. Мира, 1")
    assert [str(address) for address in company.addresses.all()] == ["Миасс, ул. Мира, 1"]
    assert changes_of(company) == {"address": ["Миасс, ул. Ленина, 5", "Миасс, ул. Мира, 1"]}


def test_an_edit_of_an_old_version_is_refused_and_changes_nothing(company):
    change_company(company, actor=None, version=1, note="Первый")
    with pytest.raises(StaleVersion):
        change_company(company, actor=None, version=1, note="Второй")
    assert Company.objects.get().note == "Первый"


def test_a_taken_inn_is_refused(company):
    register_company(actor=None, name="Другая", inn="7707083893")
    with pytest.raises(RuleViolation, match="Другая"):
        change_company(company, actor=None, inn="7707083893")
    assert Company.objects.get(pk=company.pk).inn == ""


@pytest.mark.parametrize("wrong", [{"name": " "}, {"inn": "123"}, {"email": "нет"}])
def test_a_wrong_value_is_refused(company, wrong):
    with pytest.raises(RuleViolation):
        change_company(company, actor=None, **wrong)
    assert Company.objects.get().version == 1


def test_a_merged_company_is_not_changed_any_more(company):
    Company.objects.update(state=CompanyState.MERGED)
    with pytest.raises(RuleViolation):
        change_company(company, actor=None, note="Поздно")
