"""Acts on a selection: one field of many companies, with a question first, progress, and a way back."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import ListView

from companies import bulk
from companies.changes import start_change, undo_change, work
from companies.enums import BulkField
from companies.forms import AssignForm, SegmentForm, SourceForm
from companies.models import BulkChange, Company
from core.htmx import fragment, go
from core.views import PermittedMixin, acts, get_permitted

CHANGE_MANY = "companies.change_many"
AT_ONCE = 30  # more companies than that are changed in the background
FORMS = {BulkField.OWNER: AssignForm, BulkField.SEGMENT: SegmentForm, BulkField.SOURCE: SourceForm}


@acts("companies.assign_company")
def assign_selected(request: HttpRequest) -> HttpResponse:
    """Give the chosen companies to a manager; the first press asks to whom."""
    return _ask_and_change(request, BulkField.OWNER, bulk.selected_companies(request, "companies.assign_company"))


@acts(CHANGE_MANY)
def segment_selected(request: HttpRequest) -> HttpResponse:
    """Put the chosen companies into a segment."""
    return _ask_and_change(request, BulkField.SEGMENT, bulk.selected_companies(request, "companies.change_company"))


@acts(CHANGE_MANY)
def source_selected(request: HttpRequest) -> HttpResponse:
    """Say where the chosen companies come from."""
    return _ask_and_change(request, BulkField.SOURCE, bulk.selected_companies(request, "companies.change_company"))


def _ask_and_change(request: HttpRequest, field: BulkField, companies: QuerySet[Company]) -> HttpResponse:
    form = FORMS[field](request.POST if "assign" in request.POST else None)
    number = companies.order_by().count()
    if not form.is_valid():
        context = {"form": form, "number": number, "field": field, "selection": bulk.selection_fields(request)}
        return fragment(request, "companies/change_selected.html", context, status=422 if form.is_bound else 200)
    change = start_change(companies, actor=request.user, field=field, value=form.cleaned_data[field])
    return _changed_now(request, change, number) if number <= AT_ONCE else _changing(request, change)


def _changed_now(request: HttpRequest, change: BulkChange, number: int) -> HttpResponse:
    work(change.job_id)
    text = ngettext("%(n)s company changed.", "%(n)s companies changed.", number) % {"n": number}
    messages.success(request, text, extra_tags=f"undo:{reverse('companies:change-undo', args=[change.pk])}")
    return go(request, "companies:list")


def _changing(request: HttpRequest, change: BulkChange) -> HttpResponse:
    return go(request, "companies:changes", message=_("The change has begun: %(title)s.") % {"title": change.job.title})


class ChangeList(PermittedMixin, ListView):
    """One's own changes of many companies: how far they are, and the way back."""

    action = CHANGE_MANY
    model = BulkChange
    template_name = "companies/changes.html"
    paginate_by = 30

    def get_queryset(self):
        return super().get_queryset().filter(actor=self.request.user).select_related("job", "undone_by")

    def get_template_names(self):
        return ["companies/changes.html#rows" if self.request.htmx else "companies/changes.html"]


@acts(CHANGE_MANY)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own change back."""
    own = BulkChange.objects.filter(actor=request.user)
    back = undo_change(get_permitted(own, request.user, CHANGE_MANY, pk=pk), actor=request.user)
    if back.rows.count() <= AT_ONCE:
        work(back.job_id)
    return go(request, "companies:changes", message=_("The values before are being put back."))
