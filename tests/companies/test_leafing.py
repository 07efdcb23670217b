"""Leafing through the base: from row to row in every order, forwards and back, without a number of queries that grows."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from companies import listing, paging
from companies.models import Company
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db
URL = reverse("companies:list")


@pytest.fixture
def companies():
    """Seven companies, of which some have no value in each of the nullable orders, and some have equal ones."""
    now = timezone.now()
    ages = [None, 3, 3, None, 1, 2, None]
    return [
        make_company(
            name=f"К{number}",
            name_key=f"к{number % 5}",
            completeness=number % 3,
            verified_at=age and now - timedelta(days=age),
            last_contact_at=age and now - timedelta(days=age),
            next_contact_at=age and now + timedelta(days=age),
        )
        for number, age in enumerate(ages)
    ]


def pages_of(order, **more):
    return listing.leafing(Company.objects.all(), order, base=Company.objects.all(), **more)


@pytest.mark.parametrize("order", listing.ORDERS)
def test_leafing_forwards_and_back_gives_every_row_once_in_order(companies, order, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    whole = list(Company.objects.order_by(*listing.ORDERS[order].by()))
    pages = pages_of(order)
    page, seen = pages.leaf(1), []
    while True:
        seen += page.object_list
        if not page.has_next():
            break
        page = pages.leaf(page.next_page_number(), after=page.object_list[-1].pk)
    assert seen == whole
    back = pages.leaf(3, before=seen[-1].pk)
    assert back.object_list == whole[-3:-1]
    assert back.has_next()


@pytest.mark.parametrize("order", listing.ORDERS)
def test_neighbours_agree_with_the_order(companies, order):
    whole, pages = list(Company.objects.order_by(*listing.ORDERS[order].by())), pages_of(order)
    for one, following in pairwise(whole):
        assert pages.beside(one) == following.pk
        assert pages.beside(following, is_backwards=True) == one.pk
    assert pages.beside(whole[-1]) is None
    assert pages.beside(whole[0], is_backwards=True) is None


def test_rows_beyond_the_counted_ones_are_reached_by_leafing(companies, cast, client_of, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED_TO", 4)
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    client, address, seen = client_of(cast.marketer), f"{URL}?sort=name", []
    for _number in range(10):
        page = client.get(address).context["page_obj"]
        seen += [company.pk for company in page]
        if not page.has_next():
            break
        address = f"{URL}?sort=name&{page.next_query}"
    assert sorted(seen) == sorted(company.pk for company in companies)
    assert page.number == 4


@pytest.mark.parametrize("edge", ["x", "-1", "9" * 40, "0", "²"])
def test_a_row_that_does_not_exist_leads_to_the_numbered_page(companies, cast, client_of, edge):
    answer = client_of(cast.marketer).get(URL, {"page": "2", "after": edge})
    assert len(answer.context["page_obj"].object_list) == 7


def test_the_place_of_a_foreign_company_is_not_told(cast, client_of, companies, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    Company.objects.exclude(pk=companies[3].pk).update(owner=cast.manager)
    answer = client_of(cast.manager).get(URL, {"page": "2", "after": companies[3].pk})
    numbered = client_of(cast.manager).get(URL, {"page": "2"})
    assert list(answer.context["page_obj"]) == list(numbered.context["page_obj"])


@pytest.mark.parametrize("few", [3, 100])
def test_few_rows_and_many_rows_give_the_same_pages(companies, monkeypatch, few):
    monkeypatch.setattr(paging, "FEW", few)
    monkeypatch.setattr(listing, "PAGE_SIZE", 3)
    for number in (1, 2, 3):
        assert pages_of("last", is_filtered=True).leaf(number).object_list == pages_of("last").leaf(number).object_list


@pytest.mark.parametrize("order", listing.ORDERS)
@pytest.mark.parametrize("near", range(8))
def test_rows_near_the_beginning_of_the_order_are_the_first_ones(companies, monkeypatch, order, near):
    """Wherever the beginning ends: among the values, among the rows without one, or behind the last row."""
    for name, value in {"FEW": 0, "SPARSE": -1, "NEAR": near}.items():
        monkeypatch.setattr(paging, name, value)
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    cache.clear()
    rows = Company.objects.exclude(name="К1")
    pages = listing.leafing(rows, order, base=Company.objects.all(), is_filtered=True)
    whole = list(rows.order_by(*listing.ORDERS[order].by()))
    assert [pages.leaf(number).object_list for number in (1, 2, 3)] == [whole[:2], whole[2:4], whole[4:]]


def test_the_end_of_the_beginning_may_be_old(companies, monkeypatch):
    """It is only a guess where to look first: rows that come later are not lost."""
    for name, value in {"FEW": 0, "SPARSE": -1, "NEAR": 2}.items():
        monkeypatch.setattr(paging, name, value)
    listing.leafing(Company.objects.all(), "name", base=Company.objects.all(), is_filtered=True).leaf(1)
    make_company(name="А", name_key="а")
    pages = listing.leafing(Company.objects.all(), "name", base=Company.objects.all(), is_filtered=True)
    assert pages.leaf(1).object_list == list(Company.objects.order_by("name_key", "pk"))
