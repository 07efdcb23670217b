"""Every row of a file has an outcome before anything is loaded."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from companies.models import Company
from companies.services import register_company
from core.exceptions import RuleViolation
from intake.cleaning import clean_row
from intake.enums import CorrectedField, ImportField, ImportState
from intake.models import ImportBatch
from intake.services import change_mapping, check_import, upload_import
from tests.factories.intake import make_source, upload, xlsx

pytestmark = pytest.mark.django_db

HEADER = ["Наименование", "ИНН/КПП", "Город", "Тел.", "e-mail", "Сайт", "Кол-во сотр."]


@pytest.fixture
def checked(cast, english):
    """Upload these rows below the usual header and check them."""

    def _checked(*rows, header=HEADER, **kwargs) -> ImportBatch:
        batch = upload_import(actor=cast.marketer, file=upload(xlsx(header, *rows)), source=make_source(), **kwargs)
        check_import(batch)
        return batch

    return _checked


def outcomes(batch):
    return [(row.number, row.outcome, row.field) for row in batch.rows.order_by("number")]


def test_a_file_is_taken_in_with_its_columns_understood(cast):
    batch = upload_import(
        actor=cast.marketer, file=upload(xlsx(HEADER, ["Насос"]), "C:\\папка\\Урал.xlsx"), source=make_source()
    )
    assert (batch.file_name, batch.total_rows, batch.state) == ("Урал.xlsx", 1, ImportState.UPLOADED)
    assert batch.mapping == dict(
        zip(HEADER, ["name", "inn_kpp", "city", "phones", "email", "site", "headcount"], strict=True)
    )
    assert batch.sample["Наименование"] == "Насос"
    assert not Company.objects.exists()


def test_a_new_company_will_be_created_with_clean_values(checked):
    batch = checked(
        [
            "ООО «Насос»",
            "7707083893/770701001",
            "Реж",
            "8(351)555-01-42, +7 351 555-01-43",
            "Info@Nasos.example",
            "nasos.example",
            "100-250",
        ]
    )
    row = batch.rows.get()
    assert (row.outcome, row.number) == ("create", 2)
    assert row.values["inn"] == "7707083893"
    assert row.values["phones"] == ["+73515550142", "+73515550143"]
    assert (row.values["email"], row.values["headcount"]) == ("info@nasos.example", 100)


def test_an_inn_that_lost_its_zero_in_excel_is_restored(checked):
    batch = checked(["Насос", 277082835.0], header=["Название", "ИНН"])
    row = batch.rows.get()
    assert row.outcome in {"create", "error"}
    assert row.outcome == "error" or row.values["inn"].startswith("0")


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        (["Насос", "7707083890"], "inn", "check digit"),
        (["Насос", "742300118"], "inn", "10 or 12"),
        (["", "7707083893", "Реж"], "name", "name is empty"),
        (["«»", "7707083893"], "name", "no letters"),
        (["Насос", "", "", "", "info@@nasos"], "email", "two @"),
        (["Насос", "", "", "", "nasos.example"], "email", "no @"),
        (["Насос", "", "", "8 (34355) 55"], "phones", "8"),
        (["Насос", "", "", "", "", "", "много"], "headcount", "number of people"),
    ],
)
def test_a_wrong_cell_is_an_error_with_its_row_field_and_reason(checked, row, field, words):
    batch = checked(["Клапан", "7707083893"], row)
    wrong = batch.rows.get(number=3)
    assert (wrong.outcome, wrong.field) == ("error", field)
    assert words in wrong.message
    assert batch.rows.get(number=2).outcome == "create"


def test_a_company_known_by_inn_will_be_updated(checked, cast):
    register_company(actor=cast.marketer, name="Насос", inn="7707083893")
    assert outcomes(checked(["Насосный завод", "7707083893", "Реж"])) == [(2, "update", "")]


def test_another_known_branch_of_one_inn_is_another_company(checked, cast):
    register_company(actor=cast.marketer, name="Насос", inn="7707083893", kpp="770701001")
    assert outcomes(checked(["Насос", "7707083893/660301001"])) == [(2, "create", "")]


def test_an_inn_of_several_branches_is_a_conflict(checked, cast):
    for kpp in ("770701001", "660301001"):
        register_company(actor=cast.marketer, name=f"Насос {kpp}", inn="7707083893", kpp=kpp)
    assert outcomes(checked(["Насос", "7707083893"])) == [(2, "conflict", "kpp")]


def test_a_company_is_known_by_its_phone(checked, cast):
    register_company(actor=cast.marketer, name="Насос", phones=["+73515550142"])
    rows = [["ООО Насос", "", "", "8 351 555 01 42"], ["Клапан", "", "", "8 351 555 01 42"]]
    assert outcomes(checked(*rows)) == [(2, "skip", ""), (3, "conflict", "name")]


def test_a_similar_name_in_one_town_is_a_question(checked, cast):
    register_company(actor=cast.marketer, name="Насос", city="Реж")
    rows = [["ООО «Насос»", "", "Реж"], ["Насос", "", "Троицк"]]
    assert outcomes(checked(*rows)) == [(2, "conflict", "name"), (3, "create", "")]


def test_what_the_base_says_otherwise_is_a_conflict_with_both_values(checked, cast):
    register_company(actor=cast.marketer, name="Насос", inn="7707083893", headcount=300)
    row = checked(["Насос", "7707083893", "", "", "", "", "120"]).rows.get()
    assert (row.outcome, row.field, row.base_value, row.file_value) == ("conflict", "headcount", "300", "120")


def test_the_policy_decides_about_known_companies(checked, cast):
    register_company(actor=cast.marketer, name="Насос", inn="7707083893", headcount=300)
    row = ["Насос", "7707083893", "", "", "", "", "120"]
    assert outcomes(checked(row, match_policy="replace")) == [(2, "update", "")]
    assert outcomes(checked(row, match_policy="skip")) == [(2, "skip", "")]


def test_a_second_row_about_one_company_completes_the_first(checked):
    batch = checked(["Насос", "7707083893"], ["Насос", "7707083893"], ["Клапан", "", "Реж"], ["КЛАПАН", "", "реж"])
    assert [(row.outcome, row.repeat_of) for row in batch.rows.order_by("number")] == [
        ("create", None),
        ("update", 2),
        ("create", None),
        ("update", 4),
    ]


def test_row_numbers_are_those_of_the_file(checked):
    assert [row[0] for row in outcomes(checked([], ["Насос"], [], ["Клапан"]))] == [3, 5]


def test_checking_again_gives_the_same_rows_once(checked):
    batch = checked(["Насос"], ["Клапан"])
    assert check_import(batch) == {"create": 2}
    assert batch.rows.count() == 2


def test_without_a_column_of_names_nothing_is_checked(checked):
    batch = checked(["Насос"])
    with pytest.raises(RuleViolation, match="holds the name"):
        change_mapping(batch, actor=batch.created_by, mapping={"Наименование": "city"})
    with pytest.raises(RuleViolation, match="no such field"):
        change_mapping(batch, actor=batch.created_by, mapping={"Наименование": "name", "Город": "owner"})
    batch.refresh_from_db()
    assert batch.mapping["Наименование"] == "name"


def test_another_mapping_asks_for_another_check(checked):
    batch = checked(["Насос", "7707083890"])
    change_mapping(batch, actor=batch.created_by, mapping={"Наименование": "name"})
    assert batch.state == ImportState.UPLOADED
    assert check_import(batch) == {"create": 1}


def test_a_file_with_only_a_header_is_refused(cast, english):
    with pytest.raises(RuleViolation, match="not a single row"):
        upload_import(actor=cast.marketer, file=upload(xlsx(HEADER)), source=make_source())
    assert not ImportBatch.objects.exists()


def test_the_base_is_asked_as_often_for_many_rows_as_for_one(checked, cast):
    def queries(batch):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            check_import(batch)
        return len(asked)

    for number in range(30):
        register_company(actor=cast.marketer, name=f"Завод {number}", phones=[f"+7351555{number:04}"])
    few = checked(["Завод 1", "", "", "+7 351 555-00-01"])
    many = checked(*[[f"Завод {n}", "", "", f"+7 351 555-{n // 100:02}-{n % 100:02}"] for n in range(200)])
    assert queries(few) == queries(many)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(ImportField.values)), st.text(max_size=60), min_size=1))
def test_no_cell_breaks_the_cleaning_of_a_row(cells):
    cleaned = clean_row(cells, {name: name for name in cells})
    assert cleaned.problem or cleaned.values["name"]
    assert CorrectedField
