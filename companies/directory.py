"""Facts of a firm by its INN from a directory outside: the port, and what becomes of an answer.

No directory is asked until its key is set. Only the INN of a firm is sent: that of a person (12 digits) never is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from companies.models import Activity, Company, Region
from core.exceptions import RuleViolation
from core.identifiers import is_inn

FOUND_KEPT, MISSING_KEPT = 30 * 24 * 3600, 24 * 3600  # seconds


@dataclass(frozen=True)
class Firm:
    """What a directory says about a firm; empty for what it does not say. Nothing about persons."""

    inn: str
    name: str = ""
    legal_form: str = ""
    kpp: str = ""
    ogrn: str = ""
    address: str = ""
    city: str = ""
    region: str = ""  # the code
    activity: str = ""  # the code
    headcount: int | None = None
    is_closed: bool = False

    def facts(self) -> dict[str, Any]:
        """What there is, by the names of the card's fields."""
        names = ("name", "legal_form", "kpp", "ogrn", "address", "city", "region", "activity", "headcount")
        return {name: value for name in names if (value := getattr(self, name))}


Ask = Callable[[str], Firm | None]
_ask: dict[str, tuple[str, Ask]] = {}


def register(title: str, ask: Ask) -> None:
    """The directory that is asked. It raises RuleViolation when there is no answer, None is «no such firm»."""
    _ask["directory"] = title, ask


def is_open() -> bool:
    """Whether a key is set: without one the product asks nobody, and no button is shown."""
    return bool(settings.DADATA_TOKEN) and bool(_ask)


def find_firm(inn: str) -> Firm:
    """The firm of this INN, from what is remembered or from the directory.

    Raises RuleViolation without a key, for what is no INN of a firm, for an unknown one, and when nobody answers.
    """
    inn = "".join(inn.split())
    if not is_open():
        raise RuleViolation(_("No directory of firms is connected."))
    if len(inn) == 12 and inn.isdigit():
        raise RuleViolation(_("Twelve digits are the INN of a person: data of persons are not sent anywhere."))
    if not (len(inn) == 10 and is_inn(inn)):
        raise RuleViolation(_("Write the INN of the firm first: ten digits."))
    firm = _remembered(inn)
    if firm is None:
        raise RuleViolation(_("The directory knows no firm with the INN %(inn)s.") % {"inn": inn})
    return firm


def _remembered(inn: str) -> Firm | None:
    key = f"directory:{inn}"
    known = cache.get(key)
    if known is None:
        firm = _ask["directory"][1](inn)
        known = [firm]
        cache.set(key, known, FOUND_KEPT if firm else MISSING_KEPT)
    return known[0]


def title() -> str:
    """The name of the directory, as the history says it."""
    return _ask["directory"][0]


# --- onto a card ------------------------------------------------------------------------------------------------------


def missing_facts(company: Company, firm: Firm) -> dict[str, Any]:
    """What the directory knows and the card does not; what a person has written is never touched."""
    has_address = company.addresses.exists()
    held = {"region": company.region_id, "activity": company.activity_id, "address": has_address}
    return {name: value for name, value in firm.facts().items() if not held.get(name, getattr(company, name, None))}


def fill_form(typed: Any, firm: Firm) -> Any:
    """The typed values of a form with the empty ones filled; a kind of activity that the base does not know is left out."""
    filled = typed.copy()
    for name, value in firm.facts().items():
        known = {"activity": Activity.objects, "region": Region.objects}.get(name)
        if not filled.get(name, "").strip() and (known is None or known.filter(pk=value).exists()):
            filled[name] = str(value)
    return filled
