"""A played department keeps the rules of the product, and a seed plays it again."""

import io
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.test import TestCase, override_settings

from accounts.models import AuditEntry, User
from activesales.simulation.mail import mail_arrives
from activesales.simulation.play import Play
from activesales.simulation.scenarios import NISSA
from agenda.models import Meeting, Task
from callcenter.enums import LIVE_STATES, ItemState
from callcenter.models import CallAttempt, QueueItem
from campaigns.models import Campaign, MailItem
from companies.models import Company, Phone
from contacts.models import Interaction, NextContact, Person
from core.identifiers import is_inn
from deals.models import Deal, Invoice, Payment, Proposal
from intake.models import Correction, ImportRow
from reports.kpi import Kpi, Slice, all_figures
from reports.period import Period
from tests.ports import free_port

UNTIL = datetime(2026, 3, 20, 17, tzinfo=ZoneInfo("Europe/Moscow"))
COUNTED = [
    Company,
    Person,
    Phone,
    Interaction,
    CallAttempt,
    Correction,
    Campaign,
    MailItem,
    Meeting,
    NextContact,
    Task,
    Deal,
    Proposal,
    Invoice,
    Payment,
]


def play(*, seed: int = 7, companies: int = 40) -> Play:
    played = Play(NISSA, weeks=1, seed=seed, companies=companies, until=UNTIL, password="demo")
    with override_settings(EMAIL_PORT=free_port()), mail_arrives():
        for _day in played.run():
            pass
    return played


def counts() -> dict[str, int]:
    results = Counter(f"result {code}" for code in CallAttempt.objects.values_list("result__code", flat=True))
    kinds = Counter(f"kind {kind}" for kind in Interaction.objects.values_list("kind", flat=True))
    return {model.__name__: model.objects.count() for model in COUNTED} | results | kinds


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: Any) -> Iterator[Play]:
    """One play for all tests that only look at it."""
    with django_db_blocker.unblock():
        atomics = TestCase._enter_atomics()
        try:
            yield play()
        finally:
            TestCase._rollback_atomics(atomics)


def test_a_week_brings_work_to_every_function(played: Play) -> None:
    assert Company.objects.count() == 40
    for model in (CallAttempt, Correction, MailItem, Task):
        assert model.objects.exists(), model
    assert ImportRow.objects.filter(outcome="error").exists()


def test_every_interaction_has_an_actor_and_lies_in_the_played_time(played: Play) -> None:
    # what the client or the mail server does has no actor of ours
    nobody = Interaction.objects.filter(actor=None).values_list("kind", flat=True)
    assert set(nobody) <= {"campaigns.unsubscribed", "contacts.opted_out"}
    assert not Interaction.objects.filter(Q(at__lt=played.clock(played.days[0], 0)) | Q(at__gt=UNTIL)).exists()


def test_no_company_is_with_two_operators_and_nobody_holds_a_card_at_the_end(played: Play) -> None:
    live = QueueItem.objects.filter(state__in=LIVE_STATES)
    assert not live.values("company").annotate(cards=Count("pk")).filter(cards__gt=1).exists()
    assert live.count() <= 2


def test_counters_equal_a_recount(played: Play) -> None:
    for card in QueueItem.objects.annotate(made=Count("call_attempts", filter=Q(call_attempts__is_late=False))):
        assert card.attempts == card.made
    for invoice in Invoice.objects.annotate(sum=Coalesce(Sum("allocations__amount"), F("paid") * 0)):
        assert invoice.paid == invoice.sum
    for company in Company.objects.all():
        nearest = NextContact.objects.open().filter(company=company).order_by("at").first()
        assert company.next_contact_at == (nearest.at if nearest else None)


def test_blocked_companies_are_not_called_again(played: Play) -> None:
    for card in QueueItem.objects.filter(state=ItemState.BLOCKED):
        last = card.call_attempts.order_by("-ended_at").first()
        assert last is None or last.result.next_step in ("block", "done", "retry", "callback")
        assert not QueueItem.objects.filter(company=card.company, state=ItemState.READY).exists()


def test_numbers_are_fictitious_and_right(played: Play) -> None:
    assert all(is_inn(inn) for inn in Company.objects.exclude(inn="").values_list("inn", flat=True))
    assert all("555" in number for number in Phone.objects.values_list("number", flat=True))
    assert all(address.endswith(".example") for address in MailItem.objects.values_list("email", flat=True))


def test_figures_equal_the_counts_of_their_rows(played: Play) -> None:
    lead = User.objects.get(username="project_lead")
    week = Slice(Period(played.days[0], played.days[-1]))
    values = {figure.name: figure.value(week, lead) for figure in all_figures() if isinstance(figure, Kpi)}
    assert values["companies_collected"] == Company.objects.filter(state="active").count()
    assert values["dials"] == CallAttempt.objects.count()
    assert values["talks"] == CallAttempt.objects.filter(result__is_human=True).count()
    assert values["meetings_booked"] == Meeting.objects.count()
    assert values["letters_sent"] == MailItem.objects.filter(sent_at__isnull=False).count()
    assert values["payments"] == (Payment.objects.aggregate(sum=Sum("amount"))["sum"] or 0)


def test_logins_of_a_demo_are_printed_with_what_each_sees(played: Play) -> None:
    told = io.StringIO()
    call_command("print_logins", stdout=told)
    text = told.getvalue()
    for login in ("project_lead", "marketer1", "operator1 … operator2", "manager1 … manager5", "director"):
        assert login in text
    assert "«demo»" in text


def test_the_same_seed_plays_the_same_department_twice_and_another_one_another(db: None) -> None:
    told = []
    for seed in (3, 3, 4):
        point = transaction.savepoint()
        play(seed=seed, companies=12)
        told.append(counts())
        transaction.savepoint_rollback(point)
    assert told[0] == told[1]
    assert told[0] != told[2]


def test_a_base_with_people_is_left_alone(cast: object) -> None:
    before = counts() | {"people": User.objects.count()}
    with pytest.raises(CommandError, match="empty"):
        call_command("simulate", weeks=1)
    assert counts() | {"people": User.objects.count()} == before


def test_passwords_of_real_people_are_not_printed(cast: object) -> None:
    told = io.StringIO()
    call_command("print_logins", stdout=told)
    assert "demo" not in told.getvalue()
    assert not AuditEntry.objects.filter(event="simulation.played").exists()
