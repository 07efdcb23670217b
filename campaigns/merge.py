"""Merge fields of letters: a fixed list and a tiny replacer. Nobody writes templates of any engine in a letter.

`{{ city }}` is replaced by the value, `{{ city|your city }}` also when there is none. What a letter shows is a list of
paragraphs of lines of pieces; templates print the pieces and escape them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.names import Name, salutation
from core.exceptions import RuleViolation

FIELD = re.compile(r"\{\{\s*(\w+)\s*(?:\|\s*([^{}|]*?)\s*)?\}\}")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u0085\u2028\u2029]")

FIELDS: dict[str, Any] = {
    "salutation": gettext_lazy("Dear Ivan Petrovich!"),
    "name": gettext_lazy("first name and patronymic"),
    "first_name": gettext_lazy("first name"),
    "last_name": gettext_lazy("surname"),
    "position": gettext_lazy("position"),
    "company": gettext_lazy("company"),
    "city": gettext_lazy("city"),
    "region": gettext_lazy("region"),
    "segment": gettext_lazy("segment"),
    "manager": gettext_lazy("responsible manager"),
    "manager_phone": gettext_lazy("manager's phone"),
    "manager_email": gettext_lazy("manager's e-mail"),
    "sender": gettext_lazy("who signs the letter"),
    "our_company": gettext_lazy("our company"),
    "call_date": gettext_lazy("day of our call, as «on Thursday, 26 November»"),
}
COMPUTED = {"salutation", "name", "call_date"}  # from frozen values; the others are frozen as they are

WEEKDAYS = ["в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье"]
MONTHS = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]


@dataclass(frozen=True)
class Piece:
    """A part of a line: plain text, or the value of a field, or its fallback."""

    text: str
    field: str = ""
    is_fallback: bool = False


Line = list[Piece]
Paragraph = list[Line]


def check_fields(text: str) -> None:
    """Raises RuleViolation for a field that is not in the list, and for braces that are no field."""
    for name, _fallback in FIELD.findall(text):
        if name not in FIELDS:
            raise RuleViolation(
                _("There is no field «%(name)s». The fields are: %(known)s.")
                % {"name": name, "known": ", ".join(FIELDS)}
            )
    rest = FIELD.sub("", text)
    if stray := re.search(r"\{\{.{0,30}|.{0,30}\}\}", rest):
        raise RuleViolation(
            _("«%(text)s» is not a field. Write {{ company }} or {{ company|your company }}.") % {"text": stray[0]}
        )


def fields_without_fallback(text: str) -> list[str]:
    """The fields of the text that leave a hole when their value is unknown."""
    return sorted({name for name, fallback in FIELD.findall(text) if not fallback})


def values_of(frozen: Mapping[str, Any]) -> dict[str, str]:
    """Every field of the list, filled from what was frozen for one letter."""
    name = Name(frozen["last_name"], frozen["first_name"], frozen["middle_name"])
    greeting = salutation(name, gender=frozen["gender"], override=frozen["own_salutation"])
    computed = {
        "salutation": greeting,
        "name": " ".join(filter(None, [name.first_name, name.middle_name])),
        "call_date": in_words(date.fromisoformat(frozen["call_on"])),
    }
    return {field: computed.get(field, frozen.get(field, "")) for field in FIELDS}


def fill_line(text: str, values: Mapping[str, str]) -> Line:
    """One line as pieces."""
    line, end = [], 0
    for found in FIELD.finditer(text):
        if found.start() > end:
            line.append(Piece(text[end : found.start()]))
        name, fallback = found[1], found[2] or ""
        value = CONTROL.sub(" ", values.get(name, "")).replace("\n", " ")
        line.append(Piece(value or fallback, name, is_fallback=not value))
        end = found.end()
    if end < len(text):
        line.append(Piece(text[end:]))
    return line


def fill_body(text: str, values: Mapping[str, str]) -> list[Paragraph]:
    """The letter: empty lines part paragraphs."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return [[fill_line(line, values) for line in block.split("\n")] for block in blocks]


def as_text(line: Line) -> str:
    """The line without marks."""
    return "".join(piece.text for piece in line)


def working_day_after(day: date, days: int) -> date:
    """The day so many days later; a weekend moves on to Monday."""
    later = day + timedelta(days=days)
    return later + timedelta(days=max(0, 7 - later.weekday()) if later.weekday() > 4 else 0)


def in_words(day: date) -> str:
    """«в четверг, 26 ноября»: letters are Russian on any screen."""
    return f"{WEEKDAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]}"
