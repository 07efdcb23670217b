"""After the letters: the call-back opens when its day has come, clients say what they got, results are summed up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.engine import drain
from campaigns.enums import CampaignState
from campaigns.services import finish_campaign, mark_received, open_due_callbacks
from campaigns.signals import campaign_delivered
from contacts.models import Interaction
from core.exceptions import RuleViolation
from tests.factories.campaigns import make_addressee, make_started


@pytest.fixture
def delivered(cast, sink):
    """A campaign whose letters have just left."""
    campaign = make_started(cast.marketer, cast.marketing_head, make_addressee(), make_addressee())
    drain(campaign.pk)
    campaign.refresh_from_db()
    return campaign


@pytest.fixture
def heard():
    """Campaigns that the apps above were told of."""
    told = []

    def listen(campaign, now, **_kwargs) -> None:
        told.append((campaign.pk, now))

    campaign_delivered.connect(listen)
    yield told
    campaign_delivered.disconnect(listen)


def test_the_call_back_waits_for_its_days_and_opens_once(delivered, heard):
    soon = delivered.sent_out_at + timedelta(days=2, seconds=-1)
    then = delivered.sent_out_at + timedelta(days=2)
    assert open_due_callbacks(now=soon) == 0
    assert open_due_callbacks(now=then) == 1
    assert open_due_callbacks(now=then) == 0
    assert heard == [(delivered.pk, then)]
    delivered.refresh_from_db()
    assert delivered.callback_opened_at == then


def test_a_refusal_above_is_tried_again_later(delivered):
    def refuse(**_kwargs) -> None:
        raise RuleViolation("No.")

    then = delivered.sent_out_at + timedelta(days=3)
    campaign_delivered.connect(refuse)
    try:
        assert open_due_callbacks(now=then) == 0
    finally:
        campaign_delivered.disconnect(refuse)
    delivered.refresh_from_db()
    assert delivered.callback_opened_at is None
    assert open_due_callbacks(now=then) == 1


def test_what_the_client_says_stands_in_the_ledger_and_in_the_history(delivered):
    item, now = delivered.items.first(), timezone.now()
    mark_received(item, received=True, now=now)
    mark_received(item, received=True, now=now)
    item.refresh_from_db()
    assert (item.received, item.called_at) == (True, now)
    assert Interaction.objects.filter(kind="campaigns.received", company=item.company).count() == 1


def test_a_client_may_find_the_letter_later(delivered):
    item = delivered.items.first()
    mark_received(item, received=False)
    mark_received(item, received=True)
    item.refresh_from_db()
    assert item.received is True
    assert Interaction.objects.filter(kind="campaigns.not_received").count() == 1


def test_results_are_summed_up_after_the_sending(cast, delivered):
    finish_campaign(delivered, actor=cast.marketer)
    delivered.refresh_from_db()
    assert delivered.state == CampaignState.FINISHED
    with pytest.raises(RuleViolation):
        finish_campaign(delivered, actor=cast.marketer)
