"""What the head does from the board."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from agenda.models import Task
from agenda.services import complete_task
from callcenter.doing import times_today
from callcenter.models import QueueItem
from callcenter.services import supervision
from core.exceptions import RuleViolation
from core.htmx import announce, fragment, go
from core.views import acts, get_permitted, shows

ACTION = "callcenter.release_card"


class CallerForm(forms.Form):
    """Who is to call."""

    to = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Who will call"),
        required=False,
        empty_label=gettext_lazy("whoever is free"),
    )

    def __init__(self, *args: Any, but: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        heads = User.objects.holding("callcenter.view_board").values("pk")
        people = User.objects.holding("callcenter.take_card").exclude(pk__in=heads)
        self.fields["to"].queryset = people.exclude(pk=but.pk) if but else people
        self.fields["to"].label_from_instance = lambda person: person.short_name


class HintForm(forms.Form):
    """A sentence for an operator."""

    text = forms.CharField(label=gettext_lazy("What to say"), max_length=200)


@acts(ACTION)
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with the card of an operator."""
    card = get_permitted(QueueItem, request.user, ACTION, pk=pk)
    supervision.take_over(card, actor=request.user)
    return go(request, "callcenter:desk", message=_("The card is in your hands."))


@acts(ACTION, methods=("GET", "POST"))
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Who makes a promised call."""
    card = get_permitted(QueueItem.objects.select_related("company", "callback_owner"), request.user, ACTION, pk=pk)
    form = CallerForm(request.POST or None, but=card.callback_owner)
    if request.method == "POST" and form.is_valid():
        supervision.assign_callback(card, actor=request.user, to=form.cleaned_data["to"])
        return _changed(request)
    return _dialog(request, form, _("Who calls «%(name)s»?") % {"name": card.company.name}, _("Give away"))


@acts(ACTION, methods=("GET", "POST"))
def give_away(request: HttpRequest, pk: int) -> HttpResponse:
    """All promised calls of an operator."""
    operator = _person(pk)
    form = CallerForm(request.POST or None, but=operator)
    if request.method == "POST" and form.is_valid():
        supervision.give_queue_away(operator, actor=request.user, to=form.cleaned_data["to"])
        return _changed(request)
    count = QueueItem.objects.promised().filter(callback_owner=operator).count()
    note = _("Promised calls: %(count)s.") % {"count": count}
    return _dialog(
        request, form, _("Give the queue away: %(name)s") % {"name": operator.short_name}, _("Give away"), note
    )


@acts(ACTION, methods=("GET", "POST"))
def hint(request: HttpRequest, pk: int) -> HttpResponse:
    """A word to an operator."""
    operator = _person(pk)
    form = HintForm(request.POST or None)
    if form.is_valid():
        try:
            supervision.hint(operator, actor=request.user, text=form.cleaned_data["text"])
        except RuleViolation as refusal:
            form.add_error("text", str(refusal))
        else:
            return _changed(request)
    return _dialog(request, form, _("A word to %(name)s") % {"name": operator.short_name}, _("Send"))


@acts("callcenter.take_card")
def heard(request: HttpRequest, pk: int) -> HttpResponse:
    """The operator has read the word of the head."""
    task = get_object_or_404(Task, pk=pk, owner=request.user, text=supervision.HINT)
    complete_task(task, actor=request.user)
    return fragment(request, "callcenter/_lease.html", {"is_held": True, "hints": supervision.hints_for(request.user)})


@shows("callcenter.view_board")
def operator_day(request: HttpRequest, pk: int) -> HttpResponse:
    """The times of an operator's shift, from the log."""
    person, now = _person(pk), timezone.now()
    card = QueueItem.objects.held_by(person).select_related("company").first()
    context = {"person": person, "times": times_today(person.pk, now), "card": card}
    return fragment(request, "callcenter/_operator_day.html", context)


def _person(pk: int) -> User:
    """One of those who call: nobody else stands on the board."""
    return get_object_or_404(User.objects.holding("callcenter.take_card"), pk=pk)


def _changed(request: HttpRequest) -> HttpResponse:
    """The dialog closes and the board asks anew."""
    if not request.htmx:
        return go(request, "callcenter:board")
    return announce(HttpResponse(status=204), "close-dialog")


def _dialog(request: HttpRequest, form: forms.Form, title: str, submit: str, note: str = "") -> HttpResponse:
    context = {"form": form, "title": title, "submit": submit, "note": note}
    return fragment(request, "callcenter/_dialog.html", context, status=422 if form.is_bound else 200)
