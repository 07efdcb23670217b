"""How a language sets numbers, dates and quotes. These are rules of the language, not sentences, so they live
here as tables and not in the catalogues: a translator cannot break a price."""

import re
from dataclasses import dataclass

from django.utils.translation import get_language

NBSP = "\u00a0"
MINUS = "\u2212"
EM_DASH = "\u2014"
EN_DASH = "\u2013"
NOTHING = EM_DASH  # what stands for "no value"; a zero is written 0


@dataclass(frozen=True)
class Typography:
    group: str
    decimal: str
    percent: str
    money: str
    million: str
    billion: str
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    extension: str
    moscow: str
    day: str
    just_now: str
    minutes_ago: str
    today: str
    yesterday: str
    tomorrow: str


RUSSIAN = Typography(
    group=NBSP,
    decimal=",",
    percent=f"{{}}{NBSP}%",
    money=f"{{sign}}{{amount}}{NBSP}{{symbol}}",
    million=f"{{}}{NBSP}млн",
    billion=f"{{}}{NBSP}млрд",
    months=("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"),
    weekdays=("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
    extension="доб.",
    moscow="мск",
    day=f"{{}}{NBSP}дн",
    just_now="только что",
    minutes_ago=f"{{}}{NBSP}мин назад",
    today="сегодня",
    yesterday="вчера",
    tomorrow="завтра",
)

ENGLISH = Typography(
    group=",",
    decimal=".",
    percent="{}%",
    money="{sign}{symbol}{amount}",
    million="{}M",
    billion="{}B",
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    extension="ext.",
    moscow="MSK",
    day=f"{{}}{NBSP}d",
    just_now="just now",
    minutes_ago=f"{{}}{NBSP}min ago",
    today="today",
    yesterday="yesterday",
    tomorrow="tomorrow",
)


def current() -> Typography:
    """The rules of the active language; whatever is not English is set the Russian way, our default."""
    return ENGLISH if (get_language() or "ru").startswith("en") else RUSSIAN


# --- typograf: what a person typed, set properly ------------------------------------------------------------

SHORT_WORDS = "а|без|в|во|для|до|за|и|из|или|к|ко|на|над|не|ни|но|о|об|от|по|под|при|про|с|со|у"
UNITS = "₽|%|руб|коп|тыс|млн|млрд|шт|кг|г|т|м|мм|см|км|л|ч|мин|с|дн|день|дня|дней|лет|год|года"
ABBREVIATIONS = "г|ул|д|кв|оф|стр|корп|пос|обл|доб|тел|им|пр|пер|стр|ст|п|рис|см"
CLOCK = r"\d{1,2}:\d\d"
SPACES = r"[ \t\u00a0]+"

Rule = tuple[re.Pattern[str], str]

COMMON_RULES: tuple[Rule, ...] = (
    (re.compile(r"\.\.\."), "…"),
    (re.compile(r"(?<![^\s(])-(?=\d)"), MINUS),
    (re.compile(rf"(?<!\S)({CLOCK})-(?={CLOCK}(?!\S))"), rf"\1{EN_DASH}"),
)

RUSSIAN_RULES: tuple[Rule, ...] = (
    (re.compile(rf"(?<=\S){SPACES}(?:--?|{EN_DASH}|{EM_DASH}){SPACES}(?=\S)"), f"{NBSP}{EM_DASH} "),
    (re.compile(rf"(?<![\d-])(\d+)-(?=\d+[ \t\u00a0]*(?:{UNITS})(?!\w))"), rf"\1{EN_DASH}"),
    (re.compile(rf"(?<=\d){SPACES}(?=(?:{UNITS})(?!\w))"), NBSP),
    (re.compile(r"(?<=\d)%(?!\w)"), f"{NBSP}%"),
    (re.compile(r"№[ \t\u00a0]*(?=\d)"), f"№{NBSP}"),
    (re.compile(rf"(?<![\w-])({SHORT_WORDS})[ \t]+(?=\S)", re.IGNORECASE), rf"\1{NBSP}"),
    (re.compile(r"(?<=\w)[ \t]+(?=(?:ли|же|бы)(?!\w))"), NBSP),
    (re.compile(rf"(?<!\w)({ABBREVIATIONS})\.[ \t]+(?=[\dА-ЯЁ«])", re.IGNORECASE), rf"\1.{NBSP}"),
    (re.compile(r"(?<!\w)([А-ЯЁ]\.)[ \t]+(?=[А-ЯЁ])"), rf"\1{NBSP}"),
    (re.compile(r"(?<=[а-яё])[ \t]+(?=[А-ЯЁ]\.[ \t\u00a0]?[А-ЯЁ]\.)"), NBSP),
)

ENGLISH_RULES: tuple[Rule, ...] = ((re.compile(rf"(?<=\S){SPACES}--?{SPACES}(?=\S)"), f"{NBSP}{EN_DASH} "),)

CYRILLIC = re.compile(r"[А-Яа-яЁё]")
OPENS_AFTER = re.compile(r"[\s(\[/—–-]")


def typograf(text: str) -> str:
    """Quotes, dashes, minus and non-breaking spaces. The text's own letters choose the rules, because a Russian
    note stays Russian on an English screen. Setting it twice changes nothing."""
    russian = bool(CYRILLIC.search(text))
    text = _set_quotes(text, "«„", "»“") if russian else _set_quotes(text, "““", "””")
    for pattern, replacement in (*COMMON_RULES, *(RUSSIAN_RULES if russian else ENGLISH_RULES)):
        text = pattern.sub(replacement, text)
    return text


def _set_quotes(text: str, openers: str, closers: str) -> str:
    """Turn straight quotes into the outer or, inside a quotation, the inner pair. A closing quote that nothing
    opened stays straight: that is an inch, not a quotation."""
    depth = 0
    result: list[str] = []
    for position, letter in enumerate(text):
        if letter == '"':
            if position == 0 or OPENS_AFTER.match(text[position - 1]) or result[-1] in openers:
                letter = openers[depth > 0]
            elif depth:
                letter = closers[depth > 1]
        depth = max(depth + (letter in openers) - (letter in closers), 0)
        result.append(letter)
    return "".join(result)
