"""Business cards (vCard 2.1, 3.0, 4.0) as rows of a table: the firm, the person, what the card says about both."""

import quopri
import re
from collections.abc import Iterator

from intake.enums import ImportField

MARK = re.compile(rb"^\s*BEGIN:VCARD\s*$", re.IGNORECASE | re.MULTILINE)
FIELDS = (
    ImportField.NAME, ImportField.PERSON, ImportField.POSITION, ImportField.PHONES, ImportField.PERSON_PHONE,
    ImportField.EMAIL, ImportField.PERSON_EMAIL, ImportField.SITE, ImportField.ADDRESS, ImportField.NOTE,
)  # fmt: skip
FOLDED = re.compile(r"\r?\n[ \t]")
SOFT_BREAK = re.compile(r"=\r?\n")
ESCAPED = re.compile(r"\\([\\,;nN])")


def is_vcard(content: bytes) -> bool:
    """Whether the file is made of cards."""
    return bool(MARK.match(content.removeprefix(b"\xef\xbb\xbf")[:200]))


def card_rows(text: str) -> Iterator[list[str]]:
    """A header of our own field names, then a row per card."""
    yield [str(field.label) for field in FIELDS]
    card: dict[str, list[str]] = {}
    for line in FOLDED.sub("", SOFT_BREAK.sub("", text)).splitlines():
        name, _colon, value = line.partition(":")
        name, _semicolon, options = name.strip().upper().rpartition(".")[2].partition(";")
        if name == "BEGIN":
            card = {}
        elif name == "END":
            yield _row(card)
        elif value.strip():
            card.setdefault(name, []).append(_decoded(value, options))


def _row(card: dict[str, list[str]]) -> list[str]:
    firm = _parts(card, "ORG")[:1]
    names = _parts(card, "N")
    person = " ".join(" ".join(names[:3]).split()) or next(iter(card.get("FN", [])), "")
    phones, emails = "; ".join(card.get("TEL", [])), "; ".join(card.get("EMAIL", []))
    of_person = bool(firm and person)
    cells = {
        ImportField.NAME: firm[0] if firm else next(iter(card.get("FN", [])), person),
        ImportField.PERSON: person if firm else "",
        ImportField.POSITION: next(iter(card.get("TITLE", [])), ""),
        ImportField.PERSON_PHONE if of_person else ImportField.PHONES: phones.replace("tel:", ""),
        ImportField.PERSON_EMAIL if of_person else ImportField.EMAIL: emails,
        ImportField.SITE: next(iter(card.get("URL", [])), ""),
        ImportField.ADDRESS: ", ".join(part for part in reversed(_parts(card, "ADR")) if part),
        ImportField.NOTE: " ".join(card.get("NOTE", [])),
    }
    return [cells.get(field, "") for field in FIELDS]


def _parts(card: dict[str, list[str]], name: str) -> list[str]:
    return [part.strip() for part in next(iter(card.get(name, [])), "").split(";")] if name in card else []


def _decoded(value: str, options: str) -> str:
    if "QUOTED-PRINTABLE" in options:
        charset = "cp1251" if "1251" in options else "utf-8"
        value = quopri.decodestring(value.encode("utf-8", "replace")).decode(charset, "replace")
    return ESCAPED.sub(lambda sign: " " if sign[1] in "nN" else sign[1], value).strip()
