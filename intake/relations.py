"""Everything that points at a company (or a person), found in the models themselves: a new app is part of a merge the day it is
written. Keys are moved set-wise and written down, so that they can be moved back."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction

from intake.models import DuplicateKey, DuplicatePair, Merge

# The book of merging itself: it tells what was, and is never moved.
LEDGER = (DuplicateKey, DuplicatePair, Merge)


@dataclass(frozen=True)
class Relation:
    """A key of a model that leads to the target; `type_field` for one that may lead to any model."""

    model: type[models.Model]
    field: str  # the column: company_id
    target: type[models.Model]
    type_field: str = ""

    @property
    def label(self) -> str:
        """intake.Correction.company_id: how the merge log calls it."""
        return f"{self.model._meta.label}.{self.field}"

    def rows(self, pk: int) -> models.QuerySet:
        """What leads to this row."""
        found = self.model._base_manager.filter(**{self.field: pk})
        if self.type_field:
            found = found.filter(**{self.type_field: ContentType.objects.get_for_model(self.target)})
        return found


def relations_of(target: type[models.Model]) -> list[Relation]:
    """Every key of every app that leads to the model, hidden ones and those of many-to-many tables included."""
    return [*_keys(target), *_generic_keys(target)]


def _keys(target: type[models.Model]) -> Iterator[Relation]:
    for relation in target._meta.get_fields(include_hidden=True):
        is_key = relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
        if is_key and relation.related_model not in LEDGER:
            yield Relation(relation.related_model, relation.field.attname, target)


def _generic_keys(target: type[models.Model]) -> Iterator[Relation]:
    for model in apps.get_models():
        for known in model._meta.private_fields:
            if isinstance(known, GenericForeignKey):
                yield Relation(model, known.fk_field, target, known.ct_field)


# --- moving ---------------------------------------------------------------------------------------------------------


def move(merge: Merge, relation: Relation, *, old: int, new: int, besides: Collection[int] = ()) -> None:
    """Lead the rows of `old` to `new`. One that the constraints of its table refuse stays where it is, and its whole text is
    written into the log."""
    pks = list(relation.rows(old).exclude(pk__in=besides).values_list("pk", flat=True))
    own = [new] if relation.model is relation.target and new in pks else []  # nobody becomes a branch of itself
    _move_rows(merge, relation, [pk for pk in pks if pk not in own], old=old, new=new)
    _move_rows(merge, relation, own, old=old, new=None)


def _move_rows(merge: Merge, relation: Relation, pks: list[int], *, old: int, new: int | None) -> None:
    if not pks:
        return
    moved = pks if _written(relation, pks, new) else [pk for pk in pks if _written(relation, [pk], new)]
    if moved:
        merge.moved.append(
            {"model": relation.model._meta.label, "field": relation.field, "pks": moved, "old": old, "new": new}
        )
    for row in relation.model._base_manager.filter(pk__in=set(pks) - set(moved)).values():
        merge.collided.append(
            {"model": relation.model._meta.label, "field": relation.field, "pk": row["id"], "row": _plain(row)}
        )


def _written(relation: Relation, pks: list[int], new: int | None) -> bool:
    """All at once; False when the table refuses any of them."""
    try:
        with transaction.atomic():
            relation.model._base_manager.filter(pk__in=pks).update(**{relation.field: new})
    except IntegrityError:
        return False
    return True


def change_row(merge: Merge, row: models.Model, **fields: Any) -> None:
    """Change fields of a row as a part of the merge; the old values go into the log. Foreign keys by their column."""
    differing = {name: value for name, value in fields.items() if getattr(row, name) != value}
    if not differing:
        return
    old = {name: getattr(row, name) for name in differing}
    for name, value in differing.items():
        setattr(row, name, value)
    row.save(update_fields=list(differing))
    merge.changed.append(
        {"model": row._meta.label, "pk": row.pk, "old": _plain(old), "new": _plain(differing)},
    )


# --- and back -------------------------------------------------------------------------------------------------------


def move_back(merge: Merge) -> int:
    """Lead the rows back that still lead where the merge has put them. Returns how many are not there any more.

    Raises IntegrityError when the old place is taken.
    """
    gone = 0
    for entry in reversed(merge.moved):
        rows = apps.get_model(entry["model"])._base_manager.filter(pk__in=entry["pks"])
        here = (
            rows.filter(**{entry["field"]: entry["new"]})
            if entry["new"]
            else rows.filter(**{f"{entry['field']}__isnull": True})
        )
        gone += len(entry["pks"]) - here.update(**{entry["field"]: entry["old"]})
    return gone


def change_back(merge: Merge) -> list[str]:
    """Restore the old values where nobody has written another one since; returns the fields where somebody has."""
    kept: list[str] = []
    for entry in reversed(merge.changed):
        model = apps.get_model(entry["model"])
        row = model._base_manager.select_for_update().filter(pk=entry["pk"]).first()
        if row is None:
            continue
        now = _plain({name: getattr(row, name) for name in entry["new"]})
        restored = [name for name in entry["old"] if now[name] == entry["new"][name]]
        kept += [name for name in entry["old"] if name not in restored]
        for name in restored:
            setattr(row, name, model._meta.get_field(name).to_python(entry["old"][name]))
        row.save(update_fields=restored)
    return kept


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """As JSON keeps it."""
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder, default=str))
