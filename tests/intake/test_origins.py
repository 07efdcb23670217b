"""Every value of a card says where it is from: its source, its day and the page it stands on."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from companies.models import Company
from companies.origins import Origins
from companies.services import add_phone, change_company, open_field, register_company
from intake.enums import CorrectedField
from intake.models import WebForm
from intake.services import (
    Lead,
    accept_corrections,
    check_import,
    fill_sizes,
    load_import,
    receive_lead,
    run_import,
    upload_import,
)
from tests.factories.intake import make_correction, make_source, upload, xlsx
from tests.intake.test_register import HEAD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PAGE = "https://spravka.example/nasos"
HEADER = ["Название", "ИНН", "Город", "Сегмент", "Мощность", "Тел.", "Где найден"]


@pytest.fixture
def imported(cast):
    def _imported(*cells):
        batch = upload_import(
            actor=cast.marketer,
            file=upload(xlsx(HEADER, cells)),
            source=make_source("Справочник", url="https://s.example"),
        )
        check_import(batch)
        run_import(batch, actor=cast.marketer)
        load_import(batch)
        return Company.objects.get(inn="7707083893")

    return _imported


def test_a_new_company_knows_its_file_row_and_page(imported):
    company = imported("Насос", "7707083893", "Реж", "", "", "8 343 555-01-42", PAGE)
    told = Origins(company).of("city")
    assert (told.how, told.where, told.url) == ("Loaded from a file", "Урал.xlsx, row 2, Справочник", PAGE)
    assert told.who


def test_what_a_file_has_filled_is_from_the_file_and_the_rest_is_not(imported, cast):
    power = open_field(actor=cast.marketing_head, label="Мощность")
    register_company(actor=cast.marketer, name="Насос", inn="7707083893", site="nasos.example")
    company = imported("Насос", "7707083893", "Реж", "Насосы", "75 кВт", "", PAGE)
    origins = Origins(company)
    assert origins.of("city").url == origins.of("segment").url == origins.of("technical", power.title).url == PAGE
    assert origins.of("site").how == origins.of("technical", "Топливо").how == "Added to the base"
    line = company.interactions.get(kind="intake.imported")
    assert line.data["changes"]["segment"] == ["", "Насосы"]


def test_a_corrected_value_is_from_the_call_it_was_found_out_in(cast):
    company = register_company(actor=cast.marketer, name="Насос", headcount=10)
    correction = make_correction(
        company, field=CorrectedField.HEADCOUNT, old_value="10", new_value="120", evidence="сказал директор"
    )
    accept_corrections([correction], actor=cast.marketer)
    told = Origins(company).of("headcount")
    assert (told.how, told.where) == ("Correction accepted", "сказал директор")
    assert Origins(company).of("name").how == "Added to the base"


def test_a_value_written_by_hand_is_of_who_has_written_it(cast):
    company = register_company(actor=None, name="Насос", source=make_source("Урал-2025"))
    assert Origins(company).of("city").where == "Урал-2025"
    change_company(company, actor=cast.manager, city="Реж")
    told = Origins(company).of("city")
    assert (told.how, told.who) == ("Card changed", cast.manager.short_name)


def test_a_size_is_from_the_tax_service_and_the_history_says_so(cast):
    company = register_company(actor=cast.marketer, name="Насос", inn="7707083893", headcount=10)
    record = '<Документ><СведНП НаимОрг="А" ИННЮЛ="7707083893"/><СведССЧР КолРаб="15"/><СведДохРасх СумДоход="120000.50"/></Документ>'
    assert fill_sizes(io.BytesIO(f"{HEAD}<Файл>{record}</Файл>".encode()), actor=cast.marketer) == 1
    told = Origins(company).of("revenue")
    assert told.how == "Completed from open data of the tax service"
    assert Origins(company).of("headcount").how == "Added to the base"
    assert company.interactions.get(kind="intake.sized").data == {"changes": {"revenue": ["", "120000.50"]}}


def test_a_lead_is_from_the_page_where_the_form_stood(cast):
    form = WebForm.objects.create(
        name="Заявка", source=make_source("Сайт"), created_by=cast.marketer, created_at=timezone.now()
    )
    receive_lead(form, Lead(company="Насос", email="a@nasos.example"), page=PAGE)
    company = Company.objects.get()
    assert company.source.name == "Сайт"
    assert company.interactions.get(kind="intake.web_lead").data["url"] == PAGE


def test_the_card_hints_and_the_dialog_lists_with_as_many_queries_for_a_long_history(imported, cast, client_of):
    company = imported("Насос", "7707083893", "Реж", "", "", "8 343 555-01-42", PAGE)
    client = client_of(cast.marketer)
    card, dialog = (reverse(f"companies:{name}", args=[company.pk]) for name in ("detail", "origins"))
    assert "Урал.xlsx" in client.get(card).content.decode()
    with CaptureQueriesContext(
        connection,
    ) as before:
        shown = client.get(dialog).content.decode()
    assert PAGE in shown
    assert "Справочник" in shown
    for number in range(5):
        add_phone(company, actor=cast.marketer, number=f"+7343555015{number}")
        change_company(company, actor=cast.marketer, city=f"Реж {number}")
    with CaptureQueriesContext(connection) as after:
        client.get(dialog)
    assert len(after) == len(before)


def test_who_may_not_see_phones_sees_none_in_the_dialog_and_a_stranger_nothing(cast, client_of):
    company = register_company(actor=cast.marketer, name="Насос", phones=["+73435550142"])
    address = reverse("companies:origins", args=[company.pk])
    assert "555-01-42" in client_of(cast.marketer).get(address).content.decode()
    assert client_of(cast.operator).get(address).status_code == 404
