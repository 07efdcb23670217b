"""What of this app is found in the window of Ctrl+K."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import palette
from core.palette import ROWS, Found
from deals.models import Deal

ACTION = "deals.view_deal"
SHORTEST = 3  # letters; shorter parts of a name are everywhere


def register_own() -> None:
    """Called once from the AppConfig's ready."""
    palette.register("deals", _("Deals"), "briefcase", ACTION, find)


def find(user: Any, text: str) -> list[Found]:
    """By a part of the name, the newest first."""
    if len(text) < SHORTEST or not any(letter.isalpha() for letter in text):
        return []
    found = Deal.objects.permitted(user, ACTION).filter(
        Q(title__icontains=text) | Q(company__name_key__startswith=text.lower())
    )
    return [
        Found(row.title, reverse("deals:detail", args=[row.pk]), str(row.company.name))
        for row in found.select_related("company").order_by("-pk")[:ROWS]
    ]
