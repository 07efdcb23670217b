"""«Мой день», meetings and tasks."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.generic import ListView

from accounts.models import User
from agenda.day import day_of
from agenda.enums import MeetingState
from agenda.forms import BookingForm, CancelForm, PostponeForm, ResultForm, TaskForm
from agenda.models import Meeting, Task
from agenda.services import book_meeting, cancel_meeting, close_meeting, complete_task, postpone_task, set_task
from companies.models import Company
from contacts.models import NextContact
from contacts.services import close_contact
from core.htmx import fragment, go, invalid
from core.views import PermittedMixin, acts, get_permitted, shows


def _asked_day(request: HttpRequest) -> date:
    """The day in the address, or today in the person's zone."""
    try:
        return parse_date(request.GET.get("day", "")) or timezone.localdate()
    except ValueError:
        return timezone.localdate()


@shows("agenda.view_day")
def day(request: HttpRequest) -> HttpResponse:
    """The working screen of a manager, on a desk and on a phone."""
    now = timezone.now()
    context = {"day": day_of(request.user, day=_asked_day(request), now=now), "now": now}
    return render(request, "agenda/day.html#body" if request.htmx else "agenda/day.html", context)


class MeetingList(PermittedMixin, ListView):
    """Meetings that one may see: to come, without a result, held."""

    action = "agenda.view_meeting"
    model = Meeting
    template_name = "agenda/meetings.html"
    paginate_by = 50

    def get_queryset(self):
        meetings = super().get_queryset().select_related("company", "manager", "booked_by").prefetch_related("persons")
        self.view_name = self.request.GET.get("view", "coming")
        if self.view_name == "waiting":
            return meetings.without_result(timezone.now()).order_by("starts_at", "pk")
        if self.view_name == "held":
            return meetings.filter(state=MeetingState.HELD).order_by("-starts_at", "-pk")
        return meetings.booked().filter(ends_at__gte=timezone.now()).order_by("starts_at", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = Meeting.objects.without_result(timezone.now()).permitted(self.request.user, self.action).count()
        return super().get_context_data(**kwargs) | {"view_name": self.view_name, "waiting": waiting}


@shows("agenda.view_meeting")
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting, with its result or the form for it."""
    found = get_permitted(_meetings(), request.user, "agenda.view_meeting", pk=pk)
    return render(
        request,
        "agenda/meeting.html",
        {"meeting": found, "form": ResultForm(), "cancel_form": CancelForm(), "now": timezone.now()},
    )


def _meetings():
    return Meeting.objects.select_related("company", "manager", "booked_by", "cycle").prefetch_related(
        "persons__phones"
    )


@acts("agenda.hold_meeting")
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the result and the next step."""
    found = get_permitted(_meetings(), request.user, "agenda.hold_meeting", pk=pk)
    form = ResultForm(request.POST)
    if not form.is_valid():
        context = {"meeting": found, "form": form, "cancel_form": CancelForm(), "now": timezone.now()}
        return invalid(request, "agenda/meeting.html#result" if request.htmx else "agenda/meeting.html", context)
    close_meeting(found, actor=request.user, **form.cleaned_data)
    return go(request, "agenda:meeting", pk=pk, message=_("The result is written, the next contact is planned."))


@acts("agenda.hold_meeting")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting did not take place."""
    found = get_permitted(_meetings(), request.user, "agenda.hold_meeting", pk=pk)
    form = CancelForm(request.POST)
    reason = request.POST.get("reason", "")
    cancel_meeting(
        found, actor=request.user, reason=reason, did_not_come=form.is_valid() and form.cleaned_data["did_not_come"]
    )
    return go(request, "agenda:meeting", pk=pk, message=_("The time is free again."))


@acts("agenda.book_meeting", methods=("GET", "POST"))
def book(request: HttpRequest, company_pk: int) -> HttpResponse:
    """Book a meeting with a company into somebody's calendar."""
    company = get_permitted(Company, request.user, "agenda.book_meeting", pk=company_pk)
    managers = User.objects.holding("agenda.hold_meeting")
    form = BookingForm(
        request.POST or None,
        managers=managers,
        persons=company.persons.working(),
        initial={"manager": company.owner_id},
    )
    if not form.is_valid():
        return fragment(
            request, "agenda/book.html", {"form": form, "company": company}, status=422 if form.is_bound else 200
        )
    person = form.cleaned_data.pop("person")
    book_meeting(company, actor=request.user, persons=[person] if person else [], **form.cleaned_data)
    return go(request, "companies:detail", pk=company.pk, message=_("The meeting is booked."))


@acts("agenda.set_task", methods=("GET", "POST"))
def new_task(request: HttpRequest) -> HttpResponse:
    """Set a task, to oneself or to a colleague, perhaps about a company."""
    company = None
    if pk := request.GET.get("company") or request.POST.get("company"):
        company = get_permitted(Company, request.user, "companies.view_company", pk=int(pk) if pk.isdigit() else 0)
    form = TaskForm(
        request.POST or None, people=User.objects.holding("agenda.change_task"), initial={"owner": request.user.pk}
    )
    if not form.is_valid():
        return fragment(
            request, "agenda/task_form.html", {"form": form, "company": company}, status=422 if form.is_bound else 200
        )
    set_task(actor=request.user, company=company, **form.cleaned_data)
    return go(request, "agenda:day", message=_("The task is set."))


@acts("agenda.change_task")
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """The task is done."""
    complete_task(get_permitted(Task, request.user, "agenda.change_task", pk=pk), actor=request.user)
    return go(request, "agenda:day", message=_("Done."))


@acts("agenda.change_task", methods=("GET", "POST"))
def postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """Another term for a task."""
    task = get_permitted(Task, request.user, "agenda.change_task", pk=pk)
    form = PostponeForm(request.POST or None, initial={"due_at": task.due_at})
    if not form.is_valid():
        return fragment(
            request, "agenda/postpone.html", {"form": form, "task": task}, status=422 if form.is_bound else 200
        )
    postpone_task(task, actor=request.user, **form.cleaned_data)
    return go(request, "agenda:day", message=_("The task is moved."))


@acts("contacts.close_contact")
def called(request: HttpRequest, pk: int) -> HttpResponse:
    """A planned call of one's own day is done."""
    close_contact(get_permitted(NextContact, request.user, "contacts.close_contact", pk=pk), actor=request.user)
    return go(request, "agenda:day", message=_("Done."))


@shows("agenda.view_meeting")
def company_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Meetings of a company, on its card."""
    company = get_permitted(Company, request.user, "companies.view_company", pk=pk)
    meetings = Meeting.objects.filter(company=company).permitted(request.user, "agenda.view_meeting")
    context = {"company": company, "meetings": meetings.select_related("manager").order_by("-starts_at")[:5]}
    return fragment(request, "agenda/_company_panel.html", context)
