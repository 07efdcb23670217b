"""Lists for some departments only, weights, daily caps; hours of a list and of one client."""

from collections import Counter
from datetime import date, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.urls import reverse

from callcenter import mix, queue
from callcenter.enums import ItemState, ListKind, Tier
from callcenter.models import CallingHours, QueueItem, ResultCode
from callcenter.services import change_list, claim_next, finish_call, open_list, release_claim, set_calling_hours
from callcenter.services.moves import contact_times
from companies.models import Company
from companies.services import change_company
from core.exceptions import RuleViolation
from tests.callcenter.clock import NOON
from tests.factories.callcenter import make_call_list, make_callable, make_card, make_held_card

pytestmark = pytest.mark.django_db
RULES = {"priority": 50, "script": None, "opens": time(9), "closes": time(18), "deadline": None, "daily_cap": None}


def change(call_list, head, **rules):
    change_list(call_list, actor=head, name=call_list.name, now=NOON, **(RULES | {"shares": {}} | rules))


def give_back(card, operator):
    release_claim(card, actor=operator, claim=card.claim, now=NOON)


# --- shares ------------------------------------------------------------------------------------------------------


def test_a_list_of_another_department_is_not_offered(cast):
    card = make_card(due_at=NOON)
    change(card.call_list, cast.callcenter_head, shares={cast.operator.team: 1})
    assert claim_next(cast.operator2, now=NOON) is None
    assert claim_next(cast.operator, now=NOON) == card


def test_a_promise_is_kept_by_whom_it_was_given_to_whatever_the_departments(cast):
    card = make_card(due_at=NOON, tier=Tier.CALLBACK, callback_owner=cast.operator2)
    change(card.call_list, cast.callcenter_head, shares={cast.operator.team: 1})
    assert claim_next(cast.operator2, now=NOON) == card


def test_common_lists_come_when_the_own_ones_are_empty(cast):
    own, common = make_card(due_at=NOON), make_card(due_at=NOON - timedelta(days=1), priority=99)
    change(own.call_list, cast.callcenter_head, shares={cast.operator.team: 1})
    assert claim_next(cast.operator, now=NOON) == own
    finish_call(QueueItem.objects.get(pk=own.pk), actor=cast.operator, claim=QueueItem.objects.get(pk=own.pk).claim,
                result="refusal", note="Нет", now=NOON)  # fmt: skip
    assert claim_next(cast.operator, now=NOON) == common


def test_weights_are_the_proportion_in_which_lists_come_first():
    chance = Random(1)
    first = Counter(mix.in_proportion({1: 3, 2: 1}, chance)[0] for _ in range(4000))
    assert first[1] / 4000 == pytest.approx(0.75, abs=0.03)
    assert sorted(mix.in_proportion({5: 1, 6: 100, 7: 50}, chance)) == [5, 6, 7]


def test_without_own_rules_the_mix_asks_the_database_nothing(cast, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert mix.mix_for(cast.operator, {mix.COMMON}, NOON) == mix.EVERYBODY


# --- daily cap ---------------------------------------------------------------------------------------------------


def test_a_list_that_has_had_its_calls_of_the_day_rests_until_tomorrow(cast):
    call_list = make_call_list()
    first, second = make_card(call_list, due_at=NOON), make_card(call_list, due_at=NOON)
    change(call_list, cast.callcenter_head, daily_cap=1)
    assert claim_next(cast.operator, now=NOON) == first
    assert claim_next(cast.operator2, now=NOON) is None, "a card in hands is a call too"
    held = QueueItem.objects.get(pk=first.pk)
    finish_call(held, actor=cast.operator, claim=held.claim, result="refusal", note="Нет", now=NOON)
    assert claim_next(cast.operator2, now=NOON + timedelta(hours=1)) is None
    assert claim_next(cast.operator2, now=NOON + timedelta(days=1)) == second


# --- hours -------------------------------------------------------------------------------------------------------


def test_a_list_with_its_own_hours_is_called_in_them(cast):
    card = make_card(due_at=NOON)
    change(card.call_list, cast.callcenter_head, opens=time(14), closes=time(17))
    assert claim_next(cast.operator, now=NOON) is None
    assert claim_next(cast.operator, now=NOON + timedelta(hours=2)) == card
    give_back(QueueItem.objects.get(pk=card.pk), cast.operator)
    assert claim_next(cast.operator, now=NOON + timedelta(hours=5)) is None


def test_the_clients_own_hours_go_before_the_lists_and_the_usual_ones_take_them_away(cast):
    card = make_card(due_at=NOON)
    set_calling_hours(card.company, actor=cast.operator, opens=time(15), closes=time(20), now=NOON)
    change(card.call_list, cast.callcenter_head, opens=time(10), closes=time(16))
    card.refresh_from_db()
    assert card.hours == "15:00-20:00"
    later = open_list(actor=cast.callcenter_head, name="Ещё", kind=ListKind.FREE, companies=[card.company], now=NOON)
    assert later.items.get().hours == "15:00-20:00"
    assert claim_next(cast.operator, now=NOON + timedelta(hours=7)).company == card.company, "seven in the evening"
    set_calling_hours(card.company, actor=cast.operator, opens=time(9), closes=time(18), now=NOON)
    assert not CallingHours.objects.exists()
    card.refresh_from_db()
    assert card.hours == "10:00-16:00"


@pytest.mark.parametrize("span", [(18, 9), (12, 12), (3, 9), (9, 23)])
def test_hours_that_nobody_keeps_are_refused(cast, span):
    with pytest.raises(RuleViolation):
        set_calling_hours(make_callable(), actor=cast.operator, opens=time(span[0]), closes=time(span[1]))
    assert not CallingHours.objects.exists()


def test_a_next_call_by_choice_is_within_the_hours_of_the_client(cast):
    card = make_card(due_at=NOON - timedelta(hours=2), hours="07:00-10:00", time_zone="Asia/Yekaterinburg")
    for moment in contact_times(card, NOON).values():
        assert moment.astimezone(ZoneInfo(card.time_zone)).time() == time(7)


def test_a_company_that_moves_to_another_zone_is_called_by_the_new_clock(cast):
    card = make_card(due_at=NOON)
    region = Company._meta.get_field("region").related_model.objects.get(time_zone="Asia/Kamchatka")
    change_company(card.company, actor=cast.marketer, region=region, city="Петропавловск-Камчатский", now=NOON)
    card.refresh_from_db()
    assert card.time_zone == card.company.time_zone == "Asia/Kamchatka"


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rules",
    [{"opens": time(18), "closes": time(9)}, {"deadline": date(2026, 11, 1)}],
)
def test_rules_that_cannot_be_kept_are_refused_and_change_nothing(cast, rules):
    card = make_card(due_at=NOON)
    with pytest.raises(RuleViolation):
        change(card.call_list, cast.callcenter_head, priority=90, **rules)
    card.refresh_from_db()
    card.call_list.refresh_from_db()
    assert (card.priority, card.hours, card.call_list.priority) == (50, "09:00-18:00", 50)


def test_a_closed_list_is_not_changed(cast):
    call_list = make_call_list(state="closed")
    with pytest.raises(RuleViolation):
        change(call_list, cast.callcenter_head, priority=90)


def test_a_repeated_try_goes_to_another_part_of_the_day_if_the_result_says_so(cast):
    ResultCode.objects.filter(kind="callback", code="no_answer").update(other_part_of_day=True)
    make_card(due_at=NOON)
    card = claim_next(cast.operator, now=NOON)
    finish_call(card, actor=cast.operator, claim=card.claim, result="no_answer", now=NOON)
    card.refresh_from_db()
    assert card.state == ItemState.READY
    assert card.due_at == NOON.replace(hour=15)


# --- the screens -------------------------------------------------------------------------------------------------


def test_the_rules_of_a_list_are_changed_in_the_dialog(cast, client_of):
    card, head = make_card(due_at=NOON), client_of(cast.callcenter_head)
    url = reverse("callcenter:edit-list", args=[card.call_list_id])
    assert "Правила списка" in head.get(url).content.decode()
    wanted = {"name": "Срочный", "priority": "80", "opens": "10:00", "closes": "17:00", "daily_cap": "30"}
    answer = head.post(url, wanted | {f"weight-{cast.operator.team_id}": "3"})
    assert answer.status_code == 302
    card.refresh_from_db()
    assert (card.priority, card.hours, card.pool) == (80, "10:00-17:00", card.call_list_id)
    shown = head.get(reverse("callcenter:lists")).content.decode()
    assert "Срочный" in shown
    assert "30 в день" in shown
    assert head.post(url, wanted | {"priority": "900"}).status_code == 422


def test_an_operator_writes_down_when_the_client_answers(cast, client_of):
    operator = client_of(cast.operator)
    card = make_held_card(cast.operator2)
    url = reverse("callcenter:calling-hours", args=[card.claim])
    assert operator.get(url).status_code == 404, "the card of another"
    owner = client_of(cast.operator2)
    assert "Когда звонить" in owner.get(url).content.decode()
    assert owner.post(url, {"opens": "18:00", "closes": "12:00"}, headers={"HX-Request": "true"}).status_code == 409
    answer = owner.post(url, {"opens": "12:00", "closes": "18:00"}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert CallingHours.objects.get().company == card.company
    assert "calling-hours-changed" in owner.get(reverse("callcenter:hours-of-card", args=[card.claim])).content.decode()


@pytest.mark.parametrize("kind", [ListKind.REPEAT, ListKind.FREE])
def test_a_list_of_every_kind_has_results_a_script_and_a_workplace(cast, client_of, kind):
    call_list = open_list(actor=cast.callcenter_head, name="Список", kind=kind, companies=[make_callable()], now=NOON)
    assert call_list.script.kind == kind
    make_held_card(cast.operator, call_list)
    page = client_of(cast.operator).get(reverse("callcenter:desk")).content.decode()
    for code in ResultCode.objects.filter(kind=kind):
        assert code.label in page


# --- how many wait -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("most", "seen_later"), [(1, (2, 0)), (2, (3, 0))])
def test_a_long_queue_is_counted_once_for_everybody_and_a_short_one_each_time(monkeypatch, most, seen_later):
    cache.clear()
    monkeypatch.setattr(queue, "COUNTED_EACH_TIME", most)
    call_list = make_call_list()
    for _card in range(2):
        make_card(call_list)
    assert queue.count_waiting("", NOON) == (2, 0)
    make_card(call_list)
    assert queue.count_waiting("", NOON) == seen_later
    assert queue.count_waiting(call_list.kind, NOON) == (3, 0)
    cache.clear()


def test_who_rests_is_counted_apart():
    cache.clear()
    make_card(time_zone="Asia/Kamchatka")
    make_card()
    assert queue.count_waiting("", NOON) == (1, 1)
