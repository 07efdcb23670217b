from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from agenda.models import Meeting, Task
from agenda.services import book_meeting, set_task
from callcenter.models import QueueItem
from companies.models import Company
from contacts.models import Interaction, NextContact
from contacts.services import hand_over, plan_contact, preview_hand_over
from core.exceptions import RuleViolation
from deals.models import Deal
from tests.factories.callcenter import make_card
from tests.factories.companies import make_company
from tests.factories.deals import make_deal

pytestmark = pytest.mark.django_db
TOMORROW = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)


@pytest.fixture
def client_company(cast):
    """A client of the manager with something of everything."""
    company = make_company(owner=cast.manager)
    plan_contact(company, actor=cast.manager, owner=cast.manager, at=TOMORROW)
    set_task(actor=cast.manager, owner=cast.manager, title="Смета", due_at=TOMORROW, company=company)
    book_meeting(company, actor=cast.manager, manager=cast.manager, starts_at=TOMORROW)
    make_deal(company, owner=cast.manager)
    make_card(company=company, callback_owner=cast.manager)
    return company


def give(cast, *, companies=None, **how):
    how = {"previous": cast.manager, "successor": cast.manager2, "reason": "Уходит в отпуск"} | how
    return hand_over(companies if companies is not None else Company.objects.all(), actor=cast.sales_head, **how)


def owners_of(company):
    rows = [
        Company.objects.get(pk=company.pk).owner,
        NextContact.objects.filter(company=company).first().owner,
        Task.objects.get(company=company).owner,
        Meeting.objects.get(company=company).manager,
        Deal.objects.get(company=company).owner,
        QueueItem.objects.get(company=company).callback_owner,
    ]
    return set(rows)


def test_a_client_goes_with_everything_that_is_to_be_done(cast, client_company):
    result = give(cast)
    assert owners_of(client_company) == {cast.manager2}
    assert result.companies == 1
    assert sum(number for _words, number in result.parts) == 6  # the meeting has a next contact of its own


def test_the_preview_counts_the_same_and_changes_nothing(cast, client_company):
    planned = preview_hand_over(
        Company.objects.all(), actor=cast.sales_head, previous=cast.manager, successor=cast.manager2
    )
    assert owners_of(client_company) == {cast.manager}
    assert planned == give(cast)


def test_only_the_chosen_clients_go(cast, client_company):
    other = make_company(owner=cast.manager)
    deal = make_deal(other, owner=cast.manager)
    give(cast, companies=Company.objects.filter(pk=client_company.pk))
    deal.refresh_from_db()
    assert deal.owner == cast.manager
    assert Company.objects.get(pk=other.pk).owner == cast.manager


def test_clients_of_others_do_not_go(cast, client_company):
    foreign = make_company(owner=cast.manager2)
    give(cast, previous=cast.manager2, successor=cast.manager, companies=Company.objects.filter(pk=foreign.pk))
    assert Company.objects.get(pk=client_company.pk).owner == cast.manager
    assert Company.objects.get(pk=foreign.pk).owner == cast.manager


def test_who_leaves_gives_everything_away(cast, client_company):
    task = set_task(actor=cast.manager, owner=cast.manager, title="Отчёт", due_at=TOMORROW)
    give(cast, is_whole=True)
    task.refresh_from_db()
    assert task.owner == cast.manager2


def test_a_meeting_in_busy_hours_stays_and_is_named(cast, client_company):
    book_meeting(make_company(), actor=cast.manager2, manager=cast.manager2, starts_at=TOMORROW)
    result = give(cast)
    assert Meeting.objects.get(company=client_company).manager == cast.manager
    assert [number for _words, number in result.left] == [1]


def test_each_company_and_the_journal_get_a_line(cast, client_company):
    give(cast)
    line = Interaction.objects.get(company=client_company, kind="companies.assigned", data__reason="Уходит в отпуск")
    assert line.actor == cast.sales_head
    entry = AuditEntry.objects.get(event="contacts.clients_handed_over")
    assert entry.data["companies"] == [client_company.pk]


@pytest.mark.parametrize(
    "how", [{"reason": " "}, {"successor": "previous"}, {"successor": "gone"}, {"previous": "empty"}]
)
def test_refusals_change_nothing(cast, client_company, how):
    people = {"previous": cast.manager, "gone": cast.sales_admin, "empty": cast.marketer}
    cast.sales_admin.is_active = False
    cast.sales_admin.save()
    how = {name: people.get(value, value) for name, value in how.items()}
    with pytest.raises(RuleViolation):
        give(cast, **how)
    assert owners_of(client_company) == {cast.manager}


def test_the_head_of_sales_hands_over_on_the_page(cast, client_company, client_of):
    head = client_of(cast.sales_head)
    page = head.get(reverse("contacts:hand-over"), {"previous": cast.manager.pk})
    assert client_company in page.context["companies"]
    data = {"previous": cast.manager.pk, "successor": cast.manager2.pk, "reason": "Отпуск", "ids": [client_company.pk]}
    assert head.get(reverse("contacts:hand-over-preview"), data).context["planned"].companies == 1
    assert head.post(reverse("contacts:hand-over"), data).status_code == 302
    assert owners_of(client_company) == {cast.manager2}


def test_a_manager_hands_over_nothing(cast, client_company, client_of):
    data = {"previous": cast.manager.pk, "successor": cast.manager2.pk, "reason": "Отпуск", "whole": "1"}
    assert client_of(cast.manager).post(reverse("contacts:hand-over"), data).status_code == 404
    assert owners_of(client_company) == {cast.manager}


def test_the_form_says_what_is_missing(cast, client_of):
    assert client_of(cast.sales_head).post(reverse("contacts:hand-over"), {}).status_code == 422
