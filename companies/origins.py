"""Where each value of a card is from: who or what has given it, when, and the page it stands on.

The history of the company knows it, and the history belongs to an app above; that app registers itself here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from companies.models import Company
from companies.technical import Line
from core import formats


@dataclass(frozen=True)
class Origin:
    """How a value has come: «Loaded from a file», by whom, from where, when."""

    how: str
    at: datetime
    who: str = ""
    where: str = ""
    url: str = ""

    @property
    def words(self) -> str:
        """One line for a hint."""
        return " · ".join(filter(None, [self.how, self.where, self.who, formats.when(self.at)]))


Provider = Callable[[Company], Callable[[str, str], Origin | None]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """A provider looks at a company once and then tells the origin of a field with a value, or nothing."""
    if provider not in _providers:
        _providers.append(provider)


class Origins:
    """The origins of one card; templates ask by the name of a field, technical answers by the words of the question."""

    def __init__(self, company: Company):
        self.company = company
        self.tellers = [provider(company) for provider in _providers]

    def of(self, field: str, value: str = "") -> Origin:
        """What is known, at the least the source and the day of the card itself."""
        told = next((origin for tell in self.tellers if (origin := tell(field, value)) is not None), None)
        return told or self.of_card

    def __getitem__(self, field: str) -> str:
        return self.of(field).words

    def mark(self, *rows: Iterable[Any]) -> None:
        """Put `origin` on phones and addresses, for templates."""
        for row in chain(*rows):
            row.origin = of_row(row)

    def marked(self, lines: list[Line]) -> list[Line]:
        """The answers of the technical information with their origins."""
        return [replace(line, origin=self.of("technical", line.label).words) if line.value else line for line in lines]

    @property
    def of_card(self) -> Origin:
        """The source that the card was made from."""
        source = self.company.source
        return Origin(_("Added to the base"), self.company.created_at, where=source.name if source else "")


def of_row(row: Any) -> Origin:
    """A phone or an address keeps its own source and day."""
    if row.source_id:
        return Origin(_("From a source"), row.seen_at, where=row.source.name, url=row.source.url)
    return Origin(_("Written by hand"), row.seen_at)


@dataclass(frozen=True)
class Told:
    """A line of the dialog «where from»."""

    label: str
    value: str
    origin: Origin


FIELDS = (
    "name", "inn", "kpp", "ogrn", "activity", "segment", "region", "city", "site", "email", "about", "headcount", "revenue",
)  # fmt: skip


def lines_of(company: Company, origins: Origins, *, phones: list[Any], technical: list[Line]) -> list[Told]:
    """Every value of the card with its origin; what is not known has none."""
    lines = []
    for field in FIELDS:
        if value := getattr(company, field):
            label = _("Company name") if field == "name" else str(Company._meta.get_field(field).verbose_name)
            lines.append(Told(label, _shown(field, value), origins.of(field)))
    lines += [Told(_("phone"), formats.phone(row.number, row.extension), of_row(row)) for row in phones]
    lines += [Told(_("address"), str(row), of_row(row)) for row in company.addresses.all()]
    lines += [Told(line.label, line.value, origins.of("technical", line.label)) for line in technical if line.value]
    places = {line.origin: place for place, line in reversed(list(enumerate(lines)))}
    return sorted(lines, key=lambda line: places[line.origin])  # what has one origin stands together


def _shown(field: str, value: Any) -> str:
    if field == "revenue":
        return formats.money(value)
    return formats.number(value) if field == "headcount" else str(value)
