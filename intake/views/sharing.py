"""«Занята ли компания?» and the requests to share a client."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.exceptions import RuleViolation
from core.views import acts, get_permitted
from intake.enums import SharingState
from intake.models import SharingRequest
from intake.services.sharing import accept_sharing, check_taken, end_sharing, refuse_sharing, request_sharing

SHOWN = 50
DECIDE = "intake.decide_sharing"


@acts("intake.check_taken", methods=("GET", "POST"))
def taken(request: HttpRequest) -> HttpResponse:
    """The question, its masked answer, and the requests that concern the person."""
    query, answers, refusal = request.POST.get("query", ""), None, ""
    if request.method == "POST":
        try:
            answers = check_taken(query, actor=request.user)
        except RuleViolation as error:
            refusal = error.message
    context = {"query": query, "answers": answers, "refusal": refusal} | _requests(request.user)
    return render(request, "intake/taken.html", context, status=422 if refusal else 200)


def _requests(user: Any) -> dict[str, Any]:
    """Own requests, and those one may decide (of own clients, of the department's, of nobody's)."""
    rows = SharingRequest.objects.select_related("company", "asked_by", "decider", "decided_by")
    to_me = rows.permitted(user, DECIDE).exclude(asked_by=user).filter(state=SharingState.ASKED)
    shared = rows.permitted(user, DECIDE).exclude(asked_by=user).filter(granted_to__isnull=False)
    mine = rows.permitted(user, "intake.view_sharing").filter(asked_by=user)
    return {"mine": mine[:SHOWN], "to_me": to_me[:SHOWN], "shared": shared[:SHOWN]}


@acts("intake.check_taken")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask to share what was found."""
    data = request.POST
    request_sharing(
        data.get("ticket", ""), actor=request.user, text=data.get("text", ""), searched=data.get("query", "")
    )
    messages.success(request, _("The request is sent to whoever works with the company."))
    return redirect("intake:taken")


def _decidable() -> QuerySet[SharingRequest]:
    return SharingRequest.objects.select_related("company", "asked_by")


@acts(DECIDE)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Share the client."""
    shared = accept_sharing(get_permitted(_decidable(), request.user, DECIDE, pk=pk), actor=request.user)
    said = _("%(person)s works with %(company)s too.")
    messages.success(request, said % {"person": shared.asked_by.short_name, "company": shared.company.name})
    return redirect("intake:taken")


@acts(DECIDE)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the client."""
    row = get_permitted(_decidable(), request.user, DECIDE, pk=pk)
    refuse_sharing(row, actor=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("The request is refused."))
    return redirect("intake:taken")


@acts(DECIDE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Share no more."""
    end_sharing(get_permitted(_decidable(), request.user, DECIDE, pk=pk), actor=request.user)
    messages.success(request, _("The client is shared no more."))
    return redirect("intake:taken")
