"""The words of a script with the facts of the card put in. A fixed list of fields, no template language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callcenter.enums import Writes
from callcenter.models import QueueItem, ScriptAnswer, ScriptStep
from companies.models import TechnicalField
from companies.normalise import split_legal_form
from contacts.enums import DecisionRole
from contacts.models import Person
from contacts.names import dative
from core.formats import full_name, short_date
from intake.enums import CorrectedField
from operations.models import LegalEntity

FIELD = re.compile(r"\{\{\s*(\w+)\s*(?:\|\s*([^{}]*?)\s*)?\}\}")  # {{ name }} or {{ name|what is said without it }}
VARIABLES = {
    "salutation": gettext_lazy("first and middle name"),
    "operator": gettext_lazy("name of the operator"),
    "firm": gettext_lazy("our company"),
    "recipient": gettext_lazy("to whom we wrote"),
    "mail_date": gettext_lazy("date of the letter"),
    "mail_subject": gettext_lazy("subject of the letter"),
    "company": gettext_lazy("company of the client"),
    "city": gettext_lazy("city of the client"),
    "segment": gettext_lazy("segment of the client"),
    "position": gettext_lazy("position of the person"),
    "manager": gettext_lazy("manager of the client"),
    "value": gettext_lazy("value of the line"),
}
KEYS = ("KeyQ", "KeyW", "KeyE", "KeyR")  # of the answers, whatever the layout


@dataclass(frozen=True)
class Part:
    """A piece of a speech: plain words, or a field that is shown marked."""

    text: str
    field: str = ""
    is_fallback: bool = False


@dataclass(frozen=True)
class Reply:
    """An answer as the operator sees it: what it writes is said in words, and asked for when it is typed."""

    row: ScriptAnswer
    key: str
    icon: str = ""
    will: str = ""
    ask: str = ""


@dataclass(frozen=True)
class Step:
    """A speech as it is read out."""

    row: ScriptStep
    parts: list[Part]
    answers: list[Reply]


def parts_of(text: str, values: dict[str, str], fallbacks: dict[str, str]) -> list[Part]:
    """Split a speech at its fields. A field without a value is read as its fallback, and marked so."""
    parts: list[Part] = []
    pieces = FIELD.split(text)
    for words, name, fallback in zip(pieces[::3], [*pieces[1::3], ""], [*pieces[2::3], ""], strict=True):
        parts += [Part(words)] if words else []
        if value := values.get(name, ""):
            parts.append(Part(value, name))
        elif name:
            parts.append(Part(fallback or fallbacks.get(name, "…"), name, is_fallback=True))
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
        "company": split_legal_form(card.company.name)[1],
        "city": card.company.city,
        "segment": card.company.segment.name if card.company.segment else "",
        "position": person.position if person else "",
        "manager": card.company.owner.full_name if card.company.owner else "",
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
        "company": _("your company"),
        "city": _("your city"),
        "segment": _("companies of your trade"),
        "position": _("your position"),
        "manager": _("our specialist"),
        "value": "…",
    }


def addressed(person: Person | None) -> str:
    """How the person is spoken to: «Сергей Жанович»."""
    return " ".join(filter(None, [person.first_name, person.middle_name])) if person else ""


def _dative(person: Person) -> tuple[str, str, str]:
    name = dative(person, person.gender)
    return name.last_name, name.first_name, name.middle_name


def example_fields() -> dict[str, str]:
    """A client for whom a head tries a script out."""
    return {
        "operator": _("Olga"),
        "firm": _("Pneumocentre"),
        "salutation": _("Sergey Zhanovich"),
        "recipient": _("to Sergey Ryabov"),
        "mail_date": _("19 November"),
        "mail_subject": _("Audit of compressed air"),
        "company": _("Uralpromdetal"),
        "city": _("Chelyabinsk"),
        "segment": _("Engineering works"),
        "position": _("chief engineer"),
        "manager": _("Ivan Savelyev"),
        "value": "+7 (351) 555-01-42",
    }


def steps_of(version: int | None, values: dict[str, str]) -> tuple[list[Step], list[Step]]:
    """(the talk, the objections) of a version. Two queries, and one for the words of technical questions if it asks any."""
    if version is None:
        return [], []
    rows = list(ScriptStep.objects.filter(version=version).prefetch_related("answers__leads_to"))
    titles, words = titles_of(rows), fallbacks()
    steps = [
        Step(row, parts_of(row.text, values, words), [reply_of(answer, titles) for answer in row.answers.all()])
        for row in rows
    ]
    return [s for s in steps if not s.row.is_objection], [s for s in steps if s.row.is_objection]


def titles_of(steps: Iterable[ScriptStep]) -> dict[str, str]:
    """The words of the technical questions that the answers of these steps write."""
    keys = {a.about for step in steps for a in step.answers.all() if a.writes == Writes.TECHNICAL}
    return {field.key: field.title for field in TechnicalField.objects.filter(key__in=keys)} if keys else {}


def reply_of(answer: ScriptAnswer, titles: dict[str, str]) -> Reply:
    """The answer with what it will write, in words."""
    key = KEYS[answer.order - 1]
    match answer.writes:
        case Writes.RECEIVED:
            return Reply(answer, key, "mail", letter_words().get(answer.value, ""))
        case Writes.NEED:
            text = ": ".join(filter(None, [_("A need is written down"), answer.value or answer.about]))
            return Reply(answer, key, "shopping-cart", text, _("What they need") if answer.is_typed else "")
        case Writes.TECHNICAL:
            title = titles.get(answer.about, answer.about)
            return Reply(answer, key, "settings", f"{title}: {answer.value or '…'}", title if answer.is_typed else "")
        case Writes.ROLE:
            role = DecisionRole(answer.value).label if answer.value in DecisionRole.values else answer.value
            return Reply(answer, key, "user-check", _("Role of the person: %(role)s") % {"role": role})
        case Writes.DATUM:
            words = {"line": _line(answer.about), "answer": datum_words().get(answer.value, answer.value)}
            return Reply(answer, key, "shield-check", _("%(line)s: %(answer)s") % words)
        case Writes.NOTE:
            return Reply(
                answer, key, "note", f"{_('Note')}: {answer.value or '…'}", _("Note") if answer.is_typed else ""
            )
    return Reply(answer, key)


def letter_words() -> dict[str, str]:
    """What can be said of the letter."""
    return {
        "yes": _("The letter is marked as received"),
        "read": _("The letter is marked as received and read"),
        "no": _("The letter is marked as not received"),
    }


def datum_words() -> dict[str, str]:
    """What can be said of a datum of the check."""
    return {"right": _("right"), "wrong": _("not right"), "unknown": _("they do not know")}


def _line(about: str) -> str:
    return str(CorrectedField(about).label) if about in CorrectedField.values else about
