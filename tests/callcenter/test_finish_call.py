"""The result of a call: once per claim, and the card goes where the result says."""

from datetime import timedelta
from uuid import uuid4

import pytest

from callcenter import hours
from callcenter.enums import ItemState, ListKind, Tier
from callcenter.models import CallAttempt, QueueItem
from callcenter.services import claim_next, finish_call, release_expired, start_call
from contacts.enums import Channel
from contacts.models import Interaction, Need, NextContact, OptOut
from contacts.services import opt_out
from core.exceptions import RuleViolation
from tests.callcenter.clock import NOON
from tests.factories.callcenter import make_call_list, make_card, make_held_card
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(cast):
    return make_held_card(cast.operator, now=NOON, due_at=NOON)


def finish(card, operator, result, **rest):
    rest = {"now": NOON + timedelta(minutes=2)} | rest
    return finish_call(card, actor=operator, claim=rest.pop("claim", card.claim), result=result, **rest)


def test_a_call_is_written_with_its_result_time_and_note(cast, card):
    attempt = finish(card, cast.operator, "refusal", note="Закупают в другом месте", number="+73515550142")
    assert (attempt.operator, attempt.result.code, attempt.number) == (cast.operator, "refusal", "+73515550142")
    assert attempt.ended_at - attempt.started_at == timedelta(minutes=2)
    card.refresh_from_db()
    assert (card.state, card.held_by, card.attempts) == (ItemState.DONE, None, 1)


def test_a_repeated_save_returns_the_same_attempt_and_changes_nothing(cast, card):
    first = finish(card, cast.operator, "no_answer")
    assert finish(card, cast.operator, "refusal", note="Передумал") == first
    card.refresh_from_db()
    assert (CallAttempt.objects.count(), card.attempts, card.last_result) == (1, 1, "no_answer")
    assert Interaction.objects.filter(kind="callcenter.called").count() == 1


def test_a_claim_that_was_never_given_to_this_person_is_refused(cast, card):
    for operator, claim in ((cast.operator2, card.claim), (cast.operator, uuid4())):
        with pytest.raises(RuleViolation):
            finish(card, operator, "no_answer", claim=claim)
    card.refresh_from_db()
    assert (card.state, CallAttempt.objects.count()) == (ItemState.CLAIMED, 0)


def test_a_result_that_comes_after_the_lease_is_kept_and_does_not_move_the_card(cast, card):
    release_expired(NOON + timedelta(hours=1))
    taken = claim_next(cast.operator2, now=NOON + timedelta(hours=1))
    attempt = finish(card, cast.operator, "refusal", note="Не нужно", now=NOON + timedelta(hours=2))
    assert attempt.is_late
    again = QueueItem.objects.get(pk=card.pk)
    assert (again.state, again.held_by, again.claim, again.attempts) == (
        ItemState.CLAIMED,
        cast.operator2,
        taken.claim,
        0,
    )


def test_nobody_answered_so_the_card_comes_back_in_an_hour(cast, card):
    attempt = finish(card, cast.operator, "no_answer")
    card.refresh_from_db()
    assert (card.state, card.tier) == (ItemState.READY, Tier.RETRY)
    assert card.due_at == attempt.ended_at + timedelta(hours=1)
    assert claim_next(cast.operator2, now=card.due_at - timedelta(seconds=1)) is None
    assert claim_next(cast.operator2, now=card.due_at) == card


def test_after_the_last_attempt_the_card_is_given_up(cast, card):
    QueueItem.objects.filter(pk=card.pk).update(attempts=5)
    finish(card, cast.operator, "no_answer")
    card.refresh_from_db()
    assert (card.state, card.attempts) == (ItemState.EXHAUSTED, 6)


def test_one_company_is_tried_three_times_a_day_at_most(cast):
    card = make_card(due_at=NOON - timedelta(hours=2))
    moment = NOON - timedelta(hours=2)
    for _ in range(3):
        taken = claim_next(cast.operator, now=moment)
        finish(taken, cast.operator, "no_answer", now=moment)
        card.refresh_from_db()
        moment = card.due_at
    assert card.due_at == hours.next_working_morning(card.time_zone, NOON)


def test_a_promised_call_returns_to_its_operator_at_the_agreed_time(cast, card):
    agreed = NOON + timedelta(days=2)
    finish(card, cast.operator, "letter_received", next_contact_at=agreed, note="Решат к четвергу")
    card.refresh_from_db()
    assert (card.tier, card.due_at, card.callback_owner) == (Tier.CALLBACK, agreed, cast.operator)
    planned = NextContact.objects.get()
    assert (planned.at, planned.owner, planned.company) == (agreed, cast.operator, card.company)


def test_the_planned_call_is_closed_when_it_has_been_made(cast, card):
    finish(card, cast.operator, "letter_received", next_contact_at=NOON + timedelta(days=2))
    again = claim_next(cast.operator, now=NOON + timedelta(days=2))
    finish(again, cast.operator, "refusal", note="Нет", now=NOON + timedelta(days=2, minutes=3))
    assert NextContact.objects.get().state == "done"


def test_a_found_decision_maker_is_handed_to_the_manager_of_the_company(cast, card):
    card.company.owner = cast.manager
    card.company.save(update_fields=["owner"])
    finish(card, cast.operator, "decider_found", note="Просит расчёт")
    card.refresh_from_db()
    assert card.state == ItemState.DONE
    planned = NextContact.objects.get()
    assert (planned.owner, planned.at) == (cast.manager, hours.next_working_morning(card.time_zone, NOON))


def test_a_refusal_needs_its_reason_and_changes_nothing_without_it(cast, card):
    with pytest.raises(RuleViolation):
        finish(card, cast.operator, "refusal")
    card.refresh_from_db()
    assert (card.state, CallAttempt.objects.count()) == (ItemState.CLAIMED, 0)


def test_a_next_contact_in_the_past_is_refused(cast, card):
    with pytest.raises(RuleViolation):
        finish(card, cast.operator, "letter_received", next_contact_at=NOON)


def test_a_result_of_the_other_kind_is_refused(cast, card):
    with pytest.raises(RuleViolation):
        finish(card, cast.operator, "verified")


def test_do_not_call_goes_into_the_register_and_stops_the_other_lists(cast, card):
    other = make_card(company=card.company, due_at=NOON)
    finish(card, cast.operator, "do_not_call", note="Больше не звоните")
    assert OptOut.objects.get(channel=Channel.PHONE, value="").company == card.company
    states = QueueItem.objects.filter(pk__in=[card.pk, other.pk]).values_list("state", flat=True)
    assert set(states) == {ItemState.BLOCKED}


def test_who_opted_out_during_the_call_is_not_called_again(cast, card):
    opt_out(actor=cast.marketer, channel=Channel.PHONE, company=card.company, now=NOON)
    finish(card, cast.operator, "letter_received", next_contact_at=NOON + timedelta(days=2))
    card.refresh_from_db()
    assert card.state == ItemState.BLOCKED
    assert not NextContact.objects.exists()


def test_a_number_of_the_register_may_not_be_dialled(cast, card):
    number = card.company.phones.get().number
    opt_out(actor=cast.marketer, channel=Channel.PHONE, value=number, now=NOON)
    with pytest.raises(RuleViolation):
        start_call(card, actor=cast.operator, claim=card.claim, number=number, now=NOON)
    card.refresh_from_db()
    assert card.dialed_at is None


def test_a_talk_is_the_last_contact_of_the_company_and_an_unanswered_call_is_not(cast, card):
    finish(card, cast.operator, "no_answer")
    card.company.refresh_from_db()
    assert card.company.last_contact_at is None
    spoken = make_held_card(cast.operator, now=NOON)
    person = make_person(spoken.company)
    finish(spoken, cast.operator, "secretary", person=person)
    spoken.company.refresh_from_db()
    assert spoken.company.last_contact_kind == "callcenter.talked"
    line = Interaction.objects.get(kind="callcenter.talked")
    assert (line.channel, line.result, line.person, line.actor) == (
        Channel.PHONE,
        "secretary",
        person,
        cast.operator,
    )


def test_a_need_said_in_the_call_is_written(cast, card):
    finish(card, cast.operator, "decider_found", need="Осушитель на второй цех")
    assert Need.objects.get().text == "Осушитель на второй цех"


def test_a_meeting_is_booked_with_the_manager_and_ends_the_card(cast, card):
    starts_at = NOON + timedelta(days=2)
    meeting = {"manager": cast.manager, "starts_at": starts_at, "place": "У клиента"}
    finish(card, cast.operator, "meeting", meeting=meeting, person=make_person(card.company))
    card.refresh_from_db()
    assert card.state == ItemState.DONE
    booked = card.company.meetings.get()
    assert (booked.manager, booked.starts_at, booked.booked_by) == (cast.manager, starts_at, cast.operator)


def test_a_taken_slot_refuses_the_whole_result(cast, card):
    starts_at = NOON + timedelta(days=2)
    meeting = {"manager": cast.manager, "starts_at": starts_at}
    finish(card, cast.operator, "meeting", meeting=meeting)
    second = make_held_card(cast.operator, now=NOON)
    with pytest.raises(RuleViolation):
        finish(second, cast.operator, "meeting", meeting=meeting)
    second.refresh_from_db()
    assert (second.state, CallAttempt.objects.count()) == (ItemState.CLAIMED, 1)


def test_a_whole_check_without_corrections_verifies_the_company_at_once(cast):
    card = make_held_card(cast.operator, make_call_list(ListKind.VERIFICATION), now=NOON)
    attempt = finish(card, cast.operator, "verified")
    card.company.refresh_from_db()
    assert card.company.checked_at == card.company.verified_at == attempt.ended_at


def test_a_whole_check_with_corrections_waits_for_the_marketer(cast):
    card = make_held_card(cast.operator, make_call_list(ListKind.VERIFICATION), now=NOON)
    corrections = [{"field": "name", "new_value": "Новое имя", "old_value": card.company.name}]
    attempt = finish(card, cast.operator, "verified", corrections=corrections)
    card.company.refresh_from_db()
    assert card.company.checked_at == attempt.ended_at
    assert card.company.verified_at is None
    correction = card.company.corrections.get()
    assert (correction.interaction, correction.proposed_by) == (attempt.interaction, cast.operator)


def test_the_role_of_a_person_found_out_in_the_call_is_written(cast):
    card = make_held_card(cast.operator, make_call_list(ListKind.VERIFICATION), now=NOON)
    person = make_person(card.company)
    finish(card, cast.operator, "partly", roles={person: "decides"})
    person.refresh_from_db()
    assert person.decides
