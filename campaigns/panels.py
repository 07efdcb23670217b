"""What this app shows on pages of the apps below."""

from django.utils.translation import gettext_lazy as _

from campaigns import conditions, palette
from companies import bulk
from core.panels import register


def register_own() -> None:
    """Called once from CampaignsConfig.ready."""
    register("companies.company.right", _("Mailings"), "campaigns:company-panel", "campaigns.view_letter")
    bulk.register(_("To a mailing"), "campaigns:from-selection", "campaigns.change_campaign", "mail", "KeyH")
    palette.register_own()
    conditions.register_own()
