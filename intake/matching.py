"""Is the company of a row in the base already? Everything is looked up for the whole file at once, never row by row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from companies.enums import CompanyState
from companies.models import Company, Phone
from companies.normalise import name_key, similarity
from intake.cleaning import Values
from intake.enums import ImportField

AT_ONCE = 2_000  # values in one query
ONE_COMPANY = 93  # similarity of names from which they are surely one


@dataclass
class Match:
    """The company found, or the doubt that a person must settle."""

    company: Company | None = None
    doubt: str = ""
    field: str = ""
    base_value: str = ""
    file_value: str = ""


@dataclass
class Base:
    """The part of the base that a file may meet."""

    by_inn: dict[str, list[Company]] = field(default_factory=lambda: defaultdict(list))
    by_phone: dict[str, list[Company]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[Company]] = field(default_factory=lambda: defaultdict(list))

    def find(self, values: Values) -> Match:
        """By INN (and KPP), else by a phone, else by name and town."""
        inn = values.get("inn", "")
        if inn and (found := self.by_inn.get(inn)):
            return _branch_of(found, values)
        for number in numbers_of(values):
            if companies := [known for known in self.by_phone.get(number, []) if _may_be(known, inn)]:
                return _by_phone(companies, values, number)
        return _by_name(
            [known for known in self.by_name.get(name_key(values["name"]), []) if _may_be(known, inn)], values
        )


def load_base(rows: list[Values]) -> Base:
    """Companies with an INN, a phone or a name of the file: a few queries, whatever the file."""
    base = Base()
    inns = {values["inn"] for values in rows if values.get("inn")}
    numbers = {number for values in rows for number in numbers_of(values)}
    keys = {name_key(values["name"]) for values in rows if values.get("name")}
    phones = Phone.objects.exclude(company__state=CompanyState.MERGED)
    owners = [
        pair
        for part in _parts(numbers)
        for pair in phones.filter(number__in=part).values_list("number", "company_id").order_by("company_id")
    ]
    companies: dict[int, Company] = {}
    for lookup, wanted in (("inn", inns), ("name_key", keys), ("pk", {pk for _number, pk in owners})):
        for part in _parts(wanted):
            companies |= {company.pk: company for company in _companies().filter(**{f"{lookup}__in": part})}
    for company in companies.values():
        base.by_inn[company.inn].append(company)
        base.by_name[company.name_key].append(company)
    base.by_inn.pop("", None)
    for number, pk in owners:
        base.by_phone[number].append(companies[pk])
    return base


def numbers_of(values: Values) -> list[str]:
    """E.164 without extensions."""
    return [text.split(" ")[0] for text in values.get("phones", [])]


def _companies() -> Any:
    phones = Prefetch("phones", Phone.objects.order_by("-is_main", "pk"))
    active = Company.objects.exclude(state=CompanyState.MERGED)
    return active.select_related("segment", "region").prefetch_related(phones, "persons", "addresses")


def _parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _may_be(company: Company, inn: str) -> bool:
    """Two different INN are two companies, whatever else they share."""
    return not (inn and company.inn and company.inn != inn)


def _branch_of(found: list[Company], values: Values) -> Match:
    kpp = values.get("kpp", "")
    if kpp:
        same = [company for company in found if company.kpp in (kpp, "")]
        return Match(max(same, key=lambda company: company.kpp)) if same else Match()  # a branch not known yet
    if len(found) == 1:
        return Match(found[0])
    return Match(
        found[0],
        _("Several branches have this INN: which one?"),
        ImportField.KPP,
        ", ".join(company.kpp for company in found[:3]),
    )


def _by_phone(companies: list[Company], values: Values, number: str) -> Match:
    alike = [company for company in companies if similarity(company.name, values["name"]) >= ONE_COMPANY]
    if alike:
        return Match(alike[0])
    known = companies[0]
    return Match(known, _("The same phone, another name"), ImportField.NAME, known.name, values["name"])


def _by_name(companies: list[Company], values: Values) -> Match:
    city = values.get("city", "").lower().replace("ё", "е")
    near = [known for known in companies if not city or not known.city or known.city.lower().replace("ё", "е") == city]
    if not near:
        return Match()
    known = near[0]
    place = ", ".join(filter(None, [known.name, known.city]))
    said = ", ".join(filter(None, [values["name"], values.get("city", "")]))
    return Match(known, _("Similar name: the same company?"), ImportField.NAME, place, said)
