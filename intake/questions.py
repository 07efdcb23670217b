"""The questions of the technical information as columns of a file: `technical.<key>` beside the fields every base has."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from companies.answers import PREFIX
from companies.enums import FieldKind
from companies.models import TechnicalField
from companies.technical import NO
from intake.enums import ImportField

Questions = Mapping[str, TechnicalField]  # name of the column's field -> the question


def questions() -> dict[str, TechnicalField]:
    """Every question that is asked today, by the name under which a column is mapped to it. One query."""
    return {f"{PREFIX}{question.key}": question for question in TechnicalField.objects.active()}


def targets() -> set[str]:
    """Everything a column may be mapped to; "" loads nothing."""
    return {"", *ImportField.values, *questions()}


def named(asked: Questions) -> dict[str, str]:
    """What may stand over a column -> the field of the question: its words, those with the unit, its key."""
    return {spelt(words): name for name, field in asked.items() for words in (field.key, field.label, field.title)}


def spelt(words: str) -> str:
    """The head of a column for comparing; digits stay, for «Линия 1» and «Линия 2» are two questions."""
    return " ".join(words.lower().replace("ё", "е").split())


def says_no(question: TechnicalField | None, text: str) -> bool:
    """Whether a word that elsewhere means an empty cell is an answer here: «нет» to a question of yes or no."""
    return question is not None and question.kind == FieldKind.YES_NO and text.strip().lower() in NO


def label_of(name: str, asked: Iterable[TechnicalField] | None = None) -> str:
    """The words for a field of a file, a question among them (asked for when they are not given); else the name itself."""
    if name in ImportField.values:
        return str(ImportField(name).label)
    if not name.startswith(PREFIX):
        return name
    if name == PREFIX:
        return _("Technical information")
    rows = TechnicalField.objects.filter(key=name.removeprefix(PREFIX)) if asked is None else asked
    return next((row.title for row in rows if f"{PREFIX}{row.key}" == name), name.removeprefix(PREFIX))


def example(question: TechnicalField) -> str | int:
    """An answer for the sample file."""
    return {
        FieldKind.TEXT: "",
        FieldKind.NUMBER: 75,
        FieldKind.DATE: "01.09.2024",
        FieldKind.CHOICE: question.choices[0] if question.choices else "",
        FieldKind.YES_NO: _("yes"),
    }[FieldKind(question.kind)]
