"""One row of a file: texts of its cells into values of the base, or the first thing that is wrong with it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from companies.classifier_data import clean_okved
from companies.cleaning import clean_name, guess_region_code
from companies.models import TechnicalField
from companies.normalise import (
    name_key,
    normalise_phone,
    normalise_site,
    own_domain,
    site_host,
    split_emails,
    split_legal_form,
    split_phones,
)
from companies.normalise.phones import PhoneNumber
from companies.regions import find_region, zone_for
from companies.technical import clean_answer
from contacts.names import COURTESY
from contacts.services.people import named
from contacts.summary import COMPANY_FACTS, summary_of
from core.identifiers import clean_inn, clean_kpp, clean_ogrn
from intake.enums import MANY_COLUMNS, ImportField
from intake.questions import Questions, says_no

DIGITS = re.compile(r"\d+")
POSTCODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")
ANY_LETTER = re.compile(r"\w")
NAMES = re.compile(r"[^\W\d_]")
MOST_PEOPLE = 2_000_000
LONGEST_CODE = 15
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


NO_QUESTIONS: Questions = {}


def clean_row(raw: dict[str, str], mapping: dict[str, str], asked: Questions = NO_QUESTIONS) -> Cleaned:
    """Values of a row by field, answers to the questions that the columns are about among them. Never raises: what is
    wrong stands in `problem`."""
    cells = gather(raw, mapping, asked)
    result = Cleaned()
    for name, clean in (*CLEANERS.items(), *_readers(asked)):
        if not (cell := cells.get(name, "")):
            continue
        try:
            _put(result.values, clean(cell))
        except WrongCell as error:
            result.field, result.problem, result.cell = error.name, error.message, error.cell or cell
            break
        except ValueError as error:
            result.field, result.problem, result.cell = name, str(error), cell
            break
    if not result.problem and not result.values.get("name"):
        result.field, result.problem = ImportField.NAME, _nameless(cells)
    _settle_person(result.values)
    if not result.problem:
        result.values |= derived(result.values)
    return result


def gather(raw: dict[str, str], mapping: dict[str, str], asked: Questions = NO_QUESTIONS) -> dict[str, str]:
    """field -> text; several columns of one field are put together."""
    cells: dict[str, str] = {}
    for header, text in raw.items():
        name = mapping.get(header, "")
        if not name or (text.strip().lower() in EMPTY and not says_no(asked.get(name), text)):
            continue
        if name not in cells:
            cells[name] = text.strip()
        elif name in MANY_COLUMNS:
            cells[name] = f"{cells[name]}; {text.strip()}"
    return cells


def _readers(asked: Questions) -> Iterator[tuple[str, Callable[[str], Values]]]:
    """The answers are read as the form of the card reads them."""
    for name, question in asked.items():
        yield name, partial(_answer, question)


def _answer(question: TechnicalField, cell: str) -> Values:
    return {"technical": {question.key: clean_answer(question, cell)}}


def _put(values: Values, said: Values) -> None:
    """Answers come one by one and are kept together."""
    if answers := said.get("technical"):
        values.setdefault("technical", {}).update(answers)
    else:
        values.update(said)


def _nameless(cells: dict[str, str]) -> str:
    known = [str(ImportField(name).label) for name in cells if name in ImportField.values and name != ImportField.NAME]
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


# --- what the base derives from the values --------------------------------------------------------------------------


def derived(values: Values) -> Values:
    """The rest of what the verbs of a card and of a person would write for these values, by their own functions:
    keys for search and matching, region and zone, the parts of the person's name, how complete a new card is."""
    parted = clean_name({"name": values["name"]})
    core, phones, site = parted["name"], values.get("phones", []), values.get("site", "")
    place = {"city": values.get("city", ""), "phone": phones[0].partition(" ")[0] if phones else ""}
    address, email = values.get("address", ""), values.get("email", "")
    given = find_region(values.get("region", ""))
    guessed = guess_region_code(inn=values.get("inn", ""), address=address, **place)
    region = given.code if given else guessed
    in_address = find_region(address) if address else None
    result = {
        "core": core,
        "legal_form": parted["legal_form"],
        "name_key": name_key(core)[:300],
        "site_host": site_host(site)[:150] if site else "",
        "domain": (own_domain(site) if site else "") or (own_domain(email) if email else ""),
        "given_region": given.code if given else "",
        "guessed_region": region,
        "address_region": in_address.code if in_address else region,
        "time_zone": zone_for(region or None, place["city"] or None, place["phone"] or None),
    }
    who = named(values["person"], {}) if values.get("person") else None
    return result | ({"who": who} if who else {}) | _summary(values, region, bool(who))


def _summary(values: Values, region: str, has_person: bool) -> Values:
    known = (bool(region), bool(values.get("phones")), bool(values.get("address")), has_person)
    return _summary_by(tuple(name in values for name in SUMMED), *known, "technical" in values)


SUMMED = tuple(fact.removesuffix("_id") for fact in COMPANY_FACTS)
KNOWN_BESIDE = ("region_id", "has_phone", "has_address", "has_person", "has_technical")


@lru_cache(10_000)  # it depends only on what is known, not on what it says
def _summary_by(given: tuple[bool, ...], *has: bool) -> Values:
    facts: Values = dict(zip(COMPANY_FACTS, given, strict=True))
    facts |= zip(KNOWN_BESIDE, has, strict=True)
    summary = summary_of(facts, timezone.now())
    return {"blocks": summary["blocks"], "completeness": summary["completeness"]}


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


def _person(cell: str) -> Values:
    """A cell of nothing but signs, or of «г-н» alone, names nobody."""
    name = _short(cell, "person")
    return {"person": name} if NAMES.search(COURTESY.sub("", name)) else {}


def _code(cell: str) -> Values:
    """The number of a card, as an export of the base writes it."""
    number = cell.removeprefix("№").strip()
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_CODE):
        raise WrongCell(ImportField.CODE, _("The number of a card holds only digits"))
    return {"code": int(number)}


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
    ImportField.PERSON: lambda cell: _person(cell),
    ImportField.POSITION: lambda cell: {"position": _short(cell, "position")},
    ImportField.PERSON_PHONE: _phones_for("person_phone"),
    ImportField.PERSON_EMAIL: _person_email,
    ImportField.NOTE: lambda cell: {"note": cell},
    ImportField.CODE: lambda cell: _code(cell),
    ImportField.URL: lambda cell: {"url": cell[:500]},
}
