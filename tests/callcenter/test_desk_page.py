"""The operator's workplace: one page, one POST per call."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from callcenter.enums import ItemState, ListKind, Tier
from callcenter.models import CallAttempt, QueueItem
from callcenter.services import claim_next, go_on_line
from contacts.enums import Channel
from contacts.services import opt_out
from tests.callcenter.clock import NOON, WEEKEND
from tests.factories.callcenter import make_call_list, make_callable, make_card, make_held_card
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _working_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def operator(cast, client_of):
    return client_of(cast.operator)


def card_of(operator, kind=ListKind.CALLBACK, **fields):
    company = make_callable(**fields)
    make_person(company, phone="+73515550199", email="boss@zavod.example", decision_role="decides", position="Инженер")
    return make_held_card(operator, make_call_list(kind), company=company, now=NOON, due_at=NOON)


def test_whoever_is_not_on_the_line_is_asked_to_begin_and_gets_no_card(cast, operator):
    make_card(due_at=NOON)
    assert operator.get(reverse("callcenter:desk")).context["card"] is None
    assert not QueueItem.objects.live().exists()


def test_going_on_the_line_brings_the_first_card(cast, operator):
    card = make_card(due_at=NOON)
    page = operator.post(reverse("callcenter:ready"), headers={"HX-Request": "true"})
    assert card.company.name in page.content.decode()
    assert QueueItem.objects.get().held_by == cast.operator


def test_the_page_shows_the_client_the_numbers_and_the_nine_results(cast, operator):
    card = card_of(cast.operator, city="Челябинск")
    page = operator.get(reverse("callcenter:desk")).content.decode()
    assert card.company.name in page
    assert "tel:+73515550199" in page
    assert page.count("data-result=") == 9


def test_a_verification_shows_every_line_to_be_checked(cast, operator):
    card_of(cast.operator, ListKind.VERIFICATION, city="Челябинск", email="info@zavod.example")
    page = operator.get(reverse("callcenter:desk")).content.decode()
    assert page.count("data-datum=") == 8
    assert "boss@zavod.example" in page


def test_one_post_saves_the_call_and_brings_the_next_card(cast, operator):
    go_on_line(cast.operator, now=NOON)
    card, following = card_of(cast.operator), make_card(due_at=NOON)
    url = reverse("callcenter:finish", args=[card.claim])
    answers = {"result": "secretary", "contact": "tomorrow", "note": "Перезвонить утром"}
    page = operator.post(url, answers, headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert following.company.name in page.content.decode()
    attempt = CallAttempt.objects.get()
    assert (attempt.result.code, attempt.note) == ("secretary", "Перезвонить утром")
    assert QueueItem.objects.get(pk=card.pk).due_at == NOON.replace(hour=10) + timedelta(days=1)


def test_the_same_post_again_writes_nothing_and_brings_the_card_in_hand(cast, operator):
    go_on_line(cast.operator, now=NOON)
    card = card_of(cast.operator)
    url = reverse("callcenter:finish", args=[card.claim])
    for _ in range(2):
        answer = operator.post(url, {"result": "refusal", "note": "Нет"}, headers={"HX-Request": "true"})
        assert answer.status_code == 200
    assert CallAttempt.objects.count() == 1


def test_a_day_chosen_by_the_client_is_of_the_clients_clock(cast, operator):
    card = card_of(cast.operator, time_zone="Asia/Yekaterinburg")
    chosen = {"result": "letter_received", "contact": "date", "date": "2026-12-01", "time": "10:00"}
    operator.post(reverse("callcenter:finish", args=[card.claim]), chosen)
    assert QueueItem.objects.get().due_at.isoformat() == "2026-12-01T05:00:00+00:00"


def test_a_meeting_is_booked_by_the_slot_that_was_chosen(cast, operator):
    card = card_of(cast.operator)
    page = operator.get(reverse("callcenter:slots", args=[card.claim]))
    slot = page.context["slots"][0].value
    operator.post(reverse("callcenter:finish", args=[card.claim]), {"result": "meeting", "slot": slot})
    booked = card.company.meetings.get()
    assert f"{booked.manager_id}|" == slot[: slot.index("|") + 1]


def test_corrections_of_a_check_wait_for_the_marketer(cast, operator):
    card = card_of(cast.operator, ListKind.VERIFICATION)
    person = card.company.persons.get()
    answers = {
        "result": "verified",
        "checked_person": person.pk,
        "answer-person_email": "fix",
        "fix-person_email": "new@zavod.example",
        "old-person_email": "boss@zavod.example",
        "answer-name": "right",
        f"role-{person.pk}": "influences",
    }
    operator.post(reverse("callcenter:finish", args=[card.claim]), answers)
    correction = card.company.corrections.get()
    assert (correction.field, correction.new_value, correction.person) == ("person_email", "new@zavod.example", person)
    assert CallAttempt.objects.get().facts["answers"] == {"name": "right", "person_email": "fix"}
    person.refresh_from_db()
    assert person.decision_role == "influences"


def test_without_a_result_nothing_is_saved_and_the_refusal_says_why(cast, operator):
    card = card_of(cast.operator)
    url = reverse("callcenter:finish", args=[card.claim])
    answer = operator.post(url, {"note": "Поговорили"}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert not CallAttempt.objects.exists()


def test_the_heartbeat_says_when_the_card_has_gone(cast, operator):
    card = card_of(cast.operator)
    url = reverse("callcenter:beat", args=[card.claim])
    assert "note" not in operator.post(url).content.decode()
    QueueItem.objects.update(state=ItemState.READY, held_by=None, claim=None)
    assert "note warn" in operator.post(url).content.decode()


def test_dialling_is_refused_before_anybodys_phone_rings(cast, operator):
    card = card_of(cast.operator)
    opt_out(actor=cast.marketer, channel=Channel.PHONE, value="+73515550199", now=NOON)
    url = reverse("callcenter:dial", args=[card.claim])
    assert operator.post(url, {"number": "+73515550199"}, headers={"HX-Request": "true"}).status_code == 409
    assert QueueItem.objects.get().dialed_at is None


def test_the_talk_is_timed_from_dialling_to_hanging_up(cast, operator):
    card = card_of(cast.operator)
    person = card.company.persons.get()
    operator.post(reverse("callcenter:dial", args=[card.claim]), {"number": "+73515550199", "person": person.pk})
    operator.post(reverse("callcenter:hang-up", args=[card.claim]))
    card.refresh_from_db()
    assert (card.dialed_person, card.dialed_at, card.hung_up_at) == (person, NOON, NOON)


@pytest.mark.parametrize("name", ["finish", "beat", "dial", "hang-up"])
def test_a_card_of_somebody_else_does_not_exist(cast, operator, name):
    foreign = card_of(cast.operator2)
    assert operator.post(reverse(f"callcenter:{name}", args=[foreign.claim])).status_code == 404
    assert operator.post(reverse(f"callcenter:{name}", args=[uuid4()])).status_code == 404


def test_names_of_waiting_companies_are_not_shown_to_an_operator_but_those_promised_are(cast, operator):
    go_on_line(cast.operator, now=NOON)
    card_of(cast.operator)
    make_card(company=make_callable(name="Чужой завод"), due_at=NOON)
    mine = make_callable(name="Обещанный завод")
    make_card(company=mine, due_at=NOON, tier=Tier.CALLBACK, callback_owner=cast.operator)
    page = operator.get(reverse("callcenter:desk")).content.decode()
    assert "Обещанный завод" in page
    assert "Чужой завод" not in page


def test_the_empty_workplace_says_why_and_when_the_next_card_opens(cast, operator, client_of):
    go_on_line(cast.operator, now=NOON)
    page = operator.get(reverse("callcenter:desk"))
    assert (page.context["reason"] != "", page.context["opens_at"]) == (True, None)
    make_card(due_at=NOON)
    with time_machine.travel(WEEKEND, tick=False):
        page = client_of(cast.operator).get(reverse("callcenter:desk"))
    assert page.context["opens_at"] == WEEKEND.replace(hour=9) + timedelta(days=2)


def test_a_break_gives_the_card_back(cast, operator):
    go_on_line(cast.operator, now=NOON)
    make_card(due_at=NOON)
    operator.post(reverse("callcenter:ready"))
    assert QueueItem.objects.live().exists()
    operator.post(reverse("callcenter:pause"))
    assert not QueueItem.objects.live().exists()


def test_who_does_not_call_has_no_workplace(cast, client_of):
    for stranger in (cast.marketer, cast.manager, cast.director):
        assert client_of(stranger).get(reverse("callcenter:desk")).status_code == 404


@pytest.mark.parametrize("kind", ListKind.values)
def test_a_long_queue_and_history_cost_no_more_queries(cast, operator, kind, django_assert_max_num_queries):
    go_on_line(cast.operator, now=NOON)
    card = card_of(cast.operator, kind)
    make_card(due_at=NOON)  # an empty queue is not looked into
    url = reverse("callcenter:desk")
    operator.get(url)
    with django_assert_max_num_queries(200) as few:
        operator.get(url)
    for _ in range(30):
        make_card(due_at=NOON)
        make_person(card.company, phone="+73515550111")
        make_card(due_at=NOON, tier=Tier.CALLBACK, callback_owner=cast.operator)
    with django_assert_max_num_queries(len(few)):
        operator.get(url)


def test_claiming_by_a_second_tab_shows_the_same_card(cast, operator):
    go_on_line(cast.operator, now=NOON)
    make_card(due_at=NOON)
    make_card(due_at=NOON)
    token = claim_next(cast.operator, now=NOON).claim
    assert str(token) in operator.get(reverse("callcenter:desk")).content.decode()


def test_a_look_at_the_page_takes_no_card_and_the_page_asks_for_one(cast, operator):
    go_on_line(cast.operator, now=NOON)
    make_card(due_at=NOON)
    page = operator.get(reverse("callcenter:desk")).content.decode()
    assert not QueueItem.objects.live().exists()
    assert 'hx-trigger="submit, load' in page
