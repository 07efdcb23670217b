"""Deals over REST: the same verbs, the same rows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from deals.models import Deal
from tests.factories.companies import make_company
from tests.factories.contacts import make_person
from tests.factories.deals import make_deal, make_sent_proposal

pytestmark = pytest.mark.django_db
URL = "/api/v1/deals/"
JSON = {"content_type": "application/json"}


def step() -> dict:
    return {"next_step": "Позвонить", "next_step_at": (timezone.now() + timedelta(days=1)).isoformat()}


def test_a_manager_reads_the_own_deals_and_no_others(cast, client_of):
    own, foreign = make_deal(owner=cast.manager), make_deal(owner=cast.manager2)
    client = client_of(cast.manager)
    assert [row["id"] for row in client.get(URL).json()["results"]] == [own.pk]
    assert client.get(f"{URL}{foreign.pk}/").status_code == 404
    assert len(client_of(cast.sales_admin).get(URL).json()["results"]) == 2
    assert client_of(cast.operator).get(URL).status_code == 403


def test_filters_narrow_the_list_and_a_wrong_one_is_an_error(cast, client_of):
    deal = make_deal(owner=cast.manager, stage="contract")
    make_deal(owner=cast.manager, state="won")
    client = client_of(cast.manager)
    assert [row["id"] for row in client.get(URL, {"state": "open", "stage": "contract"}).json()["results"]] == [deal.pk]
    assert [row["id"] for row in client.get(URL, {"company": deal.company_id}).json()["results"]] == [deal.pk]
    assert client.get(URL, {"company": "x"}).status_code == 400


def test_a_deal_is_opened_changed_and_planned(cast, client_of):
    company = make_company(owner=cast.manager)
    client = client_of(cast.manager)
    made = client.post(URL, {"company": company.pk, "title": "Насос", "amount": "1000.50", **step()}, **JSON)
    assert made.status_code == 201
    address = f"{URL}{made.json()['id']}/"
    assert client.patch(address, {"title": "Два насоса"}, **JSON).json()["title"] == "Два насоса"
    assert client.post(f"{address}next-step/", {**step(), "next_step": "КП"}, **JSON).json()["next_step"] == "КП"


def test_a_deal_with_a_foreign_company_or_person_is_not_opened(cast, client_of):
    client = client_of(cast.manager)
    foreign = make_company(owner=cast.manager2)
    assert client.post(URL, {"company": foreign.pk, "title": "Насос", **step()}, **JSON).status_code == 404
    own, stranger = make_company(owner=cast.manager), make_person(foreign)
    assert (
        client.post(URL, {"company": own.pk, "person": stranger.pk, "title": "Насос", **step()}, **JSON).status_code
        == 400
    )
    assert not Deal.objects.exists()


def test_verbs_win_lose_and_move_and_a_refusal_is_409_with_its_sentence(cast, client_of):
    deal, lost = make_deal(owner=cast.manager), make_deal(owner=cast.manager)
    client = client_of(cast.manager)
    refused = client.post(f"{URL}{deal.pk}/move/", {"stage": "proposal"}, **JSON)
    assert refused.status_code == 409
    assert refused.json()["detail"]
    make_sent_proposal(deal)
    assert client.post(f"{URL}{deal.pk}/move/", {"stage": "agreement"}, **JSON).json()["stage"] == "agreement"
    assert client.post(f"{URL}{deal.pk}/win/", **JSON).json()["state"] == "won"
    assert client.post(f"{URL}{lost.pk}/lose/", {"reason": "price"}, **JSON).json()["state"] == "lost"
    assert client_of(cast.sales_admin).post(f"{URL}{lost.pk}/win/", **JSON).status_code == 403
