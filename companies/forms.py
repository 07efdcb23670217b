"""Forms of the base."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.cleaning import CLEANERS, clean_bank, clean_value, refuse_unfit_private
from companies.enums import FieldKind
from companies.models import Company, Segment, Source, TechnicalField
from companies.normalise import split_phones
from companies.technical import LONGEST_ANSWER, fields_of

ONLY_NEW = ("phones", "bik", "account")  # on a known card each has a dialog of its own


class CompanyForm(forms.ModelForm):
    """The card. On an edit every field carries the value it had when the form was opened: only what the person has
    changed is written, and a field that somebody else has changed meanwhile is asked about."""

    phones = forms.CharField(
        label=_("Phones"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("As they are written, one after another"),
    )
    address = forms.CharField(label=_("Address"), required=False, max_length=400)
    bik = forms.CharField(label=_("BIK of the bank"), required=False, max_length=40)
    account = forms.CharField(label=_("Settlement account"), required=False, max_length=60)

    class Meta:
        model = Company
        fields = (
            "name", "legal_form", "is_private", "inn", "kpp", "ogrn", "okpo", "email", "site", "phones", "address", "city", "region",
            "segment",
            "activity", "headcount", "revenue", "source", "bik", "account", "about", "note",
        )  # fmt: skip
        labels = {"name": _("Company name")}
        widgets = {"about": forms.Textarea(attrs={"rows": 2}), "note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, company: Company | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.company = company
        for name in ("inn", "ogrn", "okpo", "kpp", "site", "email"):  # people paste «ИНН 7447…» and «mailto:…»
            self.fields[name] = forms.CharField(label=self.fields[name].label, required=False, max_length=200)
        if company:
            for name in ONLY_NEW:
                del self.fields[name]
            self.initial = forms.model_to_dict(company, self._meta.fields) | {"address": _address_of(company)}
            for field in self.fields.values():
                field.show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        for name in CLEANERS:
            self._clean_by_rule(name)
        if "phones" in self.fields and (wrong := split_phones(self.cleaned_data.get("phones", "")).rejected):
            self.add_error("phones", _("Not a phone number: %(text)s") % {"text": ", ".join(wrong)})
        self._clean_account()
        try:
            refuse_unfit_private(self.cleaned_data)
        except ValueError as error:
            self.add_error("is_private", str(error))
        return self.cleaned_data

    def _clean_account(self) -> None:
        bik, number = (self.cleaned_data.get(name, "").strip() for name in ("bik", "account"))
        try:
            self.account = clean_bank(bik=bik, number=number) if bik or number else {}
        except ValueError as error:
            self.add_error("account", str(error))

    def _post_clean(self) -> None:
        """The verb writes and checks, not the form."""

    def _clean_by_rule(self, name: str) -> None:
        try:
            self.cleaned_data[name] = clean_value(name, self.cleaned_data.get(name))
        except ValueError as error:
            self.add_error(name, str(error))

    def for_registration(self) -> dict[str, Any]:
        """Arguments of `register_company`."""
        numbers = [f"{number} доб. {extension}" if extension else number for number, extension in self._phones()]
        fields = {name: value for name, value in self.cleaned_data.items() if name not in ONLY_NEW}
        return fields | {"phones": numbers, "bank_account": self.account}

    def _phones(self) -> list[tuple[str, str]]:
        return [tuple(phone) for phone in split_phones(self.cleaned_data["phones"]).found]

    def changes(self) -> dict[str, Any]:
        """Arguments of `change_company`: what the person has changed, but where he has chosen the other's value."""
        kept = [name for name in self.changed_data if self.data.get(self.choice_name(name)) != "theirs"]
        return {name: self.cleaned_data[name] for name in kept}

    def choice_name(self, field: str) -> str:
        """The radio of a conflict; it answers for this version of the card only."""
        return f"keep-{field}-{self.company.version if self.company else 0}"

    def conflicts(self) -> list[dict[str, Any]]:
        """Fields that the person has changed and somebody else too, since the form was opened."""
        if not self.company or self.data.get("version") == str(self.company.version):
            return []
        return [
            {
                "field": self[name],
                "name": self.choice_name(name),
                "mine": self._worded(name, mine=True),
                "theirs": self._worded(name),
            }
            for name in self.changed_data
            if self.choice_name(name) not in self.data and self._differs(name)
        ]

    def _differs(self, name: str) -> bool:
        field, opened = self.fields[name], self.data.get(self[name].html_initial_name, "")
        return field.has_changed(self.initial.get(name), opened)

    def _worded(self, name: str, *, mine: bool = False) -> str:
        if mine:
            return str(self.cleaned_data.get(name) or "—")
        value = self.initial["address"] if name == "address" else getattr(self.company, name)
        return str(value or "—")

    def opened_values(self) -> list[str]:
        """Hidden fields with the values the form was opened with."""
        return [
            field.as_hidden(only_initial=True) for field in self.visible_fields() if field.field.show_hidden_initial
        ]


class PhoneForm(forms.Form):
    """A phone of the company."""

    number = forms.CharField(label=_("Phone"), max_length=60)
    label = forms.CharField(label=_("Whose"), max_length=60, required=False)
    is_main = forms.BooleanField(label=_("The main one"), required=False)


class BankAccountForm(forms.Form):
    """A bank account of the company, proved against the БИК."""

    bik = forms.CharField(label=_("BIK of the bank"), max_length=40)
    number = forms.CharField(label=_("Settlement account"), max_length=60)
    bank = forms.CharField(label=_("Bank"), max_length=200, required=False)
    correspondent = forms.CharField(label=_("Correspondent account"), max_length=60, required=False)
    is_main = forms.BooleanField(label=_("The main one"), required=False)

    def clean(self) -> dict[str, Any]:
        typed = {name: self.cleaned_data.get(name, "") for name in ("bik", "number", "correspondent")}
        try:
            return self.cleaned_data | (clean_bank(**typed) if typed["bik"] and typed["number"] else {})
        except ValueError as error:
            self.add_error("number", str(error))
        return self.cleaned_data


class EquipmentForm(forms.Form):
    """A line of the technical information."""

    name = forms.CharField(label=_("What is installed"), max_length=150)
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=100_000, initial=1)
    year = forms.IntegerField(label=_("Year"), min_value=1900, max_value=2100, required=False)
    condition = forms.CharField(label=_("Condition"), max_length=60, required=False)


class TechnicalForm(forms.Form):
    """The questions put to this company, each with the field its answer needs."""

    def __init__(self, *args: Any, company: Company, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field in fields_of(company.segment_id):
            self.fields[field.key] = _answer_field(field, company.technical.get(field.key))


def _answer_field(field: TechnicalField, known: Any) -> forms.Field:
    common = {"label": field.title, "required": False, "initial": known}
    if field.kind == FieldKind.CHOICE:
        return forms.ChoiceField(choices=[("", "---------"), *((each, each) for each in field.choices)], **common)
    if field.kind == FieldKind.YES_NO:
        said = {True: "yes", False: "no"}.get(known, "")
        answers = [("", "---------"), ("yes", _("yes")), ("no", _("no"))]
        return forms.ChoiceField(choices=answers, **common | {"initial": said})
    if field.kind == FieldKind.DATE:
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), max_length=20, **common)
    # numbers are read by the verb too: «1 250,5» is how people write them
    return forms.CharField(max_length=LONGEST_ANSWER, **common)


class FieldForm(forms.Form):
    """A question of the third block."""

    label = forms.CharField(label=_("Question"), max_length=100)
    kind = forms.ChoiceField(label=_("Answer"), choices=FieldKind.choices)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False, help_text=_("kW, m³, pieces"))
    choices = forms.CharField(
        label=_("Choices, one a line"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, required=False
    )
    segments = forms.ModelMultipleChoiceField(
        label=_("Segments"), queryset=Segment.objects.all(), required=False, help_text=_("None: asked of all")
    )
    position = forms.IntegerField(label=_("Order"), min_value=0, max_value=9999, initial=100)

    def clean_choices(self) -> list[str]:
        """Lines as a list."""
        return [line.strip() for line in self.cleaned_data["choices"].splitlines() if line.strip()]


class AssignForm(forms.Form):
    """Whose company it will be."""

    owner = forms.ModelChoiceField(
        label=_("Responsible manager"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.holding("companies.view_company")


class SegmentForm(forms.Form):
    """Which segment many companies belong to."""

    segment = forms.ModelChoiceField(
        label=_("Segment"), queryset=Segment.objects.all(), required=False, empty_label=_("No segment")
    )


class SourceForm(forms.Form):
    """Where many companies come from."""

    source = forms.ModelChoiceField(label=_("Source"), queryset=Source.objects.all())


def _address_of(company: Company) -> str:
    address = next(iter(company.addresses.all()), None)
    return str(address) if address else ""
