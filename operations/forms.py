"""Own requisites, and the first page a new installation shows."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import RolesField
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
