"""Files as tables of texts, whatever made them; what is no table is refused with a sentence."""

import codecs
import csv
import io
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core.exceptions import RuleViolation
from intake.workbook import LONGEST_CELL, MOST_COLUMNS, OLE, UNSTORABLE, ZIP

MOST_ROWS = 100_000
PATIENCE = 90  # seconds for one workbook
DELIMITERS = ";\t,|"
SNIFFED_LINES = 30
TEXT_CONTROLS = frozenset(b"\t\n\r\x0c\x1a\x1b")


@dataclass
class Table:
    """A sheet: its rows of texts, the first one is row 1 of the file."""

    sheet: str
    rows: list[list[str]]


def read_table(content: bytes) -> Table:
    """The first sheet of an XLSX, XLS or ODS, or a CSV. The kind is told by the content, never by the name.

    Raises RuleViolation for what is empty, too large, broken or no table.
    """
    if not content.strip(b"\x00\r\n\t "):
        raise RuleViolation(_("The file is empty: there is not a single row in it."))
    if len(content) > settings.IMPORT_MAX_BYTES:
        limit = filesizeformat(settings.IMPORT_MAX_BYTES)
        raise RuleViolation(_("The file is larger than %(limit)s. Split it into parts.") % {"limit": limit})
    table = _workbook(content) if content.startswith((ZIP, OLE)) else Table("", _csv_rows(content))
    if len(table.rows) > MOST_ROWS + 1:
        raise RuleViolation(_("There are more than 100 000 rows in the file. Split it into parts."))
    if not any(any(row) for row in table.rows):
        raise RuleViolation(_("The file is empty: there is not a single row in it."))
    return table


# --- spreadsheets ---------------------------------------------------------------------------------------------------


def _workbook(content: bytes) -> Table:
    command = [sys.executable, "-m", "intake.workbook", str(MOST_ROWS + 1)]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, cwd=settings.BASE_DIR, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RuleViolation(_sentence("bomb")) from error
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        raise RuleViolation(_sentence("broken"))
    head: dict[str, Any] = json.loads(lines[0])
    last = json.loads(lines[-1])
    if isinstance(last, dict) and "problem" in last:
        raise RuleViolation(_sentence(last["problem"]))
    return Table(head["sheet"][:100], [json.loads(line) for line in lines[1:]])


def _sentence(problem: str) -> str:
    return {
        "unknown": _("This is not a table. Files of Excel (xlsx, xls), OpenDocument (ods) and CSV are read."),
        "bomb": _("The file unpacks to far more than a table may hold. Save only the sheet with companies."),
        "password": _("The file is protected by a password. Save it without one."),
        "empty": _("The file is empty: there is not a single row in it."),
    }.get(problem, _("The file is damaged and cannot be read. Open it in Excel and save it again."))


# --- text -----------------------------------------------------------------------------------------------------------


def _csv_rows(content: bytes) -> list[list[str]]:
    text = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append([UNSTORABLE.sub("", cell).strip()[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]])
            if len(rows) > MOST_ROWS + 1:
                break
    except csv.Error as error:
        raise RuleViolation(_sentence("broken")) from error
    return rows


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
