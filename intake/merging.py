"""Two cards side by side: the fields in which they differ, whose value is proposed and why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from companies.models import Company
from companies.technical import worded

KEPT, MERGED, BOTH = "kept", "merged", "both"


@dataclass(frozen=True)
class Field:
    """A line of the comparison: columns that go together, by the name of the first one."""

    name: str
    label: Any
    columns: tuple[str, ...]
    shown: Callable[[Company], Any]
    joins: bool = False  # the values may be put together


FIELDS = [
    Field("name", gettext_lazy("Name"), ("name", "name_key", "legal_form", "full_name"), lambda company: company.title),
    Field("inn", gettext_lazy("INN"), ("inn",), lambda company: company.inn),
    Field("kpp", gettext_lazy("KPP"), ("kpp",), lambda company: company.kpp),
    Field("ogrn", gettext_lazy("OGRN"), ("ogrn",), lambda company: company.ogrn),
    Field("okpo", gettext_lazy("OKPO"), ("okpo",), lambda company: company.okpo),
    Field(
        "region",
        gettext_lazy("Region"),
        ("region_id", "time_zone"),
        lambda company: company.region.name if company.region else "",
    ),
    Field("city", gettext_lazy("City"), ("city",), lambda company: company.city),
    Field("site", gettext_lazy("Site"), ("site", "site_host"), lambda company: company.site_shown),
    Field("email", gettext_lazy("E-mail"), ("email", "email_invalid"), lambda company: company.email),
    Field(
        "activity",
        gettext_lazy("Kind of activity"),
        ("activity_id",),
        lambda company: str(company.activity) if company.activity else "",
    ),
    Field(
        "segment",
        gettext_lazy("Segment"),
        ("segment_id",),
        lambda company: company.segment.name if company.segment else "",
    ),
    Field(
        "parent",
        gettext_lazy("Parent company"),
        ("parent_id",),
        lambda company: company.parent.title if company.parent else "",
    ),
    Field("headcount", gettext_lazy("People"), ("headcount",), lambda company: company.headcount),
    Field("revenue", gettext_lazy("Revenue"), ("revenue",), lambda company: company.revenue),
    Field("about", gettext_lazy("What they do"), ("about",), lambda company: company.about, joins=True),
    Field(
        "technical",
        gettext_lazy("Technical information"),
        ("technical",),
        lambda company: worded(company.technical),
        joins=True,
    ),
    Field("note", gettext_lazy("Note"), ("note",), lambda company: company.note, joins=True),
    Field(
        "owner",
        gettext_lazy("Responsible manager"),
        ("owner_id",),
        lambda company: company.owner.short_name if company.owner else "",
    ),
    Field(
        "source",
        gettext_lazy("Source"),
        ("source_id",),
        lambda company: company.source.name if company.source else "",
    ),
]
BY_NAME = {known.name: known for known in FIELDS}


@dataclass(frozen=True)
class Line:
    """A field of both cards."""

    field: Field
    kept: Any
    merged: Any
    choice: str  # whose value is proposed
    why: str

    @property
    def is_equal(self) -> bool:
        """Nothing to choose."""
        return self.kept == self.merged


def whole(companies: models.QuerySet[Company]) -> models.QuerySet[Company]:
    """With everything a comparison shows."""
    related = companies.select_related("region", "segment", "activity", "owner", "source", "created_by", "parent")
    return related.prefetch_related("phones", "addresses")


def main_first(one: Company, two: Company) -> tuple[Company, Company]:
    """Which card stays by default: the one further in the cycle, else the one that tells more, else the older."""

    def weight(company: Company) -> tuple:
        return company.stage, bool(company.inn), company.completeness, -company.pk

    return (one, two) if weight(one) >= weight(two) else (two, one)


def compare(kept: Company, merged: Company) -> list[Line]:
    """Every field that at least one card fills."""
    lines = [_line(known, kept, merged) for known in FIELDS]
    return [line for line in lines if _filled(line.kept) or _filled(line.merged)]


def proposed(kept: Company, merged: Company) -> dict[str, str]:
    """The choices without a person."""
    return {line.field.name: line.choice for line in compare(kept, merged)}


def values_for(kept: Company, merged: Company, choices: dict[str, str]) -> dict[str, Any]:
    """The columns of the kept card as chosen; what is not chosen stays."""
    values: dict[str, Any] = {}
    for name, choice in choices.items():
        known = BY_NAME[name]
        if choice == MERGED:
            values |= {column: getattr(merged, column) for column in known.columns}
        elif choice == BOTH and known.joins:
            values |= {column: _joined(getattr(kept, column), getattr(merged, column)) for column in known.columns}
    return values


def _line(known: Field, kept: Company, merged: Company) -> Line:
    mine, other = known.shown(kept), known.shown(merged)
    choice, why = KEPT, ""
    if mine != other and _filled(other):
        choice, why = _choose(known, mine, kept, merged)
    return Line(known, mine, other, choice, why)


def _choose(known: Field, mine: Any, kept: Company, merged: Company) -> tuple[str, str]:
    if not _filled(mine):
        return MERGED, _("fuller")
    if known.joins:
        return BOTH, _("both")
    if known.name in ("owner", "source", "parent"):
        return KEPT, ""
    if merged.verified_at and (kept.verified_at is None or merged.verified_at > kept.verified_at):
        return MERGED, _("fresher")
    if kept.verified_at:
        return KEPT, pgettext("merge", "verified")
    return KEPT, ""


def _filled(value: Any) -> bool:
    return value not in ("", None)


def _joined(mine: Any, other: Any) -> Any:
    if isinstance(mine, dict):
        return {**other, **mine}
    return "\n".join(dict.fromkeys(filter(None, [mine, other])))
