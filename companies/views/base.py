"""The base list, its counts, the palette's search, and the acts on a selection that are of this app."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import ListView

from companies import bulk, listing
from companies.columns import chosen
from companies.export import export_companies, file_name
from companies.exporting import download, start_export
from companies.filters import TEXT, apply_filters, as_query, read_filters
from companies.models import BaseExport, Company
from companies.palette import meant
from companies.rows import rows
from companies.search import SHORTEST, cleaned, corrected
from companies.selections import kept, selection_of
from core import palette
from core.htmx import fragment, go
from core.views import PermittedMixin, acts, get_permitted, shows
from operations.services import cancel_job

AT_ONCE = 500  # companies of a file that is made while one waits


class CompanyList(PermittedMixin, ListView):
    """The base: filters, views, search, order, pages, selection."""

    action = listing.LIST_ACTION
    model = Company
    template_name = "companies/list.html"
    paginate_by = listing.PAGE_SIZE

    def get_queryset(self):
        self.now, self.data = timezone.now(), read_filters(self.request.GET)
        self.view = selection_of(self.request.user, self.request.GET.get("view"))
        if self.view and not self.data and "sort" not in self.request.GET:
            self.data = dict(self.view.filters)
        self.order = listing.order_of(self.request.GET.get("sort") or (self.view.order if self.view else None))
        self.base = super().get_queryset().active()
        self.guess, self.columns = "", chosen(self.view.columns if self.view else None)
        return apply_filters(self.base, self.data, now=self.now)

    def paginate_queryset(self, queryset, page_size):
        """A page that does not exist is the nearest that does; a text that finds nothing may mean another."""
        pages, page = self._leafed(queryset)
        if TEXT in self.data and not page.object_list and (guess := corrected(self.base, self.data[TEXT])):
            self.guess = guess
            pages, page = self._leafed(apply_filters(self.base, self.data | {TEXT: guess}, now=self.now))
        return pages, page, page.object_list, page.has_other_pages()

    def _leafed(self, found):
        asked = self.request.GET
        is_filtered = bool(self.data) or not listing.sees_all(self.request.user)
        pages = listing.leafing(found, self.order, base=self.base, columns=self.columns, is_filtered=is_filtered)
        return pages, pages.leaf(asked.get("page"), after=asked.get("after"), before=asked.get("before"))

    def get_template_names(self):
        part = self.request.htmx and self.request.htmx.target == "base-list"
        return ["companies/list.html#answer" if part else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        data = self.data | ({TEXT: self.guess} if self.guess else {})
        is_empty = not context["page_obj"].object_list
        view = {"view": self.view.pk} if self.view else {}
        query, start = as_query(data, sort=self.order, **view), context["page_obj"].start_index()
        return context | {
            "data": self.data,
            "guess": self.guess,
            "order": self.order,
            "columns": listing.heads(self.columns, self.data, self.order),
            "rows": rows(context["page_obj"], self.columns, query=query, start=start, now=self.now),
            "order_label": listing.ORDERS[self.order].label,
            "query": query,
            "view": self.view,
            "kept": kept(self.data, self.view),
            "tabs": listing.tabs(self.request.user, self.data, self.view),
            "chips": listing.chips(self.data, self.order, self.request.user),
            "facets": self._facets(data),
            "facets_wait": self.wait,
            "bulk_acts": bulk.acts_for(self.request.user),
            "now": self.now,
            "hints": listing.narrower(self.base, data, self.order, now=self.now) if is_empty and data else [],
        }

    def _facets(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        self.wait = listing.is_big(self.request.user)
        return listing.uncounted(data) if self.wait else listing.facets(self.base, data, now=self.now)


@shows(listing.LIST_ACTION)
def counts(request: HttpRequest) -> HttpResponse:
    """The filters of a big base with their counts, after the page itself."""
    data = read_filters(request.GET)
    companies = Company.objects.active().permitted(request.user, listing.LIST_ACTION)
    known = listing.cached_counts(request.user, companies, data, now=timezone.now())
    order = listing.order_of(request.GET.get("sort"))
    view = selection_of(request.user, request.GET.get("view"))
    return fragment(request, "companies/_counts.html", {**known, "order": order, "kept": kept(data, view)})


@shows("companies.view_company")
def search(request: HttpRequest) -> HttpResponse:
    """The window of Ctrl+K: what each app finds; when nothing is found, what may have been meant."""
    text = cleaned(request.GET.get("q", ""))
    groups, guess = palette.search(request.user, text) if len(text) >= SHORTEST else [], ""
    if not groups and len(text) >= SHORTEST:
        guess, groups = meant(request.user, text)
    return fragment(request, "companies/_found.html", {"groups": groups, "text": text, "guess": guess})


EXPORT = "companies.export_company"


@acts(EXPORT)
def export_selected(request: HttpRequest) -> HttpResponse:
    """The chosen companies as a file; a big one is made in the background. The journal remembers who took what."""
    selection = bulk.selection_of(request)
    companies = bulk.companies_of(selection, user=request.user, action=EXPORT)
    file_format = "csv" if request.POST.get("format") == "csv" else "xlsx"
    if companies.order_by().values("pk")[: AT_ONCE + 1].count() <= AT_ONCE:
        return export_companies(companies, actor=request.user, file_format=file_format, now=timezone.now())
    start_export(selection, actor=request.user, file_format=file_format)
    return go(request, "companies:exports", message=_("The file is being made; it is kept here for a week."))


class ExportList(PermittedMixin, ListView):
    """One's own files of the base: how far they are, and where to get them."""

    action = EXPORT
    model = BaseExport
    template_name = "companies/exports.html"
    paginate_by = 30

    def get_queryset(self):
        return super().get_queryset().filter(actor=self.request.user).select_related("job")

    def get_template_names(self):
        return ["companies/exports.html#rows" if self.request.htmx else "companies/exports.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"now": timezone.now()}


def _own_export(request: HttpRequest, pk: int) -> BaseExport:
    own = BaseExport.objects.filter(actor=request.user).select_related("job")
    return get_permitted(own, request.user, EXPORT, pk=pk)


@acts(EXPORT)
def export_file(request: HttpRequest, pk: int) -> FileResponse:
    """One's own file, while one may export at all."""
    export = _own_export(request, pk)
    name = file_name(export.file_format, export.created_at)
    return FileResponse(download(export, actor=request.user), as_attachment=True, filename=name)


@acts(EXPORT)
def export_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop making one's own file."""
    cancel_job(_own_export(request, pk).job, actor=request.user)
    return go(request, "companies:exports", message=_("No file will be made."))
