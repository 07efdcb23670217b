"""What of this app is found in the window of Ctrl+K."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from callcenter.models import CallList
from core import palette
from core.palette import ROWS, Found

ACTION = "callcenter.view_calllist"
SHORTEST = 3  # letters; shorter parts of a name are everywhere


def register_own() -> None:
    """Called once from the AppConfig's ready."""
    palette.register("callcenter", _("Call lists"), "headset", ACTION, find)


def find(user: Any, text: str) -> list[Found]:
    """By a part of the name, the newest first."""
    if len(text) < SHORTEST or not any(letter.isalpha() for letter in text):
        return []
    found = CallList.objects.permitted(user, ACTION).filter(Q(name__icontains=text))
    return [
        Found(row.name, reverse("callcenter:lists"), str(row.get_kind_display()))
        for row in found.order_by("-pk")[:ROWS]
    ]
