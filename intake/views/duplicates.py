"""Pairs of cards that look like one company: compared, merged, told apart."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import ListView

from companies.bulk import selected_companies
from companies.models import Company
from core.exceptions import RuleViolation
from core.htmx import fragment, go
from core.views import PermittedMixin, acts, get_permitted, shows
from intake.duplicate_page import SHOWN, comparison_of, counts_for, pairs_for, queue_of, rehearsal_context
from intake.enums import PairState
from intake.merging import BOTH, BY_NAME, KEPT, MERGED
from intake.models import DuplicatePair, Merge
from intake.querysets import UNDO_DAYS
from intake.services.duplicates import pair_of, postpone_pair, reject_pair, reopen_pair, start_scan, unfinished_scans
from intake.services.merging import merge_companies, rehearse_merge, start_merging_exact, undo_merge

TABS = (PairState.NEW, PairState.LATER)
SEE, MERGE = "intake.view_duplicate", "intake.merge_companies"


@shows(SEE)
def duplicates(request: HttpRequest) -> HttpResponse:
    """The queue and the pair that is being decided."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else PairState.NEW
    pairs = list(pairs_for(request.user, tab)[:SHOWN])
    chosen = _wanted(request, tab) or (pairs[0] if pairs else None)
    comparison = comparison_of(chosen, request.GET.get("kept", "")) if chosen else None
    context = {
        "tab": tab,
        "chosen": comparison,
        "sides": [(KEPT, comparison.kept), (MERGED, comparison.merged)] if comparison else [],
        "queue": queue_of(pairs, chosen),
        "counts": counts_for(request.user),
        "scan": unfinished_scans().first(),
    }
    return render(request, "intake/duplicates.html", context)


def _wanted(request: HttpRequest, tab: str) -> DuplicatePair | None:
    """The pair of the address, also one far down the queue; nothing when it is decided."""
    key = request.GET.get("pair", "")
    return pairs_for(request.user, tab).filter(pk=key).first() if key.isdigit() and len(key) < 18 else None


@acts(MERGE)
def compare(request: HttpRequest) -> HttpResponse:
    """Two companies that a person has chosen in the base list."""
    companies = list(selected_companies(request, "companies.view_company")[:3])
    if len(companies) != 2:
        raise RuleViolation(_("Choose exactly two companies to compare."))
    pair = pair_of(*companies)
    if pair.state != PairState.NEW:
        reopen_pair(pair, actor=request.user)
    return go(request, reverse("intake:duplicates", query={"pair": pair.pk}))


def _pair(request: HttpRequest, pk: int, action: str = MERGE) -> DuplicatePair:
    """A pair both of whose companies one may see."""
    pairs = DuplicatePair.objects.seen_by(request.user).select_related("first", "second")
    return get_permitted(pairs, request.user, action, pk=pk)


def _sides(pair: DuplicatePair, data: Any) -> tuple[Company, Company]:
    return (pair.second, pair.first) if data.get("kept") == str(pair.second_id) else (pair.first, pair.second)


def _choices(data: Any) -> dict[str, str]:
    asked = {name: data.get(f"field-{name}", "") for name in BY_NAME}
    return {name: choice for name, choice in asked.items() if choice in (KEPT, MERGED, BOTH)}


@shows(MERGE)
def rehearsal(request: HttpRequest, pk: int) -> HttpResponse:
    """The trial run: what would move, and whether anybody objects."""
    pair = _pair(request, pk)
    kept, merged = _sides(pair, request.GET)
    result = rehearse_merge(kept, merged, actor=request.user, choices=_choices(request.GET))
    context = rehearsal_context(result) | {
        "kept": kept,
        "merged": merged,
        "until": timezone.now() + timedelta(days=UNDO_DAYS),
    }
    return fragment(request, "intake/_rehearsal.html", context)


@acts(MERGE)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one card of two and go on with the next pair."""
    pair = _pair(request, pk)
    kept, merged = _sides(pair, request.POST)
    done = merge_companies(kept, merged, actor=request.user, choices=_choices(request.POST))
    said = _("%(merged)s is now a part of %(kept)s.") % {"merged": merged.name, "kept": kept.name}
    messages.success(request, said, extra_tags=f"undo:{reverse('intake:undo-merge', args=[done.pk])}")
    return redirect("intake:duplicates")


@acts(MERGE)
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Two companies."""
    pair = reject_pair(_pair(request, pk), actor=request.user)
    messages.success(request, _("Not duplicates."), extra_tags=f"undo:{reverse('intake:reopen-pair', args=[pair.pk])}")
    return redirect("intake:duplicates")


@acts(MERGE)
def postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """Not now."""
    pair = postpone_pair(_pair(request, pk), actor=request.user)
    messages.success(request, _("Put off."), extra_tags=f"undo:{reverse('intake:reopen-pair', args=[pair.pk])}")
    return redirect("intake:duplicates")


@acts(MERGE)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Back into the queue."""
    pair = reopen_pair(_pair(request, pk), actor=request.user)
    return redirect(reverse("intake:duplicates", query={"pair": pair.pk}))


@acts(MERGE)
def scan(request: HttpRequest) -> HttpResponse:
    """Look for duplicates now."""
    start_scan(actor=request.user, whole=bool(request.POST.get("whole")))
    messages.success(request, _("The search has started; pairs come into the queue as they are found."))
    return redirect("intake:duplicates")


@acts(MERGE)
def merge_certain(request: HttpRequest) -> HttpResponse:
    """Merge all pairs of which there is no doubt, in the background."""
    return redirect("operations:job", start_merging_exact(actor=request.user).pk)


class MergeList(PermittedMixin, ListView):
    """What was merged, by whom, and until when it can be undone."""

    action = "intake.undo_merge"
    model = Merge
    template_name = "intake/merges.html"
    paginate_by = 50

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related("kept", "merged", "actor", "undone_by")
            .defer("moved", "changed", "collided")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        young = Merge.objects.undoable(timezone.now()).filter(pk__in=[merge.pk for merge in self.object_list])
        return super().get_context_data(**kwargs) | {"undoable": set(young.values_list("pk", flat=True))}


@acts("intake.undo_merge")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Two cards again."""
    merge = get_permitted(Merge.objects.select_related("kept", "merged"), request.user, "intake.undo_merge", pk=pk)
    restored = undo_merge(merge, actor=request.user)
    messages.success(request, _("%(name)s is a card of its own again.") % {"name": restored.name})
    return redirect("intake:merges")
