"""Phone numbers from cells and free text to E.164 with an extension."""

import re
import unicodedata
from typing import NamedTuple

import phonenumbers
from django.utils.translation import gettext as _
from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher

EXTENSION = re.compile(
    r"[,;(]?\s*(?:доб(?:авочный)?|внутр(?:енний)?|вн|ext|extension)\s*[.:№]?\s*(\d{1,7})\)?|(?<=\d)\s*[#*x](\d{1,7})",
    re.IGNORECASE,
)
SEPARATOR = re.compile(r"([;,|/\n\r]|\s+или\s+|\s+и\s+)")
# Two full numbers with nothing but a space between them.
NEXT_NUMBER = re.compile(r"(?<=\d)\s+(?=(?:\+7|8)[\s(\-]*\d{3}[\s)\-]*\d{3})")
EXCEL_FLOAT = re.compile(r"^\s*(\d{10,15})[.,]0+\s*$")
RUSSIAN_START = "3489"
# What nearly every cell holds: one Russian number of ten digits, whatever stands between them. It is read without the
# library, which takes twenty times as long over a hundred thousand rows and gives the same.
USUAL = re.compile(r"\s*(?:\+7|[78])?[\s(\-]*([3489]\d{2})[\s)\-]*(\d{3})[\s\-]*(\d{2})[\s\-]*(\d{2})\s*", re.ASCII)


class InvalidPhone(ValueError):
    """The message is a sentence for the user."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class PhoneNumber(NamedTuple):
    number: str
    """E.164: +73515550142"""
    extension: str = ""


class PhonesInCell(NamedTuple):
    found: list[PhoneNumber]
    rejected: list[str]


def normalise_phone(text: object, default_region: str = "RU") -> PhoneNumber:
    """One phone as people type it: 8 (351) 555-01-42 доб. 114, 83515550142.0, тел.: 351 555 01 42."""
    if default_region == "RU" and (usual := USUAL.fullmatch(str(text))):
        return PhoneNumber("+7" + "".join(usual.groups()))
    return read_phone(text, default_region)


def read_phone(text: object, default_region: str = "RU") -> PhoneNumber:
    """The same by the library, for whatever is not usual. Raises InvalidPhone."""
    cell, extension = _without_extension("" if text is None else str(text))
    if not any(letter.isdigit() for letter in cell):
        raise InvalidPhone(_("No digits: this is not a phone number"))
    try:
        parsed = phonenumbers.parse(_untangled(cell, default_region), default_region)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhone(_("“%(text)s” is not a phone number") % {"text": cell.strip()[:40]}) from error
    if not _is_diallable(parsed):
        raise InvalidPhone(_complaint(parsed, cell))
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return PhoneNumber(number, extension or parsed.extension or "")


def split_phones(text: object, default_region: str = "RU") -> PhonesInCell:
    """Every phone of a cell in its order, once. «345-67-89 / 90» and «345-67-89, 345-67-90» take the missing
    beginning from the number before. Pieces that look like a phone but are none come back in `rejected`."""
    if default_region == "RU" and (usual := USUAL.fullmatch(str(text))):
        return PhonesInCell([PhoneNumber("+7" + "".join(usual.groups()))], [])
    result = PhonesInCell([], [])
    parts = SEPARATOR.split(NEXT_NUMBER.sub(";", "" if text is None else str(text)))
    separator = ""
    for position, piece in enumerate(_with_extensions(parts)):
        if position % 2:
            separator = piece
        elif piece.strip():
            _take_piece(piece, separator, default_region, result)
    return result


def _with_extensions(parts: list[str]) -> list[str]:
    """Put «, доб. 12» back to the number it was split from."""
    joined = parts[:1]
    for separator, piece in zip(parts[1::2], parts[2::2], strict=True):
        if EXTENSION.fullmatch(piece.strip()):
            joined[-1] += f" {piece}"
        else:
            joined += [separator, piece]
    return joined


def _take_piece(piece: str, separator: str, region: str, result: PhonesInCell) -> None:
    numbers = _numbers_in(piece, region) or _completed(piece, separator, result.found)
    result.found.extend(number for number in numbers if number not in result.found)
    if not numbers and sum(letter.isdigit() for letter in piece) >= 5:
        result.rejected.append(piece.strip())


def _numbers_in(piece: str, region: str) -> list[PhoneNumber]:
    try:
        return [normalise_phone(piece, region)]
    except InvalidPhone:
        matches = PhoneNumberMatcher(unicodedata.normalize("NFKC", piece), region)
        return [_from_match(match.number) for match in matches]


def _from_match(parsed: phonenumbers.PhoneNumber) -> PhoneNumber:
    return PhoneNumber(phonenumbers.format_number(parsed, PhoneNumberFormat.E164), parsed.extension or "")


def _completed(piece: str, separator: str, found: list[PhoneNumber]) -> list[PhoneNumber]:
    """A local number after a full one: the same code; after a slash only the last digits may differ."""
    cell, extension = _without_extension(piece)
    digits = re.sub(r"[\s\-()]", "", cell)
    shortest = 2 if separator == "/" else 5
    if not found or not digits.isascii() or not digits.isdigit() or not shortest <= len(digits) <= 7:
        return []
    return [PhoneNumber(found[-1].number[: -len(digits)] + digits, extension)]


def _without_extension(text: str) -> tuple[str, str]:
    text = unicodedata.normalize("NFKC", text)
    if number := EXCEL_FLOAT.match(text):
        return number[1], ""
    found = EXTENSION.search(text)
    if not found or not any(letter.isdigit() for letter in text[: found.start()]):
        return text, ""
    return text[: found.start()], found[1] or found[2]


def _untangled(cell: str, region: str) -> str:
    """Two habits that would dial another country: +8 (351) … for 8 (351) … and +7 8 (351) …"""
    digits = re.sub(r"[^0-9]", "", cell)
    if region == "RU" and cell.strip().startswith("+8") and len(digits) == 11 and digits[1] in RUSSIAN_START:
        return f"+7{digits[1:]}"
    if region == "RU" and digits.startswith("78") and len(digits) == 12:
        return f"+7{digits[2:]}"
    return cell


def _is_diallable(parsed: phonenumbers.PhoneNumber) -> bool:
    """Ranges open faster than the library learns them, so any Russian number of ten digits with a sensible first
    digit passes."""
    if phonenumbers.is_valid_number(parsed):
        return True
    national = str(parsed.national_number)
    return parsed.country_code == 7 and len(national) == 10 and national[0] in RUSSIAN_START


def _complaint(parsed: phonenumbers.PhoneNumber, cell: str) -> str:
    short = phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.TOO_SHORT
    shown = {"text": cell.strip()[:40]}
    if short or len(str(parsed.national_number)) < 8:
        return _("“%(text)s”: too few digits for a phone number, the area code is needed") % shown
    return _("“%(text)s”: there is no such phone number, check the digits") % shown
