"""Companies in the window of Ctrl+K, and what was meant when nothing is found."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies.listing import DEFAULT_ORDER, ORDERS
from companies.models import Company
from companies.normalise import name_key
from companies.querysets import CompanyQuerySet
from companies.search import almost, cleaned, matching, respelling
from core import palette
from core.palette import ROWS, Found

ACTION = "companies.view_company"


def register_own() -> None:
    """Called once from CompaniesConfig.ready."""
    palette.register("companies", _("Companies"), "building", ACTION, find)


def seen_by(user: Any) -> CompanyQuerySet:
    """The companies that may be found."""
    return Company.objects.active().permitted(user, ACTION)


def find(user: Any, text: str) -> list[Found]:
    """Names that begin so first, then everything else the text may mean."""
    companies, key = seen_by(user), name_key(text)
    beginning = (
        list(_shown(companies.filter(name_key__startswith=key)).order_by("name_key", "pk")[:ROWS]) if key else []
    )
    if len(beginning) == ROWS:
        return lines(beginning)
    known = {company.pk for company in beginning}
    others = [company for company in _first(matching(companies, text)) if company.pk not in known]
    return lines([*beginning, *others][:ROWS])


def meant(user: Any, text: str) -> tuple[str, list[dict[str, Any]]]:
    """For a text that finds nothing: (how it was read, groups): another keyboard, another alphabet, or almost that name."""
    if spelling := respelling(seen_by(user), text):
        companies = lines(_first(matching(seen_by(user), spelling)))
        persons = palette.search(user, spelling, only=("persons",))
        return spelling, [{"label": _("Companies"), "icon": "building", "rows": companies}, *persons]
    key = name_key(cleaned(text))
    rows = list(_shown(almost(seen_by(user), key))[:ROWS]) if len(key) > 3 else []
    return "", [{"label": _("Similar names"), "icon": "building", "rows": lines(rows)}] if rows else []


def lines(companies: Iterable[Company]) -> list[Found]:
    """Companies as lines of the window."""
    return [
        Found(company.name, reverse("companies:detail", args=[company.pk]), _note(company)) for company in companies
    ]


def _first(companies: CompanyQuerySet) -> list[Company]:
    """In the order of names; the keys come first, and only the rows shown are read."""
    order = ORDERS[DEFAULT_ORDER]
    ordered = companies.order_by(*order.by(is_sorted=bool(companies.are_few)))
    if companies.begins is not None:
        ordered = order.leading(companies, companies.begins)
    return list(
        _shown(Company.objects.filter(pk__in=list(ordered.values_list("pk", flat=True)[:ROWS]))).order_by(
            "name_key", "pk"
        )
    )


def _shown(companies: QuerySet[Company]) -> QuerySet[Company]:
    return companies.select_related("region").only("name", "inn", "city", "region__short_name")


def _note(company: Company) -> str:
    place = company.city or (company.region.short_name if company.region else "")
    return " · ".join(filter(None, [place, company.inn]))
