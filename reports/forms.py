"""The plan of one figure, and which facts are asked for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from companies.models import Source
from contacts.models import Cycle


class SliceForm(forms.Form):
    """Whose facts, of which wave, from which source; an empty field means all."""

    person = forms.ModelChoiceField(
        User.objects.none(), label=_("Employee"), required=False, empty_label=_("All employees")
    )
    team = forms.ModelChoiceField(
        Team.objects.all(), label=_("Department"), required=False, empty_label=_("All departments")
    )
    cycle = forms.ModelChoiceField(Cycle.objects.all(), label=_("Wave"), required=False, empty_label=_("All waves"))
    source = forms.ModelChoiceField(
        Source.objects.all(), label=_("Source"), required=False, empty_label=_("All sources")
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.permitted(reader, "accounts.view_user").active()
        self.fields["person"].queryset = people.order_by("last_name", "first_name")
        for field in self.fields.values():
            field.widget.attrs |= {"class": "form-select is-small", "aria-label": field.label}


class TargetForm(forms.Form):
    """An empty plan takes the plan back."""

    value = forms.DecimalField(
        label=_("Plan of the month"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
