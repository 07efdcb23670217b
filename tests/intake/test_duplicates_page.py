import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from companies.enums import CompanyState
from intake.enums import PairState
from intake.models import DuplicatePair, DuplicateScan, Merge
from intake.services.duplicates import pair_of
from intake.services.merging import merge_companies
from operations.models import Job
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db
PAGE = "/intake/duplicates/"


@pytest.fixture
def marketer(cast, client_of):
    return client_of(cast.marketer)


@pytest.fixture
def pair():
    same = {"name_key": "литмаш", "city": "Нижний Тагил", "site_host": "litmash.example"}
    return pair_of(make_company(name="Литмаш", **same), make_company(name="НТ Литмаш", inn="6600000011", **same))


def test_the_best_pair_is_compared_first(marketer, pair):
    pair_of(make_company(), make_company())
    page = marketer.get(PAGE)
    assert page.context["chosen"].pair == pair
    assert "6600000011" in page.content.decode()


def test_the_chosen_card_stays(marketer, pair):
    page = marketer.get(f"{PAGE}?pair={pair.pk}&kept={pair.first_id}")
    assert page.context["chosen"].kept == pair.first


def test_merging_goes_on_with_the_next_pair_and_can_be_undone(marketer, pair):
    answer = marketer.post(reverse("intake:merge", args=[pair.pk]), {"kept": pair.first_id, "field-inn": "merged"})
    assert answer.url == PAGE
    pair.first.refresh_from_db()
    assert pair.first.inn == "6600000011"
    marketer.post(reverse("intake:undo-merge", args=[Merge.objects.get().pk]))
    pair.second.refresh_from_db()
    assert (pair.second.state, pair.second.inn) == (CompanyState.ACTIVE, "6600000011")


def test_the_trial_run_counts_and_changes_nothing(marketer, pair):
    page = marketer.get(reverse("intake:rehearsal", args=[pair.pk]), {"kept": pair.second_id})
    assert page.status_code == 200
    assert not Merge.objects.exists()


def test_a_refused_trial_run_has_no_button(marketer, pair):
    merge_companies(make_company(), pair.first, actor=None)
    page = marketer.get(reverse("intake:rehearsal", args=[pair.pk]))
    assert page.context["rehearsal"].refusal
    assert "merge-form" not in page.content.decode()


@pytest.mark.parametrize(("verb", "state"), [("reject-pair", PairState.REJECTED), ("postpone-pair", PairState.LATER)])
def test_a_pair_leaves_the_queue_and_comes_back(marketer, pair, verb, state):
    marketer.post(reverse(f"intake:{verb}", args=[pair.pk]))
    assert DuplicatePair.objects.get().state == state
    marketer.post(reverse("intake:reopen-pair", args=[pair.pk]))
    assert DuplicatePair.objects.get().state == PairState.NEW


def test_put_off_pairs_have_a_pile_of_their_own(marketer, pair):
    marketer.post(reverse("intake:postpone-pair", args=[pair.pk]))
    assert marketer.get(PAGE).context["chosen"] is None
    assert marketer.get(f"{PAGE}?tab=later").context["chosen"].pair == pair


def test_a_search_and_a_merge_of_the_certain_start_jobs(cast, marketer, pair):
    DuplicatePair.objects.update(score=95)
    marketer.post(reverse("intake:scan"))
    marketer.post(reverse("intake:merge-certain"))
    assert DuplicateScan.objects.count() == 1
    assert Job.objects.filter(actor=cast.marketer).count() == 2


def test_a_manager_sees_no_duplicates(cast, client_of, pair):
    assert client_of(cast.manager).get(PAGE).status_code == 404


def test_the_journal_shows_what_was_merged(marketer, cast, pair):
    merge_companies(pair.second, pair.first, actor=cast.marketer)
    assert "НТ Литмаш" in marketer.get(reverse("intake:merges")).content.decode()


def test_one_and_thirty_pairs_take_the_same_queries(marketer, pair):
    marketer.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        marketer.get(PAGE)
    for _number in range(30):
        pair_of(make_company(), make_company())
    with CaptureQueriesContext(connection) as many:
        marketer.get(PAGE)
    assert len(many) == len(few)


def test_two_companies_of_the_base_list_are_compared(marketer):
    one, two = make_company(), make_company()
    answer = marketer.post(reverse("intake:compare"), {"ids": [one.pk, two.pk]})
    assert marketer.get(answer.url).context["chosen"].pair == DuplicatePair.objects.get(first=one, second=two)


def test_one_company_is_not_compared(marketer):
    marketer.post(reverse("intake:compare"), {"ids": [make_company().pk]})
    assert not DuplicatePair.objects.exists()
