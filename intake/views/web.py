"""Collection from the web: pages that are read, and forms that stand on our sites."""

from typing import Any

from django.conf import settings
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.generic import ListView

from core.exceptions import RuleViolation
from core.htmx import go, invalid
from core.views import PermittedMixin, acts, get_permitted
from intake.forms import PageForm, WebFormForm
from intake.models import WebForm
from intake.services import create_web_form, import_page, start_check, switch_web_form


@acts("intake.run_import", methods=("GET", "POST"))
def read_page(request: HttpRequest) -> HttpResponse:
    """What a page says about its owner, to be looked at like any other file."""
    form = PageForm(request.POST or None)
    if form.is_valid():
        try:
            batch = import_page(actor=request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, refusal.message)
        else:
            start_check(batch, actor=request.user)
            return go(request, "intake:import", pk=batch.pk)
    answer = invalid if form.is_bound else render
    return answer(request, "intake/read_page.html", {"form": form})


class WebFormList(PermittedMixin, ListView):
    """Forms of our sites, and how much has come through each."""

    action = "intake.view_web_form"
    model = WebForm
    template_name = "intake/web_forms.html"

    def get_queryset(self):
        counted = super().get_queryset().select_related("source", "created_by")
        return counted.annotate(number=Count("leads"), last=Max("leads__at"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"site_url": settings.SITE_URL}


@acts("intake.change_web_form", methods=("GET", "POST"))
def new_form(request: HttpRequest) -> HttpResponse:
    """Make a form."""
    form = WebFormForm(request.POST or None)
    if form.is_valid():
        try:
            create_web_form(actor=request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error("name", refusal.message)
        else:
            return go(request, "intake:web-forms")
    answer = invalid if form.is_bound else render
    return answer(request, "intake/new_web_form.html", {"form": form})


@acts("intake.change_web_form")
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Open or close a form."""
    form = get_permitted(WebForm, request.user, "intake.change_web_form", pk=pk)
    switch_web_form(form, actor=request.user, is_active=request.POST.get("open") == "1")
    return redirect("intake:web-forms")
