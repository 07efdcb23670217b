"""Phones and mailboxes that do not work, and refusals: set and taken off by verbs, shown on the card, respected everywhere."""

import pytest
from django.urls import reverse
from django.utils import timezone

from callcenter.donotcall import callable_companies, lines_of
from companies.models import Company, Phone
from companies.services import add_phone
from contacts.enums import Channel, Purpose
from contacts.models import Interaction, OptOut
from contacts.services import (
    add_person_email,
    lift_opt_out,
    mark_invalid,
    mark_valid,
    opt_out,
    record_consent,
    refuse,
    withdraw_consent,
)
from contacts.suppression import digest
from core.exceptions import RuleViolation
from tests.factories.companies import make_company
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db
NUMBER = "+73515550142"


@pytest.fixture
def person(cast):
    company = make_company(owner=cast.manager, email="office@plant.example")
    Phone.objects.create(company=company, number="+73515550177", seen_at=timezone.now())
    return make_person(company, phone=NUMBER, email="ryabov@plant.example")


def rows_of(person):
    return [person.phones.get(), person.emails.get(), person.company.phones.get(), person.company]


def test_each_number_and_mailbox_is_marked_and_works_again(cast, person):
    for row in rows_of(person):
        mark_invalid(row, actor=cast.manager, reason="робот")
        with pytest.raises(RuleViolation):
            mark_invalid(row, actor=cast.manager)
        row.refresh_from_db()
        flag = "email_invalid" if isinstance(row, Company) else "is_invalid"
        assert getattr(row, flag)
        assert "робот" in (row.email_invalid_reason if isinstance(row, Company) else row.invalid_reason)
        mark_valid(row, actor=cast.manager)
        with pytest.raises(RuleViolation):
            mark_valid(row, actor=cast.manager)
    assert Interaction.objects.filter(kind__in=["contacts.person_changed", "companies.changed"]).count() == 8


def test_a_number_that_does_not_work_is_not_dialled_and_one_heard_again_works(cast, person):
    for row in (person.phones.get(), person.company.phones.get()):
        mark_invalid(row, actor=cast.manager)
    assert not callable_companies(Company.objects.all()).exists()
    add_phone(person.company, actor=cast.manager, number="+73515550177")
    phone = person.company.phones.get()
    assert (phone.is_invalid, phone.invalid_at, phone.invalid_reason) == (False, None, "")


def test_a_refused_number_is_not_dialled(cast, person):
    refuse(person.phones.get(), actor=cast.manager, reason="просил")
    assert [line.number for line in lines_of(person.company)] == ["+73515550177"]


def test_a_refusal_is_taken_off_with_a_reason_and_stays_in_the_history(cast, person):
    refusal = refuse(person.phones.get(), actor=cast.manager)
    with pytest.raises(RuleViolation):
        lift_opt_out(refusal, actor=cast.sales_head, reason=" ")
    assert OptOut.objects.exists()
    lift_opt_out(refusal, actor=cast.sales_head, reason="Рябов сам позвонил")
    assert not OptOut.objects.exists()
    assert Interaction.objects.filter(kind="contacts.opt_out_lifted", text="Рябов сам позвонил").exists()


def test_the_refusal_of_an_erased_person_and_after_a_withdrawn_consent_stays(cast, person):
    erased = OptOut.objects.create(channel=Channel.PHONE, value=digest("+79000000000"), at=timezone.now())
    consent = record_consent(person, actor=cast.manager, purpose=Purpose.ADVERTISING)
    withdraw_consent(consent, actor=cast.manager)
    withdrawn = OptOut.objects.get(value=NUMBER)
    for refusal in (erased, withdrawn):
        with pytest.raises(RuleViolation):
            lift_opt_out(refusal, actor=cast.sales_head, reason="просит")
    record_consent(person, actor=cast.manager, purpose=Purpose.ADVERTISING)
    lift_opt_out(withdrawn, actor=cast.sales_head, reason="новое согласие")
    assert not OptOut.objects.filter(value=NUMBER).exists()


def test_the_card_says_what_does_not_work_and_who_refused_when(cast, client_of, person):
    mark_invalid(person.company.phones.get(), actor=cast.manager, reason="номер не обслуживается")
    refuse(person.phones.get(), actor=cast.manager, reason="не звонить совсем")
    opt_out(actor=cast.manager, channel=Channel.EMAIL, company=person.company, reason="письмо директора")
    client = client_of(cast.manager)
    card = client.get(reverse("companies:detail", args=[person.company_id])).content.decode()
    assert "номер не обслуживается" in card
    assert 'class="btn btn-primary hide-small" href="tel:' not in card
    people = client.get(reverse("contacts:people", args=[person.company_id])).content.decode()
    assert "не звонить совсем" in people
    assert "письмо директора" in people
    assert f"tel:{NUMBER}" not in people


@pytest.mark.parametrize(("name", "place"), [("person-phone", 0), ("person-email", 1), ("phone", 2), ("mailbox", 3)])
def test_the_dialog_of_a_number_marks_it_and_writes_a_refusal(cast, client_of, person, name, place):
    row, client = rows_of(person)[place], client_of(cast.manager)
    url = reverse(f"contacts:{name}", args=[row.pk])
    assert client.get(url).status_code == 200
    client.post(url, {"act": "invalid", "reason": "тишина"})
    assert "тишина" in client.get(url).content.decode()
    client.post(url, {"act": "valid"})
    client.post(url, {"act": "refuse", "reason": "просит"})
    assert OptOut.objects.get().reason == "просит"
    assert client.post(url, {"act": "?"}, headers={"HX-Request": "true"}).status_code == 409
    assert client_of(cast.manager2).get(url).status_code == 404


def test_only_heads_take_refusals_off(cast, client_of, person):
    refusal = refuse(person.phones.get(), actor=cast.manager)
    url = reverse("contacts:lift", args=[refusal.pk])
    assert client_of(cast.manager).post(url, {"reason": "да"}).status_code == 404
    client_of(cast.sales_head).post(url, {"reason": "да"})
    assert not OptOut.objects.exists()


def test_a_person_is_called_by_the_first_number_that_may_be_called(cast, client_of, person):
    mark_invalid(person.phones.get(), actor=cast.manager)
    person.phones.create(number="+73515550199", seen_at=timezone.now())
    add_person_email(person, actor=cast.manager, address="second@plant.example")
    html = client_of(cast.manager).get(reverse("contacts:people", args=[person.company_id])).content.decode()
    assert 'class="btn btn-call btn-glyph" href="tel:+73515550199"' in html
