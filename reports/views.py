"""The head's control screen, and the way from every number to its rows."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Function
from accounts.models import Team, User
from companies.models import Source
from contacts.models import Cycle
from core.htmx import fragment, go
from core.views import acts, shows
from reports import dashboard as board
from reports import kpi
from reports.forms import SliceForm, TargetForm
from reports.funnel import STEPS, bottleneck, funnel, rows_of
from reports.kpi import Slice
from reports.models import Target
from reports.period import PERIODS, period_from
from reports.rows import read, related
from reports.services import set_target

PAGE = 50


def _chosen(queryset: QuerySet, pk: str | None) -> Any:
    """The object a filter of the address names; nothing for nonsense."""
    return queryset.filter(pk=pk).first() if pk and pk.isdigit() and len(pk) < 10 else None


def _slice(request: HttpRequest) -> Slice:
    """What part of the facts the address asks for."""
    people = User.objects.permitted(request.user, "accounts.view_user")
    return Slice(
        period_from(request.GET, today=timezone.localdate()),
        person=_chosen(people, request.GET.get("person")),
        team=_chosen(Team.objects.all(), request.GET.get("team")),
        cycle=_chosen(Cycle.objects.all(), request.GET.get("cycle")),
        source=_chosen(Source.objects.all(), request.GET.get("source")),
    )


@shows("reports.view_dashboard")
def dashboard(request: HttpRequest) -> HttpResponse:
    """What deviates first: tiles, the funnel with its bottleneck, four functions against the plan, people, receivables."""
    part, viewer, today = _slice(request), request.user, timezone.localdate()
    steps = funnel(part, viewer)
    context = {
        "part": part,
        "tiles": board.figures(board.TILES, part, viewer, today),
        "curve": board.payments_curve(part, viewer, today),
        "steps": steps,
        "bottleneck": bottleneck(steps),
        "functions": board.functions(part, viewer, today),
        "mark": round(100 * part.period.share_passed(today)),
        "rating": board.rating(part, viewer)[:8],
        "rated": [kpi.get(name) for name in board.RATED],
        "people": board.people_by_role(),
        "receivables": board.receivables(viewer),
        "returns": board.returns_of_mailings(viewer),
        "cycles": Cycle.objects.all()[:12],
        "days_done": part.period.working_days(today),
        "days": part.period.working_days(),
    }
    return render(request, "reports/dashboard.html", context)


def _facts(request: HttpRequest, name: str, part: Slice) -> tuple[Any, QuerySet]:
    """The label and the rows of a figure or of a stage of the funnel; 404 for an unknown name."""
    stages = {f"funnel.{stage}": label for stage, label in STEPS}
    if name in stages:
        return stages[name], rows_of(name.removeprefix("funnel."), part, request.user)
    try:
        figure = kpi.get(name)
    except KeyError as unknown:
        raise Http404 from unknown
    return figure.label, figure.facts(part, request.user)


@shows("reports.view_kpi")
def index(request: HttpRequest) -> HttpResponse:
    """All figures of one function for a period, each with its plan and the way to its rows."""
    part, function = _slice(request), request.GET.get("function", "")
    if function not in Function.values:
        team = request.user.team
        function = team.function if team and team.function in Function.values else Function.COMMUNICATIONS
    names = [figure.name for figure in kpi.all_figures() if figure.function == function]
    context = {
        "part": part,
        "form": SliceForm(request.GET or None, reader=request.user),
        "function": function,
        "functions": Function.choices,
        "periods": PERIODS,
        "figures": board.figures(names, part, request.user, timezone.localdate()),
    }
    return render(request, "reports/figures.html", context)


@shows("reports.view_kpi")
def figure(request: HttpRequest, name: str) -> HttpResponse:
    """The rows behind a number: as many as the number says."""
    part = _slice(request)
    label, facts = _facts(request, name, part)
    order = "-" + (getattr(kpi.get(name), "at", "") or "pk") if not name.startswith("funnel.") else "name_key"
    page = Paginator(facts.select_related(*related(facts.model)).order_by(order.replace("--", "-"), "-pk"), PAGE)
    shown = page.get_page(request.GET.get("page"))
    value = None if name.startswith("funnel.") else kpi.get(name).value(part, request.user)
    rows = [read(fact) for fact in shown]
    context = {
        "label": label, "name": name, "part": part, "page": shown, "rows": rows, "value": value,
        "has_sums": any(row.amount is not None for row in rows),
        "figure": None if name.startswith("funnel.") else kpi.get(name),
    }  # fmt: skip
    return render(request, "reports/figure.html", context)


@acts("reports.set_target", methods=("GET", "POST"))
def target(request: HttpRequest, name: str) -> HttpResponse:
    """Plan the figure for the month, of the person or the department the address names, or of all."""
    figure, part = kpi.find(name), _slice(request)
    if figure is None:
        raise Http404
    place = {"month": part.period.first.replace(day=1), "user": part.person, "team": part.team}
    planned = Target.objects.filter(kpi=name, **place).first()
    form = TargetForm(request.POST or None, initial={"value": planned.value if planned else None})
    if not form.is_valid():
        context = {"form": form, "figure": figure, "part": part, "month": place["month"]}
        return fragment(request, "reports/target.html", context, status=422 if form.is_bound else 200)
    set_target(actor=request.user, kpi=name, value=form.cleaned_data["value"], **place)
    return go(
        request, f"{reverse('reports:kpi', args=[name])}?{request.GET.urlencode()}", message=_("The plan is set.")
    )
