"""Questions of the technical information in a file: recognised, read as the form reads them, loaded, taken back."""

import io
from datetime import datetime

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from companies.enums import FieldKind
from companies.models import Company
from companies.services import open_field, register_company, retire_field, write_technical
from contacts.models import Interaction
from core.exceptions import RuleViolation
from intake.enums import MatchPolicy, Outcome
from intake.models import ImportPreset
from intake.papers import write_sample, write_unloaded
from intake.services import (
    apply_preset,
    change_mapping,
    check_import,
    load_import,
    resolve_conflicts,
    run_import,
    take_import_back,
    undo_import,
    upload_import,
)
from tests.factories.intake import make_source, upload, xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Наименование", "ИНН", "Мощность компрессоров, кВт", "топливо", "Своя подстанция"]


@pytest.fixture(autouse=True)
def asked(cast):
    head = cast.marketing_head
    return {
        "power": open_field(actor=head, label="Мощность компрессоров", kind=FieldKind.NUMBER, unit="кВт"),
        "fuel": open_field(actor=head, label="Топливо", kind=FieldKind.CHOICE, choices=["газ", "дизель"]),
        "own": open_field(actor=head, label="Своя подстанция", kind=FieldKind.YES_NO),
        "since": open_field(actor=head, label="Работает с", kind=FieldKind.DATE),
    }


@pytest.fixture
def checked(cast, english):
    def _checked(*rows, header=HEADER, **kwargs):
        batch = upload_import(actor=cast.marketer, file=upload(xlsx(header, *rows)), source=make_source(), **kwargs)
        check_import(batch)
        return batch

    return _checked


def loaded(batch):
    run_import(batch, actor=batch.created_by)
    load_import(batch)
    batch.refresh_from_db()
    return batch


def answers_of(company):
    company.refresh_from_db()
    return company.technical


def test_a_column_is_recognised_by_the_words_of_its_question_with_or_without_the_unit(checked, asked):
    batch = checked(["Насос"], header=["Наименование", "МОЩНОСТЬ компрессоров", "Топливо ", "rabotaet_s", "Прочее"])
    assert [batch.mapping[name] for name in batch.columns] == [
        "name", f"technical.{asked['power'].key}", f"technical.{asked['fuel'].key}", f"technical.{asked['since'].key}", "",
    ]  # fmt: skip


def test_questions_help_to_find_the_header_below_a_title(checked):
    batch = checked(["ООО «Насос»", 75], header=["Список предприятий"])
    assert batch.header_row == 1
    titled = xlsx(["Список предприятий"], ["Название", "Мощность компрессоров", "Топливо"], ["ООО «Насос»", 75, "газ"])
    batch = upload_import(actor=batch.created_by, file=upload(titled), source=make_source())
    check_import(batch)
    assert (batch.header_row, batch.rows.get().number) == (2, 3)
    assert batch.rows.get().values["technical"]["toplivo"] == "газ"


def test_answers_of_a_new_company_are_kept_by_their_kind(checked, asked):
    loaded(checked(["Насос", "7707083893", "1 250,5 кВт", "ГАЗ", "нет"]))
    company = Company.objects.get()
    assert company.technical == {"moshchnost_kompressorov": 1250.5, "toplivo": "газ", asked["own"].key: False}
    assert company.blocks["3"] == 100


def test_a_day_of_a_spreadsheet_is_a_day(checked):
    loaded(checked(["Насос", datetime(2024, 9, 1)], header=["Название", "Работает с"]))
    assert Company.objects.get().technical == {"rabotaet_s": "2024-09-01"}


@pytest.mark.parametrize(
    ("cells", "field", "words"),
    [
        (["много"], "moshchnost_kompressorov", "«Мощность компрессоров»: много is no number."),
        (["75", "уголь"], "toplivo", "there is no «уголь», choose from: газ, дизель."),
        (["75", "газ", "может быть"], "svoia_podstantsiia", "say yes or no"),
    ],
)
def test_an_answer_of_another_kind_is_an_error_with_its_question_and_reason(checked, asked, cells, field, words):
    batch = checked(["Насос", "7707083893", *cells])
    row = batch.rows.with_questions().get()
    keys = {"svoia_podstantsiia": asked["own"].key}
    assert (row.outcome, row.field) == (Outcome.ERROR, f"technical.{keys.get(field, field)}")
    assert words in row.message
    assert row.field_label in {"Мощность компрессоров", "Топливо", "Своя подстанция"}
    stream = io.BytesIO()
    write_unloaded(batch, stream)
    line = [cell.value for cell in load_workbook(stream).active[2]]
    assert line[-2] in {question.title for question in asked.values()}
    assert words in line[-1]


def test_unknown_answers_of_a_known_company_are_filled_and_the_history_says_so(checked, cast):
    company = register_company(actor=cast.marketer, name="Насос", inn="7707083893", technical={"Топливо": "газ"})
    batch = loaded(checked(["Насос", "7707083893", "75", "", "да"]))
    assert answers_of(company)["moshchnost_kompressorov"] == 75
    assert answers_of(company)["toplivo"] == "газ"
    assert batch.rows.get().changed == ["technical"]
    assert batch.rows.get().changed_words == "+ technical information"
    line = Interaction.objects.get(company=company, kind="intake.imported")
    assert line.data["changes"] == {"technical": ["", "Мощность компрессоров: 75; Своя подстанция: yes"]}


def test_another_answer_is_a_question_to_a_person(checked, cast):
    company = register_company(
        actor=cast.marketer, name="Насос", inn="7707083893", technical={"Топливо": "газ", "Своя подстанция": True}
    )
    batch = checked(["Насос", "7707083893", "75", "Дизель", "да"])
    row = batch.rows.get()
    assert (row.outcome, row.field, row.message) == (Outcome.CONFLICT, "technical.toplivo", "Топливо differs")
    assert (row.base_value, row.file_value) == ("газ", "дизель")
    resolve_conflicts(batch, actor=cast.marketer, resolution="file")
    loaded(batch)
    assert answers_of(company)["toplivo"] == "дизель"


def test_a_contradiction_of_yes_and_no_is_shown_in_words(checked, cast):
    register_company(actor=cast.marketer, name="Насос", inn="7707083893", technical={"Своя подстанция": True})
    row = checked(["Насос", "7707083893", "", "", "нет"]).rows.get()
    assert (row.base_value, row.file_value) == ("yes", "no")


def test_the_same_answers_change_nothing(checked, cast):
    register_company(actor=cast.marketer, name="Насос", inn="7707083893", technical={"Мощность компрессоров": "75"})
    assert checked(["Насос", "7707083893", "75,0"]).rows.get().outcome == Outcome.SKIP


def test_a_file_that_replaces_puts_its_answers_in_the_place_of_ours(checked, cast):
    company = register_company(actor=cast.marketer, name="Насос", inn="7707083893", technical={"Топливо": "газ"})
    loaded(checked(["Насос", "7707083893", "", "дизель"], match_policy=MatchPolicy.REPLACE))
    assert answers_of(company) == {"toplivo": "дизель"}


def test_several_rows_about_one_company_complete_each_other(checked):
    loaded(checked(["Насос", "7707083893", "75"], ["Насос", "7707083893", "90", "газ"]))
    assert Company.objects.get().technical == {"moshchnost_kompressorov": 75, "toplivo": "газ"}


def test_an_undo_takes_back_what_still_stands_as_the_file_has_put_it(checked, cast, asked):
    company = register_company(actor=cast.marketer, name="Насос", inn="7707083893", technical={"Топливо": "газ"})
    batch = checked(["Насос", "7707083893", "75", "дизель", "да"])
    resolve_conflicts(batch, actor=cast.marketer, resolution="file")
    loaded(batch)
    write_technical(company, actor=cast.marketer, answers={"Своя подстанция": "нет"})
    undo_import(batch, actor=cast.marketer)
    take_import_back(batch)
    assert answers_of(company) == {"toplivo": "газ", asked["own"].key: False}
    said = Interaction.objects.get(company=company, kind="intake.undone").data["changes"]["technical"]
    assert sorted(said[0].split("; ")) == ["Мощность компрессоров, кВт: 75", "Топливо: дизель"]
    assert said[1] == "Топливо: газ"
    batch.job.refresh_from_db()
    assert "1" in batch.job.message


def test_a_retired_question_is_offered_no_more_and_a_template_leaves_it_out(checked, cast, asked):
    preset = ImportPreset.objects.create(name="Старый", mapping={"Топливо": "technical.toplivo", "Название": "name"})
    retire_field(asked["fuel"], actor=cast.marketing_head)
    batch = checked(["Насос", "газ"], header=["Название", "Топливо"])
    assert batch.mapping == {"Название": "name", "Топливо": ""}
    apply_preset(batch, actor=cast.marketer, preset=preset)
    assert batch.mapping["Топливо"] == ""
    with pytest.raises(RuleViolation, match="Топливо"):
        change_mapping(batch, actor=cast.marketer, mapping={"Название": "name", "Топливо": "technical.toplivo"})


def test_the_sample_file_holds_every_question_and_can_be_loaded_as_it_is(cast, asked):
    stream = io.BytesIO()
    write_sample(stream)
    heads = [cell.value for cell in load_workbook(stream).active[1]]
    assert heads[-4:] == ["Мощность компрессоров, кВт", "Работает с", "Своя подстанция", "Топливо"]
    batch = upload_import(actor=cast.marketer, file=upload(stream.getvalue()), source=make_source())
    assert all(batch.mapping.values())
    check_import(batch)
    loaded(batch)
    assert Company.objects.get().technical == {
        "moshchnost_kompressorov": 75, "rabotaet_s": "2024-09-01", asked["own"].key: True, "toplivo": "газ",
    }  # fmt: skip


def test_the_wizard_offers_the_questions_beside_the_fields(checked, cast, client_of):
    batch = checked(["Насос", "7707083893", "75"])
    page = client_of(cast.marketer).get(reverse("intake:import", args=[batch.pk])).content.decode()
    assert '<option value="technical.moshchnost_kompressorov" selected>Мощность компрессоров, кВт</option>' in page
    assert "<optgroup" in page
