"""Whatever a client or a colleague typed, an exported file never calculates it."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.spreadsheets import Sheet, safe_csv_cell, write_csv, write_xlsx

TRICKS = ["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+7 351", "-5", "\t=1", "\r=1", " =1", "＝1+1", "#N/A", "_x0041_"]


def read_back(*sheets: Sheet):
    stream = BytesIO()
    write_xlsx(stream, sheets)
    stream.seek(0)
    return load_workbook(stream)


@settings(deadline=None)  # a whole workbook per example
@given(st.lists(st.text(max_size=40) | st.sampled_from(TRICKS), min_size=1, max_size=5))
@example(TRICKS)
@example(["\ud800", "\x00", "\x0b", "x\ufffe"])
def test_no_text_becomes_a_formula_in_a_workbook(texts):
    page = read_back(Sheet("Лист", texts, [texts])).active
    for row in page.iter_rows():
        assert {cell.data_type for cell in row} <= {"s", "n"}  # "n" is how an empty cell is read
        for cell in row:
            assert cell.value is None or isinstance(cell.value, str)


def test_a_workbook_keeps_texts_to_the_letter():
    texts = [*TRICKS[:5], "ООО «Ромашка»", " края ", "строка\nвторая", "0012345"]
    page = read_back(Sheet("Лист", ["a"], [texts])).active
    assert [cell.value for cell in page[2]] == texts


def test_numbers_dates_and_truth_keep_their_kind():
    moment = datetime(2026, 11, 24, 8, 42, tzinfo=UTC)
    row = [5, Decimal("12.50"), date(2026, 11, 24), moment, True, None, gettext_lazy("Yes"), float("nan")]
    with timezone.override("Europe/Moscow"):
        page = read_back(Sheet("Лист", ["a"], [row])).active
    values = [cell.value for cell in page[2]]
    assert values[:3] == [5, 12.5, datetime(2026, 11, 24)]
    assert values[3:6] == [datetime(2026, 11, 24, 11, 42), True, None]
    assert isinstance(values[6], str)
    assert len(values) == 7 or values[7] is None


def test_a_day_before_spreadsheets_is_a_text():
    assert read_back(Sheet("Лист", ["a"], [[date(1812, 9, 7)]])).active["A2"].value == "1812-09-07"


def test_sheets_get_titles_a_workbook_accepts():
    book = read_back(*(Sheet(title, ["a"], []) for title in ("База: всё/вся", "база  всё вся", "", "я" * 40, "я" * 40)))
    assert len(set(book.sheetnames)) == 5
    assert all(0 < len(title) <= 31 for title in book.sheetnames)


@pytest.mark.parametrize("text", [trick for trick in TRICKS if trick[0] not in "#_"])
def test_a_live_text_is_quoted_in_csv(text):
    assert safe_csv_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("ООО «Ромашка»", "ООО «Ромашка»"),
        ("a@b.ru", "a@b.ru"),
        (-5, "-5"),
        (Decimal("-12.50"), "-12,50"),
        (None, ""),
        ("", ""),
        (float("inf"), ""),
    ],
)
def test_harmless_values_stay_as_they_are_in_csv(value, cell):
    assert safe_csv_cell(value) == cell


@given(st.text(max_size=40))
def test_no_text_is_live_in_csv(text):
    cell = safe_csv_cell(text)
    assert not cell.startswith(("\t", "\r", "\n"))
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@given(st.lists(st.lists(st.text(alphabet="аб;\"'=+\n ", max_size=8), min_size=2, max_size=2), max_size=4))
def test_a_csv_file_comes_back_cell_by_cell(rows):
    stream = StringIO(newline="")
    write_csv(stream, ["Имя", "Телефон"], rows)
    stream.seek(0)
    back = list(csv.reader(stream, delimiter=";"))
    assert back == [["Имя", "Телефон"], *[[safe_csv_cell(value) for value in row] for row in rows]]
