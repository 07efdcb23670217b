"""The next card: whose, in which order, when."""

from datetime import timedelta

import pytest

from callcenter.enums import ItemState, Tier
from callcenter.models import CardClaim, QueueItem
from callcenter.services import claim_next, pause_list, resume_list
from companies.enums import CompanyState
from contacts.enums import Channel
from contacts.services import opt_out
from tests.callcenter.clock import NOON, WEEKEND
from tests.factories.callcenter import make_call_list, make_callable, make_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def card():
    return make_card(due_at=NOON)


def test_a_card_is_given_with_a_token_and_a_lease(cast, card):
    taken = claim_next(cast.operator, now=NOON)
    assert taken == card
    assert taken.state == ItemState.CLAIMED
    assert taken.held_by == cast.operator
    assert taken.lease_until == NOON + timedelta(minutes=3)
    assert CardClaim.objects.get().token == taken.claim


def test_asking_again_gives_the_same_card_and_token(cast, card):
    make_card(due_at=NOON)
    first, second = claim_next(cast.operator, now=NOON), claim_next(cast.operator, now=NOON)
    assert (first.pk, first.claim) == (second.pk, second.claim)
    assert CardClaim.objects.count() == 1


def test_two_operators_never_hold_one_card(cast, card):
    claim_next(cast.operator, now=NOON)
    assert claim_next(cast.operator2, now=NOON) is None


def test_a_company_of_two_lists_is_in_one_pair_of_hands_and_the_other_card_waits_a_quarter_of_an_hour(cast):
    company = make_callable()
    first, second = make_card(company=company, due_at=NOON), make_card(company=company, due_at=NOON)
    assert claim_next(cast.operator, now=NOON) == first
    assert claim_next(cast.operator2, now=NOON) is None
    second.refresh_from_db()
    assert second.due_at == NOON + timedelta(minutes=15)


def test_promised_calls_come_before_retries_and_retries_before_fresh_cards(cast):
    fresh = make_card(due_at=NOON, priority=99)
    retry = make_card(due_at=NOON, tier=Tier.RETRY)
    promised = make_card(due_at=NOON, tier=Tier.CALLBACK)
    mine = make_card(due_at=NOON, tier=Tier.CALLBACK, callback_owner=cast.operator)
    order = []
    while taken := claim_next(cast.operator, now=NOON):
        order.append(taken.pk)
        QueueItem.objects.filter(pk=taken.pk).update(state=ItemState.DONE, held_by=None)
    assert order == [mine.pk, promised.pk, retry.pk, fresh.pk]


def test_a_promised_call_is_its_operators_for_an_hour_and_then_everybodys(cast):
    card = make_card(due_at=NOON, tier=Tier.CALLBACK, callback_owner=cast.operator)
    assert claim_next(cast.operator2, now=NOON + timedelta(minutes=59)) is None
    assert claim_next(cast.operator2, now=NOON + timedelta(minutes=60)) == card


def test_a_promised_call_is_not_offered_before_its_time(cast):
    make_card(due_at=NOON + timedelta(minutes=1), tier=Tier.CALLBACK, callback_owner=cast.operator)
    assert claim_next(cast.operator, now=NOON) is None


def test_of_fresh_cards_the_list_with_the_higher_priority_goes_first_and_the_oldest_within_it(cast):
    make_card(due_at=NOON - timedelta(hours=2), priority=50)
    make_card(due_at=NOON, priority=60)
    oldest = make_card(due_at=NOON - timedelta(hours=1), priority=60)
    assert claim_next(cast.operator, now=NOON) == oldest


def test_a_client_who_sleeps_is_not_called_and_one_who_works_is(cast):
    make_card(due_at=NOON, priority=99, time_zone="Asia/Kamchatka")  # 21:00 there
    works = make_card(due_at=NOON, time_zone="Asia/Yekaterinburg")
    assert claim_next(cast.operator, now=NOON) == works
    assert claim_next(cast.operator2, now=NOON) is None


def test_nobody_is_called_at_the_weekend(cast):
    make_card(due_at=NOON)
    assert claim_next(cast.operator, now=WEEKEND) is None


def test_a_paused_list_gives_no_cards_until_it_is_resumed(cast):
    call_list = make_call_list()
    card = make_card(call_list, due_at=NOON)
    pause_list(call_list, actor=cast.callcenter_head, now=NOON)
    assert claim_next(cast.operator, now=NOON) is None
    resume_list(call_list, actor=cast.callcenter_head, now=NOON)
    assert claim_next(cast.operator, now=NOON) == card


def test_a_company_that_asked_not_to_be_called_leaves_the_queue_at_the_claim(cast, card):
    opt_out(actor=cast.operator, channel=Channel.PHONE, company=card.company, now=NOON)
    after = make_card(due_at=NOON)
    assert claim_next(cast.operator, now=NOON) == after
    card.refresh_from_db()
    assert card.state == ItemState.BLOCKED


def test_a_company_all_of_whose_numbers_are_in_the_register_leaves_the_queue(cast, card):
    opt_out(actor=cast.operator, channel=Channel.PHONE, value=card.company.phones.get().number, now=NOON)
    assert claim_next(cast.operator, now=NOON) is None
    card.refresh_from_db()
    assert card.state == ItemState.BLOCKED


def test_a_company_that_has_closed_leaves_the_queue(cast, card):
    card.company.state = CompanyState.CLOSED
    card.company.save(update_fields=["state"])
    assert claim_next(cast.operator, now=NOON) is None


def test_twenty_refusals_in_a_row_do_not_hide_the_card_behind_them(cast):
    for _ in range(20):
        company = make_card(due_at=NOON - timedelta(days=1)).company
        opt_out(actor=cast.operator, channel=Channel.PHONE, company=company, now=NOON)
    last = make_card(due_at=NOON)
    assert claim_next(cast.operator, now=NOON) == last
