"""REST of companies: the same rows, the same verbs, the same refusals as on the pages."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Scope
from accounts.models import Grant
from companies.models import Company, Phone
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db
URL = "/api/v1/companies/"


def patch(client, company, data):
    return client.patch(f"{URL}{company.pk}/", data, content_type="application/json")


def test_each_sees_the_rows_of_the_list(cast, client_of):
    own, foreign = make_company(owner=cast.manager), make_company(owner=cast.manager2)
    found = client_of(cast.manager).get(URL).json()
    assert [row["id"] for row in found["results"]] == [own.pk]
    assert client_of(cast.manager).get(f"{URL}{foreign.pk}/").status_code == 404
    assert client_of(cast.operator).get(URL).status_code == 403


def test_strangers_are_refused(client):
    assert client.get(URL).status_code in (401, 403)
    assert client.post(URL, {"name": "А"}, content_type="application/json").status_code in (401, 403)


def test_filters_and_search_are_those_of_the_list(cast, client_of):
    make_company(name="А", name_key="литмаш", stage=3)
    make_company(name="Б", stage=1)
    client = client_of(cast.marketer)
    for query in ("stage=3", "q=литмаш", "stage=3&q=литмаш&owner__password=x"):
        assert [row["name"] for row in client.get(f"{URL}?{query}").json()["results"]] == ["А"], query


def test_a_company_is_added_and_changed_by_the_verbs(cast, client_of):
    client = client_of(cast.marketer)
    answer = client.post(URL, {"name": "ООО «Литмаш»", "phones": ["8 351 555 01 42"]}, content_type="application/json")
    assert (answer.status_code, answer.json()["phones"][0]["number"]) == (201, "+73515550142")
    company = Company.objects.get()
    assert patch(client, company, {"headcount": 320, "version": 1}).json()["headcount"] == 320
    assert patch(client, company, {"headcount": 5, "version": 1}).status_code == 409
    assert Company.objects.get().headcount == 320


def test_what_only_the_product_sets_cannot_be_set(cast, client_of):
    company = make_company(owner=cast.manager)
    before = Company.objects.values().get()
    patch(client_of(cast.manager), company, {"owner": cast.manager2.pk, "stage": 6, "completeness": 100, "id": 7})
    assert Company.objects.values().get() == before


@pytest.mark.parametrize(
    "data",
    [{}, {"name": ""}, {"name": "А", "region": "999"}, {"name": "А", "headcount": -1}, {"name": "А", "phones": "x"}],
)
def test_wrong_data_is_400(cast, client_of, data):
    assert client_of(cast.marketer).post(URL, data, content_type="application/json").status_code == 400
    assert not Company.objects.exists()


def test_a_refused_rule_is_409_with_its_sentence(cast, client_of):
    answer = client_of(cast.marketer).post(URL, {"name": "А", "inn": "123"}, content_type="application/json")
    assert (answer.status_code, bool(answer.json()["detail"])) == (409, True)
    assert not Company.objects.exists()


def test_assigning_needs_its_own_right(cast, client_of):
    company, data = make_company(owner=cast.manager), {"owner": cast.manager2.pk}
    url = f"{URL}{company.pk}/assign/"
    assert client_of(cast.manager).post(url, data, content_type="application/json").status_code == 403
    assert (
        client_of(cast.sales_head).post(url, data, content_type="application/json").json()["owner"] == cast.manager2.pk
    )


def test_phones_are_only_for_those_who_may_see_them(cast, client_of):
    company = make_company()
    Phone.objects.create(company=company, number="+73515550142", seen_at=timezone.now())
    client = client_of(cast.marketer)
    assert len(client.get(f"{URL}{company.pk}/").json()["phones"]) == 1
    Grant.objects.filter(role="marketer", action="companies.view_phone").update(scope=Scope.NONE)
    assert client.get(f"{URL}{company.pk}/").json()["phones"] == []


def test_one_and_thirty_companies_take_the_same_number_of_queries(cast, client_of):
    client = client_of(cast.marketer)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(URL).status_code == 200
        return len(captured)

    make_company()
    few = queries()
    for _number in range(29):
        make_company()
    assert queries() == few


def test_the_schema_has_no_warnings_and_the_docs_no_inline_script(cast, client_of, tmp_path):
    call_command("spectacular", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    client = client_of(cast.manager)
    assert client.get("/api/v1/schema/").status_code == 200
    html = client.get("/api/v1/docs/").content.decode()
    assert "/api/v1/companies/" in html
    assert "<script>" not in html
    assert "style=" not in html
    assert "https://" not in html


def test_strangers_have_neither_schema_nor_docs(client):
    for url in ("/api/v1/schema/", "/api/v1/docs/"):
        assert client.get(url).status_code in (302, 401, 403)
