"""Booking a meeting."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agenda.models import Meeting
from agenda.services import book_meeting, cancel_meeting
from companies.enums import Stage
from contacts.models import Interaction, NextContact
from core.exceptions import RuleViolation
from tests.factories.companies import make_company

NOW = timezone.now()
TOMORROW = NOW + timedelta(days=1)


def book(cast, company=None, **fields):
    fields = {"actor": cast.operator, "manager": cast.manager, "starts_at": TOMORROW, "now": NOW} | fields
    return book_meeting(company or make_company(), **fields)


def test_a_booked_meeting_stands_in_the_managers_calendar(cast):
    meeting = book(cast)
    assert meeting.manager == cast.manager
    assert meeting.ends_at - meeting.starts_at == timedelta(hours=1)


def test_booking_gives_a_free_company_to_the_manager_and_moves_it_on(cast):
    company = make_company()
    book(cast, company)
    company.refresh_from_db()
    assert (company.owner, company.stage) == (cast.manager, Stage.MEETINGS)


def test_booking_does_not_take_a_company_from_its_manager(cast):
    company = make_company(owner=cast.manager2)
    book(cast, company)
    company.refresh_from_db()
    assert company.owner == cast.manager2


def test_booking_plans_the_next_contact_and_writes_the_history(cast):
    company = make_company()
    meeting = book(cast, company, subject="Аудит")
    assert NextContact.objects.get(company=company).at == meeting.starts_at
    assert Interaction.objects.of_kind("agenda.meeting_booked").get().source == meeting


def test_two_meetings_of_one_manager_cannot_overlap_and_the_refusal_changes_nothing(cast):
    book(cast)
    company = make_company()
    with pytest.raises(RuleViolation):
        book(cast, company, starts_at=TOMORROW + timedelta(minutes=30))
    company.refresh_from_db()
    assert Meeting.objects.count() == 1
    assert company.owner is None


def test_another_manager_may_have_a_meeting_at_that_time(cast):
    book(cast)
    assert book(cast, manager=cast.manager2).pk


def test_a_cancelled_meeting_frees_its_time(cast):
    cancel_meeting(book(cast), actor=cast.manager, reason="заболел", now=NOW)
    assert book(cast).pk


def test_a_meeting_in_the_past_is_refused(cast):
    with pytest.raises(RuleViolation):
        book(cast, starts_at=NOW - timedelta(minutes=1))
