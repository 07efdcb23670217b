"""The page of one deal and its verbs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.models import Company
from contacts.models import Person
from core.htmx import fragment, go
from core.views import acts, get_permitted, shows
from deals.enums import DealState
from deals.forms import DealFields, LossForm, ReasonForm, StepForm, posted
from deals.models import Deal
from deals.page import page_of
from deals.services import change_deal, lose_deal, plan_next_step, win_deal


def _deals() -> Any:
    return Deal.objects.select_related("company__region", "company__segment", "owner", "stage", "person", "meeting")


@shows("deals.view_deal")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One deal: what is next, what hinders, its papers, money and story."""
    deal = get_permitted(_deals(), request.user, "deals.view_deal", pk=pk)
    now = timezone.now()
    return render(
        request, "deals/detail.html", {"page": page_of(deal, request.user, now=now), "deal": deal, "now": now}
    )


@acts("deals.change_deal", methods=("GET", "POST"))
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """The step is done or moved: what comes next?"""
    deal = get_permitted(_deals(), request.user, "deals.change_deal", pk=pk)
    form = StepForm(posted(request), initial={"next_step": deal.next_step if request.GET.get("move") else ""})
    if not form.is_valid():
        return fragment(request, "deals/step.html", {"form": form, "deal": deal}, status=422 if form.is_bound else 200)
    plan_next_step(deal, actor=request.user, **form.cleaned_data)
    return go(request, "deals:detail", pk=pk, message=_("The next step is planned."))


@acts("deals.change_deal", methods=("GET", "POST"))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Title, sum, person."""
    deal = get_permitted(_deals(), request.user, "deals.change_deal", pk=pk)
    persons = Person.objects.permitted(request.user, "contacts.view_person").working().filter(company=deal.company)
    initial = {"title": deal.title, "amount": deal.amount, "person": deal.person}
    form = DealFields(posted(request), persons=persons, initial=initial)
    if not form.is_valid():
        context = {"form": form, "title": deal.title}
        return fragment(request, "deals/form.html", context, status=422 if form.is_bound else 200)
    change_deal(deal, actor=request.user, **form.cleaned_data)
    return go(request, "deals:detail", pk=pk, message=_("The deal is changed."))


@acts("deals.win_deal")
def win(request: HttpRequest, pk: int) -> HttpResponse:
    """Sold."""
    win_deal(get_permitted(_deals(), request.user, "deals.win_deal", pk=pk), actor=request.user)
    return go(request, "deals:detail", pk=pk, message=_("The deal is won."))


@acts("deals.win_deal", methods=("GET", "POST"))
def lose(request: HttpRequest, pk: int) -> HttpResponse:
    """Not sold, and why."""
    deal = get_permitted(_deals(), request.user, "deals.win_deal", pk=pk)
    form = LossForm(posted(request))
    if not form.is_valid():
        return fragment(request, "deals/lose.html", {"form": form, "deal": deal}, status=422 if form.is_bound else 200)
    lose_deal(deal, actor=request.user, **form.cleaned_data)
    return go(request, "deals:detail", pk=pk, message=_("The deal is closed as lost."))


@shows("deals.skip_gate")
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Past a condition that is not met: the director says why."""
    deal = get_permitted(_deals(), request.user, "deals.skip_gate", pk=pk)
    context = {"form": ReasonForm(), "deal": deal, "stage": request.GET.get("stage", "")}
    return fragment(request, "deals/skip.html", context)


@shows("deals.view_deal")
def company_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Deals of a company, on its card."""
    company = get_permitted(Company, request.user, "companies.view_company", pk=pk)
    deals = (
        Deal.objects.permitted(request.user, "deals.view_deal").filter(company=company).select_related("stage", "owner")
    )
    context = {"company": company, "deals": deals.order_by("-opened_at")[:6], "open": DealState.OPEN}
    return fragment(request, "deals/_company_panel.html", context)
