"""Mailings for tests, made by the verbs."""

from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone

from campaigns.models import Campaign
from campaigns.services import (
    approve_creative,
    create_campaign,
    finish_brief,
    prepare_recipients,
    start_sending,
    write_creative,
)
from companies.models import Company
from tests.factories.companies import make_company
from tests.factories.contacts import make_person

_numbers = count(1)
BODY = "{{ salutation }}\n\nУ {{ company }} свой воздух.\nПозвоним {{ call_date }}.\n\nС уважением, {{ sender }}"


def make_addressee(*, email: str = "", **fields) -> Company:
    """A verified company whose decision maker has a mailbox."""
    number = next(_numbers)
    now = timezone.now()
    verified = {"verified_at": now - timedelta(days=400), "verified_until": now + timedelta(days=150)}
    company = make_company(**verified | fields)
    make_person(company, email=email or f"chief{number}@works.example", decision_role="decides")
    return company


def make_campaign(owner, *companies: Company, **fields) -> Campaign:
    """A campaign before its brief."""
    audience = {"companies": [company.pk for company in companies]}
    campaign = create_campaign(actor=owner, name=f"Рассылка {next(_numbers)}", audience=audience)
    Campaign.objects.filter(pk=campaign.pk).update(**{"letters_per_hour": 100_000} | fields)
    campaign.refresh_from_db()
    return campaign


def make_written(
    owner, *companies: Company, body: str = BODY, subject: str = "Воздух для {{ company }}", **fields
) -> Campaign:
    """A campaign with a letter that waits for approval."""
    campaign = make_campaign(owner, *companies, **fields)
    finish_brief(campaign, actor=owner, goal="Встречи")
    return write_creative(
        campaign, actor=owner, subject=subject, body=body, sender_name="Савельев", sender_email="air@firm.example"
    )


def make_prepared(owner, head, *companies: Company, now: datetime | None = None, **fields) -> Campaign:
    """An approved campaign with checked recipients."""
    campaign = make_written(owner, *companies, **fields)
    approve_creative(campaign, actor=head, now=now)
    return prepare_recipients(campaign, actor=owner, now=now)


def make_started(owner, head, *companies: Company, now: datetime | None = None, **fields) -> Campaign:
    """A campaign whose letters may leave."""
    return start_sending(make_prepared(owner, head, *companies, now=now, **fields), actor=owner, now=now)
