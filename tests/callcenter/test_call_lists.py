"""Lists: who gets a card, and what pausing and closing do."""

import pytest

from callcenter.enums import ItemState, ListKind, ListState
from callcenter.models import CallList, QueueItem, ResultCode, Script
from callcenter.reference import load_callcenter
from callcenter.services import close_list, open_list, pause_list, resume_list
from companies.enums import Stage
from companies.models import Company
from contacts.enums import Channel
from contacts.services import opt_out
from core.exceptions import RuleViolation
from tests.callcenter.clock import NOON
from tests.factories.callcenter import make_call_list, make_callable, make_card
from tests.factories.companies import make_company
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db


def open_all(actor, kind=ListKind.VERIFICATION, **rest):
    return open_list(actor=actor, name="Урал", kind=kind, companies=Company.objects.all(), now=NOON, **rest)


def test_companies_that_can_be_called_get_a_card_in_their_own_zone(cast):
    company = make_callable(time_zone="Asia/Yekaterinburg")
    by_person = make_company()
    make_person(by_person, phone="+79125557703")
    call_list = open_all(cast.marketer, priority=70)
    cards = {card.company: card for card in call_list.items.all()}
    assert set(cards) == {company, by_person}
    assert (cards[company].time_zone, cards[company].priority) == ("Asia/Yekaterinburg", 70)
    assert call_list.script.kind == ListKind.VERIFICATION


def test_silent_companies_get_no_card(cast):
    make_company()
    refused, called = make_callable(), make_callable()
    opt_out(actor=cast.marketer, channel=Channel.PHONE, company=refused, now=NOON)
    assert [card.company for card in open_all(cast.marketer).items.all()] == [called]


def test_a_list_of_nobody_is_refused(cast):
    make_company()
    with pytest.raises(RuleViolation):
        open_all(cast.marketer)
    assert not CallList.objects.exists()


def test_a_list_without_a_name_is_refused(cast):
    make_callable()
    with pytest.raises(RuleViolation):
        open_list(actor=cast.marketer, name=" ", kind=ListKind.CALLBACK, companies=Company.objects.all())


def test_companies_move_forward_in_the_cycle_and_never_back(cast):
    fresh, further = make_callable(), make_callable(stage=Stage.DEALS)
    open_all(cast.marketer)
    fresh.refresh_from_db()
    further.refresh_from_db()
    assert (fresh.stage, further.stage) == (Stage.VERIFICATION, Stage.DEALS)


def test_pausing_hides_the_waiting_cards_and_resuming_offers_them(cast):
    card = make_card()
    pause_list(card.call_list, actor=cast.callcenter_head)
    assert not QueueItem.objects.offered().exists()
    resume_list(card.call_list, actor=cast.callcenter_head)
    assert QueueItem.objects.offered().get() == card


def test_a_closed_list_keeps_what_was_done(cast):
    call_list = make_call_list()
    done, waiting = make_card(call_list, state=ItemState.DONE), make_card(call_list)
    close_list(call_list, actor=cast.callcenter_head, now=NOON)
    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (call_list.state, call_list.closed_at) == (ListState.CLOSED, NOON)
    assert (done.state, waiting.is_offered) == (ItemState.DONE, False)


def test_turning_a_list_twice_is_refused(cast):
    call_list = make_call_list()
    pause_list(call_list, actor=cast.callcenter_head)
    with pytest.raises(RuleViolation):
        pause_list(call_list, actor=cast.callcenter_head)


def test_results_and_scripts_are_loaded_once_with_the_digits_of_the_pad():
    before = (ResultCode.objects.count(), Script.objects.count())
    ResultCode.objects.filter(kind=ListKind.CALLBACK, code="busy").update(name="Линия занята")
    load_callcenter()
    assert (ResultCode.objects.count(), Script.objects.count()) == before == (36, 4)
    codes = list(ResultCode.objects.filter(kind=ListKind.CALLBACK).values_list("code", flat=True))
    assert codes == [
        "no_answer",
        "busy",
        "secretary",
        "decider_found",
        "letter_received",
        "letter_missing",
        "meeting",
        "refusal",
        "do_not_call",
    ]
    assert ResultCode.objects.get(kind=ListKind.CALLBACK, code="busy").name == "Линия занята"
