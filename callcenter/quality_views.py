"""The quality sheet: criteria, marks of calls, the average of each operator."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Avg, Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView

from callcenter.models import CallAttempt, CallScore, Criterion
from callcenter.services.quality import change_criterion, score_call
from core.exceptions import RuleViolation
from core.htmx import fragment, go
from core.views import PermittedMixin, acts

AVERAGE_DAYS = 30


class CriterionForm(forms.ModelForm):
    """A question of the sheet."""

    class Meta:
        model = Criterion
        fields = ["name", "weight", "most", "place", "is_active"]


class ScoreForm(forms.Form):
    """Points by the criteria of today, a comment, and what is to be learnt."""

    comment = forms.CharField(
        label=gettext_lazy("Comment"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    training = forms.CharField(
        label=gettext_lazy("Training task for the operator"), max_length=200, required=False,
        help_text=gettext_lazy("Becomes a task of the operator for three days."),
    )  # fmt: skip

    def __init__(self, *args: Any, criteria: list[Criterion], known: CallScore | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = {row["criterion"]: row["points"] for row in known.points} if known else {}
        self.criteria = [criterion.pk for criterion in criteria]
        questions = {f"points-{row.pk}": _points_field(row, given.get(row.pk)) for row in criteria}
        self.fields = questions | self.fields
        if known:
            self.fields["comment"].initial = known.comment

    def points(self) -> dict[int, int]:
        """By criterion."""
        return {pk: int(self.cleaned_data[f"points-{pk}"]) for pk in self.criteria}


def _points_field(criterion: Criterion, given: int | None) -> forms.ChoiceField:
    choices = [(str(points), str(points)) for points in range(criterion.most + 1)]
    label = f"{criterion.label} (×{criterion.weight})"
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, initial=None if given is None else str(given)
    )


class ScoreList(PermittedMixin, ListView):
    """Marks, newest first, with the average of each operator and the criteria."""

    action = "callcenter.view_score"
    queryset = CallScore.objects.select_related(
        "attempt__operator", "attempt__company", "attempt__result", "actor", "task"
    )
    template_name = "callcenter/quality.html"
    context_object_name = "scores"
    paginate_by = 50

    def get_context_data(self, **kwargs):
        since = timezone.now() - timedelta(days=AVERAGE_DAYS)
        mine = CallScore.objects.permitted(self.request.user, self.action).filter(at__gte=since)
        people = mine.values("attempt__operator__last_name", "attempt__operator__first_name").order_by(
            "attempt__operator"
        )
        averages = people.annotate(average=Avg("total"), count=Count("pk"))
        return super().get_context_data(averages=averages, criteria=Criterion.objects.all(), **kwargs)


@acts("callcenter.score_call", methods=("GET", "POST"))
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of one call: first the dialog, then the verb."""
    attempts = CallAttempt.objects.permitted(request.user, "callcenter.score_call")
    attempt = get_object_or_404(attempts.select_related("operator", "company", "result"), pk=pk)
    known = CallScore.objects.filter(attempt=attempt).first()
    criteria = list(Criterion.objects.filter(is_active=True))
    form = ScoreForm(request.POST or None, criteria=criteria, known=known)
    if form.is_valid():
        try:
            made = score_call(
                attempt, actor=request.user, points=form.points(), comment=form.cleaned_data["comment"],
                training=form.cleaned_data["training"],
            )  # fmt: skip
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(
                request, "callcenter:quality", message=_("The call has the mark %(mark)s.") % {"mark": made.total}
            )
    context = {"form": form, "attempt": attempt, "known": known}
    return fragment(request, "callcenter/_score.html", context, status=422 if form.is_bound else 200)


@acts("callcenter.change_criterion", methods=("GET", "POST"))
def criterion_new(request: HttpRequest) -> HttpResponse:
    """A new question."""
    return _criterion(request, None)


@acts("callcenter.change_criterion", methods=("GET", "POST"))
def criterion_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another wording, weight or scale."""
    return _criterion(request, get_object_or_404(Criterion, pk=pk))


def _criterion(request: HttpRequest, row: Criterion | None) -> HttpResponse:
    form = CriterionForm(request.POST or None, instance=row)
    if form.is_valid():
        try:
            change_criterion(row, actor=request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "callcenter:quality", message=_("Saved."))
    context = {"form": form, "title": _("Question of the sheet")}
    return fragment(request, "callcenter/_dialog.html", context, status=422 if form.is_bound else 200)
