"""Which column of a file is what, by the words people write over columns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core.exceptions import RuleViolation
from intake.enums import MANY_COLUMNS, ImportField
from intake.questions import named, questions, spelt

SEARCHED_ROWS = 20
LONGEST_HEADER = 100
NOT_LETTERS = re.compile(r"[^a-zа-я]+")
OF_PERSON = r"\b(лпр|контактн\w*|лиц[аоу]|рук|руковод\w*|директор\w*|менеджер\w*|сотрудник[а]?|person\w*|contact\w*)\b"

# The first that fits decides, so the order matters: «вид деятельности организации» is no name.
RULES: tuple[tuple[ImportField, re.Pattern[str]], ...] = tuple(
    (field, re.compile(pattern))
    for field, pattern in (
        (ImportField.INN_KPP, r"\bинн\b.*\bкпп\b|\binn\b.*\bkpp\b"),
        (ImportField.NOTE, r"\b(прим\w*|коммент\w*|заметк\w*|note\w*|comment\w*|remark\w*)\b"),
        (ImportField.CODE, r"\b(номер|код|id) карточки\b|\bcard (number|id)\b|\bnumber of the card\b"),
        (ImportField.URL, r"\b(ссылка|источник url|url|link)\b|\bгде найден"),
        (ImportField.PERSON_PHONE, rf"(?=.*\b(тел\w*|моб\w*|phone|mobile)\b).*{OF_PERSON}"),
        (ImportField.PERSON_EMAIL, rf"(?=.*(e ?mail|\bпочт[аы]\b)).*{OF_PERSON}"),
        (ImportField.INN, r"\b(инн|inn)\b|\btax ?id\b"),
        (ImportField.KPP, r"\b(кпп|kpp)\b"),
        (ImportField.OGRN, r"\b(огрн(ип)?|ogrn(ip)?)\b"),
        (ImportField.ACTIVITY, r"\b(оквэд|okved)\b|\bвид\w* деятельности|\bкод деятельности"),
        (ImportField.EMAIL, r"\be ?mails?\b|\bмейл\b|\bмэйл\b|\bпочт[аы]\b|\bэл почт"),
        (ImportField.SITE, r"\b(сайт\w*|web ?site|site|www|веб)\b"),
        (ImportField.POSTCODE, r"\b(индекс|postcode|postal code|zip)\b"),
        (ImportField.POSITION, r"\b(долж\w*|position|job title|post)\b"),
        (ImportField.HEADCOUNT, r"\bчисленн\w*|\b(кол во|количество|число) (сотр\w*|работ\w*|люд\w*|чел\w*|персонал\w*)"
         r"|\b(штат|сотрудников|сотр|персонал|headcount|employees|staff)\b"),
        (ImportField.PHONES, r"\b(тел\w*|моб\w*|phones?|mobile)\b"),
        (ImportField.PERSON, r"\b(фио|ф и о|лпр|контакт\w*( лиц[оа])?|руководител\w*|директор|рук|ген дир"
         r"|contacts?( person| name)?|person)\b"),
        (ImportField.ADDRESS, r"\b(адрес\w*|address|местонахождение|улица)\b"),
        (ImportField.REGION, r"\b(регион|область|субъект\w*|край|region)\b"),
        (ImportField.CITY, r"\b(город|нас(еленный)? пункт|city|town)\b"),
        (ImportField.SEGMENT, r"\b(сегмент\w*|отрасл\w*|рубрик\w*|категори\w*|segment|industry)\b"),
        (ImportField.ABOUT, r"\b(описание|деятельность|чем занима\w*|about|description)\b"),
        (ImportField.NAME, r"\b(наимен\w*|назван\w*|компани\w*|организац\w*|предприят\w*|фирм\w*|контрагент\w*|клиент\w*"
         r"|юр лицо|company|organi[sz]ation|name)\b"),
    )
)  # fmt: skip


@dataclass
class Header:
    """The line with the names of columns: its place in the file, and the names, each once."""

    number: int
    names: list[str]


def recognise(name: str, own: Mapping[str, str] | None = None) -> str:
    """The field of a column by its name, "" for an unknown one; `own` are the names of own questions."""
    words = _words(name)
    if field := _own_names().get(words) or (own or {}).get(spelt(name)):
        return field
    return next((str(field) for field, pattern in RULES if pattern.search(words)), "")


def _words(name: str) -> str:
    return NOT_LETTERS.sub(" ", name.lower().replace("ё", "е")).strip()


@cache
def _own_names() -> dict[str, str]:
    """What the fields are called on our own screens and in the sample file, in every language."""
    names = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names |= {_words(str(field.label)): str(field) for field in ImportField}
    return names


def find_header(rows: list[list[str]]) -> Header:
    """The line among the first ones with the most known names. Raises RuleViolation when no line has any."""
    own = named(questions())
    scores = [_score(row, own) for row in rows[:SEARCHED_ROWS]]
    best = max(scores, default=0)
    if not best:
        raise RuleViolation(
            _(
                "The file has no header: the first rows hold no known column name. Write over the columns what they are, "
                "for example «Наименование», «ИНН», «Телефон», or take the sample file."
            )
        )
    place = scores.index(best)
    return Header(place + 1, _unique(rows[place]))


def map_columns(names: list[str]) -> dict[str, str]:
    """Name of a column -> field; a field that may stand once goes to the first column that claims it."""
    own = named(questions())
    taken: set[str] = set()
    mapping = {}
    for name in names:
        field = recognise(name, own)
        mapping[name] = "" if field in taken and field not in MANY_COLUMNS else field
        taken.add(field)
    return mapping


def _score(row: list[str], own: Mapping[str, str]) -> int:
    """How many different fields the names of this line are; a cell of a name's length only."""
    return len({recognise(cell, own) for cell in row if cell and len(cell) <= 60 and not cell[0].isdigit()} - {""})


def _unique(cells: list[str]) -> list[str]:
    """Names of columns, each once: a second «Телефон» is «Телефон (2)», a nameless column has its number."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = " ".join(cell.split())[:LONGEST_HEADER] or _("Column %(number)s") % {"number": place}
        copy, number = name, 2
        while copy in names:
            copy, number = f"{name} ({number})", number + 1
        names.append(copy)
    return names
