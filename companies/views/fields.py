"""The questions of the technical information: where an administrator puts them, and where they are answered."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from companies.forms import FieldForm, TechnicalForm
from companies.models import Company, TechnicalField
from companies.services import change_field, open_field, retire_field, write_technical
from core.htmx import done, fragment, go
from core.views import acts, get_permitted, shows

CHANGE = "companies.change_field"


@shows(CHANGE)
def fields(request: HttpRequest) -> HttpResponse:
    """All questions, retired ones last."""
    rows = (
        TechnicalField.objects.permitted(request.user, CHANGE)
        .prefetch_related("segments")
        .order_by("-is_active", "position", "label")
    )
    return render(request, "companies/fields.html", {"fields": rows})


@acts(CHANGE, methods=("GET", "POST"))
def field_new(request: HttpRequest) -> HttpResponse:
    """Put a question."""
    form = FieldForm(request.POST or None)
    if not form.is_valid():
        return _dialog(request, form, _("New question"))
    field = open_field(actor=request.user, **form.cleaned_data)
    return go(request, "companies:fields", message=_("«%(label)s» is asked from now on.") % {"label": field.label})


@acts(CHANGE, methods=("GET", "POST"))
def field_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Word a question anew; the kind of the answer stays."""
    field = get_permitted(TechnicalField, request.user, CHANGE, pk=pk)
    known = {name: getattr(field, name) for name in ("label", "kind", "unit", "position")}
    known |= {"choices": "\n".join(field.choices), "segments": field.segments.all()}
    form = FieldForm(request.POST or None, initial=known)
    form.fields.pop("kind")
    if not form.is_valid():
        return _dialog(request, form, field.label)
    change_field(field, actor=request.user, **form.cleaned_data)
    return go(request, "companies:fields", message=_("The question is changed."))


@acts(CHANGE)
def field_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask no more, or again."""
    field = get_permitted(TechnicalField, request.user, CHANGE, pk=pk)
    retire_field(field, actor=request.user, is_active=not field.is_active)
    return go(request, "companies:fields")


@acts("companies.change_company", methods=("GET", "POST"))
def technical(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the questions about one company."""
    company = get_permitted(Company, request.user, "companies.change_company", pk=pk)
    form = TechnicalForm(request.POST or None, company=company)
    if not form.is_valid():
        return _dialog(request, form, _("Technical information"))
    write_technical(company, actor=request.user, answers=form.cleaned_data)
    return done(request, "companies:detail", pk, changed="company-changed")


def _dialog(request: HttpRequest, form: FieldForm | TechnicalForm, title: str) -> HttpResponse:
    return fragment(
        request, "companies/dialog.html", {"form": form, "title": title}, status=422 if form.is_bound else 200
    )
