"""The stop list: one register, asked at the claim, at the dialling and by the API; refusals are taken back, never deleted."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from callcenter.models import OperatorEvent
from callcenter.services import claim_next, start_call
from callcenter.services.stoplist import MOST_LINES, add_company, add_many, add_number
from companies.models import Phone
from contacts.enums import Channel
from contacts.models import Interaction, OptOut
from contacts.services import lift_opt_out, opt_out
from core.exceptions import RuleViolation
from tests.callcenter.clock import NOON
from tests.factories.accounts import make_user
from tests.factories.callcenter import make_callable, make_card, make_held_card
from tests.factories.companies import make_company
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db
NUMBER = "+73515550142"
JSON = "application/json"


@pytest.fixture(autouse=True)
def _working_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def head(cast, client_of):
    return client_of(cast.callcenter_head)


def dial(card, operator, number=NUMBER):
    return start_call(card, actor=operator, claim=card.claim, number=number, now=NOON)


def test_a_number_is_written_in_one_spelling_with_whose_it_is(cast):
    company = make_company()
    Phone.objects.create(company=company, number=NUMBER, seen_at=NOON)
    row = add_number("8 (351) 555-01-42", actor=cast.callcenter_head, reason="Просил директор")
    assert (row.value, row.company, row.source) == (NUMBER, company, "hand")
    assert add_number("+7 351 5550142", actor=cast.marketer, reason="Ещё раз") == row
    assert Interaction.objects.filter(kind="contacts.opted_out", company=company).count() == 1


def test_a_number_of_a_person_leads_to_the_person(cast):
    person = make_person(make_company(), phone=NUMBER)
    assert add_number(NUMBER, actor=cast.callcenter_head, reason="Просил").person == person


@pytest.mark.parametrize(("text", "reason"), [("не номер", "Просил"), (NUMBER, " "), ("", "Просил")])
def test_what_is_no_number_or_has_no_reason_is_refused(cast, text, reason):
    with pytest.raises(RuleViolation):
        add_number(text, actor=cast.callcenter_head, reason=reason)
    assert not OptOut.journal.exists()


def test_a_company_is_found_by_its_inn_and_all_its_numbers_are_silent(cast):
    company = make_callable(inn="7707083893")
    card = make_held_card(cast.operator, company=company, now=NOON)
    add_company("7707083893", actor=cast.callcenter_head, reason="Просил директор")
    with pytest.raises(RuleViolation, match="Просил директор"):
        dial(card, cast.operator, company.phones.get().number)
    with pytest.raises(RuleViolation):
        add_company("7728168971", actor=cast.callcenter_head, reason="Просил")


def test_a_pasted_list_says_what_became_of_each_line(cast):
    opt_out(actor=cast.operator, channel=Channel.PHONE, value="+73515550100", now=NOON)
    text = "8 351 555-01-42; письмо от 3 ноября\n\n+7 (351) 555-01-00\nабв\n+73515550142"
    lines = add_many(text, actor=cast.marketer, reason="Список юриста")
    assert [(line.number, line.is_added, bool(line.phone)) for line in lines] == [
        (1, True, True),
        (3, False, True),
        (4, False, False),
        (5, False, True),
    ]
    assert OptOut.objects.get(value=NUMBER).reason == "письмо от 3 ноября"


def test_an_empty_or_endless_list_is_refused(cast):
    for text in ("", "\n \n", f"{NUMBER}\n" * (MOST_LINES + 1)):
        with pytest.raises(RuleViolation):
            add_many(text, actor=cast.marketer, reason="Список")
    assert not OptOut.objects.exists()


def test_a_refusal_taken_back_stays_in_the_journal_and_the_number_may_refuse_again(cast):
    row = add_number(NUMBER, actor=cast.callcenter_head, reason="Просил")
    lift_opt_out(row, actor=cast.sales_head, reason="Сам позвонил", now=NOON)
    kept = OptOut.journal.get()
    assert (kept.lifted_by, kept.lifted_reason, kept.lifted_at) == (cast.sales_head, "Сам позвонил", NOON)
    assert not OptOut.objects.exists()
    add_number(NUMBER, actor=cast.callcenter_head, reason="Снова просил")
    assert OptOut.journal.count() == 2


def test_the_claim_passes_a_company_over_whose_only_number_refuses(cast):
    card = make_card(due_at=NOON)
    add_number(card.company.phones.get().number, actor=cast.callcenter_head, reason="Просил")
    assert claim_next(cast.operator, now=NOON) is None


def test_another_spelling_does_not_slip_past_the_dialling(cast):
    card = make_held_card(cast.operator, now=NOON)
    add_number(NUMBER, actor=cast.callcenter_head, reason="Просил")
    for number in (NUMBER, "8 351 555 01 42", "tel:+7-351-555-01-42"):
        with pytest.raises(RuleViolation):
            dial(card, cast.operator, number)


def test_q7_a_number_added_while_the_card_is_claimed_is_not_dialled(transactional_db):
    operator, head = make_user("operator"), make_user("callcenter_head")
    card = make_held_card(operator, now=NOON)
    claimed, added, refusals = threading.Event(), threading.Event(), []

    def operate():
        try:
            claimed.set()
            assert added.wait(20)
            dial(card, operator)
        except RuleViolation as refusal:
            refusals.append(refusal)
        finally:
            connection.close()

    def forbid():
        try:
            assert claimed.wait(20)
            add_number(NUMBER, actor=head, reason="Просил", now=NOON)
            added.set()
        finally:
            connection.close()

    threads = [threading.Thread(target=operate), threading.Thread(target=forbid)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    card.refresh_from_db()
    assert len(refusals) == 1
    assert (card.dialed_at, card.dialed_number) == (None, "")
    assert not OperatorEvent.objects.filter(state="call").exists()


def test_the_desk_shows_a_refused_number_crossed_out_last_and_without_a_key(cast, client_of):
    card = make_held_card(cast.operator, now=NOON)
    Phone.objects.create(company=card.company, number=NUMBER, seen_at=NOON)
    opt_out(actor=cast.operator, channel=Channel.PHONE, value=NUMBER, reason="Просил не звонить", now=NOON)
    page = client_of(cast.operator).get(reverse("callcenter:desk")).content.decode()
    assert f"tel:{NUMBER}" not in page
    assert "Просил не звонить" in page
    assert page.count("data-dial=") == 1


def test_the_page_finds_a_number_in_any_spelling(cast, head):
    add_number(NUMBER, actor=cast.callcenter_head, reason="Первый")
    add_number("+73515550100", actor=cast.callcenter_head, reason="Второй")
    page = head.get(reverse("callcenter:stoplist"), {"q": "8(351)555-01-42"})
    assert [row.reason for row in page.context["refusals"]] == ["Первый"]
    assert "Ничего не\xa0найдено" in head.get(reverse("callcenter:stoplist"), {"q": "89990000000"}).content.decode()


def test_a_page_holds_fifty_and_costs_the_same(cast, head, django_assert_max_num_queries):
    url = reverse("callcenter:stoplist")
    add_number("+73515550100", actor=cast.callcenter_head, reason="Один")
    head.get(url)
    with django_assert_max_num_queries(100) as few:
        head.get(url)
    for place in range(60):
        add_number(f"+735155502{place:02}", actor=cast.callcenter_head, reason="Много")
    with django_assert_max_num_queries(len(few) + 1):
        assert len(head.get(url).context["refusals"]) == 50


def test_the_page_adds_pastes_and_takes_back(cast, head, client_of):
    head.post(reverse("callcenter:add-refusal"), {"number": "8 351 555 01 42", "reason": "Просил"})
    answer = head.post(reverse("callcenter:add-refusal"), {"number": "", "inn": "", "reason": "Просил"})
    assert answer.status_code == 422
    pasted = head.post(reverse("callcenter:paste-refusals"), {"numbers": "+73515550100\nабв", "reason": "Список"})
    assert (pasted.context["added"], len(pasted.context["wrong"])) == (1, 1)
    row = OptOut.objects.get(value=NUMBER)
    client_of(cast.sales_head).post(reverse("contacts:lift", args=[row.pk]), {"reason": "Сам позвонил"})
    lifted = head.get(reverse("callcenter:stoplist"), {"state": "lifted"})
    assert "Сам позвонил" in lifted.content.decode()


def test_operators_and_managers_have_no_stop_list(cast, client_of):
    for stranger in (cast.operator, cast.manager):
        assert client_of(stranger).get(reverse("callcenter:stoplist")).status_code == 404
        assert client_of(stranger).post(reverse("callcenter:add-refusal")).status_code == 404


def test_the_api_reads_adds_and_takes_back(cast, client_of):
    api = client_of(cast.marketing_head)
    made = api.post("/api/v1/refusals/", {"number": "8 351 555 01 42", "reason": "Внешний список"}, JSON)
    assert (made.status_code, made.json()["value"], made.json()["source"]) == (201, NUMBER, "api")
    assert api.get("/api/v1/refusals/", {"number": "+7(351)555-01-42"}).json()["results"][0]["id"] == made.json()["id"]
    assert api.post("/api/v1/refusals/", {"number": "x", "reason": "да"}, JSON).status_code == 409
    assert api.post("/api/v1/refusals/", {"reason": "да"}, JSON).status_code == 400
    assert api.post(f"/api/v1/refusals/{made.json()['id']}/lift/", {"reason": "Согласны"}, JSON).status_code == 204
    assert not OptOut.objects.exists()
    assert client_of(cast.operator).get("/api/v1/refusals/").status_code in (403, 404)


def test_a_refusal_of_yesterday_has_its_day_in_the_sentence(cast):
    card = make_held_card(cast.operator, now=NOON)
    opt_out(actor=None, channel=Channel.PHONE, value=NUMBER, reason="Просил", now=NOON - timedelta(days=1))
    with pytest.raises(RuleViolation, match="23"):
        dial(card, cast.operator)
