"""«Не писать мне больше»: by a page and by one click of a mail program."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.engine import drain
from campaigns.letters import SAMPLE_TOKEN
from contacts.models import Interaction, OptOut
from tests.factories.campaigns import make_addressee, make_prepared, make_started


def address(token) -> str:
    return reverse("campaigns:unsubscribe", args=[token])


@pytest.fixture
def letter(cast):
    return make_started(cast.marketer, cast.marketing_head, make_addressee(email="chief@works.example")).items.get()


def test_opening_the_link_changes_nothing(letter):
    client = Client()
    for _ in range(3):
        assert client.get(address(letter.token)).status_code == 200
        assert client.head(address(letter.token)).status_code == 200
    letter.refresh_from_db()
    assert letter.unsubscribed_at is None
    assert not OptOut.objects.exists()


def test_one_click_of_a_mail_program_needs_neither_cookie_nor_token_of_a_form(letter):
    client = Client(enforce_csrf_checks=True)
    assert client.post(address(letter.token), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert OptOut.objects.get().value == "chief@works.example"


def test_a_repeat_answers_the_same_and_changes_nothing(letter):
    client = Client()
    answers = {client.post(address(letter.token)).content for _ in range(3)}
    assert len(answers) == 1
    assert OptOut.objects.count() == 1
    assert Interaction.objects.filter(kind="campaigns.unsubscribed").count() == 1


def test_the_next_mailing_leaves_the_address_out(cast, letter):
    Client().post(address(letter.token))
    campaign = make_prepared(cast.marketer, cast.marketing_head, letter.company)
    assert campaign.recipients.get().exclusion == "opted_out"


def test_the_own_letter_is_not_sent_any_more(letter, sink):
    Client().post(address(letter.token))
    drain(letter.campaign_id)
    assert sink.deliveries == []
    letter.refresh_from_db()
    assert letter.state == "suppressed"


def test_a_token_of_no_letter_is_not_found(db):
    assert Client().get(address(uuid.uuid4())).status_code == 404
    assert Client().post(address(uuid.uuid4())).status_code == 404


def test_a_token_of_one_letter_touches_no_other(cast, letter):
    other = make_started(cast.marketer, cast.marketing_head, make_addressee()).items.get()
    Client().post(address(letter.token))
    other.refresh_from_db()
    assert other.unsubscribed_at is None


def test_the_link_of_a_test_letter_explains_itself(db):
    assert Client().get(address(SAMPLE_TOKEN)).status_code == 200
    assert Client().post(address(SAMPLE_TOKEN)).status_code == 200
    assert not OptOut.objects.exists()
