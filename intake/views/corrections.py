"""What operators found, waiting for the marketer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import ListView

from core.views import PermittedMixin, acts, get_permitted
from intake import quality
from intake.models import Correction
from intake.review import TABS, groups_of, in_order, tab_counts
from intake.services import Decision, accept_corrections, choose_variant, reject_corrections

MOST_AT_ONCE = 500


class CorrectionList(PermittedMixin, ListView):
    """Corrections by company."""

    action = "intake.view_correction"
    model = Correction
    template_name = "intake/corrections.html"
    paginate_by = 100

    def get_queryset(self):
        self.tab = self.request.GET.get("tab", "new")
        self.tab = self.tab if self.tab in TABS else "new"
        return in_order(super().get_queryset(), self.tab)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        counts = tab_counts(Correction.objects.permitted(self.request.user, self.action))
        labels = {
            "new": _("New ones"),
            "conflicts": _("Conflicts"),
            "accepted": _("Accepted today"),
            "rejected": _("Rejected ones"),
        }
        tabs = [
            {"label": label, "count": counts[tab], "url": f"?tab={tab}", "is_active": tab == self.tab}
            for tab, label in labels.items()
        ]
        mine = {"tab": self.tab, "tabs": tabs, "counts": counts, "groups": groups_of(list(context["page_obj"]))}
        return (
            context
            | mine
            | {"sources": quality.sources(), "operators": quality.operators(), "ageing": quality.ageing()}
            | {"marketers": quality.marketers()}
        )


def _asked(request: HttpRequest) -> list[Correction]:
    """The row whose button was pressed, else the ticked ones; only those one may decide."""
    keys = request.POST.getlist("only") or request.POST.getlist("ids")
    pks = [int(key) for value in keys for key in value.split(",") if key.isdigit() and len(key) < 18][:MOST_AT_ONCE]
    return list(Correction.objects.permitted(request.user, "intake.decide_correction").filter(pk__in=pks))


@acts("intake.decide_correction")
def accept(request: HttpRequest) -> HttpResponse:
    """Accept the chosen ones."""
    _tell(request, accept_corrections(_asked(request), actor=request.user))
    return _back(request)


@acts("intake.decide_correction")
def accept_undisputed(request: HttpRequest) -> HttpResponse:
    """Accept everything nothing contradicts."""
    corrections = Correction.objects.permitted(request.user, "intake.decide_correction").undisputed()[:MOST_AT_ONCE]
    _tell(request, accept_corrections(corrections, actor=request.user))
    return _back(request)


@acts("intake.decide_correction")
def reject(request: HttpRequest) -> HttpResponse:
    """Reject the chosen ones."""
    number = reject_corrections(_asked(request), actor=request.user, reason=request.POST.get("reason", ""))
    said = ngettext("%(number)s correction is rejected.", "%(number)s corrections are rejected.", number)
    messages.success(request, said % {"number": number})
    return _back(request)


@acts("intake.decide_correction")
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle a conflict for this value."""
    correction = get_permitted(Correction, request.user, "intake.decide_correction", pk=pk)
    choose_variant(correction, actor=request.user)
    messages.success(request, _("The value is written on the card."))
    return _back(request)


def _tell(request: HttpRequest, decision: Decision) -> None:
    number = len(decision.accepted)
    said = ngettext("%(number)s correction is accepted.", "%(number)s corrections are accepted.", number)
    messages.success(request, said % {"number": number})
    if decision.conflicts:
        number = len(decision.conflicts)
        said = ngettext(
            "%(number)s card has changed meanwhile: look at the conflict.",
            "%(number)s cards have changed meanwhile: look at the conflicts.",
            number,
        )
        messages.warning(request, said % {"number": number})
    for correction, reason in decision.refused[:3]:
        messages.error(request, f"{correction.company.name}: {reason}")


def _back(request: HttpRequest) -> HttpResponse:
    """To the same tab."""
    tab = request.POST.get("tab", "")
    return redirect(reverse("intake:corrections", query={"tab": tab} if tab in TABS else None))
