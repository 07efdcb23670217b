"""The technical information: questions put by an administrator, and how an answer is read, kept and shown."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from companies.enums import FieldKind
from companies.models import Company, Segment, TechnicalField
from core import formats

LONGEST_ANSWER = 300
YES, NO = ("да", "yes", "true", "1", "+", "есть"), ("нет", "no", "false", "0", "-", "−")
LARGEST = Decimal(10) ** 12


@dataclass(frozen=True)
class Line:
    """An answer, or a question without one, as the card shows it."""

    label: str
    value: str
    key: str
    origin: str = ""  # where the answer is from, when the card asks


def fields_of(segment_id: int | None) -> list[TechnicalField]:
    """The questions for companies of a segment: those for all, and those of the segment and of what it is part of."""
    fields = list(TechnicalField.objects.active().prefetch_related("segments"))
    parents = dict(Segment.objects.values_list("pk", "parent")) if any(field.segments.all() for field in fields) else {}
    within: set[int] = set()
    while segment_id and segment_id not in within:
        within.add(segment_id)
        segment_id = parents.get(segment_id)
    return [
        field for field in fields if not field.segments.all() or within & {each.pk for each in field.segments.all()}
    ]


def lines_of(company: Company) -> list[Line]:
    """Every question for this company with its answer, then what is known beside the questions."""
    fields = fields_of(company.segment_id)
    answers = dict(company.technical)
    lines = [Line(field.title, shown(field, answers.pop(field.key, None)), field.key) for field in fields]
    others = {field.key: field for field in TechnicalField.objects.filter(key__in=answers)} if answers else {}
    return lines + [
        Line(others[key].title if key in others else key, shown(others.get(key), value), key)
        for key, value in answers.items()
    ]


def shown(field: TechnicalField | None, value: Any) -> str:
    """An answer in words; nothing for none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return formats.number(Decimal(str(value)))
    if field and field.kind == FieldKind.DATE and (day := parse_date(str(value))):
        return formats.short_date(day)
    return str(value)


def clean_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they are kept, by key; a question may be named by its key or its words, an unknown name is kept
    as text. Empty answers stay, so that a merge can take an old one away.

    Raises ValueError with a sentence for an answer that is none of its kind.
    """
    known: dict[str, TechnicalField] = {}
    for field in TechnicalField.objects.all():
        known |= {field.key: field, field.label.casefold(): field, field.title.casefold(): field}
    cleaned = {}
    for name, value in answers.items():
        field = known.get(name) or known.get(name.strip().casefold())
        cleaned[field.key if field else name.strip()[:100]] = clean_answer(field, value)
    return cleaned


def clean_answer(field: TechnicalField | None, value: Any) -> Any:
    """One answer as it is kept: None for nothing. Raises ValueError with a sentence."""
    if value is None or str(value).strip() == "":
        return None
    if field is None:
        return str(value).strip()[:LONGEST_ANSWER]
    return READERS[FieldKind(field.kind)](field, value)


def _text(_field: TechnicalField, value: Any) -> str:
    return " ".join(str(value).split())[:LONGEST_ANSWER]


def _number(field: TechnicalField, value: Any) -> int | float:
    text = "".join(str(value).split()).replace(",", ".").replace("−", "-")
    try:
        number = Decimal(text.removesuffix(field.unit.replace(" ", "")) if field.unit else text)
    except InvalidOperation as error:
        raise ValueError(_("«%(field)s»: %(value)s is no number.") % {"field": field.label, "value": value}) from error
    if not number.is_finite() or abs(number) > LARGEST:
        raise ValueError(_("«%(field)s»: %(value)s is no number.") % {"field": field.label, "value": value})
    return int(number) if number == number.to_integral_value() else float(number)


def _date(field: TechnicalField, value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()[:10]
    text = str(value).strip().removesuffix("T00:00:00")  # a day, as a cell of a spreadsheet holds it
    parts = text.replace("/", ".").split(".")
    iso = "-".join(reversed(parts)) if len(parts) == 3 else text
    try:
        day = parse_date(iso)
    except ValueError:
        day = None
    if day is None:
        raise ValueError(_("«%(field)s»: %(value)s is no date.") % {"field": field.label, "value": value})
    return day.isoformat()


def _choice(field: TechnicalField, value: Any) -> str:
    wanted = " ".join(str(value).split()).casefold()
    for choice in field.choices:
        if choice.casefold() == wanted:
            return str(choice)
    words = {"field": field.label, "value": value, "choices": ", ".join(field.choices)}
    raise ValueError(_("«%(field)s»: there is no «%(value)s», choose from: %(choices)s.") % words)


def _yes_no(field: TechnicalField, value: Any) -> bool:
    word = str(value).strip().casefold()
    if word in YES or word in NO:
        return word in YES
    raise ValueError(_("«%(field)s»: say yes or no.") % {"field": field.label})


READERS: dict[FieldKind, Callable[[TechnicalField, Any], Any]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.YES_NO: _yes_no,
}


def worded(answers: Mapping[str, Any], fields: Iterable[TechnicalField] | None = None) -> str:
    """All answers in one line of words, for the history and for comparisons."""
    known = {field.key: field for field in (TechnicalField.objects.all() if fields is None else fields)}
    lines = [(known.get(key), key, value) for key, value in answers.items()]
    return "; ".join(
        f"{field.title if field else key}: {text}" for field, key, value in lines if (text := shown(field, value))
    )
