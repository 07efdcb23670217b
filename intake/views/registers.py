"""Open data of the tax service: an archive is uploaded, read in the background, and what it brought is checked like any file."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.exceptions import RuleViolation
from core.htmx import go, invalid
from core.views import acts, get_permitted, shows
from intake.forms import RegisterForm
from intake.models import RegisterLoad
from intake.services import load_register, stop_load

SHOWN = 20
LOAD = "intake.load_register"


@acts(LOAD, methods=("GET", "POST"))
def registers(request: HttpRequest) -> HttpResponse:
    """The form, and what has been read before."""
    form = RegisterForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            load_register(actor=request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, refusal.message)
        else:
            return go(request, "intake:registers")
    context = {"form": form} | _loads(request)
    page = "intake/registers.html"
    return invalid(request, page, context) if form.is_bound else render(request, page, context)


@shows(LOAD)
def register_loads(request: HttpRequest) -> HttpResponse:
    """The part of the page that polls while something is being read."""
    return render(request, "intake/registers.html#loads", _loads(request))


@acts(LOAD)
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Read no further."""
    stop_load(get_permitted(RegisterLoad.objects.select_related("job"), request.user, LOAD, pk=pk), actor=request.user)
    return go(request, "intake:registers")


def _loads(request: HttpRequest) -> dict[str, Any]:
    own = RegisterLoad.objects.permitted(request.user, LOAD)
    loads = list(own.select_related("job", "batch", "created_by")[:SHOWN])
    return {"loads": loads, "is_reading": any(not load.job.is_over for load in loads)}
