"""«Стоп-лист»: who is not called, since when, who wrote it down and why."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView

from callcenter.services.stoplist import MOST_LINES, add_company, add_many, add_number
from companies.normalise import InvalidPhone, name_key, normalise_phone
from contacts.enums import Channel
from contacts.models import OptOut
from contacts.suppression import spellings
from core.exceptions import RuleViolation
from core.htmx import fragment, go
from core.views import PermittedMixin, acts

SHORTEST = 3


class RefusalForm(forms.Form):
    """A number or a company, and why."""

    number = forms.CharField(label=gettext_lazy("Number"), max_length=60, required=False)
    inn = forms.CharField(label=gettext_lazy("or INN of a company: all its numbers"), max_length=12, required=False)
    reason = forms.CharField(label=gettext_lazy("Who has asked and when"), max_length=200)


class PasteForm(forms.Form):
    """Many numbers at once."""

    numbers = forms.CharField(
        label=gettext_lazy("Numbers, one per line"),
        help_text=gettext_lazy("After a semicolon a line may have a reason of its own."),
        max_length=MOST_LINES * 100,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    reason = forms.CharField(label=gettext_lazy("Reason for all"), max_length=200)


def search(rows: QuerySet[OptOut], text: str) -> QuerySet[OptOut]:
    """By number in any spelling, else by a part of the name of the company."""
    try:
        return rows.filter(value__in=spellings(normalise_phone(text).number))
    except InvalidPhone:
        pass
    digits = "".join(letter for letter in text if letter.isdigit())
    if len(digits) >= SHORTEST and not any(letter.isalpha() for letter in text):
        return rows.filter(value__contains=digits)
    return rows.filter(Q(company__name_key__contains=name_key(text)) | Q(reason__icontains=text))


class StopList(PermittedMixin, ListView):
    """The register for calls: in force, or taken back."""

    action = "callcenter.view_stoplist"
    queryset = OptOut.journal.filter(channel=Channel.PHONE).select_related("company", "person", "actor", "lifted_by")
    template_name = "callcenter/stoplist.html"
    context_object_name = "refusals"
    paginate_by = 50

    def get_queryset(self):
        rows = super().get_queryset().filter(lifted_at__isnull=not self.is_lifted).order_by("-at", "-pk")
        text = self.request.GET.get("q", "").strip()
        return search(rows, text) if text else rows

    def get_context_data(self, **kwargs):
        here = self.request.GET.get("q", "").strip()
        tabs = [("", _("In force")), ("lifted", _("Taken back"))]
        states = [
            {"url": f"?state={value}", "label": label, "is_active": self.is_lifted == bool(value)}
            for value, label in tabs
        ]
        return super().get_context_data(query=here, states=states, is_lifted=self.is_lifted, **kwargs)

    @property
    def is_lifted(self) -> bool:
        """Which of the two is shown."""
        return self.request.GET.get("state") == "lifted"


@acts("callcenter.add_refusal", methods=("GET", "POST"))
def add_refusal(request: HttpRequest) -> HttpResponse:
    """By hand: a number, or all numbers of a company."""
    form = RefusalForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    if form.is_valid() and _written(form, request.user):
        return go(request, "callcenter:stoplist", message=_("Nobody will call there."))
    context: dict[str, Any] = {"form": form, "title": _("Do not call"), "submit": _("Put on the list")}
    return fragment(request, "callcenter/_dialog.html", context, status=422 if form.is_bound else 200)


def _written(form: RefusalForm, actor: Any) -> bool:
    number, inn, reason = (form.cleaned_data[name] for name in ("number", "inn", "reason"))
    try:
        if number:
            add_number(number, actor=actor, reason=reason)
        elif inn:
            add_company(inn, actor=actor, reason=reason)
        else:
            raise RuleViolation(_("Write a number or an INN."))
    except RuleViolation as refusal:
        form.add_error("number" if number or not inn else "inn", str(refusal))
    return form.is_valid()


@acts("callcenter.add_refusal", methods=("GET", "POST"))
def paste_refusals(request: HttpRequest) -> HttpResponse:
    """A pasted list of numbers; the answer says what became of each line."""
    form = PasteForm(request.POST or None)
    lines: Any = None
    if form.is_valid():
        try:
            lines = add_many(form.cleaned_data["numbers"], actor=request.user, reason=form.cleaned_data["reason"])
        except RuleViolation as refusal:
            form.add_error("numbers", str(refusal))
    added = sum(1 for line in lines or [] if line.is_added)
    wrong = [line for line in lines or [] if not line.phone]
    context = {"form": form, "lines": lines, "added": added, "wrong": wrong}
    status = 422 if form.is_bound and lines is None else 200
    return fragment(request, "callcenter/_paste.html", context, status=status)
