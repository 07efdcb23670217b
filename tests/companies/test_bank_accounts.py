"""Bank accounts of a company: proved against the БИК, on the card, in the API, in the file, in the history."""

import random

import pytest
from django.urls import reverse

from companies.models import BankAccount
from companies.services import add_bank_account, register_company, remove_bank_account
from contacts.models import Interaction
from core.exceptions import RuleViolation
from core.identifiers import fictitious_account
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db
BIK = "044525225"
FIRST, SECOND = (fictitious_account(random.Random(seed), BIK) for seed in (1, 2))


def test_the_first_account_is_the_main_one_and_a_known_one_is_completed_and_not_doubled(cast):
    company = make_company()
    add_bank_account(company, actor=cast.marketer, bik=BIK, number=FIRST)
    add_bank_account(company, actor=cast.marketer, bik=BIK, number=f"{FIRST[:5]} {FIRST[5:]}", bank="Сбербанк")
    account = company.bank_accounts.get()
    assert (account.number, account.bank, account.is_main) == (FIRST, "Сбербанк", True)
    assert Interaction.objects.filter(kind="companies.changed").count() == 1


def test_there_is_one_main_account(cast):
    company = make_company()
    for number in (FIRST, SECOND):
        add_bank_account(company, actor=cast.marketer, bik=BIK, number=number, is_main=True)
    assert list(company.bank_accounts.values_list("number", "is_main")) == [(SECOND, True), (FIRST, False)]


@pytest.mark.parametrize(
    "numbers", [{"bik": "12", "number": FIRST}, {"bik": BIK, "number": "1" * 20}, {"bik": "", "number": FIRST}]
)
def test_numbers_that_do_not_fit_are_refused_and_leave_nothing(cast, numbers):
    company = make_company()
    with pytest.raises(RuleViolation):
        add_bank_account(company, actor=cast.marketer, **numbers)
    assert not BankAccount.objects.exists()


def test_an_account_taken_off_stays_in_the_history(cast):
    company = make_company()
    remove_bank_account(add_bank_account(company, actor=None, bik=BIK, number=FIRST), actor=cast.marketer)
    assert not BankAccount.objects.exists()
    assert Interaction.objects.first().changes[0]["old"] == f"{FIRST}, {BIK}"


def test_the_card_shows_accounts_and_adds_and_takes_them_off(cast, client_of):
    company, client = register_company(actor=None, name="Литмаш", okpo="00032537"), client_of(cast.marketer)
    client.post(reverse("companies:account-new", args=[company.pk]), {"bik": BIK, "number": FIRST, "bank": "Сбербанк"})
    html = client.get(reverse("companies:detail", args=[company.pk])).content.decode()
    assert all(text in html for text in (FIRST, BIK, "Сбербанк", "00032537"))
    client.post(reverse("companies:account-remove", args=[company.bank_accounts.get().pk]))
    assert not company.bank_accounts.exists()


def test_who_may_not_change_the_card_changes_no_account(cast, client_of):
    company = make_company(owner=cast.manager2)
    account = add_bank_account(company, actor=None, bik=BIK, number=FIRST)
    client = client_of(cast.manager)
    assert client.post(reverse("companies:account-remove", args=[account.pk])).status_code == 404
    assert client.get(reverse("companies:account-new", args=[company.pk])).status_code == 404
    assert company.bank_accounts.exists()


def test_the_api_adds_and_shows_them(cast, client_of):
    company, client = make_company(), client_of(cast.marketer)
    url = f"/api/v1/companies/{company.pk}/accounts/"
    data = {"bik": BIK, "number": FIRST}
    answer = client.post(url, data, content_type="application/json")
    assert (answer.status_code, answer.json()["bank_accounts"][0]["number"]) == (201, FIRST)
    assert client.post(url, data | {"number": SECOND[::-1]}, content_type="application/json").status_code == 409


def test_requisites_stand_in_the_file(cast, client_of):
    company = register_company(actor=None, name="Литмаш", okpo="00032537")
    add_bank_account(company, actor=None, bik=BIK, number=FIRST)
    answer = client_of(cast.marketing_head).post(
        reverse("companies:export"), {"whole": "1", "filter": "", "format": "csv"}
    )
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert f"{FIRST}, {BIK}" in text
    assert "00032537" in text
