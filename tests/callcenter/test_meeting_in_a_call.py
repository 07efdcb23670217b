"""A meeting that is booked in a call: one slot for one client, and an invitation to both sides."""

from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from agenda.invitations import invite, mail_invitation
from agenda.models import Invitation, Meeting
from agenda.tasks import mail_invitations
from callcenter.enums import ItemState
from callcenter.models import CallAttempt
from callcenter.services import finish_call
from contacts.enums import Channel
from contacts.services import opt_out
from core.exceptions import RuleViolation
from tests.callcenter.clock import NOON
from tests.callcenter.test_queue_under_a_rush import in_threads
from tests.factories.accounts import make_user
from tests.factories.callcenter import make_held_card
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db
IN_TWO_DAYS = NOON + timedelta(days=2)


class Away(EmailBackend):
    """A server that takes nothing."""

    def send_messages(self, messages):
        raise SMTPException("away")


def book(operator, manager, **person):
    card = make_held_card(operator, now=NOON)
    whom = make_person(card.company, **person)
    meeting = {"manager": manager, "starts_at": IN_TWO_DAYS, "place": "Цех 2; ул. Мира, 5", "invites": True}
    finish_call(card, actor=operator, claim=card.claim, result="meeting", meeting=meeting, person=whom, now=NOON)
    return card.company.meetings.get()


def test_two_operators_at_once_cannot_book_one_slot(transactional_db):
    manager = make_user("manager")
    operators = [make_user("operator") for _ in range(6)]
    cards = {person: make_held_card(person, now=NOON) for person in operators}
    refused: list[str] = []

    def work(person, barrier):
        card = cards[person]
        meeting = {"manager": manager, "starts_at": IN_TWO_DAYS}
        barrier.wait()
        try:
            finish_call(card, actor=person, claim=card.claim, result="meeting", meeting=meeting, now=NOON)
        except RuleViolation as refusal:
            refused.append(str(refusal))

    in_threads(work, operators)
    assert (Meeting.objects.count(), CallAttempt.objects.count(), len(refused)) == (1, 1, 5)
    states = sorted(type(card).objects.get(pk=card.pk).state for card in cards.values())
    assert states == sorted([ItemState.DONE] + [ItemState.CLAIMED] * 5)


def test_both_sides_get_a_letter_with_the_meeting_as_a_calendar_file(cast):
    cast.manager.email = "manager@firm.example"
    cast.manager.save()
    meeting = book(cast.operator, cast.manager, email="boss@zavod.example")
    mail_invitations(meeting.pk)
    mail_invitations(meeting.pk)  # a repeated task sends nothing twice
    assert sorted(letter.to[0] for letter in mail.outbox) == ["boss@zavod.example", "manager@firm.example"]
    name, ics, kind = mail.outbox[0].attachments[0]
    lines = ics.replace("\r\n ", "").split("\r\n")
    assert (name, kind.split(";")[0]) == ("meeting.ics", "text/calendar")
    assert f"DTSTART:{IN_TWO_DAYS:%Y%m%dT%H%M%SZ}" in lines or any(line.startswith("DTSTART:") for line in lines)
    assert "LOCATION:Цех 2\\; ул. Мира\\, 5" in lines
    assert all(len(line.encode()) <= 75 for line in ics.split("\r\n"))


def test_who_asked_for_no_letters_or_has_no_address_is_not_invited(cast):
    cast.manager.email = "manager@firm.example"
    cast.manager.save()
    opt_out(actor=cast.marketer, channel=Channel.EMAIL, value="boss@zavod.example", now=NOON)
    meeting = book(cast.operator, cast.manager, email="boss@zavod.example")
    assert list(meeting.invitations.values_list("address", flat=True)) == ["manager@firm.example"]
    assert invite(meeting, person=make_person(meeting.company), now=NOON)
    assert meeting.invitations.count() == 1


def test_a_letter_that_did_not_leave_waits(cast, settings):
    cast.manager.email = "manager@firm.example"
    cast.manager.save()
    meeting = book(cast.operator, cast.manager)
    invitation = meeting.invitations.get()
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    with pytest.raises(SMTPException):
        mail_invitation(invitation, now=NOON)
    assert Invitation.objects.get().sent_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mail_invitation(invitation, now=NOON)
    assert not mail_invitation(invitation, now=NOON)
    assert len(mail.outbox) == 1


def test_nobody_is_invited_to_a_meeting_that_was_cancelled_meanwhile(cast):
    cast.manager.email = "manager@firm.example"
    cast.manager.save()
    meeting = book(cast.operator, cast.manager)
    Meeting.objects.update(state="cancelled")
    mail_invitations(meeting.pk)
    assert mail.outbox == []
