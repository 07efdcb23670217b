"""Brief, creative, approval: the steps before anybody is written to."""

import pytest
from django.db import IntegrityError, transaction

from campaigns.enums import CampaignState
from campaigns.models import Campaign
from campaigns.services import (
    approve_creative,
    create_campaign,
    finish_brief,
    return_creative,
    start_sending,
    write_creative,
)
from core.exceptions import RuleViolation
from tests.factories.campaigns import make_addressee, make_campaign, make_prepared, make_written

LETTER = {"subject": "Тема", "body": "Текст", "sender_name": "Савельев", "sender_email": "air@firm.example"}


def test_a_campaign_needs_a_name(cast):
    with pytest.raises(RuleViolation):
        create_campaign(actor=cast.marketer, name=" ")


def test_the_brief_leads_to_the_creative(cast):
    campaign = finish_brief(make_campaign(cast.marketer), actor=cast.marketer, goal="10 встреч", offer="Аудит")
    campaign.refresh_from_db()
    assert (campaign.state, campaign.goal) == (CampaignState.CREATIVE, "10 встреч")


def test_a_brief_without_a_goal_is_refused(cast):
    campaign = make_campaign(cast.marketer)
    with pytest.raises(RuleViolation):
        finish_brief(campaign, actor=cast.marketer, goal=" ")
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.BRIEF


def test_a_letter_cannot_be_written_before_the_brief(cast):
    with pytest.raises(RuleViolation):
        write_creative(make_campaign(cast.marketer), actor=cast.marketer, **LETTER)


@pytest.mark.parametrize(
    "body",
    [
        "{{ password }}",
        "{{ owner.password }}",
        "{{ company|upper|x }}",
        "{{7*7}}",
        "{{ self.__init__ }}",
        "{{ company",
        "}} ",
    ],
)
def test_an_unknown_field_refuses_saving_with_a_sentence(cast, body):
    campaign = make_written(cast.marketer)
    with pytest.raises(RuleViolation) as refusal:
        write_creative(campaign, actor=cast.marketer, **LETTER | {"body": f"Текст {body}"})
    assert refusal.value.message
    campaign.refresh_from_db()
    assert "Текст" not in campaign.body


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "Тема\r\nBcc: all@firm.example"),
        ("subject", "Тема\nX: y"),
        ("sender_name", "Имя\r\nBcc: a@b.example"),
        ("sender_name", "Имя\u2028Bcc"),
        ("sender_email", "a@b.example\r\nBcc: c@d.example"),
        ("sender_email", "not an address"),
        ("subject", ""),
        ("body", " "),
    ],
)
def test_a_broken_header_is_refused(cast, field, value):
    campaign = make_written(cast.marketer)
    with pytest.raises(RuleViolation):
        write_creative(campaign, actor=cast.marketer, **LETTER | {field: value})


def test_nobody_approves_the_own_letter(cast):
    campaign = make_written(cast.marketing_head)
    with pytest.raises(RuleViolation):
        approve_creative(campaign, actor=cast.marketing_head)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.CREATIVE


def test_the_database_itself_refuses_an_own_approval(cast):
    campaign = make_written(cast.marketer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(approved_by=cast.marketer)


def test_the_head_approves_and_a_new_text_needs_a_new_approval(cast):
    campaign = make_written(cast.marketer)
    approve_creative(campaign, actor=cast.marketing_head)
    assert campaign.state == CampaignState.PREPARATION
    write_creative(campaign, actor=cast.marketer, **LETTER)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.approved_by) == (CampaignState.CREATIVE, None)


def test_an_approved_letter_can_be_taken_back(cast):
    campaign = make_prepared(cast.marketer, cast.marketing_head, make_addressee())
    return_creative(campaign, actor=cast.marketer)
    assert (campaign.state, campaign.approved_by) == (CampaignState.CREATIVE, None)


def test_a_letter_without_a_text_cannot_be_approved(cast):
    campaign = finish_brief(make_campaign(cast.marketer), actor=cast.marketer, goal="Встречи")
    with pytest.raises(RuleViolation):
        approve_creative(campaign, actor=cast.marketing_head)


def test_the_letter_cannot_be_changed_after_the_start(cast):
    campaign = make_prepared(cast.marketer, cast.marketing_head, make_addressee())
    start_sending(campaign, actor=cast.marketer)
    with pytest.raises(RuleViolation):
        write_creative(campaign, actor=cast.marketer, **LETTER)
    with pytest.raises(RuleViolation):
        return_creative(campaign, actor=cast.marketer)
