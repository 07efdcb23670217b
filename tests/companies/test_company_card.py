"""The company card: rights, neighbours, phones, and a constant number of queries."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Scope
from accounts.models import Grant
from callcenter.enums import ItemState, ListKind
from callcenter.models import CallList, QueueItem
from companies.models import Company, Phone, TechnicalItem
from contacts.models import Interaction, NextContact, Person
from tests.factories.companies import make_company
from tests.factories.contacts import make_interaction, make_need, make_next_contact, make_person

pytestmark = pytest.mark.django_db
FRAGMENTS = ("contacts:people", "contacts:needs", "contacts:next", "contacts:history")


def card(company):
    return reverse("companies:detail", args=[company.pk])


@pytest.fixture
def claimed(cast):
    """A company whose card the operator holds."""
    company = make_company(name="Взятая")
    call_list = CallList.objects.create(
        name="Проверка", kind=ListKind.VERIFICATION, created_by=cast.callcenter_head, created_at=timezone.now()
    )
    QueueItem.objects.create(
        call_list=call_list, company=company, held_by=cast.operator, state=ItemState.CLAIMED,
        due_at=timezone.now(), time_zone="Europe/Moscow"
    )  # fmt: skip
    return company


def test_an_operator_sees_the_claimed_card_only(cast, client_of, claimed):
    client, other = client_of(cast.operator), make_company()
    assert client.get(card(claimed)).status_code == 200
    assert client.get(card(other)).status_code == 404
    assert client_of(cast.operator2).get(card(claimed)).status_code == 404


def test_a_released_card_is_gone_at_once(cast, client_of, claimed):
    QueueItem.objects.update(held_by=None, state=ItemState.READY)
    assert client_of(cast.operator).get(card(claimed)).status_code == 404
    for name in FRAGMENTS:
        assert client_of(cast.operator).get(reverse(name, args=[claimed.pk])).status_code == 404


def test_a_manager_sees_own_cards_only(cast, client_of):
    client = client_of(cast.manager)
    assert client.get(card(make_company(owner=cast.manager))).status_code == 200
    assert client.get(card(make_company(owner=cast.manager2))).status_code == 404


def test_nobody_sees_a_company_without_a_role_for_it(cast, client_of):
    assert client_of(cast.db_admin).get(card(make_company())).status_code == 404


def test_the_card_shows_its_blocks_and_asks_for_what_is_missing(cast, client_of):
    company = make_company(name="Литмаш", legal_form="АО", inn="7447018361")
    Phone.objects.create(company=company, number="+73515550142", extension="114", seen_at=timezone.now())
    TechnicalItem.objects.create(company=company, name="ВК-75", year=2011, seen_at=timezone.now())
    html = client_of(cast.marketer).get(card(company)).content.decode()
    for text in ("АО «Литмаш»", "7447018361", "tel:+73515550142", "ВК-75", "2011", 'class="ask"'):
        assert text in html


def test_phones_are_hidden_from_who_may_not_see_them(cast, client_of):
    Grant.objects.filter(role="marketer", action="companies.view_phone").update(scope=Scope.NONE)
    person = make_person(phone="+73515550199")
    Phone.objects.create(company=person.company, number="+73515550142", seen_at=timezone.now())
    client = client_of(cast.marketer)
    pages = [
        card(person.company),
        reverse("contacts:people", args=[person.company.pk]),
        reverse("contacts:person", args=[person.pk]),
    ]
    for url in pages:
        html = client.get(url).content.decode()
        assert "5550142" not in html
        assert "5550199" not in html


def test_neighbours_are_those_of_the_list_the_card_was_opened_from(cast, client_of):
    companies = [make_company(name=name, name_key=name.lower(), stage=3) for name in ("А", "Б", "В")]
    make_company(name="Б2", name_key="б2", stage=1)
    place = client_of(cast.marketer).get(card(companies[1]), {"stage": 3, "sort": "name", "at": 2}).context["place"]
    assert (place["at"], place["total"], place["previous"], place["next"]) == (2, 3, companies[0].pk, companies[2].pk)


@pytest.mark.parametrize("at", ["x", "999", "-1", "9" * 40])
def test_a_wrong_place_in_the_list_shows_the_card_without_neighbours(cast, client_of, at):
    response = client_of(cast.marketer).get(card(make_company()), {"at": at})
    assert response.status_code == 200


def test_all_parts_of_the_card_take_the_same_number_of_queries_however_much_they_show(cast, client_of):
    client, company = client_of(cast.marketer), make_company()

    def fill():
        person = make_person(company, phone=f"+7351555{Person.objects.count():04}")
        make_need(company, person=person)
        make_next_contact(company, person=person, owner=cast.manager)
        make_interaction(company, person=person, actor=cast.manager)
        Phone.objects.create(company=company, number=f"+7352555{Phone.objects.count():04}", seen_at=timezone.now())

    def queries():
        counts = []
        for url in [card(company), *(reverse(name, args=[company.pk]) for name in FRAGMENTS)]:
            cache.clear()
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counts.append(len(captured))
        return counts

    fill()
    few = queries()
    for _number in range(29):
        fill()
    assert queries() == few


def test_the_history_goes_back_page_by_page_without_gaps(cast, client_of):
    company, now = make_company(), timezone.now()
    for number in range(20):
        make_interaction(company, text=f"разговор-{number:02}.", at=now)
    client, url, seen = client_of(cast.marketer), reverse("contacts:history", args=[company.pk]), []
    query = {}
    for _page in range(3):
        lines = client.get(url, query).context["lines"]
        seen += [line.text for line in lines]
        query = {"before": lines[-1].at.isoformat(), "pk": lines[-1].pk}
    assert seen == [f"разговор-{number:02}." for number in reversed(range(20))]


@pytest.mark.parametrize(
    "query",
    [{"before": "x"}, {"before": "2026-13-45T99:00", "pk": "1"}, {"pk": "9" * 40, "before": "2026-01-01T00:00Z"}],
)
def test_a_wrong_place_in_the_history_does_not_fail(cast, client_of, query):
    assert client_of(cast.marketer).get(reverse("contacts:history", args=[make_company().pk]), query).status_code == 200


def test_a_kind_that_nobody_registers_any_more_is_shown_by_its_name(cast, client_of):
    line = make_interaction(kind="gone.happened")
    html = client_of(cast.marketer).get(reverse("contacts:history", args=[line.company_id])).content.decode()
    assert "gone.happened" in html


def test_dialogs_do_their_verb_close_and_tell_the_page(cast, client_of):
    company, client = make_company(), client_of(cast.marketer)
    at = timezone.localtime(timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    for name, data in {
        "contacts:person-new": {
            "full_name": "Рябов Сергей Жанович",
            "phone": "8 351 555 01 42",
            "decision_role": "decides",
        },
        "contacts:need-new": {"text": "Осушитель", "urgency": "acute"},
        "contacts:note": {"text": "Письмо видел", "channel": "phone"},
        "contacts:plan": {"at": at, "channel": "phone", "text": "Замеры"},
        "companies:phone-new": {"number": "8 351 555 01 43"},
        "companies:equipment-new": {"name": "ВК-75", "quantity": 2},
    }.items():
        url = reverse(name, args=[company.pk])
        assert "<form" in client.get(url, headers={"HX-Request": "true"}).content.decode()
        answer = client.post(url, data, headers={"HX-Request": "true"})
        assert (answer.status_code, "company-changed" in answer.headers["HX-Trigger"]) == (204, True), name
    company = Company.objects.get()
    assert (company.decision_makers, company.next_contact_text) == (1, "Замеры")
    assert (company.phones.count(), company.needs.count(), company.technical_items.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("contacts:person-new", {"full_name": ""}),
        ("contacts:person-new", {"full_name": "Рябов", "phone": "нет", "email": "нет"}),
        ("contacts:need-new", {"text": ""}),
        ("contacts:note", {"text": " "}),
        ("contacts:plan", {"at": "завтра", "channel": "phone"}),
        ("companies:phone-new", {"number": ""}),
        ("companies:equipment-new", {"name": "ВК", "quantity": 0}),
    ],
)
def test_a_dialog_with_an_error_comes_back_with_it(cast, client_of, name, data):
    company = make_company()
    answer = client_of(cast.marketer).post(reverse(name, args=[company.pk]), data, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert not Interaction.objects.exists()


def test_a_refused_verb_is_a_sentence_and_changes_nothing(cast, client_of):
    company = make_company()
    answer = client_of(cast.marketer).post(
        reverse("contacts:plan", args=[company.pk]),
        {"at": "2020-01-01T10:00", "channel": "phone"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 409
    assert not NextContact.objects.exists()


def test_a_stranger_can_neither_see_nor_do_anything_with_a_foreign_company(cast, client_of):
    company = make_company(owner=cast.manager2)
    person, contact = make_person(company), make_next_contact(company, owner=cast.manager2)
    client = client_of(cast.manager)
    for name in (
        "contacts:person-new",
        "contacts:need-new",
        "contacts:note",
        "contacts:plan",
        "companies:edit",
        "companies:phone-new",
    ):
        assert client.post(reverse(name, args=[company.pk]), {"text": "x", "name": "x"}).status_code == 404, name
    for name, pk in (
        ("contacts:person", person.pk),
        ("contacts:dismiss", person.pk),
        ("contacts:close", contact.pk),
        ("contacts:postpone", contact.pk),
    ):
        assert client.post(reverse(name, args=[pk]), {"full_name": "x"}).status_code == 404, name
    assert Interaction.objects.count() == 0


def test_an_edited_person_keeps_phones_and_a_chief_is_never_the_person(cast, client_of):
    person = make_person(phone="+73515550142")
    client = client_of(cast.marketer)
    data = {
        "full_name": person.full_name,
        "position": "Главный инженер",
        "phone": "8 351 555 01 43",
        "reports_to": person.pk,
    }
    assert client.post(reverse("contacts:person", args=[person.pk]), data).status_code == 422
    del data["reports_to"]
    assert client.post(reverse("contacts:person", args=[person.pk]), data).status_code == 302
    person.refresh_from_db()
    assert (person.position, person.phones.count()) == ("Главный инженер", 2)


def test_a_planned_contact_is_done_or_moved_from_the_card(cast, client_of):
    contact = make_next_contact(make_company(owner=cast.manager), owner=cast.manager)
    client = client_of(cast.manager)
    later = timezone.localtime(contact.at + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    assert (
        client.post(reverse("contacts:postpone", args=[contact.pk]), {"at": later, "text": "Позже"}).status_code == 302
    )
    assert NextContact.objects.get().text == "Позже"
    assert client.post(reverse("contacts:close", args=[contact.pk])).status_code == 302
    assert not NextContact.objects.open().exists()
