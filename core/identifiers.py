"""Numbers that the state and the banks give to a company: reading them from a cell as people type them, proving
their check digits, and making fictitious ones for the demo.

Every `clean_…` returns the canonical digits or raises `InvalidIdentifier` with a sentence that says what is there
and what is needed."""

import re
import unicodedata
from decimal import Decimal
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

INN_ORGANISATION = (2, 4, 10, 3, 5, 9, 4, 6, 8)
INN_PERSON_FIRST = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
INN_PERSON_SECOND = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)

PREFIX = re.compile(r"^(?:инн|кпп|огрн(?:ип)?|окпо|бик|inn|kpp|ogrn(?:ip)?|okpo|bik|bic)\s*[:№.\-]?\s*", re.IGNORECASE)
EXCEL_FLOAT = re.compile(r"^(\d+)[.,]0+$")
EXCEL_EXPONENT = re.compile(r"^(\d)[.,](\d+)[eе]\+?(\d\d?)$", re.IGNORECASE)
SEPARATORS = re.compile(r"[\s\-‐‑–—_.]+")
DIGITS = re.compile(r"[0-9]+")
KPP = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
# People type Cyrillic letters that look Latin into the two places of a КПП where letters are allowed.
LOOKALIKES = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")


class InvalidIdentifier(ValueError):
    """The message is a sentence for the user."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


# --- from a cell to digits ------------------------------------------------------------------------------------


def clean_inn(text: object) -> str:
    """ИНН of an organisation (10) or of a person (12). Zeros that a spreadsheet ate are put back if they fit."""
    if isinstance(text, str) and is_inn(text):
        return text
    digits = _digits(text, _("INN: 10 or 12 digits are needed, without letters"))
    restored = {9: 10, 11: 12}.get(len(digits))
    if restored and is_inn(digits.zfill(restored)):
        return digits.zfill(restored)
    if len(digits) not in (10, 12):
        raise InvalidIdentifier(_counted(digits, _("10 or 12 are needed")))
    if not is_inn(digits):
        raise InvalidIdentifier(_("INN %(number)s: the check digit does not match") % {"number": digits})
    return digits


def clean_ogrn(text: object) -> str:
    """ОГРН of an organisation (13) or ОГРНИП of an entrepreneur (15)."""
    digits = _digits(text, _("OGRN: 13 digits are needed, OGRNIP: 15, without letters"))
    if len(digits) not in (13, 15):
        raise InvalidIdentifier(_counted(digits, _("13 are needed (OGRN) or 15 (OGRNIP)")))
    if not is_ogrn(digits):
        raise InvalidIdentifier(_("OGRN %(number)s: the check digit does not match") % {"number": digits})
    return digits


def clean_kpp(text: object) -> str:
    """КПП has no check digit; letters may stand in places five and six."""
    kpp = _compact(text).upper().translate(LOOKALIKES)
    if DIGITS.fullmatch(kpp) and len(kpp) == 8:
        kpp = kpp.zfill(9)
    if not KPP.fullmatch(kpp) or kpp.startswith("00"):
        raise InvalidIdentifier(_("KPP: 9 characters are needed, for example 745101001"))
    return kpp


def clean_okpo(text: object) -> str:
    """ОКПО of an organisation (8) or of an entrepreneur (10)."""
    digits = _digits(text, _("OKPO: 8 or 10 digits are needed, without letters"))
    digits = digits.zfill(8) if len(digits) > 4 else digits
    if len(digits) not in (8, 10):
        raise InvalidIdentifier(_counted(digits, _("8 or 10 are needed")))
    if not is_okpo(digits):
        raise InvalidIdentifier(_("OKPO %(number)s: the check digit does not match") % {"number": digits})
    return digits


def clean_bik(text: object) -> str:
    digits = _digits(text, _("BIK: 9 digits are needed, without letters"))
    digits = digits.zfill(9) if len(digits) == 8 else digits
    if len(digits) != 9 or not int(digits):
        raise InvalidIdentifier(_counted(digits, _("9 are needed")))
    return digits


def bik_warning(bik: str) -> str:
    """A БИК of an ordinary bank starts with 04; other ones exist (treasury), so this only warns."""
    return "" if bik.startswith("04") else _("BIK of a bank usually starts with 04, check it")


def clean_account(text: object, bik: str) -> str:
    """A settlement or correspondent account, proved against the БИК of its bank."""
    digits = _digits(text, _("Account: 20 digits are needed, without letters"))
    if len(digits) != 20:
        raise InvalidIdentifier(_counted(digits, _("20 are needed")))
    if not is_account(digits, bik):
        raise InvalidIdentifier(_("The account does not match the BIK: there is a mistake in one of them"))
    return digits


def _compact(text: object) -> str:
    """What a person or a spreadsheet wrote, without its name, spaces, hyphens and the «.0» of a float."""
    cell = unicodedata.normalize("NFKC", "" if text is None else str(text)).strip().strip("'\"")
    cell = PREFIX.sub("", cell)
    if number := EXCEL_FLOAT.match(cell):
        return number[1]
    if (power := EXCEL_EXPONENT.match(cell)) and len(power[2]) <= int(power[3]):
        return str(int(Decimal(f"{power[1]}.{power[2]}E{power[3]}")))
    return SEPARATORS.sub("", cell)


def _digits(text: object, complaint: str) -> str:
    digits = _compact(text)
    if not DIGITS.fullmatch(digits):
        raise InvalidIdentifier(complaint)
    return digits


def _counted(digits: str, needed: str) -> str:
    counted = ngettext("%(count)d digit", "%(count)d digits", len(digits)) % {"count": len(digits)}
    return f"{counted}, {needed}"


# --- check digits ---------------------------------------------------------------------------------------------


def is_inn(digits: str) -> bool:
    if not DIGITS.fullmatch(digits) or not int(digits):
        return False
    if len(digits) == 10:
        return digits[9] == _weighed(digits, INN_ORGANISATION)
    return (
        len(digits) == 12
        and digits[10] == _weighed(digits, INN_PERSON_FIRST)
        and digits[11] == _weighed(digits, INN_PERSON_SECOND)
    )


def is_ogrn(digits: str) -> bool:
    if not DIGITS.fullmatch(digits) or len(digits) not in (13, 15) or not int(digits):
        return False
    return digits[-1] == _ogrn_check(digits[:-1])


def is_okpo(digits: str) -> bool:
    if not DIGITS.fullmatch(digits) or len(digits) not in (8, 10) or not int(digits):
        return False
    first = _okpo_remainder(digits[:-1], shift=0)
    return digits[-1] == str(first if first < 10 else _okpo_remainder(digits[:-1], shift=2) % 10)


def is_account(digits: str, bik: str) -> bool:
    """Weights 7, 1, 3 over three digits of the БИК and the account; a correspondent account is kept at a branch of
    the Central Bank, which digits five and six of the БИК name."""
    if not (DIGITS.fullmatch(digits) and len(digits) == 20 and DIGITS.fullmatch(bik) and len(bik) == 9):
        return False
    if not int(digits):
        return False
    prefix = f"0{bik[4:6]}" if digits.startswith("301") else bik[-3:]
    return sum(int(digit) * (7, 1, 3)[place % 3] % 10 for place, digit in enumerate(prefix + digits)) % 10 == 0


def _weighed(digits: str, weights: tuple[int, ...]) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))
    return str(total % 11 % 10)


def _ogrn_check(digits: str) -> str:
    return str(int(digits) % (len(digits) - 1) % 10)


def _okpo_remainder(digits: str, shift: int) -> int:
    return sum(int(digit) * ((place + shift) % 10 + 1) for place, digit in enumerate(digits)) % 11


# --- fictitious numbers for the demo --------------------------------------------------------------------------
# Inspection 00 registers nobody, so a generated number has right check digits and belongs to no company.


def fictitious_inn(rng: Random, region: str = "74", *, person: bool = False) -> str:
    if person:
        digits = f"{region}00{rng.randrange(10**6):06}"
        digits += _weighed(digits, INN_PERSON_FIRST)
        return digits + _weighed(digits, INN_PERSON_SECOND)
    digits = f"{region}00{rng.randrange(10**5):05}"
    return digits + _weighed(digits, INN_ORGANISATION)


def fictitious_kpp(rng: Random, region: str = "74") -> str:
    return f"{region}00{rng.choice(('01', '43', '45'))}{rng.randrange(1, 1000):03}"


def fictitious_ogrn(rng: Random, region: str = "74", *, year: int = 2014, person: bool = False) -> str:
    kind, serial = ("3", 7) if person else ("1", 5)
    digits = f"{kind}{year % 100:02}{region}00{rng.randrange(10**serial):0{serial}}"
    return digits + _ogrn_check(digits)


def fictitious_account(rng: Random, bik: str) -> str:
    """A rouble account of a company; the ninth digit is the key that makes it match the bank."""
    tail = f"{rng.randrange(10**11):011}"
    return next(account for key in range(10) if is_account(account := f"40702810{key}{tail}", bik))
