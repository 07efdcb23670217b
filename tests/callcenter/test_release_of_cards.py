"""A card never stays in hands that are gone, and a result is never undone."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from callcenter.enums import ItemState
from callcenter.models import QueueItem
from callcenter.services import (
    claim_next,
    extend_claim,
    finish_call,
    release_claim,
    release_expired,
    start_call,
    take_break,
)
from callcenter.tasks import release_expired_claims
from core.exceptions import RuleViolation
from tests.callcenter.clock import NOON
from tests.factories.accounts import make_user
from tests.factories.callcenter import make_card, make_held_card

LATER = NOON + timedelta(minutes=4)


@pytest.fixture
def card(cast):
    make_card(due_at=NOON)
    return claim_next(cast.operator, now=NOON)


def test_a_silent_browser_loses_the_card_after_three_minutes(cast, card):
    assert release_expired(NOON + timedelta(minutes=3)) == 0
    assert release_expired(LATER) == 1
    assert claim_next(cast.operator2, now=LATER) == card


def test_the_heartbeat_keeps_the_card(cast, card):
    assert extend_claim(card, claim=card.claim, now=NOON + timedelta(minutes=2))
    assert release_expired(LATER) == 0


def test_the_heartbeat_of_a_lost_card_says_so_and_takes_nothing_back(cast, card):
    release_expired(LATER)
    claim_next(cast.operator2, now=LATER)
    assert not extend_claim(card, claim=card.claim, now=LATER)
    assert QueueItem.objects.get().held_by == cast.operator2


def test_a_dialled_card_waits_for_the_result_of_the_same_operator(cast, card):
    start_call(card, actor=cast.operator, claim=card.claim, number="+73515550142", now=NOON)
    release_expired(LATER)
    assert QueueItem.objects.get().state == ItemState.NEEDS_RESULT
    assert claim_next(cast.operator2, now=LATER) is None
    assert claim_next(cast.operator, now=LATER).claim == card.claim
    finish_call(card, actor=cast.operator, claim=card.claim, result="no_answer", now=LATER)
    assert QueueItem.objects.get().state == ItemState.READY


def test_the_operator_puts_an_undialled_card_back_and_a_dialled_one_not(cast, card):
    release_claim(card, actor=cast.operator, claim=card.claim, now=NOON)
    again = claim_next(cast.operator, now=NOON)
    start_call(again, actor=cast.operator, claim=again.claim, number="+73515550142", now=NOON)
    with pytest.raises(RuleViolation):
        release_claim(again, actor=cast.operator, claim=again.claim, now=NOON)


def test_a_head_takes_any_card_away(cast, card):
    start_call(card, actor=cast.operator, claim=card.claim, number="+73515550142", now=NOON)
    release_claim(card, actor=cast.callcenter_head, now=NOON)
    assert QueueItem.objects.get().state == ItemState.READY


def test_a_card_that_nobody_holds_cannot_be_taken_away(cast):
    with pytest.raises(RuleViolation):
        release_claim(make_card(), actor=cast.callcenter_head)


def test_a_break_gives_an_undialled_card_back(cast, card):
    take_break(cast.operator, now=NOON)
    assert QueueItem.objects.get().state == ItemState.READY


def test_the_clock_releases_by_its_task(cast):
    make_held_card(cast.operator, lease_until=NOON - timedelta(days=400))
    assert release_expired_claims() == 1


def test_the_clock_racing_a_result_never_opens_a_finished_card_again(transactional_db):
    operator = make_user("operator")
    for _ in range(30):
        card = make_held_card(operator, now=NOON, due_at=NOON, lease_until=NOON)
        race(
            lambda card=card: finish_call(
                card, actor=operator, claim=card.claim, result="refusal", note="Нет", now=LATER
            ),
            lambda: release_expired(LATER),
        )
        card.refresh_from_db()
        # the result won (done), or the clock did, and the late result left the card in the queue; never in between
        assert (card.state, card.attempts) in {(ItemState.DONE, 1), (ItemState.READY, 0)}
        assert card.call_attempts.get().is_late == (card.state == ItemState.READY)
        assert card.held_by is None


def race(*works) -> None:
    """Do these at the same moment on connections of their own."""
    barrier, errors = Barrier(len(works)), []

    def run(work) -> None:
        barrier.wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors
