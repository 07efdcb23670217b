"""Private persons as clients: no numbers of firms, no likeness by name, nothing offered without a consent, erased with the card."""

import pytest
from django.urls import reverse
from django.utils import timezone

from callcenter.donotcall import callable_companies, has_opted_out, is_refused, may_be_called
from campaigns.models import Recipient
from companies.duplicates import look_alikes
from companies.filters import apply_filters
from companies.models import Company
from companies.services import change_company, put_under, register_company
from contacts.enums import DecisionRole, Purpose
from contacts.models import Interaction, OptOut
from contacts.services import dossier_of, erase_person, record_consent, withdraw_consent
from core.exceptions import RuleViolation
from intake.models import DuplicatePair
from intake.services.duplicates import scan_companies
from intake.services.merging import merge_companies
from tests.factories.campaigns import make_prepared
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db
PHONE, BOX = "+79125550142", "zimin@mail.example"


@pytest.fixture
def zimin(cast):
    return register_company(
        actor=cast.marketer, name="Зимин Пётр Ильич", is_private=True, phones=[PHONE], email=BOX, city="Миасс"
    )


def consent(company, cast, channel=""):
    person = company.persons.get()
    return record_consent(person, actor=cast.marketer, purpose=Purpose.ADVERTISING, channel=channel)


def test_the_card_of_a_private_person_is_a_person_who_decides(zimin):
    person = zimin.persons.get()
    assert (zimin.name, zimin.legal_form) == ("Зимин Пётр Ильич", "")
    assert (person.full_name, person.decision_role) == ("Зимин Пётр Ильич", DecisionRole.DECIDES)


@pytest.mark.parametrize(
    "fields", [{"kpp": "745101001"}, {"inn": "7707083893"}, {"ogrn": "1027700132195"}, {"legal_form": "ООО"}, {"okpo": "00032537"}]
)  # fmt: skip
def test_numbers_of_firms_are_refused_and_nothing_is_written(cast, fields):
    with pytest.raises(RuleViolation):
        register_company(actor=cast.marketer, name="Зимин Пётр", is_private=True, **fields)
    assert not Company.objects.exists()
    firm = register_company(actor=None, name="Литмаш", **fields)
    with pytest.raises(RuleViolation):
        change_company(firm, actor=cast.marketer, is_private=True)
    assert not Company.objects.filter(is_private=True).exists()


def test_a_private_person_is_in_no_group(zimin):
    for one, other in ((zimin, make_company()), (make_company(), zimin)):
        with pytest.raises(RuleViolation):
            put_under(one, actor=None, parent=other)


def test_the_form_says_so_beside_the_field(cast, client_of):
    data = {"name": "Зимин Пётр", "is_private": "on", "kpp": "745101001"}
    answer = client_of(cast.marketer).post(reverse("companies:new"), data)
    assert "is_private" in answer.context["form"].errors


def test_without_a_consent_nobody_calls(zimin, cast):
    assert not callable_companies(Company.objects.all()).exists()
    assert has_opted_out(zimin)
    assert not may_be_called(zimin)
    assert is_refused(zimin, PHONE)
    consent(zimin, cast, "email")
    assert not callable_companies(Company.objects.all()).exists()
    agreed = consent(zimin, cast, "phone")
    assert callable_companies(Company.objects.all()).get() == zimin
    assert not is_refused(zimin, PHONE)
    assert may_be_called(zimin)
    withdraw_consent(agreed, actor=cast.marketer)
    assert is_refused(zimin, PHONE)
    assert OptOut.objects.filter(value=PHONE).exists()


def test_without_a_consent_nobody_writes(zimin, cast):
    def exclusion():
        campaign = make_prepared(cast.marketer, cast.marketing_head, zimin, verified_only=False)
        return Recipient.objects.get(campaign=campaign).exclusion

    assert exclusion() == "no_consent"
    consent(zimin, cast)
    assert exclusion() == ""


def test_the_card_says_that_there_is_no_consent(zimin, cast, client_of):
    client, url = client_of(cast.marketer), reverse("contacts:people", args=[zimin.pk])
    assert client.get(url).context["unasked"]
    consent(zimin, cast)
    assert not client.get(url).context["unasked"]


def test_namesakes_are_no_duplicates_but_one_phone_is(zimin, cast):
    namesake = register_company(actor=None, name="Зимин Пётр Ильич", is_private=True, city="Миасс")
    scan_companies([zimin.pk, namesake.pk])
    assert not DuplicatePair.objects.exists()
    assert look_alikes(name="Зимин Пётр Ильич") == []
    same = register_company(actor=None, name="Зимин П. И.", is_private=True, phones=[PHONE])
    scan_companies([same.pk])
    assert DuplicatePair.objects.get().first == zimin


def test_a_person_and_a_firm_are_never_one_card(zimin, cast):
    firm = register_company(actor=None, name="Зимин", phones=[PHONE])
    scan_companies([firm.pk])
    assert not DuplicatePair.objects.exists()
    with pytest.raises(RuleViolation):
        merge_companies(firm, zimin, actor=cast.marketer)


def test_erasing_the_person_empties_the_card_and_keeps_the_refusal(zimin, cast):
    erase_person(zimin.persons.get(), actor=cast.marketing_head, reason="просит сам")
    zimin.refresh_from_db()
    said = " ".join(map(str, Company.objects.values().get().values()))
    assert not any(text in said for text in ("Зимин", "зимин", BOX, "Миасс"))
    assert not zimin.phones.exists()
    assert not any("Зимин" in str(row) for row in Interaction.objects.values_list("text", "data"))
    assert is_refused(zimin, PHONE)
    assert OptOut.objects.filter(value__startswith="#").count() == 2


def test_a_copy_for_the_person_holds_the_card(zimin, cast):
    dossier = dossier_of(zimin.persons.get(), actor=cast.marketing_head, now=timezone.now())
    assert dossier["card"]["phones"] == [PHONE]


def test_nobody_asks_a_private_person_for_an_inn_and_selections_tell_them_apart(zimin, cast):
    make_company(name="Литмаш")
    assert zimin.blocks["1"] >= 75
    where = {"where": {"field": "private", "op": "in", "value": ["1"]}}
    assert list(apply_filters(Company.objects.all(), where)) == [zimin]
