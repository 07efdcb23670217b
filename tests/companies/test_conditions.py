"""Conditions of selections: every field and operation asks the database, joints nest, slips find nothing."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from companies import conditions
from companies.filters import apply_filters, as_query, read_filters
from companies.models import Company, TechnicalItem
from tests.factories.companies import make_company
from tests.factories.contacts import make_interaction, make_need, make_person

pytestmark = pytest.mark.django_db
SAMPLES = {
    "text": {"has": "а", "is": "а", "begins": "Ё"},
    "number": {"is": "5", "from": "1,5", "to": 7},
    "date": {"since": "2026-01-31", "before": "2026-01-31", "last": "30", "next": 3, "older": "90"},
    "choice": {"in": ["1"]},
}


def passing(tree):
    return {company.name for company in apply_filters(Company.objects.all(), {"where": tree})}


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
