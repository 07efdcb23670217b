import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from companies.models import Company, Source
from companies.services import register_company
from intake.enums import ImportState
from intake.models import ImportBatch, ImportPreset
from intake.services import check_import, load_import, run_import, take_import_back, upload_import
from tests.factories.intake import make_source, upload, xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Наименование", "ИНН", "Тел.", "Стенд"]


@pytest.fixture
def marketer(cast, client_of):
    return client_of(cast.marketer)


def make_batch(user, *rows) -> ImportBatch:
    batch = upload_import(actor=user, file=upload(xlsx(HEADER, *rows)), source=make_source())
    check_import(batch)
    return batch


def url(name, batch):
    return reverse(f"intake:{name}", args=[batch.pk])


def send(client, content, name="Урал.xlsx", **fields):
    return client.post(
        reverse("intake:upload"), {"file": upload(content, name), "source_name": "Выставка-2026"} | fields
    )


def test_an_uploaded_file_is_checked_and_nothing_is_loaded(marketer):
    answer = send(marketer, xlsx(HEADER, ["Насос", "7707083893"], ["Клапан", "7707083890"]))
    batch = ImportBatch.objects.get()
    assert answer.url == url("import", batch)
    assert (batch.state, batch.source.name) == (ImportState.CHECKED, "Выставка-2026")
    page = marketer.get(answer.url)
    assert page.status_code == 200
    assert "7707083890" in page.content.decode()
    assert not Company.objects.exists()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 \x00", b"PK\x03\x04broken", "Насос;7707083893\n".encode()])
def test_a_bad_file_is_answered_by_a_sentence_under_the_field(marketer, content):
    answer = send(marketer, content)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not ImportBatch.objects.exists()
    assert not Source.objects.filter(name="Выставка-2026").exists()


def test_data_without_a_source_are_not_taken(marketer):
    assert send(marketer, xlsx(HEADER, ["Насос"]), source_name="").status_code == 422


def test_a_file_without_a_column_of_names_waits_for_one(marketer):
    send(marketer, xlsx(["Предпр", "ИНН"], ["Насос", "7707083893"]))
    batch = ImportBatch.objects.get()
    assert batch.state == ImportState.UPLOADED
    assert marketer.get(url("import", batch)).status_code == 200
    marketer.post(url("mapping", batch), {"column0": "name", "column1": "inn", "match_policy": "fill"})
    batch.refresh_from_db()
    assert (batch.state, batch.mapping) == (ImportState.CHECKED, {"Предпр": "name", "ИНН": "inn"})


def test_the_button_loads_as_many_rows_as_it_says(marketer, cast):
    batch = make_batch(cast.marketer, ["Насос"], ["Клапан"], [""])
    assert 'name="expected" value="2"' in marketer.get(url("import", batch)).content.decode()
    marketer.post(url("run", batch), {"expected": "2"})
    batch.refresh_from_db()
    assert batch.state == ImportState.RUNNING
    assert b"progress" in marketer.get(url("import", batch)).content
    assert marketer.get(url("progress", batch)).status_code == 200
    load_import(batch)
    assert marketer.get(url("progress", batch)).headers["HX-Refresh"] == "true"
    result = marketer.get(url("import", batch))
    assert result.context["totals"].created == 2
    assert result.context["totals"].total == 2


def test_every_row_has_its_place_in_the_result(marketer, cast):
    register_company(actor=cast.marketer, name="Насос", inn="7707083893")
    batch = make_batch(cast.marketer, ["Насос", "7707083893"], ["Клапан"], ["Плохой", "1"], ["Клапан"])
    run_import(batch, actor=cast.marketer)
    load_import(batch)
    totals = marketer.get(url("import", batch)).context["totals"]
    assert totals.total == totals.loaded + totals.unloaded + totals.skip == 4


def test_tiles_filter_the_rows(marketer, cast):
    batch = make_batch(cast.marketer, ["Насос"], ["Плохой", "1"])
    shown = {
        show: [row.number for row in marketer.get(f"{url('import', batch)}?show={show}").context["page"]]
        for show in ("", "create", "error", "nonsense")
    }
    assert shown == {"": [3], "create": [2], "error": [3], "nonsense": [3]}


def test_a_conflict_is_settled_by_its_button(marketer, cast):
    register_company(actor=cast.marketer, name="Насос", phones=["+73515550142"])
    batch = make_batch(cast.marketer, ["Клапан", "", "8 351 555-01-42"])
    marketer.post(url("resolve", batch), {"choice": "2:new"})
    assert batch.rows.get().resolution == "new"
    assert marketer.post(url("resolve", batch), {"choice": "2:nonsense"}).status_code == 302
    assert batch.rows.get().resolution == "new"


def test_the_file_of_errors_holds_the_rows_with_reasons_and_no_formulas(marketer, cast):
    text = ";".join(HEADER) + "\n=1+1;1\nНасос\n"
    batch = upload_import(actor=cast.marketer, file=upload(text, "a.csv"), source=make_source())
    check_import(batch)
    answer = marketer.get(url("errors", batch))
    page = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(page.iter_rows())
    assert [cell.value for cell in rows[0]][:4] == HEADER
    assert len(rows) == 2
    assert (rows[1][0].value, rows[1][0].data_type) == ("=1+1", "s")
    assert rows[1][4].value == 2
    assert rows[1][6].value


def test_the_sample_file_can_be_loaded_as_it_is(marketer, cast):
    content = b"".join(marketer.get(reverse("intake:sample")).streaming_content)
    batch = upload_import(actor=cast.marketer, file=upload(content), source=make_source())
    assert all(batch.mapping.values())
    assert check_import(batch) == {"create": 1}


def test_a_template_remembers_the_columns(marketer, cast):
    batch = make_batch(cast.marketer, ["Насос"])
    marketer.post(url("preset", batch), {"name": "Выставка"})
    preset = ImportPreset.objects.exclude(name="2ГИС").get()
    assert preset.mapping["Тел."] == "phones"
    preset.mapping["Стенд"] = "note"
    preset.save()
    marketer.post(url("preset", batch), {"preset": preset.pk})
    batch.refresh_from_db()
    assert batch.mapping["Стенд"] == "note"


def test_imports_of_others_are_not_there(cast, client_of):
    batch = make_batch(cast.marketing_head, ["Насос"])
    stranger = client_of(cast.marketer)
    assert url("import", batch) not in stranger.get(reverse("intake:imports")).content.decode()
    for name in ("import", "progress", "errors"):
        assert stranger.get(url(name, batch)).status_code == 404
    for name in ("run", "cancel", "mapping", "preset", "resolve"):
        assert stranger.post(url(name, batch)).status_code == 404
    assert client_of(cast.operator).get(reverse("intake:upload")).status_code == 404
    assert client_of(cast.marketing_head).get(url("import", batch)).status_code == 200


@pytest.mark.parametrize("page", ["imports", "check", "running", "result"])
def test_pages_ask_the_base_as_often_for_thirty_rows_as_for_one(page, cast, marketer):
    def visited(number) -> int:
        batch = make_batch(
            cast.marketer, *[[f"Завод {number}-{n}", "" if page != "check" else "1"] for n in range(number)]
        )
        if page in ("running", "result"):
            run_import(batch, actor=cast.marketer)
        if page == "result":
            load_import(batch)
        address = reverse("intake:imports") if page == "imports" else url("import", batch)
        marketer.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert marketer.get(address).status_code == 200
        return len(asked)

    assert visited(1) == visited(30)


def test_an_import_is_taken_back_from_its_page(marketer, cast, client_of):
    batch = make_batch(cast.marketer, ["Насос"], ["Клапан"])
    run_import(batch, actor=cast.marketer)
    load_import(batch)
    assert url("undo", batch) in marketer.get(url("import", batch)).content.decode()
    assert marketer.get(url("undo", batch)).context["plan"].removed == 2
    assert client_of(cast.callcenter_head).get(url("undo", batch)).status_code == 404
    marketer.post(url("undo", batch))
    batch.refresh_from_db()
    assert batch.state == ImportState.UNDOING
    assert marketer.get(url("progress", batch)).status_code == 200
    take_import_back(batch)
    assert marketer.get(url("import", batch)).status_code == 200
    assert not Company.objects.exists()
