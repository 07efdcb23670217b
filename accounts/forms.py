"""Forms about people; saving goes through the verbs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import User


class RolesField(forms.MultipleChoiceField):
    """Roles of the policy table as checkboxes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        choices = [(role, row[0]) for role, row in policy.ROLES.items()]
        super().__init__(
            choices=choices, label=_("Roles"), error_messages={"required": _("Choose at least one role.")}, **kwargs
        )


class PersonForm(forms.ModelForm):
    """What is known about a colleague."""

    class Meta:
        model = User
        fields = [
            "last_name",
            "first_name",
            "middle_name",
            "email",
            "phone",
            "team",
            "time_zone",
            "language",
            "discount_limit",
        ]


class HireForm(PersonForm):
    """A new colleague with a login, a password and roles."""

    roles = RolesField()
    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )

    class Meta(PersonForm.Meta):
        fields = ["username", *PersonForm.Meta.fields]


class ColleagueForm(PersonForm):
    """An existing colleague with roles."""

    roles = RolesField()


class ProfileForm(forms.ModelForm):
    """What a person may change about oneself."""

    class Meta:
        model = User
        fields = ["phone", "time_zone", "language"]
