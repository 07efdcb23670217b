"""Whatever a person uploads is either a table or a sentence."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from core.exceptions import RuleViolation
from intake import readers
from intake.headers import find_header, map_columns, recognise
from tests.factories.intake import xlsx

pytestmark = pytest.mark.django_db  # own questions are columns too


def read_table(content: bytes) -> readers.Table:
    """A table read to its end."""
    table = readers.read_table(content)
    return readers.Table(table.sheet, list(table.rows))


ROWS = [["Наименование", "ИНН"], ["ООО «Насос»", "7707083893"]]


def test_numbers_of_a_spreadsheet_are_read_as_people_see_them():
    table = read_table(xlsx(["Наименование", "ИНН", "Людей"], ["Насос", 7707083893.0, 12.5]))
    assert table.rows == [["Наименование", "ИНН", "Людей"], ["Насос", "7707083893", "12.5"]]
    assert table.sheet == "Предприятия"


def test_rows_keep_their_numbers_when_lines_are_empty():
    table = read_table(xlsx([], ROWS[0], [], ROWS[1]))
    assert [bool(any(row)) for row in table.rows] == [False, True, False, True]


def test_the_first_sheet_with_anything_is_taken():
    book = Workbook()
    page = book.create_sheet("Данные")
    page.append(["Наименование"])
    stream = io.BytesIO()
    book.save(stream)
    assert read_table(stream.getvalue()).sheet == "Данные"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_text_tables_of_any_office_are_read(encoding, delimiter):
    text = "\r\n".join(delimiter.join(row) for row in ROWS)
    assert read_table(text.encode(encoding)).rows == ROWS


def test_a_quoted_cell_may_hold_the_delimiter_and_a_line_break():
    table = read_table('Наименование;Телефон\r\n"Насос; и К";"1\n2"\r\n'.encode())
    assert table.rows[1] == ["Насос; и К", "1\n2"]


def _zip(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return stream.getvalue()


def _truncated() -> bytes:
    return xlsx(*ROWS)[:-200]


def _bomb() -> bytes:
    return _zip(xl__workbook=b"<a/>", xl__sheet=b"0" * 40_000_000)


def _far_cell() -> bytes:
    book = Workbook()
    book.active["A1"] = "Наименование"
    book.active["XFD1048576"] = "далеко"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: b"", "The file is empty"),
        (lambda: b"\r\n  \r\n", "The file is empty"),
        (lambda: xlsx(), "The file is empty"),
        (_truncated, "damaged"),
        (lambda: b"PK\x03\x04" + b"z" * 500, "damaged"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 5000, "damaged"),
        (lambda: _zip(xl__workbook=b"<workbook", xl__sheet=b"<a>"), "damaged"),
        (lambda: _zip(word__document=b"<a/>"), "not a table"),
        (lambda: b"%PDF-1.7\n%\xe2\xe3\x00\x01", "not a table"),
        (lambda: b"\x89PNG\r\n\x1a\n\x00\x00", "not a table"),
        (_bomb, "far more"),
        (_far_cell, "damaged"),
        (lambda: ("Наименование\n" + "А\n" * 100_001).encode(), "more than 100"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content, words, english):
    with pytest.raises(RuleViolation, match=words):
        read_table(content())


def test_a_file_above_the_limit_is_refused_unread(settings, english):
    settings.IMPORT_MAX_BYTES = 10
    with pytest.raises(RuleViolation, match="larger"):
        read_table("Наименование;ИНН".encode())


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Наименование", "name"),
        ("Название организации", "name"),
        ("Company name", "name"),
        ("ИНН/КПП", "inn_kpp"),
        ("ИНН", "inn"),
        ("КПП", "kpp"),
        ("ОГРН", "ogrn"),
        ("Юр. адрес", "address"),
        ("Почтовый адрес", "address"),
        ("Почтовый индекс", "postcode"),
        ("Адрес сайта", "site"),
        ("Адрес эл. почты", "email"),
        ("Тел.", "phones"),
        ("Тел./факс", "phones"),
        ("Телефон 2", "phones"),
        ("e-mail", "email"),
        ("ФИО рук.", "person"),
        ("Контактное лицо", "person"),
        ("ФИО руководителя организации", "person"),
        ("Телефон контактного лица", "person_phone"),
        ("Моб. ЛПР", "person_phone"),
        ("Почта ЛПР", "person_email"),
        ("Долж.", "position"),
        ("Должность", "position"),
        ("Отрасль", "segment"),
        ("Рубрики", "segment"),
        ("Код ОКВЭД", "activity"),
        ("Вид деятельности организации", "activity"),
        ("Кол-во сотр.", "headcount"),
        ("Численность сотрудников", "headcount"),
        ("Прим.", "note"),
        ("Комментарий к адресу", "note"),
        ("Город", "city"),
        ("Регион", "region"),
        ("Веб-сайт 1", "site"),
        ("Стенд", ""),
        ("№", ""),
        ("Широта", ""),
    ],
)
def test_columns_are_recognised_by_the_words_people_write(header, field):
    assert recognise(header) == field


def test_the_header_is_found_below_a_title():
    header = find_header(
        [["Список участников выставки"], [], ["№", "Наименование", "Тел.", "Тел."], ["1", "Насос", "", ""]]
    )
    assert (header.number, header.names) == (3, ["№", "Наименование", "Тел.", "Тел. (2)"])
    assert map_columns(header.names) == {"№": "", "Наименование": "name", "Тел.": "phones", "Тел. (2)": "phones"}


def test_without_a_header_the_sentence_says_what_to_do(english):
    with pytest.raises(RuleViolation, match="no header"):
        find_header([["Насос", "7707083893"], ["Клапан", "7707083894"]])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=3_000).filter(lambda content: not content.startswith(b"PK\x03\x04")))
def test_no_bytes_break_the_reader_of_text(content):
    with suppress(RuleViolation):
        table = read_table(content)
        map_columns(find_header(table.rows).names)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 4_000), st.binary(min_size=1, max_size=40))
def test_no_damage_breaks_the_reader_of_workbooks(place, damage):
    content = bytearray(xlsx(*ROWS))
    content[place : place + len(damage)] = damage
    with suppress(RuleViolation):
        read_table(bytes(content))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.text(max_size=120), max_size=8), max_size=25))
def test_no_rows_break_the_search_for_a_header(rows):
    try:
        header = find_header(rows)
    except RuleViolation:
        return
    assert len(set(header.names)) == len(header.names)
