"""What this app hangs on pages of lower apps."""

from django.utils.translation import gettext_lazy as _

from core.panels import register
from deals import conditions, palette


def register_own() -> None:
    """Deals and receivables on the company card."""
    register("companies.company.middle", _("Deals"), "deals:company-panel", "deals.view_deal")
    register("companies.company.left", _("Receivables"), "deals:company-debt", "deals.view_receivables")
    palette.register_own()
    conditions.register_own()
