"""A phone or a mailbox: where it is from, whether it works, whether one may use it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from companies.models import Company, Phone
from contacts.enums import Channel
from contacts.forms import ReasonForm
from contacts.models import OptOut, PersonEmail, PersonPhone
from contacts.reach import refusals_of
from contacts.services import lift_opt_out, mark_invalid, mark_valid, refuse
from contacts.services.reach import Reach, channel_of, company_of, person_of, value_of
from core.exceptions import RuleViolation
from core.htmx import done, fragment
from core.views import acts, get_permitted

OF_COMPANY, OF_PERSON, LIFT = "companies.change_company", "contacts.change_person", "contacts.lift_opt_out"
CHANGED = "company-changed"


@acts(OF_COMPANY, methods=("GET", "POST"))
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """A phone of the company."""
    return _reach(
        request, get_permitted(Phone.objects.select_related("company", "source"), request.user, OF_COMPANY, pk=pk)
    )


@acts(OF_COMPANY, methods=("GET", "POST"))
def mailbox(request: HttpRequest, pk: int) -> HttpResponse:
    """The common mailbox of the company."""
    return _reach(request, get_permitted(Company.objects.select_related("source"), request.user, OF_COMPANY, pk=pk))


@acts(OF_PERSON, methods=("GET", "POST"))
def person_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """A phone of a person."""
    rows = PersonPhone.objects.select_related("person__company", "source")
    return _reach(request, get_permitted(rows, request.user, OF_PERSON, pk=pk))


@acts(OF_PERSON, methods=("GET", "POST"))
def person_email(request: HttpRequest, pk: int) -> HttpResponse:
    """A mailbox of a person."""
    rows = PersonEmail.objects.select_related("person__company", "source")
    return _reach(request, get_permitted(rows, request.user, OF_PERSON, pk=pk))


@acts(LIFT, methods=("GET", "POST"))
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """The client agrees again; who has said so is asked first."""
    refusal = get_permitted(OptOut.objects.select_related("company"), request.user, LIFT, pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        lift_opt_out(refusal, actor=request.user, **form.cleaned_data)
        return done(request, "companies:list", changed=CHANGED)
    context = {
        "form": form,
        "title": _("Take the refusal off"),
        "text": _("Say who has agreed to be contacted again, and when."),
    }
    return fragment(request, "companies/dialog.html", context, status=422 if form.is_bound else 200)


def _reach(request: HttpRequest, row: Reach) -> HttpResponse:
    """The dialog; a POST names what is said about the number: invalid, valid or refuse."""
    value, channel = value_of(row), channel_of(row)
    if request.method == "POST":
        _act(row, request.POST.get("act", ""), request.POST.get("reason", ""), request.user)
        return done(request, "companies:detail", company_of(row).pk, changed=CHANGED)
    flags = {
        name: getattr(row, f"email_{name}" if isinstance(row, Company) else name)
        for name in ("invalid_at", "invalid_reason")
    }
    context = {
        "row": row,
        "value": value,
        "is_phone": channel == Channel.PHONE,
        "is_invalid": row.email_invalid if isinstance(row, Company) else row.is_invalid,
        "seen_at": row.created_at if isinstance(row, Company) else row.seen_at,
        "company": company_of(row),
        "person": person_of(row),
        "refusal": refusals_of([value], channel).get(value),
        "removable": isinstance(row, Phone),
        **flags,
    }
    return fragment(request, "contacts/reach.html", context)


def _act(row: Reach, act: str, reason: str, actor: Any) -> None:
    if act == "invalid":
        mark_invalid(row, actor=actor, reason=reason)
    elif act == "valid":
        mark_valid(row, actor=actor)
    elif act == "refuse" and value_of(row):
        refuse(row, actor=actor, reason=reason)
    else:
        raise RuleViolation(_("Say what is to be done."))
