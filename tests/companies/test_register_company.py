"""register_company: one spelling for everything, no company twice, and the first line of its history."""

import pytest
from django.utils import timezone

from companies.enums import Stage
from companies.models import Company, Region, Source
from companies.services import register_company
from contacts.models import Interaction
from core.exceptions import RuleViolation

pytestmark = pytest.mark.django_db
NOW = timezone.datetime(2026, 11, 2, 9, tzinfo=timezone.get_fixed_timezone(0))


@pytest.fixture
def inn() -> str:
    return "7707083893"


def test_everything_is_kept_in_one_spelling(inn):
    company = register_company(
        actor=None, name='ООО "Миасс-Инструмент"', inn=f"ИНН {inn}", city="Миасс", site="Miass.example/", now=NOW,
        email="INFO@Miass.example", phones=["8 (351) 555-01-42 доб. 114", "+7 351 555-01-43"], address="ул. Ленина, 5",
    )  # fmt: skip
    assert (company.legal_form, company.name, company.name_key) == ("ООО", "Миасс-Инструмент", "миасс инструмент")
    assert (company.inn, company.email, company.site_host) == (inn, "info@miass.example", "miass.example")
    assert [(phone.number, phone.extension, phone.is_main) for phone in company.phones.all()] == [
        ("+73515550142", "114", True),
        ("+73515550143", "", False),
    ]
    assert str(company.addresses.get()) == "ул. Ленина, 5"
    assert (company.stage, company.created_at) == (Stage.COLLECTION, NOW)


def test_the_town_tells_the_region_and_the_clock():
    company = register_company(actor=None, name="Станкосервис", city="Челябинск")
    assert (company.region, company.time_zone) == (Region.objects.get(code="74"), "Asia/Yekaterinburg")


def test_the_landline_tells_the_region_when_nothing_else_does():
    assert register_company(actor=None, name="Литмаш", phones=["8 343 555 01 42"]).region.code == "66"


def test_the_history_says_who_added_it_when_and_from_where(cast):
    source = Source.objects.create(name="Металл-Экспо", kind="exhibition")
    company = register_company(actor=cast.marketer, name="Литмаш", source=source, now=NOW)
    line = Interaction.objects.get(company=company)
    assert (line.kind, line.actor, line.at, line.text) == ("companies.registered", cast.marketer, NOW, "Металл-Экспо")


def test_the_card_knows_how_complete_it_is():
    bare, rich = (
        register_company(actor=None, name="Пусто"),
        register_company(actor=None, name="Полно", city="Миасс", site="polno.example", headcount=320, about="Валы"),
    )
    assert bare.blocks["1"] < rich.blocks["1"]
    assert rich.completeness == Company.objects.get(pk=rich.pk).completeness > 0


@pytest.mark.parametrize("name", ["", "   "])
def test_a_company_without_a_name_is_refused(name):
    with pytest.raises(RuleViolation):
        register_company(actor=None, name=name)
    assert not Company.objects.exists()


def test_a_taken_inn_is_refused_with_the_name_of_who_has_it(inn):
    register_company(actor=None, name="Первая", inn=inn)
    with pytest.raises(RuleViolation, match="Первая"):
        register_company(actor=None, name="Вторая", inn=inn)
    assert Company.objects.count() == 1


def test_branches_of_one_inn_are_told_apart_by_their_kpp(inn):
    register_company(actor=None, name="Голова", inn=inn, kpp="745101001")
    register_company(actor=None, name="Филиал", inn=inn, kpp="667101001")
    with pytest.raises(RuleViolation):
        register_company(actor=None, name="Неизвестно какой", inn=inn)


@pytest.mark.parametrize(
    "wrong",
    [{"inn": "7707083894"}, {"ogrn": "12"}, {"kpp": "x"}, {"phones": ["звонить утром"]}, {"email": "нет"}, {"site": "нет"}],
)  # fmt: skip
def test_a_wrong_value_is_refused_and_nothing_is_written(wrong):
    with pytest.raises(RuleViolation):
        register_company(actor=None, name="Литмаш", **wrong)
    assert not Company.objects.exists()
    assert not Interaction.objects.exists()


def test_a_field_that_no_person_may_set_is_an_error_of_the_program():
    with pytest.raises(TypeError):
        register_company(actor=None, name="Литмаш", completeness=100)
