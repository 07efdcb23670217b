"""What a person may type to find a company: parts, numbers, mailboxes, people, other keyboards and alphabets, slips."""

import pytest
from django.utils import timezone

from companies import search
from companies.models import Company, Phone
from companies.search import corrected, matching
from tests.factories.companies import make_company
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    company = make_company(
        name="Ёлкапромдеталь",
        name_key="елкапромдеталь",
        inn="7447018361",
        email="info@elka.example",
        site_host="elka.example",
    )
    Phone.objects.create(company=company, number="+73515550142", seen_at=timezone.now())
    make_person(company, last_name="Рябов", phone="+79125550101", email="s.ryabov@box.example")
    make_company(name="Другая", name_key="другая", inn="6600000000")
    return company


@pytest.mark.parametrize(
    "text",
    [
        "промдет", "ЁЛКА", "елкап", "7447", "7447018361", "8 (351) 555-01", "3515550142", "+7 351 555 01 42", "89125550101",
        "рябов", "Рябов Сергей", "сергей жанович рябов", "info@elka", "@elka.example", "elka.example", "S.Ryabov@box.example",
    ],
)  # fmt: skip
def test_each_way_finds_the_company(company, text):
    assert list(matching(Company.objects.all(), text)) == [company]


@pytest.mark.parametrize("text", ["tkrfghjvltnfkm", "elkapromdetal", "елкапрамдеталь", "ёлкапромдталь"])
def test_what_was_meant_is_guessed_when_nothing_is_found(company, text):
    assert not matching(Company.objects.all(), text).exists()
    guess = corrected(Company.objects.all(), text)
    assert list(matching(Company.objects.all(), guess)) == [company]


@pytest.mark.parametrize(
    "text", ["совсем не то", "zzzzqqqq", "()", "%%%", "___", "\\", "'", "@", ".", "-", "\x00\x00", "q" * 500]
)
def test_what_means_nothing_finds_nothing(company, text):
    assert not matching(Company.objects.all(), text).exists()
    assert corrected(Company.objects.all(), text) == ""


def test_a_frequent_word_is_a_condition_and_loses_no_company(monkeypatch, company):
    monkeypatch.setattr(search, "MOST", 2)
    for number in range(5):
        make_company(name=f"Пром {number}", name_key=f"пром {number}")
    assert matching(Company.objects.all(), "пром").count() == 6


def test_the_lookup_stays_within_the_companies_at_hand(monkeypatch, company, cast):
    """A limit taken up by foreign rows would hide one's own."""
    monkeypatch.setattr(search, "MOST", 2)
    for _number in range(5):
        make_person(make_company(owner=cast.manager2), last_name="Рябов")
    own = make_person(make_company(owner=cast.manager), last_name="Рябов").company
    assert list(matching(Company.objects.permitted(cast.manager, "companies.view_base"), "рябов")) == [own]


def test_a_search_takes_one_query_before_the_rows(company, django_assert_num_queries):
    with django_assert_num_queries(2):
        list(matching(Company.objects.all(), "промдет"))
    with django_assert_num_queries(2):
        list(matching(Company.objects.all(), "нет такого"))
