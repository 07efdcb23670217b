"""Names of companies: the key they are searched, sorted and compared by, and their legal form."""

import re
import unicodedata
from functools import lru_cache

from rapidfuzz import fuzz

# Abbreviation → how the form is written out. The order matters only where one form contains another.
LEGAL_FORMS = {
    "ООО": "общество с ограниченной ответственностью",
    "ОДО": "общество с дополнительной ответственностью",
    "ПАО": "публичное акционерное общество",
    "НАО": "непубличное акционерное общество",
    "ЗАО": "закрытое акционерное общество",
    "ОАО": "открытое акционерное общество",
    "АО": "акционерное общество",
    "ИП": "индивидуальный предприниматель",
    "КФХ": "крестьянское фермерское хозяйство",
    "ФГУП": "федеральное государственное унитарное предприятие",
    "ГУП": "государственное унитарное предприятие",
    "МУП": "муниципальное унитарное предприятие",
    "ФГБОУ": "федеральное государственное бюджетное образовательное учреждение",
    "ФГАОУ": "федеральное государственное автономное образовательное учреждение",
    "ФГБУ": "федеральное государственное бюджетное учреждение",
    "ФКУ": "федеральное казённое учреждение",
    "ГБОУ": "государственное бюджетное образовательное учреждение",
    "МБОУ": "муниципальное бюджетное образовательное учреждение",
    "ГБУ": "государственное бюджетное учреждение",
    "ГКУ": "государственное казённое учреждение",
    "МБУ": "муниципальное бюджетное учреждение",
    "МКУ": "муниципальное казённое учреждение",
    "МАУ": "муниципальное автономное учреждение",
    "АНО": "автономная некоммерческая организация",
    "НКО": "некоммерческая организация",
    "ТСЖ": "товарищество собственников жилья",
    "СПК": "сельскохозяйственный производственный кооператив",
    "ТОО": "товарищество с ограниченной ответственностью",
    "ЧУП": "частное унитарное предприятие",
}
FOREIGN_FORMS = ("LLC", "LTD", "INC", "JSC", "PJSC", "CJSC", "OJSC", "GMBH", "OOO", "OAO", "ZAO", "PAO", "AO", "IP")

# Kinds of business that are written out or shortened at will; unlike legal forms they belong to the name.
SHORTENED = {
    "торговый дом": "тд",
    "торговая компания": "тк",
    "научно производственное предприятие": "нпп",
    "научно производственное объединение": "нпо",
    "научно производственная компания": "нпк",
    "научно производственная фирма": "нпф",
    "производственно коммерческая фирма": "пкф",
    "производственная компания": "пк",
    "производственное объединение": "по",
    "строительная компания": "ск",
    "управляющая компания": "ук",
    "группа компаний": "гк",
    "частное охранное предприятие": "чоп",
    "частная охранная организация": "чоо",
    "имени": "им",
}

BEFORE_FOLDING = str.maketrans({"+": " плюс ", "№": " ", "&": " и "})
NOT_WORD = re.compile(r"[\W_]+")
LATIN = re.compile(r"[a-z]")
CYRILLIC = re.compile(r"[а-я]")
TO_CYRILLIC = str.maketrans("abcehkmoptxy", "авсенкмортху")
NUMBER = re.compile(r"\d+")
QUOTES = "\"'«»„“”‘’`"


def _folded(text: str) -> str:
    """Lower case, ё as е, words apart by one space; a Latin letter typed inside a Russian word becomes Russian."""
    text = unicodedata.normalize("NFKC", text.translate(BEFORE_FOLDING)).casefold()
    text = unicodedata.normalize("NFKC", text).replace("ё", "е")
    words = NOT_WORD.sub(" ", text).split()
    return " ".join(word.translate(TO_CYRILLIC) if CYRILLIC.search(word) else word for word in words)


def _phrases(phrases: list[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")


FORM = _phrases([_folded(form) for form in (*LEGAL_FORMS, *LEGAL_FORMS.values(), *FOREIGN_FORMS)])
KIND = _phrases(list(SHORTENED))


def name_key(name: str) -> str:
    """«Торговый дом "Ёлка+"» and «ТД Елка плюс, ООО» give «тд елка плюс». Never empty for a name with a letter:
    who is called just «ООО» stays «ооо»."""
    key, before = _folded(name), ""
    while key != before:
        before = key
        shortened = KIND.sub(lambda kind: SHORTENED[kind[0]], key)
        key = " ".join(FORM.sub(" ", shortened).split()) or shortened
    return key


def name_block(name: str) -> str:
    """The words of the key in alphabetical order: «Дом ткани» and «Ткани дом» fall into one block."""
    return " ".join(sorted(name_key(name).split()))


def similarity(a: str, b: str) -> float:
    """0 to 100. From 93 in one region two names are probably one company; below that nothing is merged by name.
    Numbers must agree: plant № 5 is not plant № 7, however similar the letters."""
    return key_similarity(name_key(a), name_key(b))


def key_similarity(first: str, second: str) -> float:
    """The same of two keys."""
    if not first or not second:
        return 0.0
    glued = fuzz.ratio(first.replace(" ", ""), second.replace(" ", ""))
    score = max(fuzz.token_sort_ratio(first, second), glued)
    return min(score, 60.0) if set(NUMBER.findall(first)) != set(NUMBER.findall(second)) else score


# --- legal form -----------------------------------------------------------------------------------------------

WRITTEN_OUT = {long.replace("ё", "е"): short for short, long in LEGAL_FORMS.items()}
IN_LATIN = {"OOO": "ООО", "OAO": "ОАО", "ZAO": "ЗАО", "PAO": "ПАО", "AO": "АО", "IP": "ИП"}
_ANY_FORM = "|".join(
    rf"{form}".replace(" ", r"\s+").replace("е", "[её]")
    for form in sorted((*WRITTEN_OUT, *LEGAL_FORMS, *FOREIGN_FORMS), key=len, reverse=True)
)
_EDGE = rf"[\s,.{QUOTES}]"
LEADING_FORM = re.compile(rf"^{_EDGE}*({_ANY_FORM})(?!\w)[\s,.]*", re.IGNORECASE)
TRAILING_FORM = re.compile(rf"(?:[\s,(]+|(?<=[{QUOTES}]))({_ANY_FORM})[\s.)]*$", re.IGNORECASE)


@lru_cache(1_000)  # asked by the check of a cell and by the card it becomes
def split_legal_form(name: str) -> tuple[str, str]:
    """«ООО "Миасс-Инструмент"» → («ООО», «Миасс-Инструмент»): lists show the core first, so that the eye finds it
    by its first letter. A name that is nothing but a form stays whole."""
    name = " ".join(name.split())
    for pattern in (LEADING_FORM, TRAILING_FORM):
        if found := pattern.search(name):
            core = _unquoted(name[: found.start()] + name[found.end() :])
            if any(letter.isalnum() for letter in core):
                return _abbreviation(found[1]), core
    return "", _unquoted(name)


def _abbreviation(form: str) -> str:
    plain = " ".join(form.lower().replace("ё", "е").split())
    upper = form.upper()
    return WRITTEN_OUT.get(plain) or IN_LATIN.get(upper) or (upper if upper in LEGAL_FORMS else form)


def _unquoted(name: str) -> str:
    """Without the quotes around the whole, keeping the inner ones: «НПО «Луч»» → НПО «Луч»."""
    name = name.strip(" ,;")
    if name and name[0] in QUOTES:
        name = name[1:].lstrip()
        opened = sum(letter in "«„" for letter in name)
        closed = sum(letter in "»“”" for letter in name)
        straight = name.count('"')
        if name and name[-1] in QUOTES and (closed > opened or straight % 2 or name[-1] in "'’"):
            name = name[:-1].rstrip()
    return name
