"""The parts of names that a search skips with: whoever writes a company, they know its name."""

import pytest
from django.db import connection
from django.utils import timezone

from companies import paging, search
from companies.listing import leafing
from companies.models import Company
from companies.search import matching
from tests.factories.companies import make_company
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db
NAMES = ["завод ладога", "ладога", "ладогапром", "балтладога", "онеглад", "аладин", "завод онега", "яр"]


@pytest.fixture(autouse=True)
def everything_is_frequent(monkeypatch):
    monkeypatch.setattr(search, "MOST", 0)
    monkeypatch.setattr(paging, "SORTED_FIRST", 0)


def known_parts(begin):
    with connection.cursor() as cursor:
        cursor.execute("SELECT part FROM companies_namepart WHERE begin = %s", [begin])
        return {part for (part,) in cursor.fetchall()}


def found(text, number=1):
    rows = matching(Company.objects.active(), text)
    base = Company.objects.active()
    return [company.name_key for company in leafing(rows, "name", base=base, is_filtered=True).leaf(number)]


def test_a_new_name_is_known_by_its_parts():
    make_company(name_key="абвгд")
    assert known_parts("абв") == {"абв", "бвг", "вгд"}


def test_names_written_at_once_and_changed_names_are_known():
    now = timezone.now()
    Company.objects.bulk_create(Company(name=name, name_key=name, created_at=now) for name in ("где1", "где2"))
    assert known_parts("где") == {"где", "де1", "де2"}
    Company.objects.filter(name_key="где1").update(name_key="жзик")
    assert known_parts("жзи") == {"жзи", "зик"}


def test_a_part_that_is_known_is_not_written_again():
    make_company(name_key="лмноп")
    make_company(name_key="лмноп")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM companies_namepart WHERE begin = 'лмн'")
        assert cursor.fetchone() == (3,)


@pytest.mark.parametrize("text", ["лад", "ладога", "онег", "дог", "аво"])
def test_a_frequent_text_is_found_in_the_order_of_names(text):
    for name in NAMES:
        make_company(name=name, name_key=name)
    assert found(text) == sorted(name for name in NAMES if text in name)


def test_what_is_found_through_a_person_stands_among_the_names(monkeypatch):
    for name in NAMES:
        make_company(name=name, name_key=name)
    make_person(make_company(name="Весна", name_key="весна"), last_name="Ладов")
    monkeypatch.setattr(search, "MOST", 1)
    assert found("лад") == sorted([*(name for name in NAMES if "лад" in name), "весна"])


def test_the_beginnings_that_are_left_hold_the_text():
    for name in NAMES:
        make_company(name=name, name_key=name)
    begins = set(matching(Company.objects.active(), "онег").begins)
    assert {"зав", "оне"} <= begins
    assert "яр" not in begins
