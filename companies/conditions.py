"""Conditions of saved selections: any declared field, joined by «all» and «any», turned round by «not».

A tree is plain JSON: {"all": [{"field": "city", "op": "is", "value": "Омск"}, {"any": [...]}, {"none": [...]}]}. Apps above
register fields of their own rows («had a call since»). What cannot be read finds nothing: an audience never grows by a slip.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, Q, QuerySet, TextField
from django.db.models import Field as ModelField
from django.utils.translation import gettext_lazy as _

from companies.models import Company

DEEPEST, MOST_LEAVES = 4, 40
Condition = Callable[["Field", Any, datetime], Q]
JOINTS = ("all", "any", "none")
NOTHING = Q(pk__lt=0)  # as SQL that can stand inside of other SQL

Options = Callable[[], list[tuple[str, Any]]]


class UnreadableCondition(ValueError):
    """A tree that does not say what it means."""


@dataclass(frozen=True)
class Field:
    """One thing that companies are chosen by: a column of the company, or of rows that belong to it."""

    name: str
    label: Any
    group: Any
    kind: str  # text number date choice
    column: str
    options: Options | None = None  # of a choice: [(value, label)]
    rows: Callable[[], QuerySet] | None = None  # rows with a company; without it the column is the company's own
    company: str = "company_id"
    action: str = ""  # what the reader must be allowed to do with those rows; "" for rows that are the card itself
    offered: tuple[Callable[[], QuerySet], str] | None = (
        None  # a choice among rows, and the action by which one sees them
    )

    def condition(self, op: str, value: Any, now: datetime, reader: Any = None) -> Q:
        """On companies, as far as the reader sees the rows behind; who is nobody sees nothing.

        Raises UnreadableCondition for an operation or value that the field does not have."""
        if op not in OPERATIONS[self.kind]:
            raise UnreadableCondition(op)
        if op == "empty":
            return ~self._over(_filled(self), reader)
        found = _filled(self) if op == "filled" else OPERATIONS[self.kind][op][1](self, value, now)
        return self._over(found, reader)

    def is_for(self, user: Any) -> bool:
        """Whether this person may choose companies by it."""
        return not self.action or user.may(self.action)

    def choices(self, reader: Any) -> list[tuple[str, Any]]:
        """What may be chosen, among the rows the reader sees."""
        if self.offered is not None:
            rows, action = self.offered
            return [(str(row.pk), str(row)) for row in rows().permitted(reader, action)] if reader else []
        return self.options() if self.options else []

    def _over(self, condition: Q, reader: Any) -> Q:
        if self.rows is None:
            return condition
        if self.action and not (reader and reader.may(self.action)):
            return NOTHING
        rows = self.rows().permitted(reader, self.action) if self.action else self.rows()  # type: ignore[attr-defined]
        belonging = rows.filter(condition, **{f"{self.company}__isnull": False})
        return Q(pk__in=belonging.order_by().values(self.company))

    @property
    def own(self) -> ModelField:
        """The model's field behind it, which knows what a value may look like."""
        model = self.rows().model if self.rows else Company
        return model._meta.get_field(self.column)


def _filled(field: Field) -> Q:
    filled = Q(**{f"{field.column}__isnull": False})
    return filled & ~Q(**{field.column: ""}) if isinstance(field.own, CharField | TextField) else filled


def _text(lookup: str) -> Condition:
    def condition(field: Field, value: Any, _now: datetime) -> Q:
        text = str(value or "").replace("\x00", "").strip()[:200]
        if not text:
            raise UnreadableCondition("no text")
        if field.column == "name_key":  # kept in lower case without ё, with an index
            return Q(**{f"name_key__{lookup.removeprefix('i')}": text.lower().replace("ё", "е")})
        return Q(**{f"{field.column}__{lookup}": text})

    return condition


def _number(lookup: str) -> Condition:
    def condition(field: Field, value: Any, _now: datetime) -> Q:
        try:
            number = Decimal(str(value).replace(",", ".").replace(" ", ""))
        except InvalidOperation:
            raise UnreadableCondition("no number") from None
        if not number.is_finite() or abs(number) > 10**14:
            raise UnreadableCondition("no number")
        return Q(**{f"{field.column}__{lookup}": number})

    return condition


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise UnreadableCondition("no date") from None


def _days(value: Any) -> timedelta:
    if not str(value).isdecimal() or int(value) > 36_500:
        raise UnreadableCondition("no number of days")
    return timedelta(days=int(value))


def _is_one_of(field: Field, value: Any, _now: datetime) -> Q:
    values = [str(each) for each in (value if isinstance(value, list) else [value]) if str(each or "")]
    try:
        typed = [field.own.to_python(each) for each in values if len(each) < 10 or not each.isdigit()]
    except ValidationError:
        raise UnreadableCondition("no such choice") from None
    if not typed:
        raise UnreadableCondition("no choice")
    return Q(**{f"{field.column}__in": typed})


def _dated(lookup: str, moment: Callable[[Any, datetime], Any]) -> Condition:
    return lambda field, value, now: Q(**{f"{field.column}__{lookup}": moment(value, now)})


# kind -> operation -> (label, condition); «empty» and «filled» have none of their own
OPERATIONS: dict[str, dict[str, tuple[Any, Any]]] = {
    "text": {
        "has": (_("contains"), _text("icontains")),
        "is": (_("is"), _text("iexact")),
        "begins": (_("begins with"), _text("istartswith")),
        "empty": (_("is empty"), None),
        "filled": (_("is filled"), None),
    },
    "number": {
        "is": (_("equals"), _number("exact")),
        "from": (_("at least"), _number("gte")),
        "to": (_("at most"), _number("lte")),
        "empty": (_("is empty"), None),
        "filled": (_("is filled"), None),
    },
    "date": {
        "since": (_("on this day or later"), _dated("date__gte", lambda value, _now: _day(value))),
        "before": (_("before this day"), _dated("date__lt", lambda value, _now: _day(value))),
        "last": (_("in the last days"), _dated("range", lambda value, now: (now - _days(value), now))),
        "next": (_("in the next days"), _dated("range", lambda value, now: (now, now + _days(value)))),
        "older": (_("more days ago than"), _dated("lt", lambda value, now: now - _days(value))),
        "empty": (_("never"), None),
        "filled": (_("ever"), None),
    },
    "choice": {
        "in": (_("is one of"), _is_one_of),
        "empty": (_("is empty"), None),
        "filled": (_("is filled"), None),
    },
}

_fields: dict[str, Field] = {}


def register(*fields: Field) -> None:
    """Add fields; the same name again replaces one."""
    _fields.update({field.name: field for field in fields})


_sources: list[tuple[Callable[[], list[Field]], Callable[[str], Field | None]]] = []


def register_source(everything: Callable[[], list[Field]], one: Callable[[str], Field | None]) -> None:
    """Fields that are rows themselves: all that are offered, and the one of a name."""
    _sources.append((everything, one))


def registered() -> list[Field]:
    """The fields of the product, without those that are rows themselves."""
    return list(_fields.values())


def all_fields() -> list[Field]:
    """Every field that is offered, lower apps first."""
    return [*registered(), *(field for everything, _one in _sources for field in everything())]


def find_field(name: str) -> Field | None:
    """The field of that name; nothing for an unknown one."""
    return _fields.get(name) or next((field for _all, one in _sources if (field := one(name))), None)


def condition_of(tree: Any, now: datetime, reader: Any = None) -> Q:
    """The tree on companies, with the rights of the reader; nothing for a tree that cannot be read."""
    try:
        return _node(tree, now, 1, reader)
    except UnreadableCondition:
        return NOTHING


def check_tree(tree: Any, now: datetime) -> None:
    """Raises UnreadableCondition for a tree that cannot be read."""
    if len(leaves(tree)) > MOST_LEAVES:
        raise UnreadableCondition("too many conditions")
    _node(tree, now, 1, None)


def leaves(tree: Any) -> list[dict[str, Any]]:
    """The conditions without the joints."""
    if not isinstance(tree, dict):
        return []
    if "field" in tree:
        return [tree]
    return [leaf for joint in JOINTS for child in tree.get(joint) or [] for leaf in leaves(child)]


def _node(node: Any, now: datetime, depth: int, reader: Any) -> Q:
    if not isinstance(node, dict) or depth > DEEPEST:
        raise UnreadableCondition("not a condition")
    if "field" in node:
        field = find_field(str(node["field"]))
        if field is None:
            raise UnreadableCondition(str(node["field"]))
        return field.condition(str(node.get("op")), node.get("value"), now, reader)
    joint = next((joint for joint in JOINTS if isinstance(node.get(joint), list) and node[joint]), None)
    if joint is None or len(node) != 1:
        raise UnreadableCondition("no joint")
    parts = [_node(child, now, depth + 1, reader) for child in node[joint]]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined & part if joint == "all" else joined | part
    return ~joined if joint == "none" else joined


def in_words(tree: Any, reader: Any = None) -> str:
    """The tree for a chip above the list: «Город содержит Омск; Стадия: …». Rows that the reader does not see have no name."""
    return "; ".join(_leaf_in_words(leaf, reader) for leaf in leaves(tree)[:3]) + ("…" if len(leaves(tree)) > 3 else "")


def _leaf_in_words(leaf: dict[str, Any], reader: Any) -> str:
    field = find_field(str(leaf["field"]))
    if field is None or leaf.get("op") not in OPERATIONS[field.kind]:
        return str(_("Unreadable condition"))
    value = leaf.get("value")
    if field.kind == "choice" and value:
        labels = {str(key): str(label) for key, label in field.choices(reader)}
        value = ", ".join(labels.get(str(each), "…") for each in (value if isinstance(value, list) else [value]))
    return " ".join(filter(None, [str(field.label), str(OPERATIONS[field.kind][leaf["op"]][0]), str(value or "")]))
