"""What a row would change on the card of a company that is known, and what it contradicts."""

from dataclasses import dataclass
from typing import Any

from companies.models import Company
from companies.normalise import name_key, site_host
from intake.cleaning import Values
from intake.enums import ImportField

# In this order a contradiction is told; what is not here (segment, region, notes) is only filled when empty.
CONTRADICTABLE = ("ogrn", "city", "site", "email", "headcount")
FILLED = ("inn", "kpp", "ogrn", "city", "site", "email", "headcount", "about", "note")
RELATED = {"segment": "segment_id", "activity": "activity_id", "region": "region_id"}


@dataclass
class Difference:
    """A field of which the base and the file say different things."""

    field: str
    base: str
    file: str


def first_difference(company: Company, values: Values) -> Difference | None:
    """The first field that contradicts; an empty one on either side contradicts nothing."""
    for field in CONTRADICTABLE:
        old, new = getattr(company, field), values.get(field)
        if old in ("", None) or new in ("", None) or _same(field, old, new):
            continue
        return Difference(field, str(old), str(new))
    return None


def new_values(company: Company, values: Values, *, replace: bool) -> dict[str, Any]:
    """Fields of the card that the row fills, and with `replace` those it overwrites."""
    changes = {}
    for field in (*FILLED, *RELATED):
        old, new = getattr(company, RELATED.get(field, field)), values.get(field)
        if new in ("", None):
            continue
        if old in ("", None) or (replace and field not in ("inn", "note") and not _same(field, old, new)):
            changes[field] = new
    if replace and name_key(values["name"]) != company.name_key:
        changes["name"] = values["name"]
    if values.get("address") and (replace or not company.addresses.all()):
        changes["address"] = values["address"]
    return changes


def new_phones(company: Company, values: Values) -> list[str]:
    """Phones of the row that the card does not have."""
    known = {(phone.number, phone.extension) for phone in company.phones.all()}
    parts = [(text, *text.partition(" доб. ")[::2]) for text in values.get("phones", [])]
    return [text for text, number, extension in parts if (number, extension) not in known]


def _same(field: str, old: Any, new: Any) -> bool:
    if field == ImportField.SITE:
        return site_host(old) == site_host(new)
    if field == ImportField.CITY:
        return str(old).lower().replace("ё", "е") == str(new).lower().replace("ё", "е")
    return str(old).lower() == str(new).lower()
