"""What this app shows on the company card."""

from django.utils.translation import gettext_lazy as _

from companies import origins
from contacts import conditions, palette
from contacts.origins import teller
from core.panels import register


def register_own() -> None:
    """Blocks 2, 4, 5 and 6. Called once from ContactsConfig.ready."""
    register("companies.company.middle", _("Decision makers"), "contacts:people", "contacts.view_person")
    register("companies.company.middle", _("Needs"), "contacts:needs", "contacts.view_need")
    register("companies.company.right", _("Next contact"), "contacts:next", "contacts.view_nextcontact")
    register("companies.company.right", _("Results of contacts"), "contacts:history", "contacts.view_interaction")
    palette.register_own()
    origins.register(teller)
    conditions.register_own()
