"""The words of a script with the facts of the card put in. A fixed list of fields, no template language."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from callcenter.models import QueueItem, ScriptStep
from companies.normalise import split_legal_form
from contacts.models import Person
from contacts.names import dative
from core.formats import full_name, short_date
from operations.models import LegalEntity

FIELD = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True)
class Part:
    """A piece of a speech: plain words, or a field that is shown marked."""

    text: str
    field: str = ""
    is_fallback: bool = False


@dataclass(frozen=True)
class Step:
    """A speech as it is read out."""

    row: ScriptStep
    parts: list[Part]
    answers: list[Any]


def parts_of(text: str, values: dict[str, str], fallbacks: dict[str, str]) -> list[Part]:
    """Split a speech at its fields. A field without a value is read as its fallback, and marked so."""
    parts: list[Part] = []
    for place, piece in enumerate(FIELD.split(text)):
        if place % 2 == 0:
            parts += [Part(piece)] if piece else []
        elif value := values.get(piece, ""):
            parts.append(Part(value, piece))
        else:
            parts.append(Part(fallbacks.get(piece, "…"), piece, is_fallback=True))
    return parts


def merge_fields(card: QueueItem, operator: Any, person: Person | None) -> dict[str, str]:
    """What the card knows about the fields of a script."""
    letter = card.mail_item
    firm = LegalEntity.objects.order_by("-is_main", "pk").first()
    return {
        "operator": operator.first_name,
        "firm": split_legal_form(firm.name)[1] if firm else "",
        "salutation": addressed(person),
        "recipient": full_name(*_dative(person)) if person and person.last_name else "",
        "mail_date": short_date(letter.sent_at) if letter and letter.sent_at else "",
        "mail_subject": letter.campaign.subject if letter else "",
    }


def fallbacks() -> dict[str, str]:
    """What is said when the card does not know."""
    return {
        "operator": _("my name is…"),
        "firm": _("our company"),
        "salutation": _("Good day"),
        "recipient": _("your head"),
        "mail_date": _("recently"),
        "mail_subject": _("our offer"),
        "value": "…",
    }


def addressed(person: Person | None) -> str:
    """How the person is spoken to: «Сергей Жанович»."""
    return " ".join(filter(None, [person.first_name, person.middle_name])) if person else ""


def _dative(person: Person) -> tuple[str, str, str]:
    name = dative(person, person.gender)
    return name.last_name, name.first_name, name.middle_name


def steps_of(card: QueueItem, values: dict[str, str]) -> tuple[list[Step], list[Step]]:
    """(the talk, the objections) of the card's script. Two queries."""
    if card.call_list.script_id is None:
        return [], []
    rows = ScriptStep.objects.filter(script=card.call_list.script_id).prefetch_related("answers__leads_to")
    steps = [Step(row, parts_of(row.text, values, fallbacks()), list(row.answers.all())) for row in rows]
    return [s for s in steps if not s.row.is_objection], [s for s in steps if s.row.is_objection]
