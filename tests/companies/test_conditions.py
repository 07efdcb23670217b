"""Conditions of selections: every field and operation asks the database, joints nest, slips find nothing."""

import json
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from accounts.enums import Scope
from accounts.models import Grant, User
from companies import conditions
from companies.filters import apply_filters, as_query, read_filters
from companies.models import Company, TechnicalItem
from companies.selections import builder
from tests.factories.accounts import make_user
from tests.factories.callcenter import make_call_list, make_card
from tests.factories.campaigns import make_addressee, make_campaign, make_started
from tests.factories.companies import make_company
from tests.factories.contacts import make_interaction, make_need, make_person
from tests.factories.deals import make_deal

pytestmark = pytest.mark.django_db
SAMPLES = {
    "text": {"has": "а", "is": "а", "begins": "Ё"},
    "number": {"is": "5", "from": "1,5", "to": 7},
    "date": {"since": "2026-01-31", "before": "2026-01-31", "last": "30", "next": 3, "older": "90"},
    "choice": {"in": ["1"]},
}


def passing(tree, reader=None):
    """What somebody who sees everything finds, or this reader."""
    reader = (
        reader or User.objects.filter(username="sees-all").first() or make_user("project_lead", username="sees-all")
    )
    seen = Company.objects.permitted(reader, "companies.view_company")
    return {company.name for company in apply_filters(seen, {"where": tree})}


def leaf(field, op, value=None):
    return {"field": field, "op": op, "value": value}


@pytest.mark.parametrize("field", conditions.registered(), ids=lambda field: field.name)
def test_every_operation_of_every_field_can_be_asked_and_turned_round(field):
    make_company(name="Одна")
    for op in conditions.OPERATIONS[field.kind]:
        tree = leaf(field.name, op, SAMPLES[field.kind].get(op))
        conditions.check_tree(tree, timezone.now())
        assert passing(tree) | passing({"none": [tree]}) == {"Одна"}


def test_persons_needs_history_and_equipment_choose_companies():
    now = timezone.now()
    called, silent = make_company(name="Позвонили"), make_company(name="Молчат")
    make_interaction(called, at=now - timedelta(days=5))
    make_person(silent, position="Главный инженер", decision_role="decides")
    make_need(silent, text="Осушитель", urgency="acute")
    TechnicalItem.objects.create(company=silent, name="Пресс", year=2011, seen_at=now)
    assert passing(leaf("call", "last", "7")) == {"Позвонили"}
    assert passing({"none": [leaf("call", "last", "7")]}) == {"Молчат"}
    for tree in (
        leaf("person_position", "has", "инженер"), leaf("person_role", "in", ["decides"]), leaf("need", "has", "осуш"),
        leaf("need_urgency", "in", ["acute"]), leaf("equipment_year", "to", "2015"), leaf("contact", "empty"),
    ):  # fmt: skip
        assert passing(tree) == {"Молчат"}, tree


def test_and_or_and_not_nest():
    for name, city, people in (("А", "Омск", 10), ("Б", "Омск", 500), ("В", "Томск", 500), ("Г", "", None)):
        make_company(name=name, city=city, headcount=people)
    big = leaf("headcount", "from", 100)
    omsk = leaf("city", "is", "омск")
    assert passing({"all": [omsk, big]}) == {"Б"}
    assert passing({"any": [omsk, big]}) == {"А", "Б", "В"}
    assert passing({"all": [leaf("city", "filled"), {"none": [{"all": [omsk, big]}]}]}) == {"А", "В"}


@pytest.mark.parametrize(
    "tree",
    [
        {}, {"all": []}, {"field": "password", "op": "is", "value": "1"}, leaf("city", "regex", "."), leaf("city", "has", " "),
        leaf("headcount", "from", "много"), leaf("headcount", "is", "NaN"), leaf("verified", "since", "вчера"),
        leaf("owner", "in", ["x"]), leaf("owner", "in", []), leaf("verified", "last", "-5"), {"all": ["x"]}, {"all": "x"},
        {"any": [leaf("city", "filled"), {"field": "нет"}]}, {"all": [{"all": [{"all": [{"all": [leaf("city", "filled")]}]}]}]},
    ],
)  # fmt: skip
def test_what_cannot_be_read_finds_nothing_even_turned_round(tree):
    make_company(city="Омск")
    assert passing(tree) == set()
    assert passing({"none": [tree]}) == set()
    with pytest.raises(conditions.UnreadableCondition):
        conditions.check_tree(tree, timezone.now())


@pytest.mark.parametrize("text", ["{", "[]", "1", '"x"', "null", '{"all": [1]}'])
def test_a_broken_address_finds_nothing(text):
    make_company()
    data = read_filters(QueryDict(mutable=True) | {"where": text})
    assert apply_filters(Company.objects.all(), data).count() == 0


def test_an_address_carries_conditions_there_and_back():
    data = {"stage": ["2"], "where": {"all": [leaf("city", "has", "ё & «»?")]}}
    assert read_filters(QueryDict(as_query(data))) == data


def test_conditions_are_said_in_words():
    assert conditions.in_words({"all": [leaf("city", "has", "Омск"), leaf("stage", "in", ["2"])]}).count("Омск") == 1
    assert conditions.in_words({"all": [{"field": "нет", "op": "has"}]})


def test_a_condition_sees_only_the_rows_of_the_reader(cast):
    """A colleague's deal, call or talk chooses nothing for who may not see it, turned round or not."""
    company = make_company(name="Литмаш", owner=cast.manager)
    make_deal(company, owner=cast.manager2)
    make_person(company, position="Директор")
    deal, chief = leaf("deal_state", "in", ["open"]), leaf("person_position", "has", "Директор")
    assert passing(deal, cast.sales_head) == {"Литмаш"}
    assert passing(deal, cast.manager) == set()
    assert passing(chief, cast.manager) == {"Литмаш"}
    assert passing(deal, cast.marketer) == passing({"none": [deal]}, cast.manager2) == set()
    Grant.objects.filter(role="manager", action="contacts.view_person").update(scope=Scope.NONE)
    assert passing(chief, User.objects.get(pk=cast.manager.pk)) == set()


def test_without_a_reader_other_rows_choose_nothing():
    make_person(make_company(name="Литмаш"), position="Директор")
    tree = leaf("person_position", "has", "Директор")
    assert not apply_filters(Company.objects.all(), {"where": tree}).exists()


def test_the_builder_offers_fields_and_choices_of_the_reader(cast):
    mine, hers = make_campaign(cast.marketer), make_campaign(cast.marketing_head)
    names = {field["name"] for field in builder_fields(cast.sales_admin)}
    assert "deal_state" in names
    assert "mailing" not in names
    offered = {field["name"]: field["options"] for field in builder_fields(cast.marketer)}
    assert {label for _value, label in offered["mailing"]} == {mine.name, hers.name}
    assert "call_list" not in offered


def builder_fields(user):
    return json.loads(builder(user, {}, None)["fields"])


def test_companies_are_chosen_by_the_letter_they_were_sent_and_what_came_of_it(cast):
    silent, spoke = make_addressee(name="Молчит"), make_addressee(name="Отписался")
    campaign = make_started(cast.marketer, cast.marketing_head, silent, spoke)
    key, now = str(campaign.pk), timezone.now()
    assert passing(leaf("mailing", "in", [key])) == set()
    campaign.items.update(sent_at=now, state="accepted")
    campaign.items.filter(company=spoke).update(unsubscribed_at=now, received=True)
    assert passing(leaf("mailing", "in", [key])) == {"Молчит", "Отписался"}
    assert passing(leaf("mailing_refused", "in", [key])) == {"Отписался"}
    assert passing({"all": [leaf("mailing", "in", [key]), {"none": [leaf("mailing_received", "in", [key])]}]}) == {
        "Молчит"
    }
    assert passing(leaf("mailing", "in", [str(campaign.pk + 1)])) == set()


def test_companies_are_chosen_by_their_call_list(cast):
    listed, _other = make_company(name="В списке"), make_company(name="Вне")
    card = make_card(make_call_list(), listed)
    tree = leaf("call_list", "in", [str(card.call_list_id)])
    assert passing(tree) == {"В списке"}
    assert passing(leaf("call_state", "in", [card.state])) == {"В списке"}
    assert passing(tree, cast.marketer) == set()
    assert card.call_list.name in conditions.in_words(tree, cast.callcenter_head)
    assert card.call_list.name not in conditions.in_words(tree, cast.sales_admin)
