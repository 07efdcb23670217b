"""Personal data: consents given and withdrawn, a copy for the person, erasing that keeps the refusals, and who has looked."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from callcenter.donotcall import is_refused, lines_of, refused_numbers
from campaigns.models import MailItem, Recipient
from companies.enums import Stage
from companies.models import Company
from contacts.enums import AccessKind, Channel, Purpose
from contacts.models import Consent, DataAccess, Interaction, OptOut, Person
from contacts.services import (
    add_note,
    add_person,
    dossier_of,
    erase_expired,
    erase_person,
    note_access,
    opt_out,
    record_consent,
    withdraw_consent,
)
from core.exceptions import RuleViolation
from tests.architecture.world import build_world
from tests.factories.campaigns import make_prepared
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db
EMAIL, PHONE = "s.ryabov@ural.example", "+73515550140"
NOW = timezone.now()


@pytest.fixture
def person(cast):
    company = make_company(owner=cast.manager)
    return add_person(
        company, actor=cast.marketer, full_name="Рябов Сергей Жанович", position="Главный инженер", phones=[PHONE],
        emails=[EMAIL],
    )  # fmt: skip


def test_a_consent_is_kept_with_its_text_its_day_and_its_proof(person, cast):
    proof = SimpleUploadedFile("согласие.exe", b"%PDF-1.7 ...")
    consent = record_consent(
        person,
        actor=cast.marketer,
        purpose=Purpose.ADVERTISING,
        channel=Channel.EMAIL,
        text_version="2025-09",
        proof=proof,
    )
    assert consent.proof.name.endswith(".pdf")
    assert "согласие" not in consent.proof.name
    assert Interaction.objects.filter(kind="contacts.consented", person=person).exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"given_at": NOW + timedelta(days=1)},
        {"proof": SimpleUploadedFile("proof.pdf", b"MZ\x90\x00")},
        {"proof": SimpleUploadedFile("proof.pdf", b"%PDF" + b"0" * (10 * 1024 * 1024 + 1))},
    ],
)
def test_a_bad_consent_is_refused(fields, person, cast):
    with pytest.raises(RuleViolation):
        record_consent(person, actor=cast.marketer, purpose=Purpose.PROCESSING, now=NOW, **fields)
    assert not Consent.objects.exists()


def test_a_withdrawn_consent_to_advertising_stops_letters_and_calls_at_once(person, cast):
    consent = record_consent(person, actor=cast.marketer, purpose=Purpose.ADVERTISING)
    withdraw_consent(consent, actor=cast.marketer, reason="Попросил по телефону")
    assert set(OptOut.objects.values_list("channel", "value")) == {(Channel.EMAIL, EMAIL), (Channel.PHONE, PHONE)}
    assert is_refused(person.company, PHONE)
    with pytest.raises(RuleViolation):
        withdraw_consent(consent, actor=cast.marketer)


def test_a_consent_of_one_channel_stops_only_that_one(person, cast):
    consent = record_consent(person, actor=cast.marketer, purpose=Purpose.ADVERTISING, channel=Channel.EMAIL)
    withdraw_consent(consent, actor=cast.marketer)
    assert list(OptOut.objects.values_list("channel", flat=True)) == [Channel.EMAIL]


def test_nothing_that_says_who_it_was_is_left(person, cast):
    add_note(person.company, actor=cast.manager, text="Рябов просит КП", person=person)
    stranger = add_person(person.company, actor=cast.marketer, full_name="Дёмина Анна Павловна")
    erase_person(person, actor=cast.marketing_head, reason="Заявление от 20.11.2026")
    erased = Person.objects.get(pk=person.pk)
    assert (erased.first_name, erased.position, erased.emails.count(), erased.phones.count()) == ("", "", 0, 0)
    assert erased.left_at
    assert not Interaction.objects.filter(person=person).exclude(text="").exists()
    assert not OptOut.objects.filter(value__in=[EMAIL, PHONE]).exists()
    assert Person.objects.get(pk=stranger.pk).full_name == "Дёмина Анна Павловна"


def test_an_erased_address_is_refused_when_it_comes_back(person, cast):
    erase_person(person, actor=cast.marketing_head, reason="Заявление")
    company = Company.objects.get(pk=person.company_id)
    again = add_person(company, actor=cast.marketer, full_name="Рябов Сергей", phones=[PHONE], emails=[EMAIL])
    assert is_refused(company, PHONE)
    assert refused_numbers([PHONE]) == {PHONE}
    assert lines_of(company) == []
    make_prepared(cast.marketer, cast.marketing_head, company)
    assert Recipient.objects.get(person=again).exclusion == "opted_out"


def test_letters_and_calls_of_an_erased_person_stay_counted_and_say_nothing(cast):
    world = build_world(9001, cast.manager)
    letter = MailItem.objects.exclude(person=None).first()
    email, letters = letter.email, MailItem.objects.count()
    erase_person(letter.person, actor=cast.marketing_head, reason="Заявление")
    assert MailItem.objects.count() == letters
    assert not MailItem.objects.filter(email=email).exists()
    assert MailItem.objects.get(pk=letter.pk).fields == {}
    assert world


def test_a_person_is_erased_once_and_on_a_ground(person, cast):
    with pytest.raises(RuleViolation):
        erase_person(person, actor=cast.marketing_head, reason=" ")
    erase_person(person, actor=cast.marketing_head, reason="Заявление")
    with pytest.raises(RuleViolation):
        erase_person(person, actor=cast.marketing_head, reason="Ещё раз")
    with pytest.raises(RuleViolation):
        record_consent(person, actor=cast.marketer, purpose=Purpose.PROCESSING)


def test_the_copy_for_the_person_holds_everything_and_is_journalled(person, cast):
    record_consent(person, actor=cast.marketer, purpose=Purpose.PROCESSING)
    opt_out(actor=cast.marketer, channel=Channel.EMAIL, value=EMAIL, person=person, company=person.company)
    copy = dossier_of(person, actor=cast.marketing_head)
    assert copy["person"]["name"] == "Рябов Сергей Жанович"
    assert [phone["number"] for phone in copy["phones"]] == [PHONE]
    assert [consent["purpose"] for consent in copy["consents"]] == ["processing"]
    assert copy["refusals"][0]["value"] == EMAIL
    assert copy["history"]
    assert DataAccess.objects.get().kind == AccessKind.EXPORTED


def test_a_look_is_written_once_a_day(person, cast, client_of):
    client = client_of(cast.manager)
    for _time in range(2):
        client.get(reverse("contacts:people", args=[person.company_id]))
    assert client_of(cast.manager2).get(reverse("contacts:people", args=[person.company_id])).status_code == 404
    access = DataAccess.objects.get()  # a refusal writes nothing
    assert (access.user, access.company, access.kind) == (cast.manager, person.company, AccessKind.VIEWED)
    note_access(person.company, actor=cast.manager, now=NOW + timedelta(days=1))
    assert DataAccess.objects.count() == 2


@pytest.mark.parametrize(
    ("stage", "age", "talked", "is_erased"),
    [
        (Stage.MAILING, 4 * 365, False, True),
        (Stage.MAILING, 4 * 365, True, False),
        (Stage.DEALS, 4 * 365, False, False),
        (Stage.MAILING, 300, False, False),
    ],
)
def test_data_that_nobody_needs_any_more_are_erased_at_night(stage, age, talked, is_erased, person, cast):
    old = NOW - timedelta(days=age)
    Company.objects.update(stage=stage)
    Person.objects.update(seen_at=old)
    Interaction.objects.update(at=NOW - timedelta(days=30) if talked else old)
    assert erase_expired(now=NOW) == int(is_erased)
    assert erase_expired(now=NOW) == 0
    assert bool(Person.objects.get().erased_at) is is_erased


def test_a_month_after_the_consent_is_withdrawn_the_data_go(person, cast):
    consent = record_consent(person, actor=cast.marketer, purpose=Purpose.PROCESSING, now=NOW - timedelta(days=60))
    withdraw_consent(consent, actor=cast.marketer, now=NOW - timedelta(days=29))
    assert erase_expired(now=NOW) == 0
    assert erase_expired(now=NOW + timedelta(days=2)) == 1


def test_the_dialogs_of_a_person(person, cast, client_of):
    client = client_of(cast.marketing_head)
    page = client.get(reverse("contacts:personal", args=[person.pk])).content.decode()
    assert reverse("contacts:erase", args=[person.pk]) in page
    new = reverse("contacts:consent-new", args=[person.pk])
    assert client.get(new).status_code == 200
    assert client.post(new, {"purpose": "nothing"}).status_code == 422
    client.post(new, {"purpose": "processing", "given_at": "2026-01-02T10:00"})
    consent = Consent.objects.get()
    client.post(reverse("contacts:consent-withdraw", args=[consent.pk]), {"reason": "Письмо"})
    copy = client.post(reverse("contacts:dossier", args=[person.pk]))
    assert copy.json()["person"]["name"] == "Рябов Сергей Жанович"
    assert "attachment" in copy["Content-Disposition"]
    assert client.post(reverse("contacts:erase", args=[person.pk]), {"reason": "Заявление"}).status_code == 302
    assert Person.objects.get().erased_at
    assert client_of(cast.manager).get(reverse("contacts:erase", args=[person.pk])).status_code == 404


def test_the_journal_of_access_shows_names_only_to_those_who_see_the_base(person, cast, client_of):
    note_access(person.company, actor=cast.manager)
    url = reverse("contacts:access")
    assert person.company.name in client_of(cast.project_lead).get(url).content.decode()
    page = client_of(cast.db_admin).get(f"{url}?company={person.company_id}").content.decode()
    assert person.company.name not in page
    assert f"№ {person.company_id}" in page
    assert client_of(cast.manager).get(url).status_code == 404
