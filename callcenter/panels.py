"""What the call centre shows on pages of lower apps."""

from django.utils.translation import gettext_lazy as _

from callcenter import conditions, palette
from companies import bulk
from core import panels


def register_own() -> None:
    """The calls on the company card, and «to verification» over the base list."""
    panels.register("companies.company.right", _("Calls"), "callcenter:company-panel", "callcenter.view_callattempt")
    bulk.register(_("To verification"), "callcenter:new-list", "callcenter.open_calllist", "shield-check", "KeyD")
    palette.register_own()
    conditions.register_own()
