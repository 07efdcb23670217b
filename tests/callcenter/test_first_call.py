"""The first call of a company without a consent is a check of data, and the workplace says so."""

import pytest
import time_machine
from django.urls import reverse

from callcenter.firstcall import is_data_check
from callcenter.services import finish_call
from contacts.enums import Channel, Purpose
from contacts.models import Consent
from contacts.services import withdraw_consent
from tests.callcenter.clock import NOON
from tests.factories.callcenter import make_callable, make_held_card
from tests.factories.contacts import make_interaction, make_person

pytestmark = pytest.mark.django_db
BANNER = "data-first-call"


def consent(company, channel=""):
    person = make_person(company)
    return Consent.objects.create(person=person, purpose=Purpose.ADVERTISING, channel=channel, given_at=NOON)


def test_who_has_agreed_to_nothing_and_was_never_talked_to_is_only_asked_about_data():
    assert is_data_check(make_callable())


@pytest.mark.parametrize(("channel", "checked"), [("", False), (Channel.PHONE, False), (Channel.EMAIL, True)])
def test_a_consent_to_calls_ends_it_and_a_consent_to_letters_does_not(channel, checked):
    company = make_callable()
    consent(company, channel)
    assert is_data_check(company) is checked


def test_a_withdrawn_consent_counts_no_more(cast):
    company = make_callable()
    withdraw_consent(consent(company), actor=cast.marketer, now=NOON)
    assert is_data_check(company)


def test_a_talk_ends_it_and_a_call_without_an_answer_does_not(cast):
    card = make_held_card(cast.operator, now=NOON, due_at=NOON)
    finish_call(card, actor=cast.operator, claim=card.claim, result="no_answer", now=NOON)
    assert is_data_check(card.company)
    met = make_callable()
    make_interaction(met, kind="contacts.noted", channel=Channel.EMAIL)
    assert is_data_check(met)
    make_interaction(met, kind="agenda.meeting_held", channel=Channel.MEETING)
    assert not is_data_check(met)
    spoken = make_held_card(cast.operator2, now=NOON, due_at=NOON)
    finish_call(spoken, actor=cast.operator2, claim=spoken.claim, result="secretary", now=NOON)
    assert not is_data_check(spoken.company)


def test_the_workplace_says_what_must_not_be_said(cast, client_of):
    with time_machine.travel(NOON, tick=False):
        card = make_held_card(cast.operator, now=NOON, due_at=NOON)
        page = client_of(cast.operator).get(reverse("callcenter:desk")).content.decode()
        assert BANNER in page
        assert "Не говорить: цены, скидки" in page
        consent(card.company)
        assert BANNER not in client_of(cast.operator).get(reverse("callcenter:desk")).content.decode()
