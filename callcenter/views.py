"""The operator's workplace, the supervisor's board, the lists, and the panel of calls on the company card."""

from datetime import datetime
from time import perf_counter
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView

from accounts.models import User
from callcenter import hours
from callcenter.board import board_kinds, late_words, open_board
from callcenter.desk import ROLES, open_desk
from callcenter.enums import LIVE_STATES, ON_LINE, ItemState, ListKind, PauseReason
from callcenter.forms import CallForm, ChangeListForm, HoursForm, NewListForm, ResultForm
from callcenter.models import CallAttempt, CallList, CardClaim, QueueItem, ResultCode
from callcenter.outcomes import slot_choices
from callcenter.queue import open_queue, why_empty
from callcenter.services import (
    change_list,
    change_result,
    claim_next,
    close_list,
    current_state,
    end_shift,
    extend_claim,
    go_on_line,
    hang_up,
    is_on_line,
    keep_seat,
    pause_list,
    release_claim,
    resume_list,
    see,
    set_calling_hours,
    share_callback,
    start_call,
    take_break,
)
from callcenter.services.shifts import REASONS
from callcenter.services.supervision import hints_for
from callcenter.services.telephony import active_account, extension_of, order_of_card
from companies.bulk import selected_companies, selection_fields
from companies.models import Company
from core.exceptions import RuleViolation
from core.htmx import announce, done, fragment, go
from core.views import PermittedMixin, acts, get_permitted, shows

PANEL_CALLS = 6
QUICK_NOTES = [gettext_lazy("asks for a proposal"), gettext_lazy("phone has changed"), gettext_lazy("no budget")]


@shows("callcenter.take_card")
def desk(request: HttpRequest) -> HttpResponse:
    """The whole page with the card in hand. A look takes no card: without one the page asks for it by a POST."""
    card = QueueItem.objects.held_by(request.user).for_desk().first()
    return render(request, "callcenter/desk.html", _workplace(request.user, card))


@acts("callcenter.take_card")
def ready(request: HttpRequest) -> HttpResponse:
    """On the line: the first card comes in the answer."""
    go_on_line(request.user)
    see(request.user, now=timezone.now())
    return _answer(request)


@acts("callcenter.take_card", methods=("GET", "POST"))
def pause(request: HttpRequest) -> HttpResponse:
    """First the dialog with the reasons, then the break or the training; a card not dialled goes back."""
    if request.method == "GET":
        return fragment(request, "callcenter/_pause.html", {"reasons": REASONS, "plain": not request.htmx})
    take_break(request.user, reason=request.POST.get("reason") or PauseReason.REST)
    return announce(_answer(request), "close-dialog")


@acts("callcenter.take_card")
def leave(request: HttpRequest) -> HttpResponse:
    """The end of the shift."""
    end_shift(request.user)
    return announce(_answer(request), "close-dialog")


# The result is committed before the next card is looked for: if that fails, what was said is not lost.
@transaction.non_atomic_requests
@acts("callcenter.finish_call")
def finish(request: HttpRequest, token: UUID) -> HttpResponse:
    """One POST saves the call, its answer brings the next card."""
    CallForm(request.POST).save(_claim(request, token), actor=request.user, now=timezone.now())
    return announce(_answer(request), "call-saved", token=str(token))


@acts("callcenter.finish_call")
def beat(request: HttpRequest, token: UUID) -> HttpResponse:
    """The heartbeat: keeps the card, and tells when it has gone."""
    claim = _claim(request, token)
    is_held = extend_claim(claim.item, claim=token)
    keep_seat(claim.item, operator=request.user)
    return fragment(request, "callcenter/_lease.html", {"is_held": is_held, "hints": hints_for(request.user)})


@acts("callcenter.finish_call")
def dial(request: HttpRequest, token: UUID) -> HttpResponse:
    """A number was pressed; a refusal comes before anybody's phone rings."""
    claim = _claim(request, token)
    pk = request.POST.get("person", "")
    person = claim.item.company.persons.filter(pk=pk).first() if pk.isdecimal() else None
    number = request.POST.get("number", "")
    card = start_call(claim.item, actor=request.user, claim=token, number=number, person=person)
    order_of_card(card, actor=request.user)
    return _said(request)


@acts("callcenter.finish_call")
def end_call(request: HttpRequest, token: UUID) -> HttpResponse:
    """The talk is over."""
    hang_up(_claim(request, token).item, claim=token)
    return _said(request)


@shows("agenda.view_slots")
def slots(request: HttpRequest, token: UUID) -> HttpResponse:
    """Free hours for the client in hand: of its manager, or of all who hold meetings."""
    card = _claim(request, token).item
    owner = card.company.owner
    managers = [owner] if owner else User.objects.holding("agenda.hold_meeting")
    return fragment(request, "callcenter/_slots.html", {"slots": slot_choices(managers, card, timezone.now())})


def _claim(request: HttpRequest, token: UUID) -> CardClaim:
    claims = CardClaim.objects.select_related("item__company__owner", "item__call_list")
    return get_permitted(claims, request.user, "callcenter.finish_call", token=token)


def _said(request: HttpRequest) -> HttpResponse:
    """The state with its clock, which finds its place on the page by itself."""
    return fragment(request, "callcenter/_state.html", _state(request.user, timezone.now()) | {"is_swap": True})


def _state(operator: Any, now: datetime) -> dict[str, Any]:
    """What the log says the operator does, and for how many seconds."""
    state = current_state(operator)
    seconds = int((now - state.at).total_seconds()) if state else 0
    is_working = bool(state and state.state in ON_LINE)
    return {"state": state, "state_seconds": max(0, seconds), "is_on_line": is_working}


def _answer(request: HttpRequest) -> HttpResponse:
    """After a verb: whoever is on the line gets the next card, and it replaces the workplace on the page."""
    began = perf_counter()
    card = (
        claim_next(request.user)
        if is_on_line(request.user)
        else QueueItem.objects.held_by(request.user).for_desk().first()
    )
    spent = (perf_counter() - began) * 1000
    if not request.htmx:
        return redirect("callcenter:desk")
    context = _workplace(request.user, card) | {"is_swap": True}
    response = fragment(request, "callcenter/desk.html#workplace", context)
    response["Server-Timing"] = (
        f"claim;dur={spent:.1f}"  # what the queue itself took, for whoever looks into the browser
    )
    return response


def _workplace(operator: Any, card: QueueItem | None) -> dict[str, Any]:
    now = timezone.now()
    kind = card.call_list.kind if card else ListKind.CALLBACK
    context = _state(operator, now) | {"card": card, "now": now, "roles": ROLES}
    context["rings_by_itself"] = bool(card and active_account() and extension_of(operator))
    context["queue"] = open_queue(operator, kind, now)
    if card:
        return context | {"desk": open_desk(card, operator, now), "quick_notes": [str(words) for words in QUICK_NOTES]}
    reason, opens_at = why_empty(operator, now) if context["is_on_line"] else ("", None)
    return context | {"reason": reason, "opens_at": opens_at}


# --- the board -------------------------------------------------------------------------------------------------


@shows("callcenter.view_board")
def board(request: HttpRequest) -> HttpResponse:
    """The board; its live part asks again every three seconds."""
    now = timezone.now()
    shown = open_board(request.GET.get("kind", ""), now)
    template = "callcenter/board.html#live" if request.htmx else "callcenter/board.html"
    context = {"board": shown, "late": late_words(shown), "kinds": board_kinds(request.GET.get("kind", ""))}
    return render(request, template, context)


@acts("callcenter.release_card")
def release_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a card away from an operator."""
    card = get_permitted(QueueItem, request.user, "callcenter.release_card", pk=pk)
    release_claim(card, actor=request.user)
    return go(request, "callcenter:board", message=_("The card is back in the queue."))


@acts("callcenter.release_card")
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a promised call to whoever is free."""
    card = get_permitted(QueueItem, request.user, "callcenter.release_card", pk=pk)
    share_callback(card, actor=request.user)
    return go(request, "callcenter:board", message=_("Whoever is free will call."))


# --- the lists -------------------------------------------------------------------------------------------------


class CallListView(PermittedMixin, ListView):
    """Call lists with how far each has come."""

    action = "callcenter.view_calllist"
    queryset = (
        CallList.objects.select_related("created_by", "script", "cycle")
        .prefetch_related("shares__team")
        .with_counts()
        .order_by("-pk")
    )
    template_name = "callcenter/lists.html"
    context_object_name = "lists"
    paginate_by = 50

    def get_context_data(self, **kwargs):
        changeable = CallList.objects.permitted(self.request.user, "callcenter.change_calllist").values_list(
            "pk", flat=True
        )
        return super().get_context_data(changeable=set(changeable), **kwargs)


@acts("callcenter.change_calllist")
def turn_list(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Pause, resume or close a list."""
    call_list = get_permitted(CallList, request.user, "callcenter.change_calllist", pk=pk)
    {"pause": pause_list, "resume": resume_list, "close": close_list}[verb](call_list, actor=request.user)
    return go(
        request,
        "callcenter:lists",
        message=_("The list «%(name)s» is %(state)s.")
        % {"name": call_list.name, "state": call_list.get_state_display()},
    )


@acts("callcenter.open_calllist")
def new_list(request: HttpRequest) -> HttpResponse:
    """A list from the companies chosen in the base: first the question how to call it, then the list."""
    form = NewListForm(request.POST if "name" in request.POST else None)
    companies = selected_companies(request, "callcenter.open_calllist")
    if not form.is_valid():
        context = {"form": form, "count": companies.count(), "fields": selection_fields(request)}
        return fragment(request, "callcenter/_new_list.html", context, status=422 if form.is_bound else 200)
    call_list = form.save(companies, actor=request.user)
    words = {"name": call_list.name, "count": call_list.items.count()}
    return go(request, "callcenter:lists", message=_("The list «%(name)s» is open, cards: %(count)s.") % words)


@acts("callcenter.change_calllist", methods=("GET", "POST"))
def edit_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The rules of a list: first the dialog, then the verb."""
    call_list = get_permitted(CallList, request.user, "callcenter.change_calllist", pk=pk)
    form = ChangeListForm.of(call_list, request.POST or None)
    if not form.is_valid():
        context = {"form": form, "call_list": call_list}
        return fragment(request, "callcenter/_edit_list.html", context, status=422 if form.is_bound else 200)
    change_list(call_list, actor=request.user, **form.rules())
    return go(request, "callcenter:lists", message=_("The list «%(name)s» is changed.") % {"name": call_list.name})


@acts("callcenter.finish_call", methods=("GET", "POST"))
def calling_hours(request: HttpRequest, token: UUID) -> HttpResponse:
    """«Звонить с 14 до 17»: the client in hand has said when to call; the card stays in the hands."""
    card = _claim(request, token).item
    opens, closes = hours.clocks_of(card.hours)
    form = HoursForm(request.POST or None, initial={"opens": opens, "closes": closes})
    if not form.is_valid():
        context = {"form": form, "card": card, "token": token}
        return fragment(request, "callcenter/_calling_hours.html", context, status=422 if form.is_bound else 200)
    set_calling_hours(card.company, actor=request.user, **form.cleaned_data)
    return done(request, "callcenter:desk", changed="calling-hours-changed")


@shows("callcenter.finish_call")
def hours_of_card(request: HttpRequest, token: UUID) -> HttpResponse:
    """The line of the workplace that tells until when the client may be called."""
    card = _claim(request, token).item
    is_open = hours.is_open(card.time_zone, timezone.now(), card.hours)
    closes = f"{hours.clocks_of(card.hours)[1]:%H:%M}"
    return fragment(request, "callcenter/_hours.html", {"token": token, "is_open": is_open, "closes": closes})


# --- the results -----------------------------------------------------------------------------------------------


class ResultList(PermittedMixin, ListView):
    """What each key of each kind of list does."""

    action = "callcenter.view_result"
    model = ResultCode
    template_name = "callcenter/results.html"
    context_object_name = "codes"

    def get_context_data(self, **kwargs):
        return super().get_context_data(kinds=ListKind.choices, **kwargs)


@acts("callcenter.change_result", methods=("GET", "POST"))
def edit_result(request: HttpRequest, pk: int) -> HttpResponse:
    """The rules of one result: first the dialog, then the verb."""
    code = get_permitted(ResultCode, request.user, "callcenter.change_result", pk=pk)
    form = ResultForm(request.POST or None, instance=code)
    if form.is_valid():
        try:
            change_result(code, actor=request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "callcenter:results", message=_("Saved."))
    context = {"form": form, "code": code}
    return fragment(request, "callcenter/_edit_result.html", context, status=422 if form.is_bound else 200)


# --- the panel on the company card -------------------------------------------------------------------------------


@shows("callcenter.view_callattempt")
def company_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The last calls with a company and its place in the queue."""
    company = get_permitted(Company, request.user, "companies.view_company", pk=pk)
    attempts = CallAttempt.objects.permitted(request.user, "callcenter.view_callattempt").filter(company=company)
    cards = QueueItem.objects.permitted(request.user, "callcenter.view_queueitem").filter(company=company)
    context = {
        "company": company,
        "attempts": attempts.select_related("operator", "result", "person", "score")[:PANEL_CALLS],
        "cards": cards.filter(state__in=[ItemState.READY, *LIVE_STATES]).for_board(),
    }
    return fragment(request, "callcenter/_company_panel.html", context)
