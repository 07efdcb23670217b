"""What the apps below report and deals act on."""

from typing import Any

from django.utils.translation import gettext as _

from contacts.services.handover import Move
from contacts.signals import clients_handed_over
from deals.services.deals import hand_over_deals


def clients_were_handed_over(move: Move, **_kwargs: Any) -> list[tuple[str, int]]:
    """Open deals go along; closed ones stay with who closed them."""
    return [(_("Deals"), hand_over_deals(move))]


def connect() -> None:
    """Called once, when the app is ready."""
    clients_handed_over.connect(clients_were_handed_over, dispatch_uid="deals.clients_were_handed_over")
