"""Exports that stay data: no text of ours or of a client is ever run as a formula by the program that opens it."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any, NamedTuple

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

# What makes a spreadsheet calculate, in plain and in full-width signs.
LIVE_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
LIVE_SPACES = ("\t", "\r", "\n")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
TITLE_FORBIDS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
LONGEST_CELL = 32_767
LONGEST_TITLE = 31
WIDEST = 60
NUMBERS = (int, float, Decimal)
FIRST_YEAR = 1900


class Sheet(NamedTuple):
    title: str
    headers: Sequence[Any]
    rows: Iterable[Sequence[Any]]


def write_xlsx(stream: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """A workbook row by row, whatever its size. Strings are always strings; numbers, dates and truth keep their
    kind, so that sums can be summed."""
    book = Workbook(write_only=True)
    taken: set[str] = set()
    for sheet in sheets:
        page = book.create_sheet(_title(sheet.title, taken))
        page.freeze_panes = "A2"
        for column, header in enumerate(sheet.headers, start=1):
            page.column_dimensions[get_column_letter(column)].width = min(len(str(header)) + 8, WIDEST)
        page.append([_cell(page, header, bold=True) for header in sheet.headers])
        for row in sheet.rows:
            page.append([_cell(page, value) for value in row])
    book.save(stream)


def write_csv(stream: IO[str], headers: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
    """Semicolons, as a Russian Excel reads them; open the stream as utf-8-sig with newline=""."""
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe_csv_cell(header) for header in headers])
    writer.writerows([safe_csv_cell(value) for value in row] for row in rows)


def safe_csv_cell(value: Any) -> str:
    """The text of a CSV cell, with an apostrophe before anything that would calculate. Numbers stay numbers."""
    value = _plain(value)
    if value is None:
        return ""
    if isinstance(value, NUMBERS) and not isinstance(value, bool):
        return str(value).replace(".", ",")
    text = ILLEGAL.sub("", str(value))
    live = text.startswith(LIVE_SPACES) or text.lstrip().startswith(LIVE_SIGNS)
    return f"'{text}" if live else text


def _plain(value: Any) -> Any:
    """Moments in the user's zone, because a spreadsheet knows no zones; lazy texts as texts; what no cell can
    hold (an endless number, a day before 1900) as nothing or as text."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.make_naive(value)
    if isinstance(value, NUMBERS):
        return value if isinstance(value, int) or Decimal(str(value)).is_finite() else None
    if isinstance(value, date):
        return value if value.year >= FIRST_YEAR else value.isoformat()
    return value if value is None or isinstance(value, time | timedelta) else str(value)


def _cell(page: Any, value: Any, *, bold: bool = False) -> Any:
    value = _plain(value)
    if isinstance(value, str):
        value = _legal(value) or None
    cell = WriteOnlyCell(page, value)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl takes «=…» for a formula and «#N/A» for an error
    if bold:
        cell.font = Font(bold=True)
    return cell


def _legal(text: str) -> str:
    """Only letters that XML allows, and no sequence that Excel would read as an escaped letter."""
    return ESCAPE_LIKE.sub("_x005F_", ILLEGAL.sub("", text))[:LONGEST_CELL]


def _title(title: str, taken: set[str]) -> str:
    base = TITLE_FORBIDS.sub(" ", ILLEGAL.sub("", str(title))).strip(" '")[:LONGEST_TITLE] or "1"
    name, number = base, 2
    while name.lower() in taken:
        suffix = f" {number}"
        name, number = base[: LONGEST_TITLE - len(suffix)] + suffix, number + 1
    taken.add(name.lower())
    return name
