"""The plan of one figure."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TargetForm(forms.Form):
    """An empty plan takes the plan back."""

    value = forms.DecimalField(
        label=_("Plan of the month"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
