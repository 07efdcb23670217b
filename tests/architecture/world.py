"""Four small worlds that hold a row of every model of the project, each row with marks of its own.

The rows are made from the models themselves, so a new model is in the worlds the day it is written. All rows of one world have
one pk and belong to one person; a URL is therefore tried with four numbers, whatever it takes.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from companies.models import Company

APPS = ["operations", "companies", "contacts", "intake", "agenda", "campaigns", "callcenter", "deals", "reports"]
NOW = timezone.now()
NAMES = {"name", "title", "last_name", "first_name", "full_name", "file_name", "subject", "name_key"}
FROZEN = dict.fromkeys(
    ["last_name", "first_name", "middle_name", "gender", "own_salutation", "position", "company", "city", "region", "segment", "manager",
     "manager_phone", "manager_email", "sender", "our_company"], "",
) | {"call_on": NOW.date().isoformat(), "verified": True}  # fmt: skip
# what a row must be like for the constraints of its model; everything else is made up
SHAPES: dict[str, dict[str, Any]] = {
    "callcenter.QueueItem": {
        "state": "ready",
        "held_by": None,
        "due_at": NOW - dt.timedelta(hours=1),
        "is_offered": True,
        "pool": 0,
        "hours": "09:00-18:00",
    },
    "callcenter.CallScore": {"total": Decimal("7.5"), "points": []},
    "callcenter.Criterion": {"weight": 1, "most": 2},
    "callcenter.PhoneAccount": {
        "provider": "zadarma",
        "is_active": False,
        "keep_days": 180,
        "host": "",
        "port": 5038,
        "context": "from-internal",
        "technology": "PJSIP",
    },
    "callcenter.CallList": {"opens": dt.time(9), "daily_cap": None},
    "deals.Proposal": {"approved_by": None, "state": "draft"},
    "deals.Invoice": {"total": Decimal(1000), "paid": Decimal(0), "due_on": NOW.date() - dt.timedelta(days=5)},
    "agenda.Meeting": {"ends_at": NOW + dt.timedelta(hours=1), "state": "held"},
    "campaigns.Campaign": {"approved_by": None, "state": "brief"},
    "campaigns.MailItem": {"fields": FROZEN},
    "contacts.Person": {"erased_at": None},
    "contacts.OptOut": {"lifted_at": None, "lifted_by": None},
    "contacts.Consent": {"purpose": "processing", "given_at": NOW, "withdrawn_at": None},
    "contacts.Interaction": {"kind": "contacts.noted"},
    "operations.LegalEntity": {"is_main": False},
    "companies.Company": {
        "state": "active",
        "technical": {},
        "blocks": {},
        "last_contact_kind": "",
        "site": "https://qz.example",
    },
}
TWIN = 100_000
CLAIMED = {"state": "claimed", "claim": uuid.uuid4(), "lease_until": NOW + dt.timedelta(minutes=3), "claimed_at": NOW}


@dataclass
class World:
    """The rows of one person, by model label."""

    number: int
    person: User
    rows: dict[str, models.Model] = field(default_factory=dict)

    @property
    def company(self) -> Company:
        return self.rows["companies.Company"]


def all_models() -> list[type[models.Model]]:
    """Every concrete model of the project's apps, each after those it points at."""
    found = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    ordered: list[type[models.Model]] = []
    while found:
        ready = [model for model in found if not ({target for _f, target in _parents(model)} & set(found) - {model})]
        assert ready, f"circle of mandatory keys: {found}"
        ordered += ready
        found = [model for model in found if model not in ready]
    return ordered


def _parents(model: type[models.Model]) -> Iterator[tuple[models.Field, type[models.Model]]]:
    for known in model._meta.concrete_fields:
        if known.is_relation and not known.null:
            yield known, known.related_model


def mark_of(model: type[models.Model], number: int, *, name: bool = False) -> str:
    """What a text field of this row says; names have another letter, because a company is named wherever one of its rows is seen."""
    index = [known for app in APPS for known in apps.get_app_config(app).get_models()].index(model)
    return f"q{'n' if name else 'z'}{index:02d}w{number}"


def _text(known: models.CharField, model: type[models.Model], number: int) -> str:
    mark = mark_of(model, number, name=known.name in NAMES)
    if isinstance(known, models.EmailField) or "email" in known.name:
        return f"{mark}@firm.example"
    if isinstance(known, models.URLField):
        return f"https://{mark}.example/"
    if known.name == "number":
        return f"+7900{number:07d}"
    if known.name == "time_zone":
        return "Europe/Moscow"
    return mark if not known.max_length or known.max_length >= len(mark) else str(number)[: known.max_length]


def _value(known: models.Field, model: type[models.Model], world: World) -> Any:
    if known.choices:
        return known.get_default() if known.has_default() else next(key for key, _label in known.flatchoices)
    if isinstance(known, models.ForeignKey):
        return _related(known, world)
    if isinstance(known, models.FileField):
        return ContentFile(b"x", name=f"{mark_of(model, world.number)}.txt")
    if isinstance(known, models.CharField | models.TextField):
        return _text(known, model, world.number)
    if isinstance(known, models.JSONField):
        return known.get_default()
    made = {
        "DateTimeField": NOW, "DateField": NOW.date(), "BooleanField": False, "UUIDField": uuid.uuid4(), "BinaryField": b"",
        "DecimalField": Decimal("1.00"), "TimeField": dt.time(18), "BigIntegerField": world.number,
    }  # fmt: skip
    return made.get(known.get_internal_type(), world.number % 9 + 1)


def _related(known: models.ForeignKey, world: World) -> Any:
    target = known.related_model
    if target is User:
        return world.person
    if target is ContentType:
        return ContentType.objects.get_for_model(Company)
    if row := world.rows.get(target._meta.label):
        return row
    return target._default_manager.first() if not known.null else None


def _given(model: type[models.Model]) -> models.Model | None:
    """The first row of the reference data, when the product ships rows of this model: those are everybody's."""
    rows = model._base_manager.all()
    if model._meta.pk.get_internal_type().endswith("AutoField"):
        rows = rows.filter(pk__lt=9000)
    return rows.first()


def _build(model: type[models.Model], world: World) -> models.Model:
    label = model._meta.label
    if given := _given(model):
        return given
    fields = {
        f.name: _value(f, model, world)
        for f in model._meta.concrete_fields
        if f.name not in {"id", "parent", "reports_to", "leads_to"}
    }
    key = model._meta.pk
    fields[key.name] = (
        world.number if key.get_internal_type().endswith("AutoField") else f"{world.number}"[-key.max_length :]
    )
    fields |= SHAPES.get(label, {})
    if label == "intake.DuplicatePair":  # two companies, and the second has no marks
        fields["second"] = Company.objects.create(
            pk=world.number + TWIN, name="Twin", name_key="twin", created_at=NOW, owner=world.person
        )
    if label == "operations.CalendarDay":  # of this year, which the page shows
        fields["day"] = dt.date(NOW.year, 1, 1) + dt.timedelta(days=world.number % 300)
    with transaction.atomic():
        return model._base_manager.create(**fields)


def build_world(number: int, person: User) -> World:
    """A row of every model, all with this pk, all of this person."""
    world = World(number, person)
    for model in all_models():
        world.rows[model._meta.label] = _build(model, world)
    return world


def claim(world: World) -> None:
    """The person takes the card of the world: what the scope «taken card» is about."""
    card = world.rows["callcenter.QueueItem"]
    type(card).objects.filter(pk=card.pk).update(held_by=world.person, **CLAIMED)
