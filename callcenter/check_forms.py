"""Forms about the age of data: their terms, and the list of who is to be asked anew."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import SavedView, User
from callcenter.models import CallList, DatumTerm
from callcenter.services import change_terms, open_recheck_list
from callcenter.services.terms import FARTHEST, LONGEST, SHORTEST, stale_companies
from companies.filters import apply_filters
from companies.models import Company
from companies.selections import PAGE
from core.formats import short_date


class TermsForm(forms.Form):
    """For how many days each kind of datum is believed."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for term in DatumTerm.objects.all():
            label = _("%(line)s, days") % {"line": term.get_field_display()}
            self.fields[term.field] = forms.IntegerField(
                label=label, min_value=SHORTEST, max_value=LONGEST, initial=term.days
            )

    def save(self, *, actor: User) -> None:
        """Change them by the verb."""
        change_terms(actor=actor, days=self.cleaned_data)


class RecheckForm(forms.Form):
    """Whom to check anew: by the age of the verification, of the whole base or of a saved selection."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    within_days = forms.IntegerField(
        label=gettext_lazy("Verification runs out within, days"), min_value=0, max_value=FARTHEST, initial=14
    )
    selection = forms.ModelChoiceField(
        label=gettext_lazy("Only of the selection"), queryset=SavedView.objects.none(), required=False,
        empty_label=gettext_lazy("the whole base"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, user: User) -> None:
        name = _("Re-verification of %(day)s") % {"day": short_date(timezone.localdate())}
        super().__init__(data, initial={"name": name})
        self.user = user
        self.fields["selection"].queryset = SavedView.objects.offered_to(user, PAGE)  # type: ignore[attr-defined]

    def companies(self, selection: SavedView | None) -> QuerySet[Company]:
        """Those that this person may have called, within the selection."""
        permitted = Company.objects.active().permitted(self.user, "callcenter.open_calllist")
        return apply_filters(permitted, selection.filters) if selection else permitted

    @property
    def waiting(self) -> int:
        """How many there are with the offered term."""
        days = self.fields["within_days"].initial
        return stale_companies(self.companies(None), within_days=days, now=timezone.now()).count()

    def save(self) -> CallList:
        """Open the list by the verb."""
        values = self.cleaned_data
        companies = self.companies(values["selection"])
        return open_recheck_list(
            actor=self.user, companies=companies, within_days=values["within_days"], name=values["name"]
        )
