"""The supervisor's board, the page of lists, the panel on the company card."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from callcenter.enums import ItemState, ListKind, ListState, Tier
from callcenter.models import CallList, QueueItem
from callcenter.services import go_on_line, start_call, take_break
from tests.callcenter.clock import NOON
from tests.factories.callcenter import make_attempt, make_call_list, make_callable, make_card, make_held_card

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _working_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def head(cast, client_of):
    return client_of(cast.callcenter_head)


def test_the_board_shows_who_does_what_and_the_figures_of_the_day(cast, head):
    card = make_held_card(cast.operator, now=NOON)
    start_call(card, actor=cast.operator, claim=card.claim, number="+73515550142", now=NOON - timedelta(minutes=3))
    make_attempt(cast.operator, "refusal", at=NOON - timedelta(minutes=9))
    go_on_line(cast.operator2, now=NOON - timedelta(hours=1))
    take_break(cast.operator2, now=NOON - timedelta(minutes=20))
    board = head.get(reverse("callcenter:board")).context["board"]
    rows = {row.person: row for row in board.rows}
    assert rows[cast.operator].lasts == timedelta(minutes=3)
    assert rows[cast.operator].figures["talks"] == 1
    assert rows[cast.operator2].is_late
    assert board.rows[0].person == cast.operator2
    assert (board.reach, board.talking) == (100, 1)


def test_the_live_part_is_asked_for_by_itself(head):
    page = head.get(reverse("callcenter:board"), headers={"HX-Request": "true"}).content.decode()
    assert page.strip().startswith("<main")


def test_a_late_promise_is_an_alert_and_is_given_to_all_by_one_press(cast, head):
    card = make_card(due_at=NOON - timedelta(minutes=20), tier=Tier.CALLBACK, callback_owner=cast.operator)
    board = head.get(reverse("callcenter:board")).context["board"]
    assert board.alerts[0].card == card
    head.post(reverse("callcenter:share", args=[card.pk]))
    assert QueueItem.objects.get().callback_owner is None


def test_the_head_takes_a_card_away_and_an_operator_may_not(cast, head, client_of):
    card = make_held_card(cast.operator, now=NOON)
    url = reverse("callcenter:release", args=[card.pk])
    assert client_of(cast.operator2).post(url).status_code == 404
    head.post(url)
    assert QueueItem.objects.get().state == ItemState.READY


def test_operators_and_managers_have_no_board(cast, client_of):
    for stranger in (cast.operator, cast.manager, cast.marketer):
        assert client_of(stranger).get(reverse("callcenter:board")).status_code == 404


def test_thirty_cards_and_calls_cost_the_board_no_more_queries(cast, head, django_assert_max_num_queries):
    def fill(times: int) -> None:
        for _ in range(times):
            make_card(due_at=NOON, tier=Tier.CALLBACK, callback_owner=cast.operator)
            make_attempt(cast.operator, at=NOON - timedelta(minutes=5))

    fill(1)
    url = reverse("callcenter:board")
    head.get(url)
    with django_assert_max_num_queries(200) as few:
        head.get(url)
    fill(30)
    with django_assert_max_num_queries(len(few)):
        head.get(url)


def test_a_marketer_makes_a_list_of_the_chosen_companies(cast, client_of):
    chosen, other = make_callable(), make_callable()
    marketer, url = client_of(cast.marketer), reverse("callcenter:new-list")
    asked = marketer.post(url, {"ids": [chosen.pk]}, headers={"HX-Request": "true"})
    assert asked.context["count"] == 1
    marketer.post(url, {"ids": [chosen.pk], "name": "Урал", "kind": ListKind.VERIFICATION, "priority": 50})
    call_list = CallList.objects.get()
    assert [card.company for card in call_list.items.all()] == [chosen]
    assert call_list.created_by == cast.marketer
    assert other.queue_items.count() == 0


def test_a_list_without_a_name_is_asked_again(cast, client_of):
    url, pk = reverse("callcenter:new-list"), make_callable().pk
    answer = client_of(cast.marketer).post(url, {"ids": [pk], "name": "", "kind": "verification", "priority": 50})
    assert answer.status_code == 422
    assert not CallList.objects.exists()


def test_lists_are_paused_by_their_owner_and_not_by_a_stranger(cast, client_of):
    own, foreign = make_call_list(created_by=cast.marketer), make_call_list()
    marketer = client_of(cast.marketer)
    marketer.post(reverse("callcenter:pause-list", args=[own.pk]))
    own.refresh_from_db()
    assert own.state == ListState.PAUSED
    assert marketer.post(reverse("callcenter:pause-list", args=[foreign.pk])).status_code == 404


def test_the_page_of_lists_counts_their_cards_in_a_constant_number_of_queries(head, django_assert_max_num_queries):
    url = reverse("callcenter:lists")
    make_card(state=ItemState.DONE)
    head.get(url)
    with django_assert_max_num_queries(200) as few:
        page = head.get(url)
    assert (page.context["lists"][0].total, page.context["lists"][0].done) == (1, 1)
    for _ in range(30):
        make_card()
    with django_assert_max_num_queries(len(few)):
        head.get(url)


def test_the_company_card_shows_its_calls(cast, client_of):
    attempt = make_attempt(cast.operator, "refusal", note="Нашли другого")
    url = reverse("callcenter:company-panel", args=[attempt.company.pk])
    assert "Нашли другого" in client_of(cast.sales_head).get(url).content.decode()
    assert client_of(cast.manager).get(url).status_code == 404
