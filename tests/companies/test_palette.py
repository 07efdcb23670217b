"""The window of Ctrl+K: groups of what is found, each within one's rights, and what was meant by slips of all kinds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.campaigns import make_campaign
from tests.factories.companies import make_company
from tests.factories.contacts import make_person
from tests.factories.deals import make_deal

pytestmark = pytest.mark.django_db
URL = reverse("companies:search")


def asked(client, text):
    groups = client.get(URL, {"q": text}).context["groups"]
    return {str(group["label"]): [row.title for row in group["rows"]] for group in groups}


@pytest.fixture
def head(cast, client_of):
    return client_of(cast.sales_head)


@pytest.fixture
def company(cast):
    company = make_company(name="Уралпромдеталь", name_key="уралпромдеталь", inn="7447018361", owner=cast.manager)
    make_person(company, last_name="Рябов", phone="+79125550101", email="s.ryabov@box.example")
    return company


def test_what_begins_so_stands_before_what_contains_it(head):
    for name in ("Альфаурал", "Уралтара", "Яурал"):
        make_company(name=name, name_key=name.lower())
    assert asked(head, "урал") == {"Компании": ["Уралтара", "Альфаурал", "Яурал"]}


@pytest.mark.parametrize("text", ["рябов", "Сергей Жанович Рябов", "8 912 555-01-01", "9125550101", "s.ryabov@"])
def test_a_person_has_a_line_of_its_own_that_leads_to_the_card(head, company, text):
    (group,) = [group for group in head.get(URL, {"q": text}).context["groups"] if group["icon"] == "user"]
    person = company.persons.get()
    assert [row.url for row in group["rows"]] == [
        f"{reverse('companies:detail', args=[company.pk])}#person-{person.pk}"
    ]


def test_deals_and_mailings_are_found_by_a_part_of_their_names(head, cast, company):
    deal = make_deal(company, title="Осушитель для цеха", owner=cast.manager)
    make_campaign(cast.marketer, name="Осушители весной")
    assert asked(head, "осушит") == {"Сделки": [deal.title], "Рассылки": ["Осушители весной"]}


def test_each_group_keeps_to_its_own_right(cast, client_of, company):
    make_deal(company, title="Уралпромдеталь: насосы", owner=cast.manager)
    make_campaign(cast.marketer, name="Уралпром")
    assert set(asked(client_of(cast.manager), "уралпром")) == {"Компании", "Сделки"}
    assert asked(client_of(cast.manager2), "уралпром") == {}
    assert set(asked(client_of(cast.marketer), "уралпром")) == {"Компании", "Рассылки"}


@pytest.mark.parametrize("text", ["ehfkghjv", "uralprom", "уралпрамдеталь", "ЁралПромДеталь"])
def test_slips_find_what_was_meant(head, company, text):
    assert "Уралпромдеталь" in str(asked(head, text))


def test_a_foreign_name_is_not_guessed(cast, client_of, company):
    for text in ("ehfkghjv", "уралпрамдеталь", "hz,jd"):
        assert asked(client_of(cast.manager2), text) == {}


@pytest.mark.parametrize(
    "text", ["уралпром", "рябов", "нет такого нигде", "ehfkghjv", "уралпрамдеталь", "+79125550101"]
)
def test_the_window_asks_no_more_than_fifteen_times_however_many_rows_there_are(head, company, text):
    def queries():
        head.get(URL, {"q": "тепло"})  # the counts of the menu are cached for everybody's requests
        with CaptureQueriesContext(connection) as captured:
            head.get(URL, {"q": text})
        # the savepoint of the test stands where a request has its transaction
        return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)

    few = queries()
    for number in range(30):
        make_person(make_company(name=f"Уралпром {number}", name_key=f"уралпром {number}"), last_name=f"Рябов{number}")
    assert max(few, queries()) <= 15
