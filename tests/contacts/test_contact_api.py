"""REST of persons, of the history and of next contacts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Interaction, NextContact, Person
from tests.factories.companies import make_company
from tests.factories.contacts import make_interaction, make_next_contact, make_person

pytestmark = pytest.mark.django_db
API = "/api/v1/"


def post(client, path, data=None):
    return client.post(f"{API}{path}", data or {}, content_type="application/json")


@pytest.fixture
def own(cast):
    return make_company(owner=cast.manager)


@pytest.fixture
def manager(cast, client_of):
    return client_of(cast.manager)


def test_each_sees_only_what_belongs_to_the_companies_one_sees(cast, manager, own):
    foreign = make_company(owner=cast.manager2)
    for company in (own, foreign):
        make_person(company, phone="+73515550142")
        make_interaction(company)
        make_next_contact(company)
    for path in ("persons/", "interactions/", "next-contacts/"):
        rows = manager.get(API + path).json()["results"]
        assert [row["company"] for row in rows] == [own.pk], path
        hidden = {"persons/": Person, "interactions/": Interaction, "next-contacts/": NextContact}[path].objects.get(
            company=foreign
        )
        assert manager.get(f"{API}{path}{hidden.pk}/").status_code == 404


def test_a_person_is_added_changed_and_made_to_decide(manager, own):
    added = post(manager, "persons/", {"company": own.pk, "full_name": "Рябов Сергей", "phones": ["8 351 555 01 42"]})
    assert (added.status_code, added.json()["phones"][0]["number"]) == (201, "+73515550142")
    url = f"persons/{added.json()['id']}/"
    changed = manager.patch(API + url, {"position": "Главный инженер"}, content_type="application/json")
    assert changed.json()["position"] == "Главный инженер"
    assert post(manager, f"{url}decide/").json()["decision_role"] == "decides"


def test_nothing_is_written_to_a_foreign_company(cast, manager):
    foreign = make_company(owner=cast.manager2)
    at = (timezone.now() + timedelta(days=1)).isoformat()
    assert post(manager, "persons/", {"company": foreign.pk, "full_name": "Рябов"}).status_code == 404
    assert post(manager, "interactions/", {"company": foreign.pk, "text": "x"}).status_code == 404
    assert post(manager, "next-contacts/", {"company": foreign.pk, "at": at}).status_code == 404
    for model in (Person, Interaction, NextContact):
        assert not model.objects.exists()


def test_a_chief_whom_one_does_not_see_does_not_exist(cast, manager, own):
    stranger = make_person(make_company(owner=cast.manager2))
    person = make_person(own)
    for chief in (stranger.pk, 10**9):
        answer = manager.patch(f"{API}persons/{person.pk}/", {"reports_to": chief}, content_type="application/json")
        assert answer.status_code == 400


def test_a_note_is_written_and_the_other_kinds_are_not(manager, own):
    answer = post(manager, "interactions/", {"company": own.pk, "text": "Письмо видел", "kind": "deals.won"})
    assert (answer.status_code, answer.json()["kind"]) == (201, "contacts.noted")
    assert manager.patch(f"{API}interactions/{answer.json()['id']}/", {"text": "x"}).status_code in (403, 405)


def test_a_contact_is_planned_moved_and_closed_once(manager, own):
    soon, later = (timezone.now() + timedelta(days=days) for days in (1, 5))
    planned = post(manager, "next-contacts/", {"company": own.pk, "at": soon.isoformat(), "text": "Замеры"})
    url = f"next-contacts/{planned.json()['id']}/"
    moved = manager.patch(API + url, {"at": later.isoformat()}, content_type="application/json")
    assert (planned.status_code, moved.status_code) == (201, 200)
    assert post(manager, f"{url}close/").json()["state"] == "done"
    assert post(manager, f"{url}close/").status_code == 409


def test_a_past_time_is_refused(manager, own):
    past = (timezone.now() - timedelta(days=1)).isoformat()
    assert post(manager, "next-contacts/", {"company": own.pk, "at": past}).status_code == 409
    assert not NextContact.objects.exists()


@pytest.mark.parametrize("query", ["company=x", "company=1;drop", "owner=-1", "company=" + "9" * 30])
def test_a_filter_with_nonsense_is_400(manager, query):
    assert manager.get(f"{API}next-contacts/?{query}").status_code in (200, 400)
    assert manager.get(f"{API}persons/?{query}").status_code in (200, 400)
