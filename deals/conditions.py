"""Fields of selections about deals."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from companies.conditions import Field, register
from deals.enums import DealState
from deals.models import Deal

DEALS = _("Deals")


def register_own() -> None:
    """Called once when the app is ready."""
    deals: dict[str, Any] = {"rows": Deal.objects.all, "action": "deals.view_deal"}
    register(
        Field("deal_state", _("State of a deal"), DEALS, "choice", "state", lambda: DealState.choices, **deals),
        Field("deal_amount", _("Sum of a deal, ₽"), DEALS, "number", "amount", **deals),
        Field("deal_opened", _("Deal opened"), DEALS, "date", "opened_at", **deals),
    )
