"""Fields of a company in their one spelling, for verbs and forms alike."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from companies.models import Activity, Region
from companies.normalise import PhoneNumber, normalise_email, normalise_phone, normalise_site, split_legal_form
from companies.regions import find_region, region_of_inn, region_of_phone, zone_for
from companies.technical import clean_answers
from core.exceptions import RuleViolation
from core.identifiers import clean_account, clean_bik, clean_inn, clean_kpp, clean_ogrn, clean_okpo

CLEANERS: dict[str, Callable[[object], str]] = {
    "inn": clean_inn,
    "kpp": clean_kpp,
    "ogrn": clean_ogrn,
    "okpo": clean_okpo,
    "site": normalise_site,
    "email": normalise_email,
}
TEXTS = ("name", "legal_form", "full_name", "city", "about", "note")
PLAIN = ("headcount", "revenue", "technical", "time_zone", "state", "email_invalid", "segment", "source", "is_private")
EDITABLE = frozenset((*CLEANERS, *TEXTS, *PLAIN, "activity", "region"))


def clean_value(field: str, value: Any) -> Any:
    """The value as it is stored. Raises ValueError with a sentence for the user, TypeError for a field that is none."""
    if field not in EDITABLE:
        raise TypeError(f"{field} is not a field of a company that may be changed")
    if field in CLEANERS:
        return CLEANERS[field](value) if str(value or "").strip() else ""
    if field in TEXTS:
        return str(value or "").strip() if field in ("about", "note") else " ".join(str(value or "").split())
    if field == "region":
        return region_of(value)
    if field == "technical":
        return {key: answer for key, answer in clean_answers(value).items() if answer is not None}
    return activity_of(value) if field == "activity" else value


def clean_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """All values as they are stored. Raises RuleViolation for the first that is wrong."""
    try:
        return {field: clean_value(field, value) for field, value in fields.items()}
    except ValueError as error:
        raise RuleViolation(str(error)) from error


def refuse_unfit_private(company: Mapping[str, Any]) -> None:
    """Raises ValueError for a private person with numbers that only firms and entrepreneurs have."""
    of_firms = [company.get(name) for name in ("legal_form", "kpp", "ogrn", "okpo", "parent")]
    if company.get("is_private") and (any(of_firms) or len(company.get("inn") or "") == 10):
        raise ValueError(
            _("A private person has no legal form, KPP, OGRN, OKPO or parent company; their INN has 12 digits.")
        )


def clean_name(fields: dict[str, Any]) -> dict[str, Any]:
    """Part the legal form from the name, unless the form is given; the name of a private person is left whole."""
    if fields.get("is_private"):
        return fields | {"name": fields["name"][:300], "legal_form": fields.get("legal_form") or ""}
    form, core = split_legal_form(fields["name"])
    return fields | {"name": core[:300], "legal_form": fields.get("legal_form") or form[:20]}


def clean_phone(text: object) -> PhoneNumber:
    """A phone in one spelling. Raises RuleViolation for what is none."""
    try:
        return normalise_phone(text)
    except ValueError as error:
        raise RuleViolation(str(error)) from error


def clean_bank(*, bik: object, number: object, correspondent: object = "") -> dict[str, str]:
    """The numbers of a bank account in their one spelling. Raises ValueError for one that does not fit the БИК."""
    if not str(bik or "").strip() or not str(number or "").strip():
        raise ValueError(_("A bank account needs its number and the BIK of the bank."))
    proved = clean_bik(bik)
    own = str(correspondent or "").strip()
    return {
        "bik": proved,
        "number": clean_account(number, proved),
        "correspondent": clean_account(own, proved) if own else "",
    }


def region_of(value: Any) -> Region | None:
    """The region itself, or the one of a tax code or a name."""
    if value is None or isinstance(value, Region):
        return value
    found = find_region(str(value))
    return Region.objects.filter(code=found.code).first() if found else None


def activity_of(value: Any) -> Activity | None:
    """The kind of activity itself, or the one of a code: a code met for the first time is added."""
    if not value or isinstance(value, Activity):
        return value or None
    return Activity.objects.get_or_create(code=str(value).strip()[:8])[0]


def guess_region(*, city: str = "", inn: str = "", phone: str = "", address: str = "") -> Region | None:
    """Where the company probably is: by its town or address, else by the landline, else by the tax number."""
    code = guess_region_code(city=city, inn=inn, phone=phone, address=address)
    return Region.objects.filter(code=code).first() if code else None


def guess_region_code(*, city: str = "", inn: str = "", phone: str = "", address: str = "") -> str:
    """The same without a question to the database."""
    found = find_region(city) or find_region(address) or region_of_phone(phone) or region_of_inn(inn)
    return found.code if found else ""


def zone_of(region: Region | None, *, city: str = "", phone: str = "") -> str:
    """The zone by which the company is called."""
    return zone_for(region.code if region else None, city or None, phone or None)
