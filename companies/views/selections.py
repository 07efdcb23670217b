"""Saved selections: the builder, saving, showing without saving, deleting."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import SavedView
from accounts.services import drop_view
from companies.filters import as_query, read_filters
from companies.listing import LIST_ACTION
from companies.selections import PAGE, builder, built, keep_selection, selection_of
from core.htmx import fragment, go
from core.views import acts, get_permitted, shows


@shows(LIST_ACTION)
def build(request: HttpRequest) -> HttpResponse:
    """The builder over what the list shows now."""
    data, view = read_filters(request.GET), selection_of(request.user, request.GET.get("view"))
    data = data or (view.filters if view else {})
    context = builder(request.user, data, view) | {"query": as_query(data, sort=request.GET.get("sort", ""))}
    return fragment(request, "companies/selection.html", context)


@acts(LIST_ACTION)
def save(request: HttpRequest) -> HttpResponse:
    """Show what was built; under a name, if it has one."""
    if "show" in request.POST:
        address = f"{reverse(PAGE)}?{as_query(built(request.POST))}"
        return HttpResponseClientRedirect(address)
    view = keep_selection(request.user, request.POST)
    response = go(request, PAGE, message=_("The selection «%(name)s» is saved.") % {"name": view.name})
    response["HX-Redirect" if request.htmx else "Location"] = f"{reverse(PAGE)}?view={view.pk}"
    return response


@acts(LIST_ACTION)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own selection."""
    view = get_permitted(SavedView.objects.offered_to(request.user, PAGE), request.user, "accounts.use_view", pk=pk)
    drop_view(view, actor=request.user)
    return go(request, PAGE, message=_("The selection «%(name)s» is deleted.") % {"name": view.name})
