"""Saved selections of the base: what the list shows under a name, and the fields its builder offers."""

import json
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Sharing
from accounts.models import SavedView
from accounts.services import save_view
from companies.columns import offered
from companies.conditions import OPERATIONS, Field, UnreadableCondition, all_fields, check_tree
from companies.filters import WHERE, Data, read_filters, without
from companies.listing import order_of
from companies.rows import USUAL
from core.exceptions import RuleViolation

PAGE = "companies:list"


def selection_of(user: Any, key: str | None) -> SavedView | None:
    """The selection of the address, if it is offered to this person."""
    if not (key and key.isascii() and key.isdigit() and len(key) < 10):
        return None
    return SavedView.objects.offered_to(user, PAGE).filter(pk=key).first()


def kept(data: Data, view: SavedView | None) -> list[tuple[str, str]]:
    """What the column of filters sends on although it shows no field for it."""
    fields = [(WHERE, json.dumps(data[WHERE], ensure_ascii=False))] if WHERE in data else []
    return [*fields, ("view", str(view.pk))] if view else fields


def keep_selection(user: Any, asked: QueryDict) -> SavedView:
    """Save what the builder sent. Raises RuleViolation for conditions that cannot be read."""
    query = QueryDict(asked.get("filter", ""))
    return save_view(
        actor=user,
        page=PAGE,
        name=asked.get("name", ""),
        filters=built(asked),
        order=order_of(query.get("sort")),
        columns=[column.name for column in offered() if column.name in asked.getlist("columns")],
        sharing=Sharing(asked["sharing"]) if asked.get("sharing") in Sharing.values else Sharing.PRIVATE,
    )


def built(asked: QueryDict) -> Data:
    """The facets that were on, with the conditions of the builder. Raises RuleViolation for what cannot be read."""
    data = without(read_filters(QueryDict(asked.get("filter", ""))), WHERE)
    tree = read_filters({WHERE: asked.get(WHERE) or None}).get(WHERE)
    if not tree:
        return data
    try:
        check_tree(tree, timezone.now())
    except UnreadableCondition:
        raise RuleViolation(_("Fill in every condition, or take it away.")) from None
    return data | {WHERE: tree}


def builder(user: Any, data: Data, view: SavedView | None) -> dict[str, Any]:
    """What the dialog shows."""
    chosen = view.columns if view and view.columns else USUAL
    return {
        "fields": json.dumps(_fields(user), ensure_ascii=False),
        "tree": json.dumps(data.get(WHERE) or {}, ensure_ascii=False),
        "columns": [(column.name, column.label, column.name in chosen) for column in offered()],
        "sharings": [
            (value, label, value == (view.sharing if view else Sharing.PRIVATE))
            for value, label in Sharing.choices
            if value != Sharing.ALL or user.may("accounts.share_view")
        ],
        "view": view if view and view.owner_id == user.pk else None,
    }


def _fields(user: Any) -> list[dict[str, Any]]:
    known: dict[Any, list[tuple[str, Any]]] = {}  # several fields offer the same rows: campaigns are read once
    return [
        {
            "name": field.name,
            "label": str(field.label),
            "group": str(field.group),
            "kind": field.kind,
            "operations": [[op, str(words[0])] for op, words in OPERATIONS[field.kind].items()],
            "options": [[value, str(label)] for value, label in _choices(field, user, known)],
        }
        for field in all_fields()
        if field.is_for(user)
    ]


def _choices(field: Field, user: Any, known: dict[Any, list[tuple[str, Any]]]) -> list[tuple[str, Any]]:
    if field.offered is None:
        return field.choices(user)
    if field.offered not in known:
        known[field.offered] = field.choices(user)
    return known[field.offered]
