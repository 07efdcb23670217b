"""Pages of the machine itself: background jobs, own requisites, outgoing mail."""

from email import message_from_bytes, policy
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView

from core.exceptions import RuleViolation
from core.views import PermittedMixin, acts, get_permitted, shows
from operations.forms import RequisitesForm, WorkdayForm
from operations.models import CalendarDay, CaughtMail, Job, LegalEntity
from operations.services import cancel_job, change_requisites, change_workday, restore_workday
from operations.year import FIRST_YEAR, LAST_YEAR, year_of


class JobList(PermittedMixin, ListView):
    """Background jobs, the newest first."""

    action = "operations.view_job"
    model = Job
    template_name = "operations/jobs.html"
    paginate_by = 50

    def get_queryset(self):
        return super().get_queryset().select_related("actor")


class JobDetail(PermittedMixin, DetailView):
    """One job with its progress; the page polls the same address for its part."""

    action = "operations.view_job"
    model = Job
    template_name = "operations/job.html"

    def get_template_names(self):
        return ["operations/job.html#progress" if self.request.htmx else "operations/job.html"]


@acts("operations.view_job")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a job to stop."""
    job = get_permitted(Job, request.user, "operations.view_job", pk=pk)
    cancel_job(job, actor=request.user)
    messages.success(request, _("The job will stop after the part it is working on."))
    return redirect("operations:job", pk=pk)


@shows("operations.view_job")
def result_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file a job made, always as a download."""
    job = get_permitted(Job, request.user, "operations.view_job", pk=pk)
    if not job.result:
        raise Http404
    return FileResponse(job.result.open(), as_attachment=True)


class Outbox(PermittedMixin, ListView):
    """«Исходящие»: what the built-in catcher received over SMTP."""

    action = "operations.view_outbox"
    model = CaughtMail
    template_name = "operations/outbox.html"
    paginate_by = 50

    def get_queryset(self):
        letters = super().get_queryset().defer("raw")
        text = self.request.GET.get("q", "").strip()
        return letters.filter(subject__icontains=text) if text else letters


def _parts(letter: CaughtMail) -> dict[str, Any]:
    """The letter as text and its attachments by name; HTML of a letter is never shown inside our page."""
    message = message_from_bytes(bytes(letter.raw), policy=policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    headers = [(name, str(value)) for name, value in message.items()]
    files = [
        (part.get_filename() or "", len(part.get_payload(decode=True) or b"")) for part in message.iter_attachments()
    ]
    return {"headers": headers, "text": body.get_content() if body else "", "files": files}


class Letter(PermittedMixin, DetailView):
    """One caught letter."""

    action = "operations.view_outbox"
    model = CaughtMail
    template_name = "operations/letter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | _parts(self.object)


@acts("operations.change_settings", methods=("GET", "POST"))
def settings_page(request: HttpRequest) -> HttpResponse:
    """Own requisites."""
    entity = LegalEntity.objects.permitted(request.user, "operations.change_settings").filter(
        is_main=True
    ).first() or LegalEntity(is_main=True)
    form = RequisitesForm(request.POST or None, instance=entity)
    if form.is_valid():
        change_requisites(entity, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("operations:settings")
    return render(request, "operations/settings.html", {"form": form}, status=422 if form.is_bound else 200)


@acts("operations.change_settings", methods=("GET", "POST"))
def work_calendar(request: HttpRequest) -> HttpResponse:
    """The production calendar of a year, and the days on which we differ from it."""
    form = WorkdayForm(request.POST or None)
    if form.is_valid():
        try:
            change_workday(actor=request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error("day", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{request.path}?year={form.cleaned_data['day'].year}")
    year = asked_year(request)
    own = CalendarDay.objects.permitted(request.user, "operations.change_settings").filter(day__year=year)
    context = {"form": form, "year": year, "months": year_of(year, own), "own": own}
    return render(request, "operations/calendar.html", context, status=422 if form.is_bound else 200)


def asked_year(request: HttpRequest) -> int:
    """The year of the address, within the years that the calendar is kept for; by default this one."""
    asked = request.GET.get("year", "")
    if not (asked.isdecimal() and len(asked) == 4):
        return timezone.localdate().year
    return min(max(int(asked), FIRST_YEAR), LAST_YEAR)


@acts("operations.change_settings")
def restore_day(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an own exception back."""
    day = get_permitted(CalendarDay, request.user, "operations.change_settings", pk=pk)
    restore_workday(day, actor=request.user)
    return redirect(f"{reverse('operations:calendar')}?year={day.day.year}")
