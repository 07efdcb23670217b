"""Forms about persons, notes, needs and what comes next."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Scope
from accounts.models import User
from companies.models import Company, Source
from companies.normalise import normalise_email, normalise_phone
from contacts.enums import Attitude, Channel, DecisionRole, Purpose, Urgency
from contacts.models import Person

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
BY_HAND = [choice for choice in Channel.choices if choice[0] != Channel.SYSTEM]


class LocalDateTime(forms.DateTimeInput):
    """The browser's own date and time field."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class CycleForm(forms.Form):
    """A new wave."""

    name = forms.CharField(label=_("Name"), max_length=60)
    goal = forms.CharField(label=_("Goal"), max_length=300, required=False)
    starts_on = forms.DateField(label=_("Starts"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label=_("Ends"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False
    )


class ConsentForm(forms.Form):
    """What a person has agreed to."""

    purpose = forms.ChoiceField(label=_("Consent to"), choices=Purpose.choices)
    channel = forms.ChoiceField(label=_("Channel"), choices=[("", _("all channels")), *BY_HAND], required=False)
    given_at = forms.DateTimeField(label=_("Given"), widget=LocalDateTime)
    text_version = forms.CharField(
        label=_("Version of the text"),
        max_length=60,
        required=False,
        help_text=_("For example: consent of 1 September 2025"),
    )
    source = forms.ModelChoiceField(label=_("Source"), queryset=Source.objects.all(), required=False)
    proof = forms.FileField(label=_("Proof: PDF, PNG or JPEG up to 10 MB"), required=False)


class ReasonForm(forms.Form):
    """On what ground."""

    reason = forms.CharField(label=_("Ground"), max_length=200)


class OfCompany(forms.Form):
    """A form that may name one of the company's persons."""

    def __init__(self, *args: Any, company: Company, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("person", "reports_to"):
            if name in self.fields:
                self.fields[name].queryset = Person.objects.working().filter(company=company)


class PersonForm(OfCompany):
    """Who it is, what the person decides, and how to reach them."""

    full_name = forms.CharField(label=_("Surname, first name, patronymic"), max_length=300)
    position = forms.CharField(label=_("Position"), max_length=150, required=False)
    decision_role = forms.ChoiceField(label=_("Role in decisions"), choices=DecisionRole, required=False)
    attitude = forms.ChoiceField(label=_("Attitude"), choices=Attitude, required=False)
    started_at = forms.DateField(label=_("Works there since"), widget=DAY, required=False)
    reports_to = forms.ModelChoiceField(label=_("Reports to"), queryset=Person.objects.none(), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=60, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=200, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def clean_phone(self) -> str:
        return self._checked("phone", normalise_phone)

    def clean_email(self) -> str:
        return self._checked("email", normalise_email)

    def _checked(self, name: str, rule: Any) -> str:
        """The text as it was typed: the verb brings it to its one spelling."""
        text = self.cleaned_data[name]
        try:
            if text:
                rule(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return text

    def for_verb(self) -> dict[str, Any]:
        """Arguments of `add_person`; phone and e-mail are lists there."""
        fields = dict(self.cleaned_data)
        phone, email = fields.pop("phone"), fields.pop("email")
        return fields | {"phones": [phone] if phone else [], "emails": [email] if email else []}


class PostForm(forms.Form):
    """What the person does in the other company."""

    position = forms.CharField(label=_("Position"), max_length=150, required=False)
    decision_role = forms.ChoiceField(label=_("Role in decisions"), choices=DecisionRole, required=False)
    started_at = forms.DateField(label=_("Works there since"), widget=DAY, required=False)


class NoteForm(OfCompany):
    """What was said."""

    text = forms.CharField(label=_("What was said"), widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}))
    channel = forms.ChoiceField(label=_("How"), choices=BY_HAND)
    person = forms.ModelChoiceField(label=_("With whom"), queryset=Person.objects.none(), required=False)


class NeedForm(OfCompany):
    """What the company needs."""

    text = forms.CharField(label=_("What the company needs"), max_length=300)
    urgency = forms.ChoiceField(label=_("How urgent"), choices=Urgency, initial=Urgency.IMPORTANT)
    product_group = forms.CharField(label=_("Product group"), max_length=100, required=False)
    volume = forms.CharField(label=_("Volume"), max_length=60, required=False)
    needed_by = forms.DateField(
        label=_("By what date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False
    )
    person = forms.ModelChoiceField(label=_("Who said so"), queryset=Person.objects.none(), required=False)


class PlanForm(OfCompany):
    """When, how and about what."""

    at = forms.DateTimeField(label=_("When"), widget=LocalDateTime())
    channel = forms.ChoiceField(label=_("How"), choices=BY_HAND)
    person = forms.ModelChoiceField(label=_("With whom"), queryset=Person.objects.none(), required=False)
    text = forms.CharField(label=_("About what"), max_length=200, required=False)


class PostponeForm(forms.Form):
    """Another time."""

    at = forms.DateTimeField(label=_("When"), widget=LocalDateTime())
    text = forms.CharField(label=_("About what"), max_length=200, required=False)


class HandOverForm(forms.Form):
    """Whose clients go to whom, which of them, and why."""

    previous = forms.ModelChoiceField(label=_("From whom"), queryset=User.objects.none())
    successor = forms.ModelChoiceField(label=_("To whom"), queryset=User.objects.none())
    reason = forms.CharField(label=_("Why"), max_length=200)
    whole = forms.BooleanField(
        label=_("Everything: the employee leaves"),
        help_text=_("All clients, and tasks and meetings that belong to none of them"),
        required=False,
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        people = User.objects.order_by("last_name", "first_name")
        if actor.scope_of("companies.assign_company") < Scope.ALL:
            people = people.filter(team=actor.team)
        self.fields["previous"].queryset = people  # who has left may have clients still
        self.fields["successor"].queryset = people.filter(
            pk__in=User.objects.holding("companies.view_company").values("pk")
        )
