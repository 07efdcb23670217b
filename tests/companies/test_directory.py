"""A card filled by the INN: the directory is asked over HTTP as it documents itself, and never about persons."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from companies.directory import Firm, fill_form, find_firm
from companies.models import Company
from companies.services import register_company
from contacts.models import Interaction
from core.exceptions import RuleViolation
from tests.sinks.web import Service, serving

pytestmark = pytest.mark.django_db
INN = "7707083893"
# An answer of findById/party, shortened by fields that are null in it.
RECORDED = {
    "suggestions": [
        {
            "value": "ПАО СБЕРБАНК",
            "unrestricted_value": "ПАО СБЕРБАНК",
            "data": {
                "kpp": "773601001",
                "management": {"name": "Греф Герман Оскарович", "post": "ПРЕЗИДЕНТ", "disqualified": None},
                "branch_type": "MAIN",
                "type": "LEGAL",
                "state": {"status": "ACTIVE", "actuality_date": 1756684800000, "liquidation_date": None},
                "opf": {"type": "2014", "code": "12247", "full": "Публичное акционерное общество", "short": "ПАО"},
                "name": {
                    "full_with_opf": 'ПУБЛИЧНОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО "СБЕРБАНК РОССИИ"', "short_with_opf": "ПАО СБЕРБАНК",
                    "full": "СБЕРБАНК РОССИИ", "short": "СБЕРБАНК",
                },
                "inn": INN,
                "ogrn": "1027700132195",
                "okved": "64.19",
                "employee_count": 210000,
                "address": {
                    "value": "г Москва, ул Вавилова, д 19",
                    "unrestricted_value": "117312, г Москва, Академический р-н, ул Вавилова, д 19",
                    "data": {"postal_code": "117312", "city": "Москва", "region_kladr_id": "7700000000000"},
                },
            },
        }
    ]
}  # fmt: skip


@pytest.fixture
def directory(settings) -> Iterator[Service]:
    cache.clear()
    settings.DADATA_TOKEN = "key"
    with serving(RECORDED) as service, translation.override("en"):
        settings.DADATA_URL = f"{service.url}/suggestions/api/4_1/rs"
        yield service
    cache.clear()


def test_a_firm_is_found_by_its_inn_as_the_directory_documents(directory):
    assert find_firm(f" {INN} ") == Firm(
        inn=INN, name="СБЕРБАНК", legal_form="ПАО", kpp="773601001", ogrn="1027700132195", city="Москва", region="77",
        address="117312, г Москва, Академический р-н, ул Вавилова, д 19", activity="64.19", headcount=210000,
    )  # fmt: skip
    (asked,) = directory.asked
    assert asked.path == "/suggestions/api/4_1/rs/findById/party"
    assert asked.json == {"query": INN, "type": "LEGAL", "branch_type": "MAIN", "count": 1}
    assert asked.headers["Authorization"] == "Token key"


def test_the_same_inn_is_asked_once_and_an_unknown_one_too(directory):
    find_firm(INN)
    find_firm(INN)
    directory.answers({"suggestions": []})
    for _again in range(2):
        with pytest.raises(RuleViolation, match="knows no firm"):
            find_firm("7728168971")
    assert len(directory.asked) == 2


@pytest.mark.parametrize("inn", ["500100732259", "", "7707083890", "сварка"])
def test_no_person_and_no_wrong_number_is_ever_sent(directory, inn):
    with pytest.raises(RuleViolation, match="INN of a person" if len(inn) == 12 else "ten digits"):
        find_firm(inn)
    assert directory.asked == []


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, b"", "does not know the key"),
        (403, b'{"message": "Feature \'SUGGESTIONS\' disabled"}', "used up"),
        (429, b"", "too often"),
        (500, b"", "error 500"),
        (302, b"", "error 302"),
        (200, b"<html>", "does not answer"),
        (200, b'{"suggestions": [1]}', "does not answer"),
        (200, b'{"suggestions": "' + b"x" * 2**21, "does not answer"),
    ],
)
def test_what_is_no_answer_is_a_sentence_and_is_not_remembered(directory, status, body, words):
    directory.answers(body, status=status)
    with pytest.raises(RuleViolation, match=words):
        find_firm(INN)
    directory.answers(RECORDED)
    assert find_firm(INN).name == "СБЕРБАНК"


def test_a_directory_that_is_silent_is_not_waited_for(directory, settings, monkeypatch):
    monkeypatch.setattr("companies.dadata.MOST_SECONDS", 0.2)
    directory.shutdown()  # it takes connections and says nothing
    with pytest.raises(RuleViolation, match="does not answer"):
        find_firm(INN)


def test_without_a_key_nobody_is_asked_and_there_is_no_button(directory, settings, cast, client_of):
    company = register_company(actor=cast.marketer, name="Сбербанк", inn=INN)
    client = client_of(cast.marketer)
    pages = [reverse("companies:new"), reverse("companies:detail", args=[company.pk])]
    assert all("Заполнить по\u00a0ИНН" in client.get(page).content.decode() for page in pages)
    settings.DADATA_TOKEN = ""
    assert not any("Заполнить по\u00a0ИНН" in client.get(page).content.decode() for page in pages)
    assert client.get(reverse("companies:look-up", args=[company.pk]), HTTP_HX_REQUEST="true").status_code == 409
    assert directory.asked == []


def test_the_form_of_a_new_company_is_filled_and_nothing_is_written(directory, cast, client_of):
    typed = {"name": "", "inn": INN, "city": "Реж", "look-up": "1"}
    page = client_of(cast.marketer).post(reverse("companies:new"), typed)
    form = page.context["form"]
    assert (form["name"].value(), form["kpp"].value(), form["city"].value()) == ("СБЕРБАНК", "773601001", "Реж")
    assert not Company.objects.exists()
    refused = client_of(cast.marketer).post(reverse("companies:new"), {"inn": "500100732259", "look-up": "1"})
    assert (refused.status_code, "inn" in refused.context["form"].errors) == (422, True)


def test_only_what_a_card_lacks_is_written_and_the_history_says_from_where(directory, cast, client_of):
    company = register_company(actor=cast.marketer, name="Сбер", inn=INN, city="Реж")
    client, address = client_of(cast.marketer), reverse("companies:look-up", args=[company.pk])
    assert "1027700132195" in client.get(address).content.decode()
    company.refresh_from_db()
    assert company.ogrn == ""
    client.post(address, HTTP_HX_REQUEST="true")
    company.refresh_from_db()
    assert (company.name, company.city, company.ogrn, company.activity_id) == ("Сбер", "Реж", "1027700132195", "64.19")
    assert "Вавилова" in company.addresses.get().text
    assert Interaction.objects.get(company=company, kind="companies.changed").text == "DaData"
    assert not company.persons.exists()
    assert "everything" in client.get(address).content.decode() or "всё" in client.get(address).content.decode()


def test_a_closed_firm_is_shown_as_such(directory, cast, client_of):
    closed = deepcopy(RECORDED)
    closed["suggestions"][0]["data"]["state"]["status"] = "LIQUIDATED"
    directory.answers(closed)
    company = register_company(actor=cast.marketer, name="Сбер", inn=INN)
    shown = client_of(cast.marketer).get(reverse("companies:look-up", args=[company.pk])).content.decode()
    assert "закры" in shown


def test_what_a_person_has_typed_is_not_replaced():
    filled = fill_form({"name": "Сбер", "kpp": " "}, Firm(inn=INN, name="СБЕРБАНК", kpp="773601001", region="77"))
    assert (filled["name"], filled["kpp"]) == ("Сбер", "773601001")
