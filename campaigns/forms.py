"""Forms of the steps of a campaign; verbs check what is true, forms only read."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.merge import check_fields
from campaigns.models import Campaign
from contacts.models import Cycle
from core.exceptions import RuleViolation


class NewCampaignForm(forms.Form):
    """The name and the wave."""

    name = forms.CharField(label=_("Name"), max_length=150)
    cycle = forms.ModelChoiceField(label=_("Cycle"), queryset=Cycle.objects.all(), required=False)


class BriefForm(forms.ModelForm):
    """What the mailing is for."""

    class Meta:
        model = Campaign
        fields = (
            "name",
            "cycle",
            "goal",
            "audience_note",
            "offer",
            "pretext",
            "call_to_action",
            "expected_response",
            "budget",
        )
        widgets = {"offer": forms.Textarea(attrs={"rows": 3})}
        labels = {"name": _("Name")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].required = True


class CreativeForm(forms.ModelForm):
    """The letter."""

    class Meta:
        model = Campaign
        fields = ("subject", "body", "sender_name", "sender_email")
        widgets = {"body": forms.Textarea(attrs={"rows": 16})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True

    def clean_subject(self) -> str:
        """Fields of the list only; the sentence stands under the field."""
        return self._checked("subject")

    def clean_body(self) -> str:
        """Fields of the list only."""
        return self._checked("body")

    def _checked(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        try:
            check_fields(text)
        except RuleViolation as refusal:
            raise forms.ValidationError(refusal.message) from refusal
        return text


class PaceForm(forms.ModelForm):
    """To whom at all, how fast, and when the operators call."""

    class Meta:
        model = Campaign
        fields = ("verified_only", "letters_per_hour", "callback_after_days")


class AddToCampaignForm(forms.Form):
    """The chosen companies of the base as the audience of a new mailing or of one that is being prepared."""

    campaign = forms.ModelChoiceField(
        label=_("Mailing"), queryset=Campaign.objects.none(), required=False, empty_label=_("A new one")
    )
    name = forms.CharField(label=_("Name of the new one"), max_length=150, required=False)

    def __init__(self, *args: Any, campaigns: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("campaign") and not data.get("name", "").strip():
            self.add_error("name", _("Name the new mailing, or choose one."))
        return data
