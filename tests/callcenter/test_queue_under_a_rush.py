"""Eight operators at once on a real server: each card once, no company on two lines."""

from collections import Counter
from threading import Barrier, Thread

import pytest
from django.db import connection

from callcenter.enums import ItemState, ListKind
from callcenter.models import CardClaim, QueueItem
from callcenter.services import claim_next, finish_call, open_list
from companies.models import Company
from tests.callcenter.clock import NOON
from tests.factories.accounts import make_user
from tests.factories.callcenter import make_callable

OPERATORS = 8
CARDS = 500


def in_threads(work, people) -> None:
    """Run `work(person, barrier)` of all people at once; an error of any of them fails the test."""
    barrier, errors = Barrier(len(people)), []

    def run(person) -> None:
        try:
            work(person, barrier)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors


@pytest.fixture
def operators(transactional_db):
    return [make_user("operator") for _ in range(OPERATORS)]


def test_eight_operators_take_five_hundred_cards_and_each_card_is_taken_once(operators):
    for _ in range(CARDS):
        make_callable()
    head = make_user("callcenter_head")
    open_list(actor=head, name="Все", kind=ListKind.CALLBACK, companies=Company.objects.all(), now=NOON)
    taken: dict[int, list[int]] = {person.pk: [] for person in operators}

    def work(person, barrier) -> None:
        barrier.wait()
        while card := claim_next(person, now=NOON):
            taken[person.pk].append(card.pk)
            finish_call(card, actor=person, claim=card.claim, result="refusal", note="нет", now=NOON)

    in_threads(work, operators)
    every = Counter(pk for cards in taken.values() for pk in cards)
    assert len(every) == CARDS
    assert set(every.values()) == {1}
    assert QueueItem.objects.filter(state=ItemState.DONE, attempts=1).count() == CARDS
    assert CardClaim.objects.count() == CARDS


def test_a_company_of_two_lists_is_never_on_two_lines_at_once(operators):
    for _ in range(20):
        make_callable()
    head = make_user("callcenter_head")
    for name in ("Первый", "Второй"):
        open_list(actor=head, name=name, kind=ListKind.CALLBACK, companies=Company.objects.all(), now=NOON)
    held: list[int] = []

    def work(person, barrier) -> None:
        barrier.wait()
        card = claim_next(person, now=NOON)
        held.append(card.company_id)

    in_threads(work, operators)
    assert len(held) == len(set(held)) == OPERATORS


def test_one_operator_in_eight_tabs_gets_one_card(transactional_db):
    operator, head = make_user("operator"), make_user("callcenter_head")
    for _ in range(10):
        make_callable()
    open_list(actor=head, name="Все", kind=ListKind.CALLBACK, companies=Company.objects.all(), now=NOON)
    got: list[tuple] = []

    def work(person, barrier) -> None:
        barrier.wait()
        card = claim_next(person, now=NOON)
        got.append((card.pk, card.claim))

    in_threads(work, [operator] * OPERATORS)
    assert len(set(got)) == 1
    assert QueueItem.objects.live().count() == 1
