"""DaData, the directory of firms: one question of its API, «party by INN» (suggestions API 4.1, findById/party)."""

import json
import time
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from companies.classifier_data import clean_okved
from companies.directory import Firm
from companies.normalise import split_legal_form
from companies.regions import subject
from core.exceptions import RuleViolation

MOST_BYTES = 1024 * 1024
MOST_SECONDS = 6.0
CLOSED = frozenset({"LIQUIDATED", "LIQUIDATING", "BANKRUPT"})


def find_party(inn: str) -> Firm | None:
    """The head office of the firm. Raises RuleViolation with a sentence when there is no answer."""
    until = time.monotonic() + MOST_SECONDS
    parts = urlsplit(settings.DADATA_URL)
    connection_to = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connection_to(parts.hostname or "", parts.port, timeout=MOST_SECONDS)
    try:
        asked = json.dumps({"query": inn, "type": "LEGAL", "branch_type": "MAIN", "count": 1})
        connection.request("POST", f"{parts.path}/findById/party", asked.encode(), _headers())
        answer = connection.getresponse()
        _guard_status(answer.status)
        return _firm(json.loads(_body(answer, until)), inn)
    except (OSError, HTTPException, ValueError) as error:
        raise RuleViolation(
            _("The directory of firms does not answer. Fill the card by hand, or try later.")
        ) from error
    finally:
        connection.close()


def _headers() -> dict[str, str]:
    return {
        "Authorization": f"Token {settings.DADATA_TOKEN}",
        "Content-Type": "application/json",
        "Accept": "application/json",
    }


def _guard_status(status: int) -> None:
    if status == 200:
        return
    raise RuleViolation(
        {
            401: _("The directory of firms does not know the key: check it in the settings."),
            403: _("The questions of today to the directory are used up; they begin anew at midnight, Moscow time."),
            429: _("The directory is asked too often: wait a minute."),
        }.get(status)
        or _("The directory of firms answers with the error %(code)s.") % {"code": status}
    )  # fmt: skip


def _body(answer: HTTPResponse, until: float) -> bytes:
    """The whole answer, within the limits of size and time. Raises ValueError beyond them."""
    content = bytearray()
    while chunk := answer.read1(65_536):
        content += chunk
        if len(content) > MOST_BYTES or time.monotonic() > until:
            raise ValueError("the answer is too long")
    return bytes(content)


def _firm(said: Any, inn: str) -> Firm | None:
    """The answer in our words; one of another shape is a ValueError. The head's name in it is not read."""
    try:
        found = [each["data"] for each in said["suggestions"] if each["data"]["inn"] == inn]
    except (KeyError, TypeError) as error:
        raise ValueError("another shape") from error
    return _read(found[0], inn) if found else None


def _read(data: dict[str, Any], inn: str) -> Firm:
    address = _dict(data.get("address"))
    parts = _dict(address.get("data"))
    names = _dict(data.get("name"))
    form, core = split_legal_form(_text(names.get("short_with_opf") or names.get("full_with_opf"), 300))
    region = subject(_text(parts.get("region_kladr_id"), 20)[:2])
    people = data.get("employee_count")
    return Firm(
        inn=inn,
        name=core,
        legal_form=form[:20],
        kpp=_text(data.get("kpp"), 9),
        ogrn=_text(data.get("ogrn"), 15),
        address=_text(address.get("unrestricted_value") or address.get("value"), 400),
        city=_text(parts.get("city") or parts.get("settlement"), 100),
        region=region.code if region else "",
        activity=clean_okved(data.get("okved")),
        headcount=people if isinstance(people, int) and 0 < people < 2_000_000 else None,
        is_closed=_dict(data.get("state")).get("status") in CLOSED,
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any, longest: int) -> str:
    return " ".join(value.split())[:longest] if isinstance(value, str) else ""
