"""A spreadsheet as lines of JSON, in a process of its own: a file made to break its reader takes no web worker along.

`python -m intake.workbook LIMIT < file`: the first line is {"sheet": …} or {"problem": …}, every other one a row of texts.
Imports nothing of the project, so that it starts quickly.
"""

import io
import json
import math
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

MOST_MEMORY = 1_500 * 1024 * 1024
MOST_SECONDS = 60
MOST_UNPACKED = 300 * 1024 * 1024
MOST_PACKED_TIMES = 150  # honest sheets shrink about ten times
SMALL_UNPACKED = 20 * 1024 * 1024  # below this no ratio is suspicious
MOST_PARTS = 5_000
MOST_COLUMNS = 200
LONGEST_CELL = 2_000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
SPREADSHEETS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


class Unreadable(Exception):
    """`problem` is a word that the parent turns into a sentence."""

    def __init__(self, problem: str):
        super().__init__(problem)
        self.problem = problem


def guard_archive(content: bytes) -> None:
    """Refuse what is no spreadsheet, or unpacks to more than a sheet may, before anything unpacks it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _guard_sizes(archive.infolist())
            if archive.testzip() is not None:  # a part that lies about its size does not match its checksum
                raise Unreadable("broken")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise Unreadable("broken") from error


def _guard_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if not any(part.filename in SPREADSHEETS for part in parts):
        raise Unreadable("unknown")
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    too_dense = unpacked > SMALL_UNPACKED and unpacked > MOST_PACKED_TIMES * max(packed, 1)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or too_dense:
        raise Unreadable("bomb")


def cell_text(value: Any) -> str:
    """A cell as a person reads it: 7707083893.0 is 7707083893."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        whole = math.isfinite(value) and value == int(value) and abs(value) < 1e18
        return str(int(value)) if whole else repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return UNSTORABLE.sub("", "" if value is None else str(value)).strip()[:LONGEST_CELL]


def open_sheet(content: bytes) -> Any:
    """The first sheet with anything in it."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = (book.get_sheet_by_name(name) for name in book.sheet_names)
        found = next((sheet for sheet in sheets if sheet.height), None)
    except PasswordError as error:
        raise Unreadable("password") from error
    except CalamineError as error:
        raise Unreadable("broken") from error
    if found is None:
        raise Unreadable("empty")
    return found


def rows_of(content: bytes, limit: int) -> Iterator[Any]:
    """The name of the sheet, then its rows, one more than the limit at the most."""
    if content.startswith(ZIP):
        guard_archive(content)
    elif not content.startswith(OLE):
        raise Unreadable("unknown")
    sheet = open_sheet(content)
    yield {"sheet": sheet.name}
    for number, row in enumerate(sheet.iter_rows()):
        if number > limit:
            return
        yield [cell_text(value) for value in row[:MOST_COLUMNS]]


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    out = sys.stdout
    try:
        for row in rows_of(sys.stdin.buffer.read(), int(sys.argv[1])):
            out.write(json.dumps(row) + "\n")
    except Unreadable as error:
        out.write(json.dumps({"problem": error.problem}) + "\n")


if __name__ == "__main__":
    main()
