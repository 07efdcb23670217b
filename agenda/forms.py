"""Forms of tasks and meetings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agenda.enums import MeetingResult


class LocalDateTime(forms.DateTimeInput):
    """The browser's own date and time field."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class TaskForm(forms.Form):
    """A task for somebody."""

    title = forms.CharField(label=_("What to do"), max_length=200)
    text = forms.CharField(label=_("Details"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    owner = forms.ModelChoiceField(label=_("Executor"), queryset=None)
    due_at = forms.DateTimeField(label=_("Due"), widget=LocalDateTime())

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people


class PostponeForm(forms.Form):
    """A new term with the reason."""

    due_at = forms.DateTimeField(label=_("New term"), widget=LocalDateTime())
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)


class ResultForm(forms.Form):
    """What came of a meeting."""

    result = forms.ChoiceField(label=_("Result"), choices=MeetingResult, widget=forms.RadioSelect)
    text = forms.CharField(label=_("What was agreed"), widget=forms.Textarea(attrs={"rows": 4}))
    next_at = forms.DateTimeField(label=_("Next contact"), widget=LocalDateTime())
    next_text = forms.CharField(label=_("About what"), max_length=200)


class CancelForm(forms.Form):
    """Why a meeting did not take place."""

    reason = forms.CharField(label=_("Why"), max_length=200)
    did_not_come = forms.BooleanField(label=_("The client did not come"), required=False)


class BookingForm(forms.Form):
    """A meeting with a company."""

    manager = forms.ModelChoiceField(label=_("Manager"), queryset=None)
    starts_at = forms.DateTimeField(label=_("Starts"), widget=LocalDateTime())
    subject = forms.CharField(label=_("About what"), max_length=200)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    person = forms.ModelChoiceField(label=_("With whom"), queryset=None, required=False)

    def __init__(self, *args, managers, persons, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["manager"].queryset = managers
        self.fields["person"].queryset = persons
