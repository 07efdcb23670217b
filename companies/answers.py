"""Answers of the technical information in selections and as columns of the list: from the day a question is put.

Fields and columns of this kind are not registered once: they are read from the questions when somebody asks for them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies import conditions
from companies.conditions import Field, UnreadableCondition
from companies.enums import FieldKind
from companies.models import TechnicalField
from companies.rows import Column
from companies.technical import clean_answer, shown

PREFIX = "technical."
KINDS = {FieldKind.TEXT: "text", FieldKind.NUMBER: "number", FieldKind.DATE: "date"}
TEXTS = {"has": "icontains", "is": "iexact", "begins": "istartswith"}
NUMBERS = {"is": "exact", "from": "gte", "to": "lte"}
FARTHEST = 36_500  # days


@dataclass(frozen=True)
class Answer(Field):
    """An answer as a field that companies are chosen by."""

    question: TechnicalField = field(default_factory=TechnicalField)

    def condition(self, op: str, value: Any, now: datetime, reader: Any = None) -> Q:
        """On companies; what is kept is JSON, compared by its kind."""
        if op not in conditions.OPERATIONS[self.kind]:
            raise UnreadableCondition(op)
        key, path = self.question.key, f"technical__{self.question.key}"
        if op in ("empty", "filled"):
            known = Q(technical__has_key=key)
            return known if op == "filled" else ~known
        readers = {"text": self._text, "number": self._number, "date": self._date, "choice": self._choice}
        return Q(**{f"{path}{lookup}": read for lookup, read in readers[self.kind](op, value, now).items()})

    def _text(self, op: str, value: Any, _now: datetime) -> dict[str, Any]:
        if not (text := str(value or "").replace("\x00", "").strip()[:200]):
            raise UnreadableCondition("no text")
        return {f"__{TEXTS[op]}": text}

    def _number(self, op: str, value: Any, _now: datetime) -> dict[str, Any]:
        try:
            number = clean_answer(self.question, value)
        except ValueError:
            number = None
        if not isinstance(number, int | float):
            raise UnreadableCondition("no number")
        return {"" if op == "is" else f"__{NUMBERS[op]}": number}

    def _date(self, op: str, value: Any, now: datetime) -> dict[str, Any]:
        if op in ("since", "before"):
            try:
                day = date.fromisoformat(str(value)).isoformat()
            except ValueError:
                raise UnreadableCondition("no date") from None
            return {"__gte" if op == "since" else "__lt": day}
        if not str(value).isdecimal() or int(value) > FARTHEST:
            raise UnreadableCondition("no number of days")
        today, shift = now.date(), timedelta(days=int(value))
        if op == "older":
            return {"__lt": (today - shift).isoformat()}
        first, last = (today - shift, today) if op == "last" else (today, today + shift)
        return {"__gte": first.isoformat(), "__lte": last.isoformat()}

    def _choice(self, _op: str, value: Any, _now: datetime) -> dict[str, Any]:
        wanted = [str(each) for each in (value if isinstance(value, list) else [value]) if str(each or "")]
        if self.question.kind == FieldKind.YES_NO:
            kept: list[Any] = [each == "yes" for each in wanted if each in ("yes", "no")]
        else:
            kept = [each for each in wanted if each in self.question.choices]
        if not kept:
            raise UnreadableCondition("no such choice")
        return {"__in": kept}


def selection_fields() -> list[Field]:
    """Every question that is asked, as a field of the builder."""
    return [_field_of(question) for question in TechnicalField.objects.active()]


def selection_field(name: str) -> Field | None:
    """The one of that name, also of a question that is asked no more: saved selections keep working."""
    question = _question(name)
    return _field_of(question) if question else None


def _question(name: str) -> TechnicalField | None:
    return TechnicalField.objects.filter(key=name.removeprefix(PREFIX)).first() if name.startswith(PREFIX) else None


def _field_of(question: TechnicalField) -> Field:
    options = None
    if question.kind == FieldKind.YES_NO:
        options = lambda: [("yes", _("yes")), ("no", _("no"))]  # noqa: E731
    elif question.kind == FieldKind.CHOICE:
        options = lambda: [(each, each) for each in question.choices]  # noqa: E731
    return Answer(
        f"{PREFIX}{question.key}", question.title, _("Technical information"), KINDS.get(FieldKind(question.kind), "choice"),
        "technical", options, question=question,
    )  # fmt: skip


def columns_of(names: list[str]) -> dict[str, Column]:
    """The columns of these names; one query, none when no name is of this kind."""
    keys = [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]
    columns = [_column_of(question) for question in TechnicalField.objects.filter(key__in=keys)] if keys else []
    return {column.name: column for column in columns}


def all_columns() -> list[Column]:
    """Every question that is asked, as a column to choose."""
    return [_column_of(question) for question in TechnicalField.objects.active()]


def _column_of(question: TechnicalField) -> Column:
    return Column(
        f"{PREFIX}{question.key}",
        question.title,
        is_usual=False,
        cell=lambda company, _now, _today: shown(question, company.technical.get(question.key)),
    )
