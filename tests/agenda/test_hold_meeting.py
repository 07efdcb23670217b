"""The result of a meeting."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agenda.enums import MeetingResult, MeetingState
from agenda.models import Meeting
from agenda.services import book_meeting, close_meeting, hold_meeting
from contacts.enums import ContactState
from contacts.models import Interaction, NextContact
from core.exceptions import RuleViolation
from tests.factories.companies import make_company

NOW = timezone.now()
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def meeting(cast):
    return book_meeting(
        make_company(), actor=cast.operator, manager=cast.manager, starts_at=NOW + timedelta(hours=1), now=NOW
    )


def test_a_held_meeting_has_its_result_and_a_line_of_the_history(cast, meeting):
    held = hold_meeting(meeting, actor=cast.manager, result=MeetingResult.PROPOSAL, text="Ждут КП", now=LATER)
    assert (held.state, held.result) == (MeetingState.HELD, MeetingResult.PROPOSAL)
    assert Interaction.objects.of_kind("agenda.meeting_held").get().text == "Ждут КП"


def test_the_planned_contact_of_the_meeting_is_closed(cast, meeting):
    hold_meeting(meeting, actor=cast.manager, result=MeetingResult.THINKING, text="Думают", now=LATER)
    assert NextContact.objects.get(company=meeting.company).state == ContactState.DONE


def test_a_meeting_that_has_not_begun_has_no_result(cast, meeting):
    with pytest.raises(RuleViolation):
        hold_meeting(meeting, actor=cast.manager, result=MeetingResult.PROPOSAL, text="Ждут КП", now=NOW)


def test_a_result_is_written_once(cast, meeting):
    hold_meeting(meeting, actor=cast.manager, result=MeetingResult.PROPOSAL, text="Ждут КП", now=LATER)
    with pytest.raises(RuleViolation):
        hold_meeting(meeting, actor=cast.manager, result=MeetingResult.REFUSAL, text="Нет", now=LATER)


def test_a_result_needs_words(cast, meeting):
    with pytest.raises(RuleViolation):
        hold_meeting(meeting, actor=cast.manager, result=MeetingResult.PROPOSAL, text="  ", now=LATER)
    assert Meeting.objects.get().state == MeetingState.BOOKED


def test_closing_a_meeting_plans_the_next_contact_or_changes_nothing(cast, meeting):
    with pytest.raises(RuleViolation):
        close_meeting(
            meeting,
            actor=cast.manager,
            result=MeetingResult.PROPOSAL,
            text="Ждут КП",
            next_at=NOW,
            next_text="КП",
            now=LATER,
        )
    assert Meeting.objects.get().state == MeetingState.BOOKED
