"""The company form: new, edit, duplicates while typing, and two people who edit one card."""

import random
import re

import pytest
from django.urls import reverse

from companies.models import Company
from companies.services import change_company, register_company
from core.identifiers import fictitious_account
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketer(cast, client_of):
    return client_of(cast.marketer)


def opened(client, company):
    """The fields of the form as the browser would send them back."""
    html = client.get(reverse("companies:edit", args=[company.pk])).content.decode()
    fields = dict(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', html))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', html, re.DOTALL):
        fields[name] = next(iter(re.findall(r'value="([^"]*)" selected', options)), "")
    fields.pop("csrfmiddlewaretoken", None)
    return fields


def test_a_company_is_added_by_hand(marketer, cast):
    answer = marketer.post(
        reverse("companies:new"),
        {"name": 'ООО "Литмаш"', "city": "Миасс", "phones": "8 351 555-01-42 доб. 7; 8 351 555-01-43"},
    )
    company = Company.objects.get()
    assert answer.url == reverse("companies:detail", args=[company.pk])
    assert (company.name, company.legal_form, company.created_by) == ("Литмаш", "ООО", cast.marketer)
    assert [(phone.number, phone.extension) for phone in company.phones.all()] == [
        ("+73515550142", "7"),
        ("+73515550143", ""),
    ]


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({"name": ""}, "name"), ({"name": "А", "inn": "123"}, "inn"), ({"name": "А", "email": "нет"}, "email"),
        ({"name": "А", "headcount": "-5"}, "headcount"), ({"name": "А", "phones": "12345678901234567"}, "phones"),
        ({"name": "А", "region": "99999"}, "region"), ({"name": "А" * 400}, "name"), ({"name": "А", "site": "нет"}, "site"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_said_beside_its_field_and_nothing_is_written(marketer, data, wrong):
    answer = marketer.post(reverse("companies:new"), data)
    assert answer.status_code == 422
    assert wrong in answer.context["form"].errors
    assert not Company.objects.exists()


def test_a_taken_inn_is_refused_with_a_sentence(marketer):
    register_company(actor=None, name="Первая", inn="7707083893")
    marketer.post(
        reverse("companies:new"), {"name": "Вторая", "inn": "7707083893"}, headers={"Accept": "application/json"}
    )
    assert Company.objects.count() == 1


def test_who_may_not_add_has_no_form(cast, client_of):
    for user in (cast.operator, cast.director, cast.db_admin):
        assert client_of(user).get(reverse("companies:new")).status_code == 404


def test_an_edit_writes_only_what_the_person_changed(marketer):
    company = register_company(actor=None, name="Литмаш", city="Миасс", site="litmash.example")
    fields = opened(marketer, company) | {"headcount": "320"}
    answer = marketer.post(reverse("companies:edit", args=[company.pk]), fields)
    assert answer.status_code == 302
    company.refresh_from_db()
    assert (company.headcount, company.city, company.site, company.version) == (
        320,
        "Миасс",
        "https://litmash.example",
        2,
    )


def test_two_people_who_change_different_fields_do_not_disturb_each_other(marketer):
    company = register_company(actor=None, name="Литмаш", city="Миасс")
    fields = opened(marketer, company) | {"headcount": "320"}
    change_company(Company.objects.get(), actor=None, city="Златоуст")
    assert marketer.post(reverse("companies:edit", args=[company.pk]), fields).status_code == 302
    company.refresh_from_db()
    assert (company.headcount, company.city) == (320, "Златоуст")


def test_two_people_who_change_one_field_are_asked_which_value_stays(marketer):
    company = register_company(actor=None, name="Литмаш", city="Миасс")
    fields = opened(marketer, company) | {"city": "Троицк"}
    change_company(Company.objects.get(), actor=None, city="Златоуст")
    answer = marketer.post(reverse("companies:edit", args=[company.pk]), fields)
    assert answer.status_code == 422
    [conflict] = answer.context["conflicts"]
    assert (conflict["mine"], conflict["theirs"]) == ("Троицк", "Златоуст")
    assert Company.objects.get().city == "Златоуст"
    for choice, city in (("theirs", "Златоуст"), ("mine", "Троицк")):
        marketer.post(reverse("companies:edit", args=[company.pk]), fields | {conflict["name"]: choice, "version": "2"})
        assert Company.objects.get().city == city


def test_a_name_an_inn_or_a_phone_that_is_in_the_base_is_told_while_typing(marketer):
    company = register_company(actor=None, name="Уралпромдеталь", inn="7707083893", phones=["8 351 555 01 42"])
    url = reverse("companies:duplicates")
    for typed in ({"name": "ООО «УралПромДеталь»"}, {"inn": "7707083893"}, {"phones": "+7 (351) 555-01-42"}):
        assert "Уралпромдеталь" in marketer.get(url, typed).content.decode(), typed
        assert "Уралпромдеталь" not in marketer.get(url, typed | {"besides": company.pk}).content.decode()


def test_of_a_foreign_duplicate_one_learns_the_name_and_nothing_else(cast, client_of):
    company = register_company(actor=None, name="Уралпромдеталь", inn="7707083893", city="Челябинск")
    html = client_of(cast.manager).get(reverse("companies:duplicates"), {"inn": "7707083893"}).content.decode()
    assert "Уралпромдеталь" in html
    assert "Челябинск" not in html
    assert reverse("companies:detail", args=[company.pk]) not in html


@pytest.mark.parametrize(
    "typed", [{}, {"name": "%"}, {"inn": "x"}, {"phones": "'"}, {"besides": "x"}, {"name": "а" * 1000}]
)
def test_the_check_for_duplicates_survives_any_text(marketer, typed):
    make_company()
    assert marketer.get(reverse("companies:duplicates"), typed).status_code == 200


BIK = "044525225"
ACCOUNT = fictitious_account(random.Random(1), BIK)


def test_a_company_is_added_with_its_okpo_and_bank_account(marketer):
    marketer.post(
        reverse("companies:new"),
        {"name": "Литмаш", "okpo": "ОКПО 00032537", "bik": "БИК 44525225", "account": ACCOUNT},
    )
    company = Company.objects.get()
    account = company.bank_accounts.get()
    assert (company.okpo, account.bik, account.number, account.is_main) == ("00032537", BIK, ACCOUNT, True)


@pytest.mark.parametrize(
    ("data", "wrong"),
    [({"okpo": "00032538"}, "okpo"), ({"bik": BIK}, "account"), ({"bik": BIK, "account": "40702810900000000009"}, "account")],
)  # fmt: skip
def test_wrong_requisites_are_said_beside_their_field(marketer, data, wrong):
    answer = marketer.post(reverse("companies:new"), {"name": "А"} | data)
    assert wrong in answer.context["form"].errors
    assert not Company.objects.exists()
