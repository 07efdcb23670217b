"""Forms of uploads and columns."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.enums import SourceKind
from companies.models import Source
from companies.regions import SUBJECTS
from intake.enums import EnterpriseCategory, ImportField, RegisterKind
from intake.models import ImportBatch, ImportPreset
from intake.questions import questions


class UploadForm(forms.Form):
    """A file, and where it is from."""

    file = forms.FileField(
        label=gettext_lazy("File"), allow_empty_file=True, max_length=200,
        help_text=gettext_lazy("XLSX, XLS, ODS, CSV or vCard, up to 30 MB and 100 000 rows. The first sheet is read."),
    )  # fmt: skip
    source = forms.ModelChoiceField(
        Source.objects.all(), required=False, label=gettext_lazy("Source"), empty_label=gettext_lazy("A new source")
    )
    source_name = forms.CharField(label=gettext_lazy("Name of the new source"), max_length=150, required=False)
    source_kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=SourceKind.choices, initial=SourceKind.EXHIBITION, required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("source") and not (cleaned.get("source_name") or "").strip():
            self.add_error("source_name", _("Say where the data are from: it is kept with every company."))
        return cleaned


class RegisterForm(forms.Form):
    """An archive of the tax service, and which part of it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=RegisterKind.choices, initial=RegisterKind.ENTERPRISES,
        widget=forms.RadioSelect,
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("File"), max_length=200,
        help_text=gettext_lazy("The ZIP as the tax service publishes it, or one XML of it. Up to 4 GB."),
    )  # fmt: skip
    regions = forms.MultipleChoiceField(
        label=gettext_lazy("Regions"), required=False,
        choices=sorted(((each.code, each.short_name) for each in SUBJECTS), key=lambda choice: choice[1]),
        widget=forms.SelectMultiple(attrs={"size": 8}), help_text=gettext_lazy("Several with Ctrl. None: the whole country."),
    )  # fmt: skip
    activities = forms.CharField(
        label=gettext_lazy("Kinds of activity"), max_length=300, required=False,
        help_text=gettext_lazy("Beginnings of OKVED codes: 28 25.6"),
    )  # fmt: skip
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("Category"), required=False, choices=EnterpriseCategory.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def clean_activities(self) -> list[str]:
        return self.cleaned_data["activities"].replace(",", " ").replace(";", " ").split()


class PageForm(forms.Form):
    """A page of a site: its address, or its text."""

    url = forms.CharField(label=gettext_lazy("Address of the page"), max_length=1000, required=False)
    text = forms.CharField(
        label=gettext_lazy("Or its text"), max_length=400_000, required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("For a page that opens only in a browser: select all of it, copy and paste here."),
    )  # fmt: skip
    source = forms.ModelChoiceField(
        Source.objects.all(), required=False, label=gettext_lazy("Source"), empty_label=gettext_lazy("A new source")
    )
    source_name = forms.CharField(label=gettext_lazy("Name of the new source"), max_length=150, required=False)
    source_kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=SourceKind.choices, initial=SourceKind.SITE, required=False
    )


class WebFormForm(forms.Form):
    """A new form for a site."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("It becomes the source of what is sent.")
    )
    thanks = forms.CharField(
        label=gettext_lazy("What is said after sending"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class LeadForm(forms.Form):
    """What a visitor of a site fills in. `website` is seen by machines only."""

    company = forms.CharField(label=gettext_lazy("Company"), max_length=200, required=False)
    person = forms.CharField(label=gettext_lazy("Your name"), max_length=200, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=60, required=False)
    email = forms.CharField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    message = forms.CharField(
        label=gettext_lazy("Question"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    website = forms.CharField(
        max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"})
    )


class MappingForm(forms.Form):
    """One choice per column of the file; names of columns are strangers' words, so fields are numbered."""

    def __init__(self, data: Any = None, *, batch: ImportBatch):
        super().__init__(data)
        self.batch = batch
        asked = [(name, question.title) for name, question in questions().items()]
        choices: list[Any] = [("", _("Do not load")), *ImportField.choices]
        choices += [(_("Technical information"), asked)] if asked else []
        self.labels = dict([*ImportField.choices, *asked])
        for place, name in enumerate(batch.columns):
            known = batch.mapping.get(name, "")
            self.fields[f"column{place}"] = forms.ChoiceField(
                choices=choices,
                required=False,
                initial=known,
                label=name,
                widget=forms.Select(attrs={"class": "" if known else "unknown-column", "aria-label": name}),
            )

    @property
    def mapping(self) -> dict[str, str]:
        """Name of a column -> field."""
        return {name: self.cleaned_data[f"column{place}"] for place, name in enumerate(self.batch.columns)}

    def rows(self) -> list[tuple[str, str, Any, str]]:
        """(column, example, choice, what is chosen in words) for the table."""
        words = [self.labels.get(self.batch.mapping.get(name, ""), "") for name in self.batch.columns]
        return [
            (name, self.batch.sample.get(name, ""), self[f"column{place}"], words[place])
            for place, name in enumerate(self.batch.columns)
        ]


class PresetForm(forms.Form):
    """Take the columns from a template, or remember them under a name."""

    preset = forms.ModelChoiceField(ImportPreset.objects.all(), required=False)
    name = forms.CharField(max_length=100, required=False)
