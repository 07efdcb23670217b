"""REST of duplicates and merges: the queue one may see, a dry run, the merge, the way back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from companies.models import Company
from intake.models import DuplicatePair, Merge
from intake.services import merging
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db
INNS = (f"77070{number:05}" for number in range(10_000))
URL, MERGES = "/api/v1/duplicates/", "/api/v1/merges/"
JSON = {"content_type": "application/json"}


def make_pair(**fields) -> DuplicatePair:
    first, second = make_company(city="Миасс"), make_company(city="Златоуст", inn=next(INNS))
    given = {"score": 95, "reasons": [["phone", 40]], "found_at": timezone.now()} | fields
    return DuplicatePair.objects.create(first=first, second=second, **given)


@pytest.fixture
def pair(cast):
    return make_pair()


@pytest.fixture
def marketer(cast, client_of):
    return client_of(cast.marketer)


def test_the_queue_is_listed_the_surest_first_and_by_state(marketer, pair):
    surer, rejected = make_pair(score=99), make_pair(state="rejected")
    assert [row["id"] for row in marketer.get(URL).json()["results"]] == [surer.pk, pair.pk]
    assert [row["id"] for row in marketer.get(URL, {"state": "rejected"}).json()["results"]] == [rejected.pk]
    assert marketer.get(f"{URL}{pair.pk}/").json()["second"]["inn"] == pair.second.inn


def test_who_has_no_right_sees_and_merges_nothing(cast, client_of, pair):
    for user in (cast.operator, cast.manager, cast.db_admin):
        client = client_of(user)
        assert client.get(URL).status_code == 403
        assert client.post(f"{URL}{pair.pk}/merge/", {}, **JSON).status_code == 403
    reader = client_of(cast.project_lead)
    assert reader.get(URL).status_code == 200
    assert reader.post(f"{URL}{pair.pk}/merge/", {}, **JSON).status_code == 403
    assert not Merge.objects.exists()


def test_a_dry_run_says_what_would_come_of_it_and_changes_nothing(marketer, pair):
    before = list(Company.objects.order_by("pk").values())
    answer = marketer.post(f"{URL}{pair.pk}/merge/", {"dry_run": True}, **JSON)
    assert (answer.status_code, answer.json()["refusal"]) == (200, "")
    assert list(Company.objects.order_by("pk").values()) == before
    assert not Merge.objects.exists()


def test_a_merge_takes_the_chosen_values_and_is_undone(marketer, pair):
    order = {"kept": pair.second_id, "choices": {"city": "merged"}}
    answer = marketer.post(f"{URL}{pair.pk}/merge/", order, **JSON)
    assert (answer.status_code, answer.json()["kept"]["city"]) == (201, "Миасс")
    assert Company.objects.get(pk=pair.first_id).state == "merged"
    assert marketer.post(f"{URL}{pair.pk}/merge/", {}, **JSON).status_code == 409
    merge = answer.json()["id"]
    assert [row["id"] for row in marketer.get(MERGES).json()["results"]] == [merge]
    assert marketer.post(f"{MERGES}{merge}/undo/").json()["undone_at"]
    assert Company.objects.get(pk=pair.first_id).state == "active"
    assert marketer.post(f"{MERGES}{merge}/undo/").status_code == 409


def test_a_foreign_merge_is_not_undone(cast, client_of, pair):
    merge = merging.merge_companies(pair.first, pair.second, actor=cast.marketing_head)
    assert client_of(cast.marketer).post(f"{MERGES}{merge.pk}/undo/").status_code == 404
    assert client_of(cast.marketing_head).post(f"{MERGES}{merge.pk}/undo/").status_code == 200


@pytest.mark.parametrize(
    "order", [{"kept": 10**9}, {"kept": "x"}, {"choices": {"owner_id": "merged"}}, {"choices": {"city": "x"}}]
)
def test_a_wrong_order_is_400_and_changes_nothing(marketer, pair, order):
    assert marketer.post(f"{URL}{pair.pk}/merge/", order, **JSON).status_code == 400
    assert not Merge.objects.exists()


def test_a_pair_is_told_apart_put_off_and_taken_up_again(marketer, pair):
    for verb, state in (("postpone", "later"), ("reopen", "new"), ("reject", "rejected")):
        assert marketer.post(f"{URL}{pair.pk}/{verb}/").json()["state"] == state


def test_one_and_many_pairs_take_the_same_number_of_queries(marketer, pair):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            marketer.get(URL)
        return len(captured)

    queries()
    few = queries()
    for _number in range(15):
        make_pair()
    assert queries() == few
