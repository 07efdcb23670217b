"""The same file once more changes nothing, and what is known is recognised by every key."""

import pytest

from companies.models import Address, Company, Phone
from companies.services import register_company
from contacts.models import Interaction, Person, PersonEmail, PersonPhone
from contacts.services import add_person
from contacts.summary import refresh_summary
from intake.enums import ImportState
from intake.services import check_import, load_import, resolve_conflicts, run_import, upload_import
from tests.factories.intake import make_source, upload, xlsx

pytestmark = pytest.mark.django_db

HEADER = ["Наименование", "ИНН", "КПП", "Город", "Адрес", "Телефон", "E-mail", "Сайт", "Отрасль", "ОКВЭД", "Численность",
          "ФИО ЛПР", "Должность", "Телефон ЛПР", "E-mail ЛПР", "Номер карточки", "Примечание"]  # fmt: skip
FULL = ["ООО «Насос»", "7707083893", "770701001", "Реж", "623750, г. Реж, ул. Советская, 1",
        "8 343 555-01-42 доб. 12; 8 343 555-01-43", "info@nasos.example", "www.nasos.example/o-nas", "Насосы", "28.13",
        "120", "Зимин Пётр Павлович", "гл. инженер", "8 912 555-01-42", "zimin@nasos.example", "", "звонить утром"]  # fmt: skip
SECOND = [
    "Насос",
    "7707083893",
    "",
    "",
    "",
    "8 343 555-01-44",
    "",
    "",
    "",
    "",
    "",
    "Титова Елена",
    "",
    "",
    "t@nasos.example",
]
TABLES = (Company, Phone, Address, Person, PersonPhone, PersonEmail, Interaction)


@pytest.fixture
def checked(cast):
    def _checked(*rows, header=HEADER, **kwargs):
        batch = upload_import(actor=cast.marketer, file=upload(xlsx(header, *rows)), source=make_source(), **kwargs)
        check_import(batch)
        return batch

    return _checked


def loaded(batch):
    run_import(batch, actor=batch.created_by)
    load_import(batch)
    batch.refresh_from_db()
    assert batch.state == ImportState.DONE
    return batch


def rows_of_base():
    return {model: list(model.objects.order_by("pk").values()) for model in TABLES}


@pytest.mark.parametrize("policy", ["fill", "replace", "skip"])
def test_the_same_file_again_has_nothing_to_load(checked, policy):
    loaded(checked(FULL, SECOND, ["Клапан", "", "", "Реж", "", "8 351 555-09-09"]))
    before = rows_of_base()
    again = checked(FULL, SECOND, ["Клапан", "", "", "Реж", "", "8 351 555-09-09"], match_policy=policy)
    assert [row.outcome for row in again.rows.order_by("number")] == ["skip", "skip", "skip"]
    assert rows_of_base() == before


@pytest.mark.parametrize("first", [FULL, SECOND])
def test_the_summary_of_a_loaded_card_is_the_one_the_forms_would_count(checked, first):
    loaded(checked(first))
    company = Company.objects.get()
    said = (company.completeness, company.blocks, company.decision_makers)
    refresh_summary(company)
    assert said == (company.completeness, company.blocks, company.decision_makers)


def test_a_loaded_card_is_the_card_that_the_forms_would_write(checked, cast):
    loaded(checked(FULL))
    (written,) = Company.objects.values()
    Company.objects.all().delete()
    register_company(
        actor=cast.marketer, name=FULL[0], inn=FULL[1], kpp=FULL[2], city=FULL[3], address=FULL[4], email=FULL[6],
        phones=["8 343 555-01-42 доб. 12", "8 343 555-01-43"], site=FULL[7], activity="28.13", headcount=120,
        note=FULL[16],
    )  # fmt: skip
    (by_hand,) = Company.objects.values()
    differ = {name for name, value in by_hand.items() if written[name] != value}
    assert differ == {"id", "created_at", "source_id", "segment_id", "completeness", "blocks"}
    assert (written["name"], written["legal_form"], written["name_key"]) == ("Насос", "ООО", "насос")
    assert (written["region_id"], written["time_zone"]) == ("66", "Asia/Yekaterinburg")
    assert (written["site"], written["site_host"]) == ("https://www.nasos.example/o-nas", "nasos.example")


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (["Насос", "7707083893", "", "Реж"], "update"),
        (["Насос", "", "", "Реж", "", "8 (351) 555-01-42"], "update"),
        (["Насос", "", "", "", "", "", "info@nasos.example"], "skip"),
        (["НАСОС ООО", "", "", "", "", "", "", "http://nasos.example/kontakty"], "skip"),
        (["Насос", "", "", "", "", "", "sbyt@nasos.example"], "conflict"),  # another common e-mail
        (["Клапан", "", "", "", "", "", "", "nasos.example"], "conflict"),  # the same domain, another name
        (["Клапан", "", "", "", "", "8 (351) 555-01-42"], "conflict"),
        (["Насос", "7728168971"], "create"),  # another INN is another company, whatever the name
    ],
)
def test_a_company_is_recognised_by_its_keys(checked, cast, row, outcome):
    register_company(
        actor=cast.marketer, name="Насос", inn="7707083893", phones=["+73515550142"], email="info@nasos.example",
        site="nasos.example",
    )  # fmt: skip
    assert [line.outcome for line in checked(row).rows.all()] == [outcome]


def test_a_company_is_recognised_by_the_number_of_its_card(checked, cast):
    company = register_company(actor=cast.marketer, name="Насос")
    row = ["Совсем другое имя", "", "", "Реж", *[""] * 11, str(company.pk)]
    batch = checked(row)
    assert batch.rows.get().company == company
    loaded(batch)
    company.refresh_from_db()
    assert (company.name, company.city) == ("Насос", "Реж")


def test_public_mail_joins_nobody(checked, cast):
    register_company(actor=cast.marketer, name="Насос", email="nasos@mail.ru")
    assert checked(["Клапан", "", "", "", "", "", "klapan@mail.ru"]).rows.get().outcome == "create"


def test_a_known_person_is_completed_and_not_doubled(checked, cast):
    company = register_company(actor=cast.marketer, name="Насос", inn="7707083893")
    add_person(company, actor=cast.marketer, full_name="Зимин Пётр Павлович")
    loaded(checked(FULL))
    person = company.persons.get()
    assert (person.position, person.phones.count(), person.emails.count()) == ("гл. инженер", 1, 1)


def test_the_file_replaces_where_it_is_told_to(checked, cast):
    company = register_company(
        actor=cast.marketer, name="Насосы", inn="7707083893", city="Троицк", address="Троицк, Ленина, 2", note="старое"
    )
    batch = loaded(checked(FULL, match_policy="replace"))
    company.refresh_from_db()
    assert (company.name, company.city, company.headcount, company.note) == ("Насос", "Реж", 120, "старое")
    assert company.addresses.get().text == "623750, г. Реж, ул. Советская, 1"
    assert company.version == 2
    line = company.interactions.get(kind="intake.imported")
    assert line.data["changes"]["city"] == ["Троицк", "Реж"]
    assert "city" in batch.rows.get().changed


def test_a_row_that_the_base_refuses_stays_out_alone(checked, cast):
    rows = [[f"Завод {number}", ""] for number in range(9)]
    batch = checked(*rows)
    batch.rows.filter(number=5).update(values=batch.rows.get(number=5).values | {"legal_form": "Ф" * 40})
    loaded(batch)
    assert Company.objects.count() == 8
    assert batch.rows.get(outcome="error").number == 5


def test_a_repeat_of_a_row_that_was_settled_as_new_goes_with_it(checked, cast):
    register_company(actor=cast.marketer, name="Насос", city="Реж")
    batch = checked(["Насос", "", "", "Реж"], ["Насос", "", "", "Реж", "", "8 343 555-01-44"])
    resolve_conflicts(batch, actor=cast.marketer, resolution="new")
    loaded(batch)
    assert Company.objects.count() == 2
    assert Phone.objects.count() == 1


def test_rows_of_one_inn_without_a_kpp_go_with_its_first_branch(checked):
    loaded(checked(["Насос", "7707083893"], ["Насос", "7707083893", "770701001"], ["Насос", "7707083893", "660301001"]))
    assert sorted(Company.objects.values_list("kpp", flat=True)) == ["660301001", "770701001"]
