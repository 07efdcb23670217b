from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from agenda.enums import TaskState
from agenda.models import Task
from companies.models import Company, Phone
from core.exceptions import RuleViolation
from intake.enums import SharingState
from intake.models import SharingRequest
from intake.services.sharing import (
    MOST_A_DAY,
    accept_sharing,
    check_taken,
    end_sharing,
    refuse_sharing,
    request_sharing,
)
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db
INN = "7707083893"


@pytest.fixture
def company(cast):
    return make_company(name="Литмаш", inn=INN, owner=cast.manager2, site_host="litmash.example")


def asked(cast):
    [answer] = check_taken(INN, actor=cast.manager)
    return request_sharing(answer.ticket, actor=cast.manager, text="Они мне позвонили", searched=INN)


@pytest.mark.parametrize("query", [INN, "8 (351) 555-01-40", "www.litmash.example", "boss@litmash.example"])
def test_a_foreign_company_is_taken_by_a_department_without_a_name(cast, company, query):
    Phone.objects.create(company=company, number="+73515550140", seen_at=timezone.now())
    [answer] = check_taken(query, actor=cast.manager)
    assert (answer.company, answer.department) == (None, cast.manager2.team.name)
    assert not answer.is_visible


def test_who_may_see_the_company_gets_the_card(cast, company):
    [answer] = check_taken(INN, actor=cast.marketer)
    assert answer.company == company


def test_nothing_is_found_by_a_name(cast, company):
    with pytest.raises(RuleViolation):
        check_taken("Литмаш", actor=cast.manager)


def test_every_question_stands_in_the_journal(cast, company):
    check_taken(INN, actor=cast.manager)
    entry = AuditEntry.objects.get(event="intake.taken_checked")
    assert (entry.actor, entry.subject, entry.data["companies"]) == (cast.manager, INN, [company.pk])


def test_a_hundred_questions_a_day_are_enough(cast, company):
    AuditEntry.objects.bulk_create(
        AuditEntry(event="intake.taken_checked", actor=cast.manager, at=timezone.now()) for _ in range(MOST_A_DAY)
    )
    with pytest.raises(RuleViolation):
        check_taken(INN, actor=cast.manager)


def test_a_request_goes_to_the_owner(cast, company):
    assert asked(cast).decider == cast.manager2


def test_a_foreign_ticket_asks_for_nothing(cast, company):
    [answer] = check_taken(INN, actor=cast.manager)
    with pytest.raises(RuleViolation):
        request_sharing(answer.ticket, actor=cast.operator)
    with pytest.raises(RuleViolation):
        request_sharing("7707083893", actor=cast.manager)
    assert not SharingRequest.objects.exists()


def test_one_asks_once(cast, company):
    asked(cast)
    with pytest.raises(RuleViolation):
        asked(cast)


def test_a_shared_client_is_among_the_own_ones(cast, company):
    accept_sharing(asked(cast), actor=cast.manager2)
    assert list(Company.objects.permitted(cast.manager, "companies.view_company")) == [company]
    assert cast.manager.has_perm("companies.change_company", company)


def test_sharing_ends(cast, company):
    shared = accept_sharing(asked(cast), actor=cast.manager2)
    end_sharing(shared, actor=cast.manager2)
    assert not Company.objects.permitted(cast.manager, "companies.view_company").exists()
    with pytest.raises(RuleViolation):
        end_sharing(shared, actor=cast.manager2)


def test_a_refusal_needs_a_reason(cast, company):
    request = asked(cast)
    with pytest.raises(RuleViolation):
        refuse_sharing(request, actor=cast.manager2)
    refuse_sharing(request, actor=cast.manager2, reason="Договор на подписи")
    request.refresh_from_db()
    assert (request.state, request.reason) == (SharingState.REFUSED, "Договор на подписи")
    assert not Company.objects.permitted(cast.manager, "companies.view_company").exists()


def test_nobody_decides_an_own_request(cast, company, client_of):
    request = asked(cast)
    with pytest.raises(RuleViolation):
        accept_sharing(request, actor=cast.manager)


def test_the_page_asks_answers_and_decides(cast, company, client_of):
    asker, owner = client_of(cast.manager), client_of(cast.manager2)
    page = asker.post(reverse("intake:taken"), {"query": INN})
    assert "Литмаш" not in page.content.decode()
    ticket = page.context["answers"][0].ticket
    asker.post(reverse("intake:ask-sharing"), {"ticket": ticket, "query": INN})
    request = SharingRequest.objects.get()
    assert request in owner.get(reverse("intake:taken")).context["to_me"]
    owner.post(reverse("intake:accept-sharing", args=[request.pk]))
    assert "Литмаш" in asker.get(reverse("intake:taken")).content.decode()


def test_a_third_manager_decides_nothing(cast, company, client_of):
    request = asked(cast)
    answer = client_of(cast.operator).post(reverse("intake:accept-sharing", args=[request.pk]))
    assert answer.status_code == 404


def test_what_is_no_number_is_said_under_the_field(cast, client_of):
    assert client_of(cast.manager).post(reverse("intake:taken"), {"query": "Литмаш"}).status_code == 422


def test_the_request_is_a_task_of_whoever_decides_and_not_seen_by_who_asks(cast, company):
    asked(cast)
    task = Task.objects.get()
    assert (task.owner, task.set_by, task.company) == (cast.manager2, None, company)
    assert not Task.objects.permitted(cast.manager, "agenda.view_task").exists()


def test_the_client_of_nobody_is_a_task_of_the_heads(cast, company):
    Company.objects.filter(pk=company.pk).update(owner=None)
    asked(cast)
    assert [task.owner for task in Task.objects.all()] == [cast.sales_head]


@pytest.mark.parametrize(
    "decide", [accept_sharing, lambda request, actor: refuse_sharing(request, actor=actor, reason="наш")]
)
def test_the_decision_closes_the_task(cast, company, decide):
    decide(asked(cast), actor=cast.manager2)
    assert Task.objects.get().state == TaskState.DONE


def test_the_task_stands_in_the_day_and_leads_to_the_decision(cast, client_of, company):
    asked(cast)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    html = client_of(cast.manager2).get(reverse("agenda:day"), {"day": tomorrow}).content.decode()
    assert "просит поделиться" in html
    assert f'href="{reverse("intake:taken")}"' in html
