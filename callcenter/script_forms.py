"""Forms of the script builder."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callcenter.enums import Writes
from callcenter.models import ResultCode, Script, ScriptAnswer, ScriptStep, ScriptVersion
from callcenter.services import write_step
from callcenter.speech import KEYS, datum_words
from companies.models import TechnicalField
from contacts.enums import DecisionRole
from intake.enums import CorrectedField

ANSWERS = range(1, len(KEYS) + 1)


class ScriptForm(forms.ModelForm):
    """Name and goal of a script."""

    class Meta:
        model = Script
        fields = ("name", "goal")

    def validate_unique(self) -> None:
        """The verb says it in words."""


class NewScriptForm(ScriptForm):
    """A script from nothing."""

    class Meta(ScriptForm.Meta):
        fields = ("name", "kind", "goal")


class StepForm(forms.Form):
    """A step of a draft with its four answers. What an answer writes is one choice: «writes|about|value»."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=100)
    text = forms.CharField(label=gettext_lazy("What the operator says"), max_length=4000, widget=forms.Textarea)
    hint = forms.CharField(label=gettext_lazy("Hint for the operator"), max_length=200, required=False)
    is_objection = forms.BooleanField(label=gettext_lazy("Objection"), required=False)
    field = forms.ChoiceField(label=gettext_lazy("Line of the check"), required=False)

    def __init__(
        self, data: Any, *, version: ScriptVersion, step: ScriptStep | None, steps: Sequence[ScriptStep]
    ) -> None:
        super().__init__(data, initial=_present(step))
        self.version, self.step = version, step
        self.fields["hint"].widget.attrs["placeholder"] = _("hint for the operator: what to find out")
        for name in ("title", "text", "hint", "field"):  # the page has heads instead of labels
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label
        self.fields["field"].choices = [("", _("no line")), *CorrectedField.choices]  # type: ignore[attr-defined]
        leads = [("", "—"), *((str(row.pk), row.title) for row in steps if not step or row.pk != step.pk)]
        codes = ResultCode.objects.filter(kind=version.script.kind)
        suggests = [("", "—"), *((code.code, f"{code.digit} {code.label}") for code in codes)]
        writes = writes_choices()
        for order in ANSWERS:
            text = {"aria-label": _("Answer %(number)s") % {"number": order}, "placeholder": _("what the client says")}
            self.fields[f"text-{order}"] = forms.CharField(max_length=100, required=False, widget=forms.TextInput(text))
            self._choice(f"leads-{order}", leads, _("Answer %(number)s leads to"), order)
            self._choice(f"writes-{order}", writes, _("Answer %(number)s writes"), order)
            self._choice(f"suggests-{order}", suggests, _("Answer %(number)s suggests"), order)
            words = {
                "aria-label": _("Answer %(number)s: what is written") % {"number": order},
                "placeholder": _("typed in the talk"),
            }
            self.fields[f"words-{order}"] = forms.CharField(
                max_length=300, required=False, widget=forms.TextInput(words)
            )

    def _choice(self, name: str, choices: Sequence[Any], label: str, order: int) -> None:
        widget = forms.Select({"aria-label": label % {"number": order}})
        self.fields[name] = forms.ChoiceField(choices=choices, required=False, widget=widget)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The four lines of the table, each with its key."""
        names = ("text", "writes", "words", "leads", "suggests")
        return [{"key": KEYS[order - 1]} | {name: self[f"{name}-{order}"] for name in names} for order in ANSWERS]

    def save(self, *, actor: Any) -> ScriptStep:
        """Write the step by the verb."""
        values = self.cleaned_data
        kept = {name: values[name] for name in ("title", "text", "hint", "is_objection", "field")}
        answers = [self._answer(order) for order in ANSWERS]
        return write_step(self.version, actor=actor, step=self.step, answers=answers, **kept)

    def _answer(self, order: int) -> dict[str, Any]:
        values = self.cleaned_data
        writes, about, value = [*values[f"writes-{order}"].split("|"), "", ""][:3]
        words, leads = values[f"words-{order}"], values[f"leads-{order}"]
        if writes == Writes.NEED:
            about = words
        elif writes in {Writes.TECHNICAL, Writes.NOTE}:
            value = words
        return {
            "text": values[f"text-{order}"],
            "leads_to": int(leads) if leads else None,
            "suggests": values[f"suggests-{order}"],
            "writes": writes,
            "about": about,
            "value": value,
        }


def writes_choices() -> list[Any]:
    """Everything an answer may write."""
    yes_no = [
        ("received||yes", _("Letter received")),
        ("received||read", _("Letter received and read")),
        ("received||no", _("Letter not received")),
    ]
    questions = [(f"technical|{field.key}|", field.title) for field in TechnicalField.objects.active()]
    roles = [(f"role||{role}", label) for role, label in DecisionRole.choices if role]
    data = [
        (f"datum|{line}|{answer}", f"{label}: {word}")
        for line, label in CorrectedField.choices
        for answer, word in datum_words().items()
    ]
    return [
        ("", "—"),
        ("need||", _("Need")),
        ("note||", _("Note")),
        (_("The letter"), yes_no),
        *([(_("Technical question"), questions)] if questions else []),
        (_("Role in the decision"), roles),
        (_("Datum of the check"), data),
    ]


def _present(step: ScriptStep | None) -> dict[str, Any]:
    if step is None:
        return {}
    values = {name: getattr(step, name) for name in ("title", "text", "hint", "is_objection", "field")}
    for answer in step.answers.all():
        values |= {f"{name}-{answer.order}": value for name, value in _words(answer).items()}
    return values


def _words(answer: ScriptAnswer) -> dict[str, Any]:
    writes = answer.writes
    about = answer.about if writes in {Writes.TECHNICAL, Writes.DATUM} else ""
    value = answer.value if writes in {Writes.RECEIVED, Writes.ROLE, Writes.DATUM} else ""
    return {
        "text": answer.text,
        "leads": str(answer.leads_to_id or ""),
        "suggests": answer.suggests,
        "writes": f"{writes}|{about}|{value}" if writes else "",
        "words": answer.about if writes == Writes.NEED else answer.value if not value else "",
    }
