"""What of this app is found in the window of Ctrl+K."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from core import palette
from core.palette import ROWS, Found

ACTION = "campaigns.view_campaign"
SHORTEST = 3  # letters; shorter parts of a name are everywhere


def register_own() -> None:
    """Called once from the AppConfig's ready."""
    palette.register("campaigns", _("Mailings"), "mail", ACTION, find)


def find(user: Any, text: str) -> list[Found]:
    """By a part of the name, the newest first."""
    if len(text) < SHORTEST or not any(letter.isalpha() for letter in text):
        return []
    found = Campaign.objects.permitted(user, ACTION).filter(Q(name__icontains=text) | Q(subject__icontains=text))
    return [
        Found(row.name, reverse("campaigns:detail", args=[row.pk]), str(row.get_state_display()))
        for row in found.order_by("-pk")[:ROWS]
    ]
