"""Files on their way into the base."""

from io import BytesIO
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.generic import ListView

from core.exceptions import RuleViolation
from core.htmx import go, invalid
from core.views import PermittedMixin, acts, get_permitted, shows
from intake.enums import ImportField, ImportState, MatchPolicy, Outcome
from intake.forms import MappingForm, PresetForm, UploadForm
from intake.models import ImportBatch, ImportPreset
from intake.papers import write_sample, write_unloaded
from intake.progress import progress_of, steps_of, totals_of
from intake.quality import of_sources
from intake.services import (
    apply_preset,
    cancel_import,
    change_mapping,
    resolve_conflicts,
    run_import,
    save_preset,
    start_check,
    undo_import,
    upload_import,
)
from intake.undoing import undo_plan

ROWS_ON_PAGE = 100
AT_WORK = {  # the part of the page that polls
    ImportState.CHECKING: "intake/import.html#checking",
    ImportState.RUNNING: "intake/import_running.html#progress",
    ImportState.UNDOING: "intake/import_result.html#undoing",
}
OVER = (ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED, ImportState.UNDOING, ImportState.UNDONE)
QUESTIONS = (Outcome.CONFLICT, Outcome.ERROR)


class ImportList(PermittedMixin, ListView):
    """Files loaded before, the newest first."""

    action = "intake.view_import"
    model = ImportBatch
    template_name = "intake/imports.html"
    paginate_by = 50

    def get_queryset(self):
        return super().get_queryset().select_related("source", "created_by", "job")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context, known = super().get_context_data(**kwargs), of_sources()
        for batch in context["object_list"]:
            batch.quality = known.get(batch.source_id)
        return context


@acts("intake.run_import", methods=("GET", "POST"))
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in; what cannot be read is said under the field."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            batch = upload_import(actor=request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error("file", refusal.message)
        else:
            if ImportField.NAME in batch.mapping.values():
                start_check(batch, actor=request.user)
            return go(request, "intake:import", pk=batch.pk)
    return (
        invalid(request, "intake/upload.html", {"form": form})
        if form.is_bound
        else render(request, "intake/upload.html", {"form": form})
    )


@shows("intake.run_import")
def sample(request: HttpRequest) -> FileResponse:
    """The file to fill in."""
    stream = BytesIO()
    write_sample(stream)
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename="companies.xlsx")


@shows("intake.view_import")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one file: its columns and check, then its loading, then its result."""
    batch = get_permitted(_batches(), request.user, "intake.view_import", pk=pk)
    totals = totals_of(batch)
    context = {"batch": batch, "totals": totals, "steps": steps_of(batch, totals)}
    if batch.state == ImportState.RUNNING:
        return render(request, "intake/import_running.html", context | {"progress": progress_of(batch)})
    if batch.state in OVER:
        return render(request, "intake/import_result.html", context | _page(request, batch))
    return render(request, "intake/import.html", context | _columns(batch) | _page(request, batch))


@shows("intake.view_import")
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part that polls; once the work is over the whole page is asked for again."""
    batch = get_permitted(_batches(), request.user, "intake.view_import", pk=pk)
    if batch.state not in AT_WORK:
        return HttpResponse(headers={"HX-Refresh": "true"})
    template = AT_WORK[ImportState(batch.state)]
    return render(request, template, {"batch": batch, "totals": totals_of(batch), "progress": progress_of(batch)})


@acts("intake.run_import")
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the columns are, and check again."""
    batch = get_permitted(ImportBatch, request.user, "intake.run_import", pk=pk)
    form = MappingForm(request.POST, batch=batch)
    if not form.is_valid():
        raise RuleViolation(_("There is no such field."))
    change_mapping(batch, actor=request.user, mapping=form.mapping, match_policy=request.POST.get("match_policy", ""))
    start_check(batch, actor=request.user)
    return redirect("intake:import", pk=pk)


@acts("intake.run_import")
def preset(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the columns from a template, or save them as one."""
    batch = get_permitted(ImportBatch, request.user, "intake.run_import", pk=pk)
    form = PresetForm(request.POST)
    if form.is_valid() and form.cleaned_data["preset"]:
        apply_preset(batch, actor=request.user, preset=form.cleaned_data["preset"])
        start_check(batch, actor=request.user)
        return redirect("intake:import", pk=pk)
    save_preset(actor=request.user, name=request.POST.get("name", ""), mapping=batch.mapping)
    return go(request, "intake:import", pk=pk, message=_("The template is saved."))


@acts("intake.run_import")
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle one conflict («118:base») or all of them («base»)."""
    batch = get_permitted(ImportBatch, request.user, "intake.run_import", pk=pk)
    number, _colon, choice = request.POST.get("choice", "").rpartition(":")
    numbers = [int(number)] if number.isdigit() and len(number) < 9 else None
    resolve_conflicts(batch, actor=request.user, resolution=choice or "-", numbers=numbers)
    return redirect("intake:import", pk=pk)


@acts("intake.run_import")
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Load the good rows: as many as the button says."""
    batch = get_permitted(ImportBatch, request.user, "intake.run_import", pk=pk)
    expected = request.POST.get("expected", "")
    run_import(batch, actor=request.user, expected=int(expected) if expected.isdigit() else -1)
    return redirect("intake:import", pk=pk)


@acts("intake.run_import")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop after the part at work."""
    batch = get_permitted(ImportBatch, request.user, "intake.run_import", pk=pk)
    cancel_import(batch, actor=request.user)
    return go(request, "intake:import", pk=pk, message=_("Loading stops; what is in the base stays there."))


@acts("intake.undo_import", methods=("GET", "POST"))
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a whole import back: first what would come of it, then the work in the background."""
    batch = get_permitted(ImportBatch, request.user, "intake.undo_import", pk=pk)
    if request.method == "POST":
        undo_import(batch, actor=request.user)
        return go(request, "intake:import", pk=pk)
    return render(request, "intake/undo.html", {"batch": batch, "plan": undo_plan(batch)})


@shows("intake.view_import")
def errors(request: HttpRequest, pk: int) -> FileResponse:
    """The rows that stay out, with the reason."""
    batch = get_permitted(ImportBatch, request.user, "intake.view_import", pk=pk)
    stream = BytesIO()
    write_unloaded(batch, stream)
    stream.seek(0)
    name = slugify(batch.file_name.rpartition(".")[0], allow_unicode=True) or "import"
    return FileResponse(stream, as_attachment=True, filename=f"{name}-errors.xlsx")


def _batches() -> Any:
    return ImportBatch.objects.select_related("source", "created_by", "job")


def _columns(batch: ImportBatch) -> dict[str, Any]:
    form = MappingForm(batch=batch)
    known = sum(1 for field in batch.mapping.values() if field)
    return {
        "columns": form.rows(),
        "known": known,
        "policies": MatchPolicy.choices,
        "presets": ImportPreset.objects.all(),
        "has_name": ImportField.NAME in batch.mapping.values(),
    }


def _page(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    """Rows of the tile that is pressed; without one, those with questions, conflicts first."""
    asked = request.GET.get("show", "")
    outcomes = [asked] if asked in Outcome.values else list(QUESTIONS)
    rows = (
        batch.rows.filter(outcome__in=outcomes)
        .select_related("company")
        .with_questions()
        .order_by("outcome", "field", "message", "number")
    )
    page = Paginator(rows, ROWS_ON_PAGE).get_page(request.GET.get("page"))
    show = asked if asked in Outcome.values else ""
    return {"show": show, "show_is": {outcome: outcome == show for outcome in Outcome.values}, "page": page}
