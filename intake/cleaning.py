"""One row of a file: texts of its cells into values of the base, or the first thing that is wrong with it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from companies.classifier_data import clean_okved
from companies.normalise import normalise_phone, normalise_site, split_emails, split_legal_form, split_phones
from companies.normalise.phones import PhoneNumber
from core.identifiers import clean_inn, clean_kpp, clean_ogrn
from intake.enums import MANY_COLUMNS, ImportField

DIGITS = re.compile(r"\d+")
POSTCODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")
ANY_LETTER = re.compile(r"\w")
MOST_PEOPLE = 2_000_000
LONGEST = {"name": 300, "city": 100, "segment": 100, "position": 150, "address": 400, "person": 200}
EMPTY = frozenset(("", "-", "–", "—", "н/д", "нет", "n/a", "none", "null"))

Values = dict[str, Any]


@dataclass
class Cleaned:
    """What a row says; `problem` names the field that keeps it out of the base."""

    values: Values = field(default_factory=dict)
    field: str = ""
    problem: str = ""
    cell: str = ""


class WrongCell(ValueError):
    """A cell that keeps its row out of the base."""

    def __init__(self, name: str, message: str, cell: str = ""):
        super().__init__(message)
        self.name, self.message, self.cell = name, message, cell


def clean_row(raw: dict[str, str], mapping: dict[str, str]) -> Cleaned:
    """Values of a row by field. Never raises: what is wrong stands in `problem`."""
    cells = gather(raw, mapping)
    result = Cleaned()
    for name, clean in CLEANERS.items():
        if not (cell := cells.get(name, "")):
            continue
        try:
            result.values |= clean(cell)
        except WrongCell as error:
            result.field, result.problem, result.cell = error.name, error.message, error.cell or cell
            break
        except ValueError as error:
            result.field, result.problem, result.cell = name, str(error), cell
            break
    if not result.problem and not result.values.get("name"):
        result.field, result.problem = ImportField.NAME, _nameless(cells)
    _settle_person(result.values)
    return result


def gather(raw: dict[str, str], mapping: dict[str, str]) -> dict[str, str]:
    """field -> text; several columns of one field are put together."""
    cells: dict[str, str] = {}
    for header, text in raw.items():
        name = mapping.get(header, "")
        if not name or text.strip().lower() in EMPTY:
            continue
        if name not in cells:
            cells[name] = text.strip()
        elif name in MANY_COLUMNS:
            cells[name] = f"{cells[name]}; {text.strip()}"
    return cells


def _nameless(cells: dict[str, str]) -> str:
    known = [str(ImportField(name).label) for name in cells if name != ImportField.NAME]
    if not known:
        return _("The name is empty")
    return _("The name is empty, there is only: %(fields)s") % {"fields": ", ".join(known[:3])}


def _settle_person(values: Values) -> None:
    """A phone and an e-mail of nobody belong to the company."""
    if values.get("person"):
        return
    values.pop("position", None)
    phones = values.pop("person_phone", [])
    if phones:
        values["phones"] = list(dict.fromkeys([*values.get("phones", []), *phones]))
    emails = values.pop("person_email", [])
    if emails:
        values.setdefault("email", emails[0])


# --- cleaners: text of a cell -> values -----------------------------------------------------------------------------


def _name(cell: str) -> Values:
    if not ANY_LETTER.search(split_legal_form(cell)[1]):
        raise WrongCell(ImportField.NAME, _("The name holds no letters"))
    return {"name": " ".join(cell.split())[: LONGEST["name"]]}


def _inn_kpp(cell: str) -> Values:
    """«6603027741/660301001»: the INN, then the KPP if there is one."""
    inn, _sign, rest = cell.partition("/") if "/" in cell else cell.partition("\\")
    values: Values = {}
    for name, text, clean in (("inn", inn, clean_inn), ("kpp", rest, clean_kpp)):
        try:
            values |= {name: clean(text)} if text.strip() else {}
        except ValueError as error:
            raise WrongCell(name, str(error), cell) from error
    return values


def _phones_for(name: str) -> Callable[[str], Values]:
    def clean(cell: str) -> Values:
        found = split_phones(cell)
        if found.rejected or not found.found:
            wrong = found.rejected[0] if found.rejected else cell
            raise WrongCell(name, _phone_problem(wrong), wrong)
        return {name: [_with_extension(number) for number in found.found]}

    return clean


def _phone_problem(text: str) -> str:
    try:
        normalise_phone(text)
    except ValueError as error:
        return str(error)
    return _("This is not a phone number")


def _with_extension(phone: PhoneNumber) -> str:
    return f"{phone.number} доб. {phone.extension}" if phone.extension else phone.number


def _emails(cell: str) -> list[str]:
    found = split_emails(cell)
    if found.rejected or not found.found:
        wrong = found.rejected[0] if found.rejected else cell
        raise WrongCell(ImportField.EMAIL, _email_problem(wrong), wrong)
    return list(found.found)


def _email_problem(text: str) -> str:
    if text.count("@") > 1:
        return _("There are two @ signs in the address")
    return _("There is no @ sign in the address") if "@" not in text else _("Such an e-mail cannot exist")


def _email(cell: str) -> Values:
    return {"email": _emails(cell)[0]}


def _person_email(cell: str) -> Values:
    try:
        return {"person_email": _emails(cell)}
    except WrongCell as error:
        raise WrongCell(ImportField.PERSON_EMAIL, error.message, error.cell) from error


def _headcount(cell: str) -> Values:
    """«100–250» is at least a hundred people; the lower bound is what we surely know."""
    numbers = DIGITS.findall(re.sub(r"(?<=\d)[\s\u00a0](?=\d{3}(?!\d))", "", cell))
    if not numbers or int(numbers[0]) > MOST_PEOPLE:
        raise WrongCell(ImportField.HEADCOUNT, _("This is not a number of people"))
    return {"headcount": int(numbers[0])}


def _segment(cell: str) -> Values:
    """A code in the column of segments is a kind of activity."""
    if cell[0].isdigit() and (code := clean_okved(cell)):
        return {"activity": code}
    return {"segment": _short(cell, "segment")}


def _activity(cell: str) -> Values:
    code = clean_okved(cell)
    return {"activity": code} if code else {"about": cell}


def _postcode(cell: str) -> Values:
    found = POSTCODE.search(cell.split(".")[0].zfill(6) if cell.replace(".0", "").isdigit() else cell)
    return {"postcode": found[1]} if found else {}


def _address(cell: str) -> Values:
    text = _short(cell, "address")
    found = POSTCODE.search(text)
    return {"address": text} | ({"postcode": found[1]} if found else {})


def _short(cell: str, name: str) -> str:
    return " ".join(cell.split())[: LONGEST[name]]


# The order decides what is complained about first, and that a column of postal codes wins over the address.
CLEANERS: dict[str, Callable[[str], Values]] = {
    ImportField.NAME: _name,
    ImportField.INN: lambda cell: {"inn": clean_inn(cell)},
    ImportField.KPP: lambda cell: {"kpp": clean_kpp(cell)},
    ImportField.INN_KPP: _inn_kpp,
    ImportField.OGRN: lambda cell: {"ogrn": clean_ogrn(cell)},
    ImportField.ADDRESS: _address,
    ImportField.POSTCODE: _postcode,
    ImportField.CITY: lambda cell: {"city": _short(cell, "city")},
    ImportField.REGION: lambda cell: {"region": _short(cell, "city")},
    ImportField.PHONES: _phones_for("phones"),
    ImportField.EMAIL: _email,
    ImportField.SITE: lambda cell: {"site": normalise_site(cell)},
    ImportField.SEGMENT: _segment,
    ImportField.ACTIVITY: _activity,
    ImportField.HEADCOUNT: _headcount,
    ImportField.ABOUT: lambda cell: {"about": cell},
    ImportField.PERSON: lambda cell: {"person": _short(cell, "person")},
    ImportField.POSITION: lambda cell: {"position": _short(cell, "position")},
    ImportField.PERSON_PHONE: _phones_for("person_phone"),
    ImportField.PERSON_EMAIL: _person_email,
    ImportField.NOTE: lambda cell: {"note": cell},
}
