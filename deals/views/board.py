"""The board of deals, the list beside it, and new deals."""

from typing import Any

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import ListView

from agenda.day import day_of
from companies.models import Company
from contacts.models import Person
from core.htmx import fragment, go
from core.views import PartialMixin, PermittedMixin, acts, get_permitted, shows
from deals.board import board_of, card_of, phone_list
from deals.enums import DealKind, DealState
from deals.forms import DealForm, posted
from deals.models import Deal, Stage
from deals.services import move_deal, open_deal


def _board_context(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    found = board_of(request.user, request.GET, now=now)
    return {"board": found, "phone": phone_list(request.user, request.GET, found, now=now), "now": now}


@shows("deals.view_deal")
def board(request: HttpRequest) -> HttpResponse:
    """Deals by stage; the person's own day stands beside."""
    context = _board_context(request)
    if request.user.may("agenda.view_day"):
        context["day"] = day_of(request.user, day=timezone.localdate(), now=context["now"])
    return render(request, "deals/board.html", context)


@acts("deals.change_deal")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a deal to another stage; the board answers with itself, in the same request."""
    deal = get_permitted(Deal, request.user, "deals.change_deal", pk=pk)
    moved = move_deal(
        deal, actor=request.user, stage=request.POST.get("stage", ""), reason=request.POST.get("reason", "")
    )
    if request.htmx and request.htmx.target == "board":
        return fragment(request, "deals/board.html#board", _board_context(request))
    return go(
        request, "deals:detail", pk=pk, message=_("The deal is at the stage «%(stage)s».") % {"stage": moved.stage.name}
    )


class DealList(PermittedMixin, PartialMixin, ListView):
    """Deals as a table: in work, won, lost."""

    action = "deals.view_deal"
    model = Deal
    template_name = "deals/list.html"
    paginate_by = 50
    partials = {"deals": "deals"}

    def get_queryset(self):
        deals, asked = super().get_queryset().for_board(), self.request.GET
        self.state = asked.get("state") if asked.get("state") in DealState.values else DealState.OPEN
        deals = deals.filter(state=self.state)
        if asked.get("kind") in DealKind.values:
            deals = deals.filter(kind=asked["kind"])
        if asked.get("stage"):
            deals = deals.filter(stage__code=asked["stage"])
        if asked.get("late") and self.state == DealState.OPEN:
            deals = deals.late(timezone.now())
        return deals if self.state == DealState.OPEN else deals.order_by("-closed_at", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        now = timezone.now()
        if self.state == DealState.OPEN:
            context["deal_list"] = [card_of(deal, now) for deal in context["deal_list"]]
        context["sum"] = self.object_list.aggregate(sum=Sum("amount"))["sum"] or 0
        return context | {"state": self.state, "states": DealState, "stages": Stage.objects.of_main_pipeline()}


@acts("deals.open_deal", methods=("GET", "POST"))
def new(request: HttpRequest, company_pk: int) -> HttpResponse:
    """Open a deal with a company."""
    company = get_permitted(Company, request.user, "deals.open_deal", pk=company_pk)
    persons = Person.objects.permitted(request.user, "contacts.view_person").working().filter(company=company)
    form = DealForm(posted(request), persons=persons)
    if not form.is_valid():
        return fragment(
            request, "deals/new.html", {"form": form, "company": company}, status=422 if form.is_bound else 200
        )
    deal = open_deal(company, actor=request.user, **form.cleaned_data)
    return go(request, "deals:detail", pk=deal.pk, message=_("The deal is open."))


@shows("deals.open_deal")
def choose(request: HttpRequest) -> HttpResponse:
    """With whom? A deal begins with a company: one's own companies, found by name."""
    text = request.GET.get("q", "").strip()
    companies = Company.objects.active().permitted(request.user, "deals.open_deal")
    if text:
        companies = companies.filter(name_key__contains=text.lower().replace("ё", "е"))
    context = {"companies": companies.order_by("name_key", "pk")[:12], "q": text}
    if not request.htmx:
        return redirect("deals:board")
    return fragment(
        request, "deals/choose.html#found" if request.htmx.target == "found" else "deals/choose.html", context
    )
