"""Verbs of the technical information: its questions and its answers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from companies.enums import FieldKind
from companies.models import Company, Segment, TechnicalField
from companies.normalise import transliterations
from companies.services.companies import change_company
from companies.technical import clean_answers
from core.exceptions import RuleViolation


@transaction.atomic
def open_field(
    *,
    actor: User | None,
    label: str,
    kind: str = FieldKind.TEXT,
    unit: str = "",
    choices: Sequence[str] = (),
    segments: Iterable[Segment] = (),
    position: int = 100,
) -> TechnicalField:
    """Put a question; from now on it is on the card, in the list, in filters, files and the API.

    Raises RuleViolation without a label, for one that is asked already, or for a list without choices.
    """
    field = TechnicalField(kind=kind, position=position)
    _write(field, label=label, unit=unit, choices=choices)
    field.key = _free_key(field.label)
    field.save(force_insert=True)
    field.segments.set(segments)
    audit("companies.field_opened", actor=actor, subject=field.label)
    return field


@transaction.atomic
def change_field(
    field: TechnicalField,
    *,
    actor: User | None,
    label: str,
    unit: str = "",
    choices: Sequence[str] = (),
    segments: Iterable[Segment] = (),
    position: int = 100,
) -> TechnicalField:
    """Word a question anew. Its key and the kind of its answers stay, so that nothing that is known is lost."""
    row = TechnicalField.objects.select_for_update().get(pk=field.pk)
    _write(row, label=label, unit=unit, choices=choices)
    row.position = position
    row.save()
    row.segments.set(segments)
    audit("companies.field_changed", actor=actor, subject=row.label)
    return row


@transaction.atomic
def retire_field(field: TechnicalField, *, actor: User | None, is_active: bool = False) -> None:
    """Ask no more (or again); the answers stay with the companies."""
    TechnicalField.objects.filter(pk=field.pk).update(is_active=is_active)
    field.is_active = is_active
    audit("companies.field_retired" if not is_active else "companies.field_returned", actor=actor, subject=field.label)


@transaction.atomic
def write_technical(
    company: Company, *, actor: User | None, answers: Mapping[str, Any], now: datetime | None = None
) -> Company:
    """Write answers beside those that are known; an empty answer takes the old one away.

    Raises RuleViolation for an answer that is none of its kind.
    """
    try:
        cleaned = clean_answers(answers)
    except ValueError as error:
        raise RuleViolation(str(error)) from error
    row = Company.objects.select_for_update().get(pk=company.pk)
    merged = {**row.technical, **cleaned}
    technical = {key: value for key, value in merged.items() if value is not None}
    return change_company(company, actor=actor, technical=technical, now=now)


def _write(field: TechnicalField, *, label: str, unit: str, choices: Sequence[str]) -> None:
    field.label = " ".join(label.split())[:100]
    field.unit = unit.strip()[:20]
    field.choices = list(dict.fromkeys(" ".join(choice.split())[:100] for choice in choices if choice.strip()))
    if not field.label:
        raise RuleViolation(_("Write the question."))
    if TechnicalField.objects.filter(label__iexact=field.label).exclude(pk=field.pk).exists():
        raise RuleViolation(_("«%(label)s» is asked already.") % {"label": field.label})
    if field.kind == FieldKind.CHOICE and not field.choices:
        raise RuleViolation(_("Write the answers to choose from."))


def _free_key(label: str) -> str:
    """A key in Latin letters that no other field has, retired ones included."""
    latin = label if label.isascii() else next(iter(transliterations(label)), "")
    stem = slugify(latin).replace("-", "_")[:32] or "field"
    taken = set(TechnicalField.objects.filter(key__startswith=stem).values_list("key", flat=True))
    return next(key for number in range(1, 10_000) if (key := stem if number == 1 else f"{stem}_{number}") not in taken)
