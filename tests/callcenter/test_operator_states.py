"""The log of the shift: every verb of the desk writes what the operator does from then on."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from callcenter.doing import times_today
from callcenter.enums import ItemState, OperatorState
from callcenter.models import OperatorEvent
from callcenter.services import (
    claim_next,
    end_shift,
    extend_claim,
    finish_call,
    go_on_line,
    hang_up,
    keep_seat,
    release_claim,
    release_expired,
    start_call,
    take_break,
)
from core.exceptions import RuleViolation
from tests.callcenter.clock import NOON
from tests.factories.callcenter import make_card, make_held_card

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _working_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def later(seconds):
    return NOON + timedelta(seconds=seconds)


def log_of(operator):
    return list(OperatorEvent.objects.filter(operator=operator).order_by("at", "pk").values_list("state", "at"))


def dial(card, operator, second):
    start_call(card, actor=operator, claim=card.claim, number="+73515550142", now=later(second))


def test_one_call_from_the_line_to_the_next_card(cast):
    for _ in range(2):
        make_card(due_at=NOON)
    go_on_line(cast.operator, now=NOON)
    card = claim_next(cast.operator, now=later(5))
    dial(card, cast.operator, 20)
    hang_up(card, claim=card.claim, now=later(80))
    finish_call(card, actor=cast.operator, claim=card.claim, result="refusal", note="Нет", now=later(100))
    claim_next(cast.operator, now=later(100))
    assert log_of(cast.operator) == [
        ("ready", NOON),
        ("ready", later(5)),
        ("call", later(20)),
        ("wrap_up", later(80)),
        ("ready", later(100)),
    ]
    found = times_today(cast.operator.pk, later(160))
    assert (found.login, found.talk, found.handling) == tuple(timedelta(seconds=n) for n in (160, 60, 80))
    assert found.calls == 1


def test_a_second_number_of_the_card_is_a_second_call(cast):
    card = make_held_card(cast.operator, now=NOON)
    for second in (10, 40):
        dial(card, cast.operator, second)
        hang_up(card, claim=card.claim, now=later(second + 15))
        hang_up(card, claim=card.claim, now=later(second + 20))
    assert [state for state, _at in log_of(cast.operator)] == ["call", "wrap_up", "call", "wrap_up"]


def test_a_break_and_a_training_say_why_and_last_until_the_line(cast):
    go_on_line(cast.operator, now=NOON)
    take_break(cast.operator, reason="lunch", now=later(60))
    take_break(cast.operator, reason="briefing", now=later(120))
    go_on_line(cast.operator, now=later(180))
    events = OperatorEvent.objects.order_by("at").values_list("state", "reason")
    assert list(events) == [("ready", ""), ("break", "lunch"), ("training", "briefing"), ("ready", "")]


def test_a_reason_that_is_none_is_refused(cast):
    for reason in ("", "lost", "tea"):
        with pytest.raises(RuleViolation):
            take_break(cast.operator, reason=reason, now=NOON)
    assert not OperatorEvent.objects.exists()


def test_the_result_written_on_a_break_does_not_end_the_break(cast):
    card = make_held_card(cast.operator, now=NOON)
    dial(card, cast.operator, 10)
    take_break(cast.operator, now=later(30))
    finish_call(card, actor=cast.operator, claim=card.claim, result="refusal", note="Нет", now=later(60))
    assert [state for state, _at in log_of(cast.operator)] == ["call", "break"]


def test_the_shift_ends_with_the_card_back_but_not_before_the_result_of_a_call(cast):
    card = make_held_card(cast.operator, now=NOON)
    go_on_line(cast.operator, now=NOON)
    dial(card, cast.operator, 10)
    with pytest.raises(RuleViolation):
        end_shift(cast.operator, now=later(20))
    finish_call(card, actor=cast.operator, claim=card.claim, result="refusal", note="Нет", now=later(30))
    read = make_held_card(cast.operator, now=later(40))
    end_shift(cast.operator, now=later(50))
    read.refresh_from_db()
    assert read.state == ItemState.READY
    assert log_of(cast.operator)[-1] == ("off", later(50))


def test_a_head_who_takes_the_card_away_frees_the_operator(cast):
    card = make_held_card(cast.operator, now=NOON)
    dial(card, cast.operator, 10)
    release_claim(card, actor=cast.callcenter_head, now=later(40))
    assert log_of(cast.operator)[-1] == ("ready", later(40))


def test_a_browser_that_is_silent_for_three_minutes_ends_the_shift_and_comes_back_to_its_card(cast):
    card = make_held_card(cast.operator, now=NOON)
    dial(card, cast.operator, 10)
    release_expired(later(185))
    assert log_of(cast.operator)[-1] == ("call", later(10))
    release_expired(later(200))
    release_expired(later(230))
    assert [state for state, _at in log_of(cast.operator)] == ["call", "off"]
    assert OperatorEvent.objects.first().reason == "lost"
    card.refresh_from_db()
    assert card.state == ItemState.NEEDS_RESULT
    assert extend_claim(card, claim=card.claim, now=later(300))
    keep_seat(card, operator=cast.operator, now=later(300))
    assert log_of(cast.operator)[-1] == ("wrap_up", later(300))


def test_a_heartbeat_keeps_the_shift(cast):
    card = make_held_card(cast.operator, now=NOON)
    go_on_line(cast.operator, now=NOON)
    for second in (100, 200, 300):
        keep_seat(card, operator=cast.operator, now=later(second))
    release_expired(later(400))
    assert log_of(cast.operator) == [("ready", NOON)]


def test_nobody_is_sent_home_from_lunch(cast):
    go_on_line(cast.operator, now=NOON)
    take_break(cast.operator, reason="lunch", now=later(60))
    release_expired(later(3600))
    assert log_of(cast.operator)[-1][0] == OperatorState.BREAK
    release_expired(later(3 * 3600))
    assert log_of(cast.operator)[-1][0] == OperatorState.OFF


def test_the_desk_shows_the_state_with_its_clock_and_offers_the_pauses_by_digits(cast, client_of):
    operator = client_of(cast.operator)
    go_on_line(cast.operator, now=later(-90))
    make_held_card(cast.operator, now=NOON)
    page = operator.get(reverse("callcenter:desk")).content.decode()
    assert 'data-timer="90"' in page
    dialog = operator.get(reverse("callcenter:pause"), headers={"HX-Request": "true"}).content.decode()
    assert all(f'data-key="Digit{digit}"' in dialog for digit in (1, 2, 3, 4, 5, 9))
    operator.post(reverse("callcenter:pause"), {"reason": "training"})
    assert OperatorEvent.objects.first().state == OperatorState.TRAINING
    operator.post(reverse("callcenter:leave"))
    assert OperatorEvent.objects.first().state == OperatorState.OFF


def test_dialling_and_hanging_up_bring_the_new_state_to_the_page(cast, client_of):
    operator = client_of(cast.operator)
    card = make_held_card(cast.operator, now=NOON)
    answer = operator.post(reverse("callcenter:dial", args=[card.claim]), {"number": "+73515550142"})
    assert 'hx-swap-oob="true"' in answer.content.decode()
    operator.post(reverse("callcenter:hang-up", args=[card.claim]))
    assert OperatorEvent.objects.first().state == OperatorState.WRAP_UP
