"""The age of data: the terms, and a call list of everybody whose verification runs out."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from callcenter.check_forms import RecheckForm, TermsForm
from core.exceptions import RuleViolation
from core.htmx import fragment, go
from core.views import acts


@acts("callcenter.change_result", methods=("GET", "POST"))
def terms(request: HttpRequest) -> HttpResponse:
    """For how many days each kind of datum is believed."""
    form = TermsForm(request.POST or None)
    if not form.is_valid():
        return fragment(request, "callcenter/_terms.html", {"form": form}, status=422 if form.is_bound else 200)
    form.save(actor=request.user)
    return go(request, "callcenter:lists", message=_("Saved: what is verified from now on follows the new terms."))


@acts("callcenter.open_calllist", methods=("GET", "POST"))
def recheck(request: HttpRequest) -> HttpResponse:
    """One act makes the list of who is to be checked anew."""
    form = RecheckForm(request.POST or None, user=request.user)
    if form.is_valid():
        try:
            call_list = form.save()
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            words = {"name": call_list.name, "count": call_list.items.count()}
            return go(request, "callcenter:lists", message=_("The list «%(name)s» is open, cards: %(count)s.") % words)
    return fragment(request, "callcenter/_recheck.html", {"form": form}, status=422 if form.is_bound else 200)
