"""plan, postpone, close: the fifth information block, and what of it the base list shows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from companies.models import Company
from contacts.enums import Channel, ContactState
from contacts.models import NextContact
from contacts.services import close_contact, close_open_contacts, plan_contact, postpone_contact
from core.exceptions import RuleViolation
from tests.factories.companies import make_company
from tests.factories.contacts import make_next_contact

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_the_company_shows_the_nearest_contact():
    company, now = make_company(), timezone.now()
    plan_contact(company, actor=None, at=now + 3 * DAY, text="Позже", now=now)
    plan_contact(company, actor=None, at=now + DAY, text="Раньше", now=now)
    company = Company.objects.get()
    assert (company.next_contact_at, company.next_contact_text) == (now + DAY, "Раньше")
    assert company.blocks["5"] == 100


def test_a_contact_cannot_be_planned_in_the_past():
    now = timezone.now()
    with pytest.raises(RuleViolation):
        plan_contact(make_company(), actor=None, at=now - DAY, now=now)
    assert not NextContact.objects.exists()


def test_a_done_contact_leaves_the_company_and_cannot_be_done_twice():
    contact = make_next_contact()
    close_contact(contact, actor=None)
    contact.refresh_from_db()
    assert (contact.state, contact.company.next_contact_at) == (ContactState.DONE, None)
    with pytest.raises(RuleViolation):
        close_contact(contact, actor=None)


def test_a_postponed_contact_moves_and_a_closed_one_does_not():
    now = timezone.now()
    contact = make_next_contact()
    moved = postpone_contact(contact, actor=None, at=now + 5 * DAY, now=now)
    assert Company.objects.get().next_contact_at == now + 5 * DAY == moved.at
    with pytest.raises(RuleViolation):
        postpone_contact(contact, actor=None, at=now - DAY, now=now)
    close_contact(contact, actor=None)
    with pytest.raises(RuleViolation):
        postpone_contact(contact, actor=None, at=now + DAY, now=now)


def test_a_call_that_has_happened_closes_the_planned_calls_only():
    company = make_company()
    make_next_contact(company, channel=Channel.PHONE)
    letter = make_next_contact(company, channel=Channel.EMAIL)
    assert close_open_contacts(company, actor=None, channel=Channel.PHONE) == 1
    assert NextContact.objects.open().get() == letter
