"""Files as tables of texts, whatever made them, row after row; what is no table is refused with a sentence."""

import codecs
import csv
import io
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core.exceptions import RuleViolation
from intake.vcards import card_rows, is_vcard
from intake.workbook import LONGEST_CELL, MOST_COLUMNS, OLE, UNSTORABLE, ZIP

MOST_ROWS = 100_000
DELIMITERS = ";\t,|"
SNIFFED_LINES = 30
TEXT_CONTROLS = frozenset(b"\t\n\r\x0c\x1a\x1b")


@dataclass
class Table:
    """A sheet: its rows of texts, to be read once; the first one is row 1 of the file."""

    sheet: str
    rows: Iterator[list[str]]


def read_table(content: bytes) -> Table:
    """The first sheet of an XLSX, XLS or ODS, a CSV, or business cards (vCard). The kind is told by the content, never by the name.

    Raises RuleViolation, here or while the rows are read, for what is empty, too large, broken or no table.
    """
    if not content.strip(b"\x00\r\n\t "):
        raise RuleViolation(_("The file is empty: there is not a single row in it."))
    if len(content) > settings.IMPORT_MAX_BYTES:
        limit = filesizeformat(settings.IMPORT_MAX_BYTES)
        raise RuleViolation(_("The file is larger than %(limit)s. Split it into parts.") % {"limit": limit})
    table = _opened(content)
    return Table(table.sheet, _bounded(table.rows))


def _opened(content: bytes) -> Table:
    if content.startswith((ZIP, OLE)):
        return _workbook(content)
    return Table("", card_rows(_decoded(content)) if is_vcard(content) else _csv_rows(content))


def _bounded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows, until there are too many; an empty table is none."""
    is_filled = False
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise RuleViolation(_("There are more than 100 000 rows in the file. Split it into parts."))
        is_filled = is_filled or any(row)
        yield row
    if not is_filled:
        raise RuleViolation(_("The file is empty: there is not a single row in it."))


# --- spreadsheets ---------------------------------------------------------------------------------------------------


def _workbook(content: bytes) -> Table:
    """The workbook is read by a process of its own (see intake.workbook) while this one works on the rows."""
    command = [sys.executable, "-m", "intake.workbook", str(MOST_ROWS + 1)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=settings.BASE_DIR
    )
    assert process.stdin is not None
    with suppress(BrokenPipeError), process.stdin as stream:
        stream.write(content)
    lines = _lines(process)
    head = next(lines, None)
    if not isinstance(head, dict):
        raise RuleViolation(_sentence("broken"))
    return Table(head["sheet"][:100], lines)


def _lines(process: "subprocess.Popen[bytes]") -> Iterator[Any]:
    """What the reader writes. Whoever stops listening ends it; an end of its own accord must be a good one."""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            said = json.loads(line)
            if isinstance(said, dict) and "problem" in said:
                raise RuleViolation(_sentence(said["problem"]))
            yield said
        if process.wait():
            raise RuleViolation(_sentence("bomb" if process.returncode == -signal.SIGXCPU else "broken"))
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _sentence(problem: str) -> str:
    return {
        "unknown": _("This is not a table. Files of Excel (xlsx, xls), OpenDocument (ods), CSV and vCard are read."),
        "bomb": _("The file unpacks to far more than a table may hold. Save only the sheet with companies."),
        "password": _("The file is protected by a password. Save it without one."),
        "empty": _("The file is empty: there is not a single row in it."),
    }.get(problem, _("The file is damaged and cannot be read. Open it in Excel and save it again."))


# --- text -----------------------------------------------------------------------------------------------------------


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            yield [UNSTORABLE.sub("", cell).strip()[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]]
    except csv.Error as error:
        raise RuleViolation(_sentence("broken")) from error


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else what a Russian Excel writes."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    if any(byte < 32 and byte not in TEXT_CONTROLS for byte in content[:65_536]):
        raise RuleViolation(_sentence("unknown"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


def _delimiter(text: str) -> str:
    """The sign that divides most lines into the same number of cells."""
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:SNIFFED_LINES]

    def evenness(sign: str) -> tuple[int, int]:
        counts = Counter(line.count(sign) for line in lines if sign in line)
        return max(((times, count) for count, times in counts.items()), default=(0, 0))

    return max(DELIMITERS, key=evenness)
