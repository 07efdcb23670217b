"""The script builder: the list, the editor, its verbs, and the walk through a script as an operator sees it."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView

from callcenter.editor import lines_of, open_editor
from callcenter.enums import ListState
from callcenter.models import ResultCode, Script, ScriptStep, ScriptVersion
from callcenter.script_forms import NewScriptForm, ScriptForm, StepForm
from callcenter.services import (
    change_script,
    discard_draft,
    draft_version,
    move_step,
    open_script,
    release_version,
    remove_step,
    retire_version,
    return_to,
    write_step,
)
from callcenter.speech import VARIABLES, example_fields, steps_of
from core.exceptions import RuleViolation
from core.htmx import fragment, go
from core.views import PermittedMixin, acts, get_permitted, shows

NEW = gettext_lazy("New step")
CHECKS = [
    gettext_lazy("Every branch ends in a result"),
    gettext_lazy("No circles"),
    gettext_lazy("Variables and fields are known"),
]


class ScriptList(PermittedMixin, ListView):
    """The scripts with what is in use and how it works."""

    action = "callcenter.view_script"
    queryset = Script.objects.annotate(lists_open=Count("lists", filter=~Q(lists__state=ListState.CLOSED))).order_by(
        "name"
    )
    template_name = "callcenter/scripts.html"
    context_object_name = "scripts"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"lines": lines_of(list(context["scripts"]))}


@shows("callcenter.view_script")
def script(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor; of a version in use it shows everything and changes nothing."""
    row = get_permitted(Script, request.user, "callcenter.view_script", pk=pk)
    return render(request, "callcenter/script.html", _page(request, row))


def _page(request: HttpRequest, row: Script, form: StepForm | None = None) -> dict[str, Any]:
    editor = open_editor(
        row, _number(request, "version"), _number(request, "step"), with_data="plain" not in request.GET
    )
    may_change = Script.objects.permitted(request.user, "callcenter.change_script").filter(pk=row.pk).exists()
    is_open = may_change and editor.version.is_draft
    if is_open and form is None:
        form = StepForm(None, version=editor.version, step=editor.step, steps=editor.steps)
    names = (
        VARIABLES.items() if row.kind == "verification" else [each for each in VARIABLES.items() if each[0] != "value"]
    )
    return {
        "editor": editor,
        "form": form,
        "may_change": may_change,
        "is_open": is_open,
        "variables": names,
        "checks": CHECKS,
    }


def _number(request: HttpRequest, name: str) -> int | None:
    said = request.GET.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 10 else None


@shows("callcenter.view_script")
def walk(request: HttpRequest, pk: int) -> HttpResponse:
    """The talk as the operator has it, with an example client or without any data; nothing is written."""
    row = get_permitted(Script, request.user, "callcenter.view_script", pk=pk)
    version = _version(row, _number(request, "version"))
    values = {} if "plain" in request.GET else example_fields()
    steps, objections = steps_of(version.pk, values)
    codes = ResultCode.objects.filter(kind=row.kind)
    context = {
        "script": row,
        "version": version,
        "steps": steps,
        "objections": objections,
        "codes": codes,
        "is_plain": not values,
    }
    return render(request, "callcenter/walk.html", context)


@acts("callcenter.change_script", methods=("GET", "POST"))
def new_script(request: HttpRequest) -> HttpResponse:
    """A script from nothing."""
    form = NewScriptForm(request.POST or None)
    if form.is_valid():
        try:
            row, _version = open_script(actor=request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "callcenter:script", row.pk)
    return fragment(request, "callcenter/_new_script.html", {"form": form}, status=422 if form.is_bound else 200)


@acts("callcenter.change_script", methods=("GET", "POST"))
def edit_script(request: HttpRequest, pk: int) -> HttpResponse:
    """Its name and goal."""
    row = get_permitted(Script, request.user, "callcenter.change_script", pk=pk)
    form = ScriptForm(request.POST or None, instance=row)
    if form.is_valid():
        try:
            change_script(row, actor=request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "callcenter:script", pk)
    context = {"form": form, "script": row}
    return fragment(request, "callcenter/_edit_script.html", context, status=422 if form.is_bound else 200)


@acts("callcenter.change_script")
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """«Change»: the next draft from the version in use, or from the one that is looked at."""
    row = get_permitted(Script, request.user, "callcenter.change_script", pk=pk)
    source = row.versions.filter(number=request.POST.get("source") or 0).first() if _is_number(request) else None
    version = draft_version(row, actor=request.user, source=source)
    return _to(
        request,
        version,
        message=_("Version %(number)s is a draft: operators do not see it.") % {"number": version.number},
    )


def _is_number(request: HttpRequest) -> bool:
    return request.POST.get("source", "").isdecimal()


TURNS: dict[str, tuple[Callable[..., None], Any]] = {
    "release": (release_version, gettext_lazy("Version %(number)s is in use: the next card brings it.")),
    "retire": (retire_version, gettext_lazy("Version %(number)s is out of use.")),
    "return": (return_to, gettext_lazy("Version %(number)s is in use again.")),
}


@acts("callcenter.change_script")
def turn_version(request: HttpRequest, pk: int, number: int, verb: str) -> HttpResponse:
    """Release, retire or bring back a version; what stands in the form of the step is written first."""
    row = get_permitted(Script, request.user, "callcenter.change_script", pk=pk)
    version = _version(row, number)
    if verb == "release" and "title" in request.POST:
        _save(request, version, _step_of(version, request.POST.get("step", "")))
    work, words = TURNS[verb]
    work(version, actor=request.user)
    return _to(request, version, message=words % {"number": number})


@acts("callcenter.change_script")
def discard(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Throw a draft away."""
    row = get_permitted(Script, request.user, "callcenter.change_script", pk=pk)
    discard_draft(_version(row, number), actor=request.user)
    if Script.objects.filter(pk=pk).exists():
        return go(request, "callcenter:script", pk, message=_("The draft is thrown away."))
    return go(request, "callcenter:scripts", message=_("The draft is thrown away."))


@acts("callcenter.change_script")
def save_step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """A step is written; the tree, the check and the preview follow it."""
    row = get_permitted(Script, request.user, "callcenter.change_script", pk=pk)
    version, known = _place(row, step)
    _save(request, version, known)
    if not request.htmx:
        return _to(request, version, step=step)
    request.GET = {"version": str(version.number), "step": str(step)}  # type: ignore[assignment]
    return fragment(request, "callcenter/_script_saved.html", _page(request, row) | {"is_swap": True})


@acts("callcenter.change_script")
def new_step(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One more step at the end of the draft."""
    row = get_permitted(Script, request.user, "callcenter.change_script", pk=pk)
    version = _version(row, number)
    count = version.steps.count() + 1
    added = write_step(
        version, actor=request.user, title=f"{NEW} {count}", text="…", is_objection="objection" in request.POST
    )
    return _to(request, version, step=added.pk)


@acts("callcenter.change_script")
def turn_step(request: HttpRequest, pk: int, step: int, verb: str) -> HttpResponse:
    """Move a step up or down, or take it out."""
    row = get_permitted(Script, request.user, "callcenter.change_script", pk=pk)
    version, known = _place(row, step)
    if verb == "remove":
        remove_step(known, actor=request.user)
        return _to(request, version)
    move_step(known, actor=request.user, by=1 if verb == "down" else -1)
    return _to(request, version, step=step)


def _version(row: Script, number: int | None) -> ScriptVersion:
    versions = row.versions.select_related("script")
    if number is None:
        return versions.released().first() or versions.first()  # a script has one version at least
    if found := versions.filter(number=number).first():
        return found
    raise Http404


def _place(row: Script, pk: int) -> tuple[ScriptVersion, ScriptStep]:
    step = ScriptStep.objects.select_related("version__script").filter(version__script=row, pk=pk).first()
    if step is None:
        raise Http404
    return step.version, step


def _step_of(version: ScriptVersion, pk: str) -> ScriptStep | None:
    return version.steps.filter(pk=pk).first() if pk.isdecimal() else None


def _save(request: HttpRequest, version: ScriptVersion, step: ScriptStep | None) -> None:
    form = StepForm(request.POST, version=version, step=step, steps=list(version.steps.all()))
    if not form.is_valid():
        raise RuleViolation(" ".join(f"{form[name].label}: {errors[0]}" for name, errors in form.errors.items()))
    form.save(actor=request.user)


def _to(request: HttpRequest, version: ScriptVersion, *, step: int | None = None, message: str = "") -> HttpResponse:
    """Back to the editor at this version and step."""
    response = go(request, "callcenter:script", version.script_id, message=message)
    address = f"?version={version.number}" + (f"&step={step}" if step else "")
    if request.htmx:
        response["HX-Redirect"] += address
        return response
    return redirect(response.url + address)
