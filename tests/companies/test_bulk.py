"""Acts on a selection: ids or the whole filter, never more than one may; export and assignment."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEntry
from companies import bulk
from companies.models import Company, Phone
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db
EXPORT, ASSIGN = reverse("companies:export"), reverse("companies:assign-selected")


def content(response):
    return b"".join(response.streaming_content)


def sheet(response):
    return list(load_workbook(io.BytesIO(content(response))).active.iter_rows(values_only=True))


@pytest.fixture
def head(cast, client_of):
    return client_of(cast.marketing_head)


def test_a_registered_act_is_offered_to_those_who_may(cast, client_of, monkeypatch):
    monkeypatch.setattr(bulk, "_acts", dict(bulk._acts))
    bulk.register("Проверить", "companies:list", "companies.assign_company", "shield-check", "KeyD")
    assert [act.label for act in bulk.acts_for(cast.sales_head)][-1] == "Проверить"
    assert "Проверить" not in [act.label for act in bulk.acts_for(cast.manager)]
    make_company()
    assert "Проверить" in client_of(cast.sales_head).get(reverse("companies:list")).content.decode()


def test_chosen_rows_are_exported_with_a_stamp_and_a_line_in_the_journal(head, cast):
    chosen, other = make_company(name="Литмаш", inn="7447018361"), make_company(name="Другая")
    Phone.objects.create(company=chosen, number="+73515550142", seen_at=timezone.now())
    rows = sheet(head.post(EXPORT, {"ids": [chosen.pk]}))
    text = str(rows)
    assert "Литмаш" in text
    assert "+73515550142" in text
    assert "Другая" not in text
    assert cast.marketing_head.username in str(rows[-1])
    entry = AuditEntry.objects.get(event="companies.exported")
    assert (entry.actor, entry.data) == (cast.marketing_head, {"number": 1})
    assert other


def test_the_whole_filter_is_exported_as_the_list_shows_it(head):
    make_company(name="А", stage=3)
    make_company(name="Б", stage=1)
    rows = sheet(head.post(EXPORT, {"whole": "1", "filter": "stage=3&sort=name"}))
    assert [row[0] for row in rows[1:2]] == ["А"]
    assert "Б" not in [row[0] for row in rows]


def test_nothing_in_an_export_is_a_formula(head):
    company = make_company(name="=cmd|' /C calc'!A0")
    book = load_workbook(io.BytesIO(content(head.post(EXPORT, {"ids": [company.pk]}))))
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
    text = content(head.post(EXPORT, {"ids": [company.pk], "format": "csv"})).decode("utf-8-sig")
    assert next(row for row in csv.reader(io.StringIO(text), delimiter=";") if "cmd" in str(row))[0].startswith("'=")


def test_only_those_with_the_right_export(cast, client_of):
    company = make_company(owner=cast.manager)
    for user in (cast.marketer, cast.manager, cast.operator, cast.director):
        assert client_of(user).post(EXPORT, {"ids": [company.pk]}).status_code == 404
    assert not AuditEntry.objects.filter(event="companies.exported").exists()


def test_an_empty_selection_is_refused(head):
    assert head.post(EXPORT, headers={"HX-Request": "true"}).status_code == 409
    assert head.post(EXPORT, {"ids": ["x", "-1", "9" * 40]}, headers={"HX-Request": "true"}).status_code == 409


def test_a_selection_gets_its_manager_after_one_question(cast, client_of):
    companies = [make_company() for _number in range(3)]
    client, ids = client_of(cast.sales_head), [company.pk for company in companies[:2]]
    question = client.post(ASSIGN, {"ids": ids}, headers={"HX-Request": "true"}).content.decode()
    assert all(f'value="{pk}"' in question for pk in ids)
    assert not Company.objects.filter(owner__isnull=False).exists()
    client.post(ASSIGN, {"ids": ids, "assign": "1", "owner": cast.manager.pk})
    assert set(Company.objects.filter(owner=cast.manager).values_list("pk", flat=True)) == set(ids)


def test_a_manager_who_does_not_exist_is_an_error_of_the_form(cast, client_of):
    company = make_company()
    answer = client_of(cast.sales_head).post(ASSIGN, {"ids": [company.pk], "assign": "1", "owner": "99999"})
    assert answer.status_code == 422
    assert Company.objects.get().owner is None


def test_a_row_is_chosen_by_its_bare_number_in_any_language(cast, client_of):
    """The number of a row is an address, not a quantity: «1 234» chose nobody."""
    make_company(pk=1_234_567)
    page = client_of(cast.marketing_head).get(reverse("companies:list"), headers={"accept-language": "ru"})
    assert 'value="1234567"' in page.content.decode()
