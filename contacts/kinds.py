"""The registry of kinds of interaction: each app registers its own in its `kinds.py`, imported by its AppConfig.ready."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """A kind of interaction: its sentence in the history, icon, tone, and whether it was a contact with the client."""

    name: str
    sentence: Any  # translatable
    icon: str
    tone: str = ""  # "", ok, warn, bad, accent, violet
    is_contact: bool = False  # counts as the company's last contact


_kinds: dict[str, Kind] = {}


def register(name: str, sentence: Any, *, icon: str, tone: str = "", is_contact: bool = False) -> None:
    """Add a kind. Raises ValueError when the name is taken by another app."""
    kind = Kind(name, sentence, icon, tone, is_contact)
    if name in _kinds and _kinds[name].icon != icon:
        raise ValueError(f"Interaction kind {name} is registered twice")
    _kinds[name] = kind


def get(name: str) -> Kind:
    """The kind of that name. Raises KeyError for an unknown one."""
    return _kinds[name]


def find(name: str) -> Kind | None:
    """The kind of that name, if an app still registers it."""
    return _kinds.get(name)


def all_kinds() -> list[Kind]:
    """Every registered kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


FIELDS = {
    "name": _("Company name"),
    "legal_form": _("Legal form"),
    "full_name": _("Full name"),
    "inn": _("INN"),
    "kpp": _("KPP"),
    "ogrn": _("OGRN"),
    "okpo": _("OKPO"),
    "bank_account": _("Bank account"),
    "parent": _("Parent company"),
    "is_private": _("Private person"),
    "activity": _("Kind of activity"),
    "segment": _("Segment"),
    "region": _("Region"),
    "city": _("City"),
    "address": _("Address"),
    "time_zone": _("Time zone"),
    "site": _("Site"),
    "email": _("E-mail"),
    "email_invalid": _("E-mail does not exist"),
    "phone": _("Phone"),
    "about": _("What they do"),
    "headcount": _("People"),
    "revenue": _("Revenue"),
    "technical": _("Technical information"),
    "equipment": _("Equipment"),
    "note": _("Note"),
    "state": _("State"),
    "source": _("Source"),
    "last_name": _("Surname"),
    "first_name": _("First name"),
    "middle_name": _("Patronymic"),
    "gender": _("Gender"),
    "position": _("Position"),
    "decision_role": _("Role in decisions"),
    "attitude": _("Attitude"),
    "reports_to": _("Reports to"),
    "salutation": _("Salutation"),
    "started_at": _("Works there since"),
    "left_at": _("Left the company"),
}


def field_label(name: str) -> Any:
    """What a changed field is called in a line of the history."""
    return FIELDS.get(name, name)


def register_own() -> None:
    """The kinds of this app and of the apps below it."""
    register("companies.registered", _("Added to the base"), icon="building-plus")
    register("companies.changed", _("Card changed"), icon="pencil")
    register("companies.assigned", _("Responsible manager changed"), icon="user-check")
    register("companies.verified", _("Verification passed"), icon="shield-check", tone="ok")
    register("contacts.person_added", _("Person added"), icon="user-plus")
    register("contacts.person_changed", _("Person changed"), icon="user-edit")
    register("contacts.post_found", _("Works in another company too"), icon="briefcase")
    register("contacts.post_parted", _("Is not the person of the other company"), icon="user-minus")
    register("contacts.noted", _("Note"), icon="note", is_contact=True)
    register("contacts.opted_out", _("Asked not to be contacted"), icon="ban", tone="bad")
    register("contacts.opt_out_lifted", _("Agrees to be contacted again"), icon="message-check", tone="ok")
    register("contacts.need_found", _("Need found out"), icon="bulb", tone="accent")
    register("contacts.consented", _("Consent given"), icon="signature", tone="ok")
    register("contacts.consent_withdrawn", _("Consent withdrawn"), icon="ban", tone="bad")
    register("contacts.person_erased", _("Data of a person erased"), icon="eraser")
