"""The check of a file: what will come of each row, before a single one is loaded."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from companies.normalise import name_key
from intake.cleaning import Cleaned, Values, clean_row
from intake.differences import first_difference
from intake.enums import ImportField, MatchPolicy, Outcome
from intake.headers import find_header
from intake.matching import Base, Match, load_base
from intake.models import ImportBatch, ImportRow
from intake.readers import Table


@dataclass
class Check:
    """A file being checked: the base it meets, and the rows met so far."""

    batch: ImportBatch
    base: Base
    seen: dict[tuple[str, str], ImportRow] = field(default_factory=dict)


def numbered(table: Table) -> Iterator[tuple[int, dict[str, str]]]:
    """(row of the file, header -> text) of every row that is not empty, after the header."""
    header = find_header(table.rows)
    for number, cells in enumerate(table.rows[header.number :], start=header.number + 1):
        if any(cells):
            yield number, {name: cell for name, cell in zip(header.names, cells, strict=False) if cell}


def check_rows(batch: ImportBatch, rows: list[tuple[int, dict[str, str]]]) -> list[ImportRow]:
    """The rows with their outcome, unsaved. The base is read once for all of them."""
    cleaned = [clean_row(raw, batch.mapping) for _number, raw in rows]
    check = Check(batch, load_base([row.values for row in cleaned if not row.problem]))
    return [judge(check, number, raw, row) for (number, raw), row in zip(rows, cleaned, strict=True)]


def judge(check: Check, number: int, raw: dict[str, str], cleaned: Cleaned) -> ImportRow:
    """The outcome of one row."""
    row = ImportRow(batch=check.batch, number=number, raw=raw, values=cleaned.values)
    if cleaned.problem:
        row.outcome, row.field, row.message = Outcome.ERROR, cleaned.field, cleaned.problem[:300]
        row.file_value = cleaned.cell[:300]
        return row
    keys = _keys(cleaned.values)
    first = next((check.seen[key] for key in keys if key in check.seen), None)
    if first is not None:
        _repeat(row, first)
    else:
        _compare(row, check.base.find(cleaned.values), check.batch.match_policy)
    for key in keys:
        check.seen.setdefault(key, row)
    return row


def _keys(values: Values) -> list[tuple[str, str]]:
    """By what two rows of one file name one company: the INN with the KPP, else the name with the town."""
    if values.get("inn"):
        return [("inn", f"{values['inn']}/{values.get('kpp', '')}")]
    return [("name", f"{name_key(values['name'])}/{values.get('city', '').lower()}")]


def _repeat(row: ImportRow, first: ImportRow) -> None:
    """One more row about a company of this file: it brings another phone or person."""
    row.repeat_of = first.repeat_of or first.number
    row.company = first.company
    row.outcome = Outcome.UPDATE if first.outcome == Outcome.CREATE else first.outcome
    row.field, row.base_value, row.file_value = first.field, first.base_value, first.file_value
    row.message = first.message or _("The same company as in row %(number)s") % {"number": row.repeat_of}


def _compare(row: ImportRow, match: Match, policy: str) -> None:
    row.company = match.company
    if match.company is None:
        row.outcome = Outcome.CREATE
    elif policy == MatchPolicy.SKIP:
        row.outcome = Outcome.SKIP
    elif match.doubt:
        row.outcome, row.message, row.field = Outcome.CONFLICT, match.doubt, match.field
        row.base_value, row.file_value = match.base_value[:300], match.file_value[:300]
    else:
        _contradict(row, policy)


def _contradict(row: ImportRow, policy: str) -> None:
    """A contradiction is a conflict when empty fields are filled; when the file replaces, only for a verified card."""
    assert row.company is not None
    until = row.company.verified_until
    is_open = policy == MatchPolicy.FILL or (until is not None and until > timezone.now())
    difference = first_difference(row.company, row.values) if is_open else None
    if difference is None:
        row.outcome = Outcome.UPDATE
        return
    label = ImportField(difference.field).label
    row.outcome, row.field, row.message = Outcome.CONFLICT, difference.field, _("%(field)s differs") % {"field": label}
    row.base_value, row.file_value = difference.base[:300], difference.file[:300]
