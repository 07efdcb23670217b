"""A card filled by the INN of the firm: from the directory, if one is connected."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from companies.directory import find_firm, missing_facts, title
from companies.models import Activity, Company, Region
from companies.services import change_company
from core.htmx import done, fragment
from core.views import acts, get_permitted

CHANGE = "companies.change_company"


@acts(CHANGE, methods=("GET", "POST"))
def look_up(request: HttpRequest, pk: int) -> HttpResponse:
    """What the directory would add to the card; the second press writes it."""
    company = get_permitted(Company, request.user, CHANGE, pk=pk)
    firm = find_firm(company.inn)
    facts = missing_facts(company, firm)
    if request.method == "POST" and facts:
        change_company(company, actor=request.user, origin=title(), **facts)
        return done(request, "companies:detail", pk, changed="company-changed")
    return fragment(request, "companies/look_up.html", {"firm": firm, "facts": _in_words(facts)})


def _in_words(facts: dict[str, Any]) -> list[tuple[str, str]]:
    named = {"activity": Activity.objects, "region": Region.objects}
    words = {name: str(named[name].filter(pk=value).first() or value) for name, value in facts.items() if name in named}
    labels = {"address": Company.addresses.rel.related_model._meta.verbose_name}
    return [
        (str(labels.get(name) or Company._meta.get_field(name).verbose_name), words.get(name, str(value)))
        for name, value in facts.items()
    ]
