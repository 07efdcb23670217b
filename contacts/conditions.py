"""Fields of selections about persons, needs and the history."""

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


def register_own() -> None:
    """Called once when the app is ready."""
    persons, needs = Person.objects.working, Need.objects.all
    register(
        Field("person_name", _("Name of a person"), PERSONS, "text", "name_key", rows=persons),
        Field("person_position", _("Position"), PERSONS, "text", "position", rows=persons),
        Field(
            "person_role", _("Role in decisions"), PERSONS, "choice", "decision_role", _choices(DecisionRole), persons
        ),
        Field("person_attitude", _("Attitude"), PERSONS, "choice", "attitude", _choices(Attitude), persons),
        Field(
            "person_phone", _("Phone of a person"), PERSONS, "text", "number", rows=_phones, company="person__company"
        ),
        Field(
            "person_email", _("E-mail of a person"), PERSONS, "text", "address", rows=_emails, company="person__company"
        ),
        Field("need", _("Need"), NEEDS, "text", "text", rows=needs),
        Field("need_urgency", _("Urgency"), NEEDS, "choice", "urgency", _choices(Urgency), needs),
        Field("need_found", _("Need found out"), NEEDS, "date", "found_at", rows=needs),
        Field("contact", _("Any contact"), HISTORY, "date", "at", rows=_contacts),
        Field("call", _("Call"), HISTORY, "date", "at", rows=lambda: _contacts().filter(channel=Channel.PHONE)),
        Field(
            "letter", _("Letter"), HISTORY, "date", "at", rows=lambda: Interaction.objects.filter(channel=Channel.EMAIL)
        ),
        Field("said", _("What was said"), HISTORY, "text", "text", rows=_contacts),
        Field("planned", _("Planned contact"), HISTORY, "date", "at", rows=NextContact.objects.open),
        Field("opt_out", _("Asked not to be contacted"), HISTORY, "date", "at", rows=OptOut.objects.all),
    )


def _phones():
    return PersonPhone.objects.filter(person__left_at__isnull=True)


def _emails():
    return PersonEmail.objects.filter(person__left_at__isnull=True)
