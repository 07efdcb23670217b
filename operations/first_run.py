"""The first page of an empty installation: department, first person, own requisites. It is gone (404) once somebody can sign in."""

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from operations.forms import FirstRunForm, RequisitesForm
from operations.services import open_department


@login_not_required
def first_run(request: HttpRequest) -> HttpResponse:
    """Both forms on one page, saved together or not at all."""
    if User.objects.exists():
        raise Http404
    person = FirstRunForm(request.POST or None, initial={"roles": ["project_lead", "db_admin"]}, prefix="person")
    requisites = RequisitesForm(request.POST or None, prefix="firm")
    if person.is_valid() and requisites.is_valid() and (user := _open(person, requisites.cleaned_data)):
        login(request, user, backend="accounts.backends.PolicyBackend")
        return redirect("home")
    return render(
        request,
        "operations/first_run.html",
        {"person": person, "requisites": requisites},
        status=422 if person.is_bound else 200,
    )


def _open(person: FirstRunForm, requisites: dict[str, Any]) -> User | None:
    try:
        return open_department(requisites=requisites, **person.cleaned_data)
    except ValidationError as refusal:
        person.add_error("password" if not hasattr(refusal, "error_dict") else None, refusal)
        return None
