"""What this app shows on pages of the apps below."""

from django.utils.translation import gettext_lazy as _

from agenda import conditions
from core.panels import register


def register_own() -> None:
    """Called once from AgendaConfig.ready."""
    register("companies.company.right", _("Meetings"), "agenda:company-panel", "agenda.view_meeting")
    conditions.register_own()
