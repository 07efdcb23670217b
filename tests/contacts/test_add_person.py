"""Persons: added once, changed with a trace, and the company knows who decides."""

import pytest

from companies.models import Company
from contacts.enums import DecisionRole
from contacts.models import Interaction, Person
from contacts.services import (
    add_person,
    add_person_email,
    add_person_phone,
    change_person,
    dismiss_person,
    set_decision_maker,
)
from core.exceptions import RuleViolation
from tests.factories.companies import make_company
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db


def test_a_person_is_known_by_name_position_phone_and_mail(cast):
    company = make_company()
    person = add_person(
        company, actor=cast.marketer, full_name="Рябов Сергей Жанович", position="Главный инженер",
        decision_role=DecisionRole.DECIDES, phones=["8 351 555 01 42"], emails=["Ryabov@litmash.example"],
    )  # fmt: skip
    assert (person.last_name, person.first_name, person.middle_name) == ("Рябов", "Сергей", "Жанович")
    assert person.phones.get().number == "+73515550142"
    assert person.emails.get().address == "ryabov@litmash.example"
    company = Company.objects.get()
    assert (company.decision_makers, company.blocks["2"]) == (1, 100)
    assert list(Interaction.objects.values_list("kind", "person")) == [("contacts.person_added", person.pk)]


def test_the_same_person_is_completed_and_not_doubled():
    company = make_company()
    first = add_person(company, actor=None, full_name="Рябов Сергей Жанович", position="Инженер")
    again = add_person(company, actor=None, full_name="РЯБОВ СЕРГЕЙ ЖАНОВИЧ", position="Другое", note="Звонить утром")
    assert first == again == Person.objects.get()
    assert (again.position, again.note) == ("Инженер", "Звонить утром")


def test_one_name_in_two_companies_is_two_persons():
    for company in (make_company(), make_company()):
        add_person(company, actor=None, full_name="Рябов Сергей")
    assert Person.objects.count() == 2


@pytest.mark.parametrize("wrong", [{"full_name": " "}, {"phones": ["нет"]}, {"emails": ["нет"]}])
def test_a_wrong_value_is_refused(wrong):
    with pytest.raises(RuleViolation):
        add_person(make_company(), actor=None, **({"full_name": "Рябов"} | wrong))
    assert not Person.objects.exists()


def test_a_change_stands_in_the_history_with_old_and_new():
    person = make_person(position="Механик")
    change_person(person, actor=None, position="Главный механик")
    assert Interaction.objects.get().data["changes"] == {"position": ["Механик", "Главный механик"]}


def test_the_decision_maker_is_counted_until_he_leaves():
    person = make_person()
    set_decision_maker(person, actor=None)
    assert Company.objects.get().decision_makers == 1
    dismiss_person(person, actor=None)
    assert Company.objects.get().decision_makers == 0
    with pytest.raises(RuleViolation):
        dismiss_person(person, actor=None)


def test_nobody_reports_to_a_subordinate_or_to_a_stranger():
    chief = make_person()
    person = make_person(chief.company, reports_to=chief)
    for wrong in (chief, person, make_person()):
        with pytest.raises(RuleViolation):
            change_person(chief, actor=None, reports_to=wrong if wrong != chief else chief)
    assert Person.objects.get(pk=chief.pk).reports_to is None


def test_a_known_phone_or_mail_is_confirmed_and_not_doubled():
    person = make_person(phone="+73515550142", email="a@firm.example")
    add_person_phone(person, actor=None, number="8 (351) 555-01-42")
    add_person_email(person, actor=None, address="A@firm.example")
    assert (person.phones.count(), person.emails.count()) == (1, 1)
    assert not Interaction.objects.exists()
