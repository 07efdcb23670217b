"""What the sender does with each answer of the mail server, and what the ledger says afterwards."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.engine import drain
from campaigns.enums import CampaignState, MailState
from campaigns.ledger import LEASE, reap
from campaigns.models import Campaign, MailItem
from campaigns.services import (
    cancel_sending,
    count_as_sent,
    pause_sending,
    resume_sending,
    send_again,
    start_sending,
)
from campaigns.tasks import wake_mailings
from companies.models import Company
from contacts.models import Interaction, PersonEmail
from contacts.services import opt_out
from core.exceptions import RuleViolation
from tests.factories.campaigns import make_addressee, make_prepared, make_started


@pytest.fixture
def start(cast):
    """Start a mailing to so many addressees a0@works.example, a1@…"""

    def run(count: int, **fields) -> Campaign:
        companies = [make_addressee(email=f"a{number}@works.example") for number in range(count)]
        return make_started(cast.marketer, cast.marketing_head, *companies, **fields)

    return run


def states(campaign) -> dict[str, int]:
    return dict(Counter(campaign.items.values_list("state", flat=True)))


def letter_to(campaign, address: str) -> MailItem:
    return campaign.items.get(email=address)


def test_everybody_gets_one_copy_over_one_connection(start, sink):
    campaign = start(25)
    assert drain(campaign.pk) == 25
    assert set(sink.copies().values()) == {1}
    assert len(sink.recipients) == 25
    assert sink.connections == 1
    assert states(campaign) == {"accepted": 25}


def test_a_repeat_sends_nothing(start, sink):
    campaign = start(3)
    drain(campaign.pk)
    assert drain(campaign.pk) == 0
    assert len(sink.deliveries) == 3


def test_a_second_start_is_refused_and_adds_no_letter(start, cast):
    campaign = start(3)
    with pytest.raises(RuleViolation):
        start_sending(campaign, actor=cast.marketer)
    assert campaign.items.count() == 3


def test_when_the_last_letter_has_left_the_days_until_the_call_begin(start, sink):
    campaign = start(2)
    drain(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.CALLBACK
    assert campaign.sent_out_at


def test_each_letter_stands_in_the_history_of_its_company(start, sink):
    campaign = start(3)
    drain(campaign.pk)
    lines = Interaction.objects.filter(kind="campaigns.sent")
    assert lines.count() == 3
    assert Company.objects.filter(last_contact_kind="campaigns.sent").count() == 3
    assert not campaign.items.filter(is_recorded=False).exists()


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ("rcpt 450 4.2.1 come later", MailState.RETRY),
        ("rcpt 421 4.3.2 closing", MailState.RETRY),
        ("rcpt close", MailState.RETRY),
        ("rcpt 550 5.1.1 no such user", MailState.FAILED),
        ("rcpt 554 5.7.1 spam", MailState.FAILED),
        ("data 451 4.3.0 busy", MailState.RETRY),
        ("data 554 5.7.1 no", MailState.FAILED),
        ("data close", MailState.RETRY),
        ("dot 451 4.7.1 grey", MailState.RETRY),
        ("dot 552 5.3.4 too big", MailState.FAILED),
        ("dot accept-close", MailState.IN_DOUBT),
        ("dot close", MailState.IN_DOUBT),
        ("mid close", MailState.IN_DOUBT),
    ],
)
def test_each_answer_of_the_server_has_its_state_and_the_others_get_their_letters(start, sink, told, state):
    campaign = start(5)
    sink.script["a2@works.example"] = told
    drain(campaign.pk)
    assert letter_to(campaign, "a2@works.example").state == state
    assert states(campaign) == {"accepted": 4, state: 1}
    assert max(sink.copies().values()) == 1


def test_a_silence_after_the_letter_is_a_doubt_and_never_sent_again(start, sink, settings):
    settings.EMAIL_TIMEOUT = 0.3
    campaign = start(3)
    sink.script["a1@works.example"] = "dot hang"
    drain(campaign.pk)
    reap(now=timezone.now() + timedelta(days=1))
    sink.script.clear()
    drain(campaign.pk)
    assert states(campaign) == {"accepted": 2, "in_doubt": 1}


def test_a_hole_in_the_connection_before_the_letter_is_tried_again_later(start, sink, settings):
    settings.EMAIL_TIMEOUT = 0.3
    campaign = start(2)
    sink.script["a0@works.example"] = "rcpt hang"
    drain(campaign.pk)
    item = letter_to(campaign, "a0@works.example")
    assert (item.state, item.attempts) == (MailState.RETRY, 1)
    sink.script.clear()
    item.retry_at = timezone.now()
    item.save()
    drain(campaign.pk)
    assert set(sink.copies().values()) == {1}
    assert states(campaign) == {"accepted": 2}


def test_a_letter_put_off_too_often_fails(start, sink):
    campaign = start(1)
    sink.script["a0@works.example"] = "rcpt 450 4.2.1 come later"
    for _attempt in range(18):
        drain(campaign.pk)
        campaign.items.filter(state="retry").update(retry_at=timezone.now())
    item = campaign.items.get()
    assert (item.state, item.attempts) == (MailState.FAILED, 18)


def test_the_pauses_between_attempts_grow(start, sink):
    campaign = start(1)
    sink.script["a0@works.example"] = "rcpt 450 4.2.1 come later"
    pauses = []
    for _attempt in range(3):
        drain(campaign.pk)
        item = campaign.items.get()
        pauses.append(item.retry_at - timezone.now())
        campaign.items.update(retry_at=timezone.now())
    assert pauses[0] < pauses[1] < pauses[2]


def test_a_box_that_does_not_exist_is_marked_on_the_card(start, sink):
    campaign = start(2)
    sink.script |= {"a0@works.example": "rcpt 550 5.1.1 no such user", "a1@works.example": "dot 550 5.7.1 spam"}
    drain(campaign.pk)
    assert list(PersonEmail.objects.filter(is_invalid=True).values_list("address", flat=True)) == ["a0@works.example"]
    assert Interaction.objects.filter(kind="campaigns.failed").count() == 2


def test_a_server_that_does_not_answer_changes_no_letter_and_is_shown(start, settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    campaign = start(3)
    assert drain(campaign.pk) == 0
    campaign.refresh_from_db()
    assert states(campaign) == {"ready": 3}
    assert not campaign.items.filter(attempts__gt=0).exists()
    assert campaign.trouble


def test_the_trouble_is_forgotten_when_letters_leave(start, sink):
    campaign = start(3)
    Campaign.objects.filter(pk=campaign.pk).update(trouble="The server was down")
    drain(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.trouble == ""


def test_a_refused_sender_pauses_the_mailing_and_loses_no_letter(start, sink):
    campaign = start(3)
    sink.script["air@firm.example"] = "mail 550 5.7.1 you may not send"
    drain(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.PAUSED
    assert "5.7.1" in campaign.trouble
    assert states(campaign) == {"ready": 3}


def test_too_many_refusals_pause_the_mailing(start, sink):
    campaign = start(60)
    sink.script |= {f"a{number}@works.example": "rcpt 550 5.1.1 no" for number in range(5)}
    drain(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.PAUSED
    assert states(campaign)["ready"] == 20


# --- M5: the opt-out wins ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_opt_out_in_the_midst_of_a_batch_stops_the_letter(start, sink):
    campaign = start(10)
    sink.on_accepted = in_a_connection_of_its_own(
        lambda number: number == 3 and opt_out(actor=None, channel="email", value="a7@works.example")
    )
    drain(campaign.pk)
    assert "a7@works.example" not in sink.recipients
    assert states(campaign) == {"accepted": 9, "suppressed": 1}


def in_a_connection_of_its_own(act):
    """Run it in the thread of the sink, and close what it has opened there."""
    from django.db import connection

    def run(number: int) -> None:
        try:
            act(number)
        finally:
            connection.close()

    return run


# --- M10: pause, resume, cancel ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_after_a_pause_at_most_the_letter_on_its_way_leaves_and_resume_sends_exactly_the_rest(start, cast, sink):
    campaign = start(30)
    sink.on_accepted = in_a_connection_of_its_own(
        lambda number: number == 7 and pause_sending(Campaign.objects.get(pk=campaign.pk), actor=cast.marketer)
    )
    drain(campaign.pk)
    assert len(sink.deliveries) == 7
    assert states(campaign) == {"accepted": 7, "ready": 23}
    sink.on_accepted = None
    resume_sending(campaign, actor=cast.marketer)
    drain(campaign.pk)
    assert len(sink.deliveries) == 30
    assert set(sink.copies().values()) == {1}


def test_pausing_twice_and_resuming_what_runs_are_refused(start, cast):
    campaign = start(1)
    with pytest.raises(RuleViolation):
        resume_sending(campaign, actor=cast.marketer)
    pause_sending(campaign, actor=cast.marketer)
    with pytest.raises(RuleViolation):
        pause_sending(campaign, actor=cast.marketer)


def test_a_cancelled_mailing_sends_nothing_more(start, cast, sink):
    campaign = start(5)
    drain(campaign.pk, limit=2)
    cancel_sending(campaign, actor=cast.marketer)
    drain(campaign.pk)
    assert len(sink.deliveries) == 2
    assert states(campaign) == {"accepted": 2, "cancelled": 3}
    with pytest.raises(RuleViolation):
        cancel_sending(campaign, actor=cast.marketer)


# --- the reaper and the doubts ----------------------------------------------------------------------------------


def test_letters_of_a_silent_sender_go_back_or_into_doubt(start):
    campaign = start(3)
    first, second, _third = campaign.items.all()
    past = timezone.now() - timedelta(seconds=1)
    MailItem.objects.filter(pk=first.pk).update(state="claimed", lease_until=past)
    MailItem.objects.filter(pk=second.pk).update(state="in_flight", lease_until=past)
    assert reap() == {"back": 1, "in_doubt": 1, "retries": 0}
    assert states(campaign) == {"ready": 2, "in_doubt": 1}


def test_letters_of_a_living_sender_stay_with_it(start):
    campaign = start(2)
    campaign.items.update(state="in_flight", lease_until=timezone.now() + LEASE)
    assert reap() == {"back": 0, "in_doubt": 0, "retries": 0}


def test_a_doubt_has_its_line_in_the_history(start):
    campaign = start(1)
    campaign.items.update(state="in_flight", lease_until=timezone.now() - LEASE)
    wake_mailings()
    assert Interaction.objects.filter(kind="campaigns.in_doubt").count() == 1


def test_a_person_settles_a_doubt_as_sent(start, cast, sink):
    campaign = start(1)
    campaign.items.update(state="in_doubt", sent_at=timezone.now())
    count_as_sent(campaign.items.get(), actor=cast.marketer)
    drain(campaign.pk)
    assert states(campaign) == {"accepted": 1}
    assert sink.deliveries == []
    line = Interaction.objects.get(kind="campaigns.doubt_settled")
    assert (line.actor, line.result) == (cast.marketer, "accepted")


def test_a_person_sends_a_doubtful_letter_again(start, cast, sink):
    campaign = start(2)
    sink.script["a0@works.example"] = "dot close"
    drain(campaign.pk)
    sink.script.clear()
    send_again(letter_to(campaign, "a0@works.example"), actor=cast.marketer)
    drain(campaign.pk)
    assert sink.copies() == {"a0@works.example": 1, "a1@works.example": 1}
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.CALLBACK


def test_only_a_doubt_can_be_settled(start, cast):
    campaign = start(1)
    for settle in (count_as_sent, send_again):
        with pytest.raises(RuleViolation):
            settle(campaign.items.get(), actor=cast.marketer)
    assert states(campaign) == {"ready": 1}


# --- pace -------------------------------------------------------------------------------------------------------


def test_the_pace_is_kept_over_restarts(start, sink):
    campaign = start(50, letters_per_hour=1200)  # 10 letters in half a minute
    drain(campaign.pk)
    drain(campaign.pk)
    assert len(sink.deliveries) == 10


def test_a_slow_mailing_sends_one_letter_and_waits(start, sink):
    campaign = start(3, letters_per_hour=1)
    drain(campaign.pk)
    drain(campaign.pk)
    assert len(sink.deliveries) == 1


def test_a_played_time_moves_with_the_pace(start, sink):
    then = timezone.now() - timedelta(days=20)
    campaign = start(45, letters_per_hour=60, now=then)
    assert drain(campaign.pk, now=then) == 45
    times = list(campaign.items.order_by("pk").values_list("sent_at", flat=True))
    assert times[0] >= then
    assert times[-1] - then == timedelta(minutes=45)
    campaign.refresh_from_db()
    assert campaign.sent_out_at < timezone.now() - timedelta(days=19)


# --- M3: one state for each, and the sums agree -----------------------------------------------------------------


def test_every_letter_ends_in_exactly_one_state(start, sink):
    campaign = start(12)
    sink.script |= {
        "a0@works.example": "rcpt 550 5.1.1 no",
        "a1@works.example": "rcpt 450 later",
        "a2@works.example": "dot accept-close",
    }
    opt_out(actor=None, channel="email", value="a3@works.example")
    drain(campaign.pk)
    counted = states(campaign)
    assert counted == {"failed": 1, "retry": 1, "in_doubt": 1, "suppressed": 1, "accepted": 8}
    doubtful = set(campaign.items.in_doubt().values_list("email", flat=True))
    accepted = set(campaign.items.filter(state="accepted").values_list("email", flat=True))
    assert accepted <= set(sink.recipients) <= accepted | doubtful


# --- M11: what was frozen stays ---------------------------------------------------------------------------------


def test_a_later_edit_of_the_card_does_not_alter_the_letter(start, sink):
    campaign = start(1)
    company = campaign.items.get().company
    Company.objects.filter(pk=company.pk).update(name="Переименованный")
    company.persons.update(first_name="Пётр", middle_name="Петрович")
    drain(campaign.pk)
    message = sink.deliveries[0].message
    assert company.name in message["Subject"]
    assert "Сергей Жанович" in message.get_body(("plain",)).get_content()


def test_the_number_of_a_letter_is_the_same_in_every_attempt(start, sink):
    campaign = start(1)
    sink.script["a0@works.example"] = "dot 451 later"
    drain(campaign.pk)
    first = campaign.items.get().message_id
    sink.script.clear()
    campaign.items.update(retry_at=timezone.now())
    drain(campaign.pk)
    assert sink.deliveries[0].message["Message-ID"] == first
    assert re.fullmatch(rf"<{campaign.pk}\.\d+\.[0-9a-f]{{16}}@firm\.example>", first)


def test_a_start_is_refused_while_a_field_would_leave_a_hole(cast):
    campaign = make_prepared(cast.marketer, cast.marketing_head, make_addressee(city=""), body="{{ city }}, здравствуй")
    with pytest.raises(RuleViolation) as refusal:
        start_sending(campaign, actor=cast.marketer)
    assert "{{ city|" in refusal.value.message
    assert campaign.items.count() == 0


def test_a_fallback_fills_the_hole(cast, sink):
    body = "{{ city|Ваш город }}, здравствуй"
    campaign = make_started(cast.marketer, cast.marketing_head, make_addressee(city=""), body=body)
    drain(campaign.pk)
    assert "Ваш город, здравствуй" in sink.deliveries[0].message.get_body(("plain",)).get_content()
