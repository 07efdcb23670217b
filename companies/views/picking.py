"""A dialog in which a company is found by what one types."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from companies.models import Company
from companies.search import matching
from core.htmx import fragment
from core.views import get_permitted

SEEN = "companies.view_company"
MOST_OFFERED = 8


def picker(request: HttpRequest, *, besides: int, **words: Any) -> HttpResponse:
    """The dialog, or only what the text of `q` finds. Words: title, question, clear (a button for «none»), is_step (what is
    chosen opens the next dialog)."""
    text = request.GET.get("q", "").strip()
    found: Any = []
    if text:
        others = Company.objects.active().permitted(request.user, SEEN).exclude(pk=besides)
        found = matching(others, text).select_related("region")[:MOST_OFFERED]
    template = "companies/choose.html" + ("#found" if "q" in request.GET else "")
    return fragment(request, template, {"text": text, "found": found, **words})


def picked(request: HttpRequest) -> Company | None:
    """The company that was chosen, among those one sees; 404 for any other number."""
    chosen = (request.POST or request.GET).get("company", "")
    if not (chosen.isdigit() and len(chosen) < 18):
        return None
    return get_permitted(Company, request.user, SEEN, pk=int(chosen))
