"""Which region and which clock a company lives by: from its address, its town, its ИНН or its landline."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as phone_zones

from companies.region_data import (
    FORMER_CODES,
    LANDLINES,
    MOSCOW,
    NICKNAMES,
    SUBJECTS,
    TOWN_ZONES,
    TOWNS,
    Subject,
)

__all__ = ["SUBJECTS", "Subject", "find_region", "region_of_inn", "region_of_phone", "subject", "zone_for"]

BY_CODE = {row.code: row for row in SUBJECTS}

# Kinds of territory, long and short: they say that a name is a region's, but not which one.
REGION_KIND = r"(?:республика|респ|область|обл|край|автономн\w+|авт|округ|окр|аобл|ао|народная)"
KINDS = re.compile(rf"(?<!\w)(?:{REGION_KIND}|город|гор|г|россия|рф)(?!\w)")
HAS_REGION_KIND = re.compile(rf"(?<!\w){REGION_KIND}(?!\w)")
STREET = r"(?:ул|улица|пр|просп|проспект|пер|переулок|ш|шоссе|пл|площадь|наб|бульвар|б р|д|дом|г|\d)"
SETTLEMENT = re.compile(r"^(?:г|гор|город|п|пос|поселок|пгт|рп|с|село)\s+")
ADJECTIVE = re.compile(r"(?:ая|ий)$")
PIECES = re.compile(r"[,;()\n]")
NOT_WORD = re.compile(r"[\W_]+")
INN_LIKE = re.compile(r"[0-9]{10}|[0-9]{12}")
MIDWINTER = datetime(2026, 1, 15)  # noqa: DTZ001 (the clocks of zones are compared, no moment is meant)


def subject(code: str) -> Subject | None:
    """The region of a tax-register code, merged okrugs included."""
    return BY_CODE.get(FORMER_CODES.get(code, code))


@lru_cache(20_000)  # of a file with a hundred thousand rows the towns are a few hundred
def find_region(text: str | None) -> Subject | None:
    """«Челябинская обл.», «г. Москва», «Респ. Татарстан», «ХМАО», «74», or an address that names a region or a
    known town. A region named outright wins over a town: «Московская область, г. Киров» is Moscow Oblast."""
    pieces = [plain for piece in PIECES.split(text or "") if (plain := _plain(piece))]
    if len(pieces) == 1 and re.fullmatch("[0-9]{1,2}", pieces[0]):
        return subject(pieces[0].zfill(2))
    code = _first(_named_whole(piece, alone=len(pieces) == 1) for piece in pieces)
    code = code or _first(map(_named_inside, pieces)) or _first(map(_by_town, pieces))
    return subject(code) if code else None


def region_of_inn(inn: str | None) -> Subject | None:
    """The first two digits of an ИНН are the region that registered the company: a good guess, not a fact."""
    return subject(inn[:2]) if inn and INN_LIKE.fullmatch(inn) else None


def region_of_phone(number: str | None) -> Subject | None:
    """By the landline code. A mobile or a free-call number belongs to no region."""
    parsed = _parsed(number)
    if parsed is None or parsed.country_code != 7:
        return None
    code = LANDLINES.get(str(parsed.national_number)[:3])
    return subject(code) if code else None


def zone_for(
    region_code: str | None = None, city: str | None = None, phone: str | None = None, default: str = MOSCOW
) -> str:
    """The IANA zone to call by. A town with a clock of its own comes first, then the region of the card, the town,
    the landline; a mobile number tells nothing, and then it is `default`."""
    region = subject(region_code or "") or find_region(city) or region_of_phone(phone)
    return OWN_CLOCKS.get(SETTLEMENT.sub("", _plain(city or ""))) or (
        region.zone if region else _foreign_zone(phone) or default
    )


def _foreign_zone(phone: str | None) -> str | None:
    """A neighbour's number: its zone, if the country (or the landline) has only one clock."""
    parsed = _parsed(phone)
    if parsed is None or phonenumbers.region_code_for_number(parsed) in ("RU", None):
        return None
    if phonenumbers.region_code_for_number(parsed) == "KZ":
        return "Asia/Almaty"
    zones = [zone for zone in phone_zones.time_zones_for_number(parsed) if zone != phone_zones.UNKNOWN_TIMEZONE]
    return zones[0] if len({ZoneInfo(zone).utcoffset(MIDWINTER) for zone in zones}) == 1 else None


def _parsed(number: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number or "", "RU")
    except phonenumbers.NumberParseException:
        return None


# --- names ----------------------------------------------------------------------------------------------------


@lru_cache(20_000)
def _plain(text: str) -> str:
    """Lower case, ё as е, one space between words."""
    text = unicodedata.normalize("NFKC", text).lower().replace("ё", "е")
    return " ".join(NOT_WORD.sub(" ", text).split())


def _core(name: str) -> str:
    return " ".join(KINDS.sub(" ", _plain(name)).split())


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


def _names_of_regions() -> dict[str, str]:
    """Every spelling of a region without its kind, and without what follows a dash (— Югра, — Кузбасс)."""
    names: dict[str, str] = {}
    for row in SUBJECTS:
        for name in (row.name, row.short_name, row.english_name, row.name.partition("—")[0]):
            names.setdefault(_core(name), row.code)
    return names


OFFICIAL = _names_of_regions()
EVERY_NAME = {**OFFICIAL, **NICKNAMES}
OWN_CLOCKS = {_plain(town): zone for town, zone in TOWN_ZONES.items()}
TOWN_CODES = {_plain(town): code for town, code in TOWNS.items()}
_ADJECTIVES = _alternatives(name for name in OFFICIAL if ADJECTIVE.search(name))
_NOUNS = _alternatives(name for name in OFFICIAL if not ADJECTIVE.search(name))
REGION_INSIDE = re.compile(
    rf"(?<!\w)(?:({_ADJECTIVES})\s+{REGION_KIND}|{REGION_KIND}\s+({_ADJECTIVES})|({_NOUNS}))(?!\w)"
)
TOWN_INSIDE = re.compile(
    rf"(?:^|\s)(?:г|гор|город)\s+({_alternatives(TOWN_CODES)})(?!\w)|^({_alternatives(TOWN_CODES)})(?:$|\s+{STREET})"
)


def _first(codes: Iterable[str | None]) -> str | None:
    return next(filter(None, codes), None)


@lru_cache(20_000)  # «г Челябинск» and «ул Советская» stand in thousands of rows of one file
def _named_whole(piece: str, *, alone: bool) -> str | None:
    """The piece is a region and nothing else. An adjective without «обл.» may be a street: it counts only alone."""
    core = _core(piece)
    sure = alone or not ADJECTIVE.search(core) or HAS_REGION_KIND.search(piece)
    return EVERY_NAME.get(core) if sure else None


@lru_cache(20_000)
def _named_inside(piece: str) -> str | None:
    found = REGION_INSIDE.search(piece)
    return OFFICIAL[found[1] or found[2] or found[3]] if found else None


@lru_cache(20_000)
def _by_town(piece: str) -> str | None:
    found = TOWN_INSIDE.search(piece)
    return TOWN_CODES[found[1] or found[2]] if found else None
