"""What the operator's screen sends: the result of a call; and the small forms of lists."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Function
from accounts.models import Team, User
from callcenter.enums import Contact, ListKind
from callcenter.hours import CLOSES, OPENS
from callcenter.models import CallAttempt, CallList, CardClaim, QueueItem, ResultCode, Script
from callcenter.services import finish_call, open_list
from callcenter.services.moves import contact_times
from callcenter.services.results import CHANGEABLE
from contacts.enums import DecisionRole
from contacts.models import Cycle, Person
from core.exceptions import RuleViolation
from intake.enums import CorrectedField

CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
ANSWERS = {"right", "fix", "unknown"}
OF_A_PERSON = {CorrectedField.PERSON, CorrectedField.POSITION, CorrectedField.PERSON_PHONE, CorrectedField.PERSON_EMAIL}


class CallForm(forms.Form):
    """One POST from the operator's screen. Whatever is wrong is a refusal in words: the page keeps what was typed."""

    result = forms.CharField(max_length=30)
    contact = forms.ChoiceField(choices=Contact.choices, required=False)
    date = forms.DateField(required=False)
    time = forms.TimeField(required=False)
    slot = forms.CharField(max_length=80, required=False)
    place = forms.CharField(max_length=200, required=False)
    note = forms.CharField(max_length=4000, required=False)
    need = forms.CharField(max_length=300, required=False)
    need_group = forms.CharField(max_length=100, required=False)
    need_volume = forms.CharField(max_length=60, required=False)
    need_by = forms.DateField(required=False)
    received = forms.ChoiceField(choices=[("", ""), ("yes", "yes"), ("no", "no")], required=False)
    number = forms.CharField(max_length=16, required=False)  # dialled; the server may not have heard of it
    person = forms.CharField(max_length=18, required=False)
    path = forms.JSONField(required=False)

    def save(self, claim: CardClaim, *, actor: User, now: datetime) -> CallAttempt:
        """Write the call by the verb. Raises RuleViolation for what is missing."""
        if not self.is_valid():
            raise RuleViolation(_("Choose the result of the call.") if "result" in self.errors else self._first_error())
        values, card = self.cleaned_data, claim.item
        return finish_call(
            card,
            actor=actor,
            claim=claim.token,
            result=values["result"],
            note=values["note"],
            number=values["number"],
            person=card.company.persons.filter(pk=values["person"]).first() if values["person"].isdecimal() else None,
            next_contact_at=self._next_contact_at(card, now),
            facts=self._facts(),
            corrections=list(self._corrections(card)),
            roles=self._roles(card),
            need=self._need(),
            meeting=self._meeting(),
            path=values["path"] if isinstance(values["path"], list) else (),
            typed=self._typed(),
            now=now,
        )

    def _first_error(self) -> str:
        return next(iter(self.errors.values()))[0]

    def _next_contact_at(self, card: QueueItem, now: datetime) -> datetime | None:
        """The chosen time: a ready choice or the client's own calendar day and clock."""
        values = self.cleaned_data
        if values["contact"] != Contact.DATE:
            return contact_times(card, now).get(values["contact"])
        if not values["date"] or not values["time"]:
            raise RuleViolation(_("Say the day and the hour of the next contact."))
        return datetime.combine(values["date"], values["time"], ZoneInfo(card.time_zone))

    def _facts(self) -> dict[str, Any]:
        """What the script and the check have brought, besides the result."""
        facts: dict[str, Any] = {}
        if received := self.cleaned_data["received"]:
            facts["received"] = received == "yes"
        answers = {f.value: self.data.get(f"answer-{f.value}", "") for f in CorrectedField}
        if known := {name: answer for name, answer in answers.items() if answer in ANSWERS}:
            facts["answers"] = known
            if (pk := self.data.get("checked_person", "")).isdecimal():
                facts["checked_person"] = int(pk)
        return facts

    def _need(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {
            "text": values["need"],
            "product_group": values["need_group"],
            "volume": values["need_volume"],
            "needed_by": values["need_by"],
        }

    def _typed(self) -> dict[int, str]:
        """What was typed for answers of the script: «typed-17»."""
        names = (name for name in self.data if name.startswith("typed-") and name[6:].isdecimal())
        return {int(name[6:]): self.data[name][:300] for name in names}

    def _corrections(self, card: QueueItem) -> Iterator[Mapping[str, Any]]:
        """The lines that were corrected; those of a person name the one they were read from."""
        person = self._checked_person(card)
        renamed = self._is_fixed(CorrectedField.PERSON)
        for field in CorrectedField:
            new = self._is_fixed(field)
            if not new:
                continue
            whose = None if field not in OF_A_PERSON or (renamed and field != CorrectedField.PERSON) else person
            old = self.data.get(f"old-{field.value}", "")[:400]
            yield {"field": field, "new_value": new[:400], "old_value": old, "person": whose, "evidence": _("call")}
        if self.cleaned_data["result"] == "closed":
            yield {
                "field": CorrectedField.STATE,
                "new_value": "closed",
                "old_value": card.company.state,
                "evidence": _("call"),
            }

    def _is_fixed(self, field: CorrectedField) -> str:
        new, old = (self.data.get(f"{name}-{field.value}", "").strip() for name in ("fix", "old"))
        return new if self.data.get(f"answer-{field.value}") == "fix" and new != old else ""

    def _checked_person(self, card: QueueItem) -> Person | None:
        pk = self.data.get("checked_person", "")
        return card.company.persons.filter(pk=pk).first() if pk.isdecimal() else None

    def _roles(self, card: QueueItem) -> dict[Person, str]:
        """Who decides, as it was chosen for the people of this company."""
        wanted = {name[5:]: self.data[name] for name in self.data if name.startswith("role-")}
        people = card.company.persons.filter(pk__in=[pk for pk in wanted if pk.isdecimal()])
        return {person: role for person in people if (role := wanted[str(person.pk)]) in DecisionRole.values and role}

    def _meeting(self) -> dict[str, Any] | None:
        """«manager|moment» of a free slot."""
        manager_pk, _separator, moment = self.cleaned_data["slot"].partition("|")
        starts_at = parse_datetime(moment) if moment else None
        manager = (
            User.objects.holding("agenda.hold_meeting").filter(pk=manager_pk).first()
            if manager_pk.isdecimal()
            else None
        )
        if not manager or not starts_at or timezone.is_naive(starts_at):
            return None
        return {"manager": manager, "starts_at": starts_at, "place": self.cleaned_data["place"], "invites": True}


class ListForm(forms.Form):
    """The rules of a call list. A department without a weight does not call it; none at all means that everybody does."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    script = forms.ModelChoiceField(label=gettext_lazy("Script"), queryset=Script.objects.all(), required=False)
    priority = forms.IntegerField(label=gettext_lazy("Priority"), min_value=1, max_value=99, initial=50)
    opens = forms.TimeField(label=gettext_lazy("Calls from"), initial=OPENS, required=False, widget=CLOCK)
    closes = forms.TimeField(label=gettext_lazy("Calls until"), initial=CLOSES, required=False, widget=CLOCK)
    deadline = forms.DateField(label=gettext_lazy("To be finished by"), required=False, widget=DAY)
    daily_cap = forms.IntegerField(label=gettext_lazy("Calls a day at most"), min_value=1, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = list(Team.objects.filter(function=Function.COMMUNICATIONS))
        for team in self.teams:
            label = _("Weight: %(team)s") % {"team": team.name}
            self.fields[f"weight-{team.pk}"] = forms.IntegerField(
                label=label, min_value=1, max_value=100, required=False
            )

    def rules(self) -> dict[str, Any]:
        """What the verbs take."""
        values = {name: value for name, value in self.cleaned_data.items() if not name.startswith("weight-")}
        values |= {"opens": values["opens"] or OPENS, "closes": values["closes"] or CLOSES}
        weights = {team: self.cleaned_data[f"weight-{team.pk}"] for team in self.teams}
        return values | {"shares": {team: weight for team, weight in weights.items() if weight}}


class NewListForm(ListForm):
    """A call list from companies chosen in the base."""

    kind = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=ListKind.choices)
    cycle = forms.ModelChoiceField(label=gettext_lazy("Cycle"), queryset=Cycle.objects.all(), required=False)
    field_order = ["name", "kind", "script", "cycle"]

    def save(self, companies: Any, *, actor: User) -> CallList:
        """Open the list by the verb."""
        return open_list(actor=actor, companies=companies, **self.rules())


class ChangeListForm(ListForm):
    """Other rules for a list that stands."""

    @classmethod
    def of(cls, call_list: CallList, data: Any) -> "ChangeListForm":
        """Filled with the present rules."""
        present = {name: getattr(call_list, name) for name in cls.base_fields}
        present |= {f"weight-{share.team_id}": share.weight for share in call_list.shares.all()}
        form = cls(data, initial=present)
        form.fields["script"].queryset = Script.objects.filter(kind=call_list.kind)  # type: ignore[attr-defined]
        return form


class HoursForm(forms.Form):
    """When one client answers the telephone."""

    opens = forms.TimeField(label=gettext_lazy("Calls from"), widget=CLOCK)
    closes = forms.TimeField(label=gettext_lazy("Calls until"), widget=CLOCK)


class ResultForm(forms.ModelForm):
    """The rules of a result; the verb says what makes no sense."""

    class Meta:
        model = ResultCode
        fields = CHANGEABLE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound and self.instance.pk:
            self.initial["name"] = self.instance.label

    def clean_name(self) -> str:
        """A shipped name that was not touched stays in the source language, for screens in the other one."""
        name = self.cleaned_data["name"].strip()
        return self.instance.name if name == self.instance.label else name
