"""One checked row into the base, through the same verbs as a person uses."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from companies.models import Company, Segment
from companies.services import add_phone, change_company, register_company
from contacts.services import add_person, record
from core.exceptions import RuleViolation
from intake.cleaning import Values
from intake.differences import new_phones, new_values
from intake.enums import ImportField, MatchPolicy, Outcome, Resolution
from intake.models import ImportBatch, ImportRow

REGISTERED = ("inn", "kpp", "ogrn", "city", "region", "site", "email", "activity", "headcount", "address", "postcode")
TEXTS = ("about", "note")


@dataclass
class Loader:
    """What all rows of a part have in common."""

    batch: ImportBatch
    actor: User
    now: datetime
    segments: dict[str, Segment] = field(default_factory=dict)

    @property
    def act(self) -> dict[str, Any]:
        return {"actor": self.actor, "now": self.now}


def apply_row(loader: Loader, row: ImportRow) -> None:
    """Create or complete the company of the row. Raises RuleViolation when the base refuses a value."""
    company = _company_of(loader, row)
    if company is None:
        row.company, row.changed = _create(loader, row.values), []
    else:
        row.company, row.changed = company, _complete(loader, row, company)
    _add_person(loader, row.company, row.values)
    record("intake.imported", company=row.company, source=loader.batch, text=_line(loader, row), **loader.act)
    row.applied_at = loader.now


def _company_of(loader: Loader, row: ImportRow) -> Company | None:
    if row.resolution == Resolution.NEW:
        return None
    if row.repeat_of is None:
        return row.company
    first = loader.batch.rows.select_related("company").filter(number=row.repeat_of).first()
    if first is None or first.company is None:
        raise RuleViolation(_("Row %(number)s with this company was not loaded.") % {"number": row.repeat_of})
    return first.company


def _create(loader: Loader, values: Values) -> Company:
    fields = {name: values[name] for name in REGISTERED if values.get(name)}
    return register_company(
        name=values["name"],
        phones=values.get("phones", []),
        segment=_segment(loader, values),
        source=loader.batch.source,
        **fields,
        **{name: values[name] for name in TEXTS if values.get(name)},
        **loader.act,
    )


def _complete(loader: Loader, row: ImportRow, company: Company) -> list[str]:
    """Fill or replace fields and add phones; returns what has changed."""
    replace = row.resolution == Resolution.FILE or (
        row.outcome == Outcome.UPDATE and row.repeat_of is None and loader.batch.match_policy == MatchPolicy.REPLACE
    )
    changes = new_values(company, row.values, replace=replace)
    if "segment" in changes:
        changes["segment"] = _segment(loader, row.values)
    if changes:
        change_company(company, **changes, **loader.act)
    phones = new_phones(company, row.values)
    for number in phones:
        add_phone(company, number=number, source=loader.batch.source, **loader.act)
    return [*changes, *([ImportField.PHONES] if phones else [])]


def _segment(loader: Loader, values: Values) -> Segment | None:
    """A segment of the classifier, whatever the case of its letters; a new word is a new segment."""
    if not (name := values.get("segment", "")):
        return None
    if name.lower() not in loader.segments:
        known = Segment.objects.filter(name__iexact=name).first()
        loader.segments[name.lower()] = known or Segment.objects.create(name=name)
    return loader.segments[name.lower()]


def _add_person(loader: Loader, company: Company, values: Values) -> None:
    if not values.get("person"):
        return
    add_person(
        company,
        full_name=values["person"],
        position=values.get("position", ""),
        phones=values.get("person_phone", []),
        emails=values.get("person_email", []),
        source=loader.batch.source,
        **loader.act,
    )


def _line(loader: Loader, row: ImportRow) -> str:
    return _("%(file)s, row %(number)s, %(source)s") % {
        "file": loader.batch.file_name,
        "number": row.number,
        "source": loader.batch.source.name,
    }
