"""Fields of selections about persons, needs and the history."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from companies.conditions import Field, register
from contacts import kinds
from contacts.enums import Attitude, Channel, DecisionRole, Urgency
from contacts.models import Interaction, Need, NextContact, OptOut, Person, PersonEmail, PersonPhone

PERSONS, NEEDS, HISTORY = _("Persons"), _("Needs"), _("Contacts")


def _choices(enum):
    return lambda: [(value, label) for value, label in enum.choices if value]


def _contacts():
    """What was a contact with the client, not a note of the system."""
    return Interaction.objects.filter(kind__in=[kind.name for kind in kinds.all_kinds() if kind.is_contact])


def _calls():
    return _contacts().filter(channel=Channel.PHONE)


def _letters():
    return Interaction.objects.filter(channel=Channel.EMAIL)


def register_own() -> None:
    """Called once when the app is ready."""
    persons: dict[str, Any] = {"rows": Person.objects.working, "action": "contacts.view_person"}
    needs: dict[str, Any] = {"rows": Need.objects.all, "action": "contacts.view_need"}
    history: dict[str, Any] = {"rows": _contacts, "action": "contacts.view_interaction"}
    of_person: dict[str, Any] = {"company": "person__company"}
    roles, attitudes, urgencies = _choices(DecisionRole), _choices(Attitude), _choices(Urgency)
    register(
        Field("person_name", _("Name of a person"), PERSONS, "text", "name_key", **persons),
        Field("person_position", _("Position"), PERSONS, "text", "position", **persons),
        Field("person_role", _("Role in decisions"), PERSONS, "choice", "decision_role", roles, **persons),
        Field("person_attitude", _("Attitude"), PERSONS, "choice", "attitude", attitudes, **persons),
        Field("person_phone", _("Phone of a person"), PERSONS, "text", "number", rows=_phones,
              action="companies.view_phone", **of_person),
        Field("person_email", _("E-mail of a person"), PERSONS, "text", "address", rows=_emails,
              action="contacts.view_person", **of_person),
        Field("need", _("Need"), NEEDS, "text", "text", **needs),
        Field("need_urgency", _("Urgency"), NEEDS, "choice", "urgency", urgencies, **needs),
        Field("need_found", _("Need found out"), NEEDS, "date", "found_at", **needs),
        Field("contact", _("Any contact"), HISTORY, "date", "at", **history),
        Field("call", _("Call"), HISTORY, "date", "at", **history | {"rows": _calls}),
        Field("letter", _("Letter"), HISTORY, "date", "at", **history | {"rows": _letters}),
        Field("said", _("What was said"), HISTORY, "text", "text", **history),
        Field("planned", _("Planned contact"), HISTORY, "date", "at", rows=NextContact.objects.open,
              action="contacts.view_nextcontact"),
        Field("opt_out", _("Asked not to be contacted"), HISTORY, "date", "at", rows=OptOut.objects.all,
              action="companies.view_company"),
    )  # fmt: skip


def _phones():
    return PersonPhone.objects.filter(person__left_at__isnull=True)


def _emails():
    return PersonEmail.objects.filter(person__left_at__isnull=True)
