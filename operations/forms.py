"""Own requisites, and the first page a new installation shows."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import RolesField
from core.identifiers import InvalidIdentifier, clean_account, clean_bik, clean_inn, clean_kpp, clean_ogrn
from operations.models import LegalEntity


class RequisitesForm(forms.ModelForm):
    """Own requisites; bank details may come later, before the first invoice."""

    class Meta:
        model = LegalEntity
        fields = [
            "inn",
            "name",
            "full_name",
            "kpp",
            "ogrn",
            "address",
            "phone",
            "email",
            "director_post",
            "director_name",
            "accountant_name",
            "bik",
            "bank",
            "account",
            "correspondent_account",
        ]

    def clean_inn(self) -> str:
        return self._checked("inn", clean_inn)

    def clean_kpp(self) -> str:
        return self._checked("kpp", clean_kpp)

    def clean_ogrn(self) -> str:
        return self._checked("ogrn", clean_ogrn)

    def clean_bik(self) -> str:
        return self._checked("bik", clean_bik)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("account") and data.get("bik"):
            try:
                data["account"] = clean_account(data["account"], data["bik"])
            except InvalidIdentifier as mistake:
                self.add_error("account", mistake.message)
        return data

    def _checked(self, name: str, check: Callable[[str], str]) -> str:
        """The cleaned identifier, or its own sentence under the field; an empty one stays empty."""
        value = self.cleaned_data[name]
        try:
            return check(value) if value else ""
        except InvalidIdentifier as mistake:
            raise forms.ValidationError(mistake.message) from mistake


class FirstRunForm(forms.Form):
    """The department and its first person."""

    department = forms.CharField(label=_("Department"), max_length=100)
    last_name = forms.CharField(label=_("Surname"), max_length=100)
    first_name = forms.CharField(label=_("First name"), max_length=100)
    username = forms.CharField(label=_("Login"), max_length=100)
    email = forms.EmailField(label=_("E-mail"))
    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )
    roles = RolesField()


class WorkdayForm(forms.Form):
    """A day on which we differ from the calendar of the state."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    is_working = forms.TypedChoiceField(
        label=_("On this day"),
        choices=[("", _("we rest")), ("1", _("we work"))],
        coerce=bool,
        empty_value=False,
        required=False,
    )
    note = forms.CharField(label=_("Why"), max_length=150, required=False)
