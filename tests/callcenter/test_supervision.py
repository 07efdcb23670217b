"""What the head does from the board: takes over, gives away, says a word; every refusal changes nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from agenda.models import Task
from callcenter.enums import ItemState, Tier
from callcenter.models import CallAttempt, OperatorEvent, QueueItem
from callcenter.services import finish_call, go_on_line, start_call, take_break
from callcenter.services.supervision import assign_callback, give_queue_away, hint, take_over
from core.exceptions import RuleViolation
from tests.callcenter.clock import NOON
from tests.factories.callcenter import make_attempt, make_card, make_held_card

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _working_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def head(cast, client_of):
    return client_of(cast.callcenter_head)


def promised(operator, **fields):
    return make_card(**{"due_at": NOON, "tier": Tier.CALLBACK, "callback_owner": operator} | fields)


def test_a_head_takes_a_call_over_and_the_operator_is_free(cast):
    card = make_held_card(cast.operator, now=NOON)
    start_call(card, actor=cast.operator, claim=card.claim, number="+73515550142", now=NOON)
    taken = take_over(card, actor=cast.callcenter_head, now=NOON + timedelta(minutes=1))
    assert (taken.held_by, taken.state) == (cast.callcenter_head, ItemState.CLAIMED)
    assert OperatorEvent.objects.filter(operator=cast.operator).first().state == "ready"
    assert OperatorEvent.objects.filter(operator=cast.callcenter_head).first().state == "call"
    late = finish_call(card, actor=cast.operator, claim=card.claim, result="refusal", note="Нет")
    assert late.is_late
    assert QueueItem.objects.get().held_by == cast.callcenter_head
    finish_call(card, actor=cast.callcenter_head, claim=taken.claim, result="refusal", note="Нет")
    assert QueueItem.objects.get().state == ItemState.DONE
    assert CallAttempt.objects.count() == 2
    assert AuditEntry.objects.filter(event="callcenter.taken_over").exists()


def test_a_card_that_nobody_holds_or_that_is_ones_own_is_not_taken_over(cast):
    own = make_held_card(cast.callcenter_head, now=NOON)
    foreign = make_held_card(cast.operator, now=NOON)
    for card in (own, foreign, make_card()):
        with pytest.raises(RuleViolation):
            take_over(card, actor=cast.callcenter_head, now=NOON)
    foreign.refresh_from_db()
    assert foreign.held_by == cast.operator


def test_a_promised_call_goes_to_another_operator_or_to_all(cast):
    card = promised(cast.operator)
    assign_callback(card, actor=cast.callcenter_head, to=cast.operator2)
    assert QueueItem.objects.get().callback_owner == cast.operator2
    assign_callback(card, actor=cast.callcenter_head, to=None)
    assert QueueItem.objects.get().callback_owner is None
    with pytest.raises(RuleViolation):
        assign_callback(card, actor=cast.callcenter_head, to=cast.marketer)
    QueueItem.objects.update(state=ItemState.DONE)
    with pytest.raises(RuleViolation):
        assign_callback(card, actor=cast.callcenter_head, to=cast.operator)


def test_the_whole_queue_of_an_operator_is_given_away(cast):
    for _ in range(3):
        promised(cast.operator)
    assert give_queue_away(cast.operator, actor=cast.callcenter_head, to=cast.operator2) == 3
    assert QueueItem.objects.filter(callback_owner=cast.operator2).count() == 3
    for person, to in ((cast.operator, cast.operator2), (cast.operator2, cast.operator2)):
        with pytest.raises(RuleViolation):
            give_queue_away(person, actor=cast.callcenter_head, to=to)


def test_a_word_stands_on_the_desk_until_it_is_read(cast, client_of):
    card = make_held_card(cast.operator, now=NOON)
    task = hint(cast.operator, actor=cast.callcenter_head, text="Спросите про бюджет")
    operator = client_of(cast.operator)
    assert "Спросите про" in operator.post(reverse("callcenter:beat", args=[card.claim])).content.decode()
    assert client_of(cast.operator2).post(reverse("callcenter:heard", args=[task.pk])).status_code == 404
    operator.post(reverse("callcenter:heard", args=[task.pk]))
    assert "Спросите про" not in operator.post(reverse("callcenter:beat", args=[card.claim])).content.decode()
    with pytest.raises(RuleViolation):
        hint(cast.operator, actor=cast.callcenter_head, text=" ")


def test_the_pages_of_the_board_do_the_verbs(cast, head):
    card = promised(cast.operator)
    held = make_held_card(cast.operator2, now=NOON)
    assert "Кто позвонит" in head.get(reverse("callcenter:assign", args=[card.pk])).content.decode()
    head.post(reverse("callcenter:assign", args=[card.pk]), {"to": cast.operator2.pk})
    head.post(reverse("callcenter:give-away", args=[cast.operator2.pk]), {"to": ""})
    card.refresh_from_db()
    assert card.callback_owner is None
    head.post(reverse("callcenter:hint", args=[cast.operator.pk]), {"text": "Улыбайтесь"})
    assert Task.objects.get().owner == cast.operator
    assert head.post(reverse("callcenter:hint", args=[cast.manager.pk]), {"text": "Нет"}).status_code == 404
    head.post(reverse("callcenter:take-over", args=[held.pk]))
    held.refresh_from_db()
    assert held.held_by == cast.callcenter_head


def test_an_operator_does_none_of_it(cast, client_of):
    card = make_held_card(cast.operator2, now=NOON)
    operator = client_of(cast.operator)
    for name in ("take-over", "assign"):
        assert operator.post(reverse(f"callcenter:{name}", args=[card.pk])).status_code == 404
    for name in ("give-away", "hint"):
        assert operator.post(reverse(f"callcenter:{name}", args=[cast.operator2.pk])).status_code == 404


def test_the_bar_tells_the_day_of_an_operator_from_the_log(cast, head):
    go_on_line(cast.operator, now=NOON - timedelta(hours=2))
    take_break(cast.operator, now=NOON - timedelta(hours=1))
    page = head.get(reverse("callcenter:operator-day", args=[cast.operator.pk]))
    assert page.context["times"].login == timedelta(hours=2)
    assert "2:00:00" in page.content.decode()


def test_alerts_have_one_action_each_and_break_promises_come_first(cast, head):
    promised(cast.operator, due_at=NOON - timedelta(minutes=40))
    go_on_line(cast.operator2, now=NOON - timedelta(hours=1))
    take_break(cast.operator2, now=NOON - timedelta(minutes=40))
    alerts = head.get(reverse("callcenter:board")).context["board"].alerts
    assert [alert.way for alert in alerts] == ["post", "dialog"]
    assert all(alert.url and alert.label for alert in alerts)


def test_the_forecast_draws_the_past_and_a_dotted_line_to_the_end_of_the_day(cast, head):
    for _ in range(3):
        make_card(due_at=NOON)
        make_attempt(cast.operator, at=NOON - timedelta(hours=1))
    forecast = head.get(reverse("callcenter:board")).context["board"].forecast
    assert forecast.depths[0][1] == forecast.waiting + 3
    assert len(forecast.coming.split()) == 2
