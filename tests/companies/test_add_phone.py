"""Phones and equipment of a company."""

import pytest

from companies.models import Phone
from companies.services import add_equipment, add_phone, remove_phone, replace_phone
from contacts.models import Interaction
from core.exceptions import RuleViolation
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db


def numbers_of(company):
    return [(phone.number, phone.is_main) for phone in company.phones.all()]


def test_the_first_phone_is_the_main_one_until_another_is_said_to_be():
    company = make_company()
    add_phone(company, actor=None, number="8 (351) 555-01-42")
    add_phone(company, actor=None, number="8 (351) 555-01-43", is_main=True)
    assert numbers_of(company) == [("+73515550143", True), ("+73515550142", False)]


def test_the_same_phone_in_another_spelling_is_confirmed_and_not_doubled():
    company = make_company()
    phone = add_phone(company, actor=None, number="8 (351) 555-01-42")
    Phone.objects.update(is_invalid=True)
    assert add_phone(company, actor=None, number="+73515550142") == phone
    assert not Phone.objects.get().is_invalid
    assert Interaction.objects.count() == 1


def test_what_is_no_phone_is_refused():
    with pytest.raises(RuleViolation):
        add_phone(make_company(), actor=None, number="звонить утром")
    assert not Phone.objects.exists()


def test_a_dead_phone_is_replaced_and_the_history_keeps_it():
    company = make_company()
    add_phone(company, actor=None, number="8 (351) 555-01-42")
    replace_phone(company, actor=None, old="+73515550142", new="8 351 555 01 45 доб. 7")
    assert [(phone.number, phone.extension) for phone in company.phones.all()] == [("+73515550145", "7")]
    assert Interaction.objects.latest("pk").data["changes"] == {"phone": ["+73515550142", "+73515550145"]}


def test_replacing_a_phone_that_nobody_knows_adds_the_new_one():
    company = make_company()
    replace_phone(company, actor=None, old="", new="8 351 555 01 45")
    assert numbers_of(company) == [("+73515550145", True)]


def test_a_removed_phone_stays_in_the_history():
    company = make_company()
    remove_phone(add_phone(company, actor=None, number="8 351 555 01 45"), actor=None)
    assert numbers_of(company) == []
    assert Interaction.objects.latest("pk").data["changes"] == {"phone": ["+73515550145", ""]}


def test_equipment_fills_the_third_block():
    company = make_company()
    add_equipment(company, actor=None, name="ВК-75", quantity=2, year=2011, condition="износ")
    company.refresh_from_db()
    assert company.blocks["3"] > 0
    with pytest.raises(RuleViolation):
        add_equipment(company, actor=None, name=" ")
