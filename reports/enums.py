"""Words of figures."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    """What a figure is counted in."""

    COUNT = "count", _("pieces")
    MONEY = "money", _("roubles")
    PERCENT = "percent", _("percent")
    SECONDS = "seconds", _("seconds")
    TIMES = "times", _("per one")


class Better(models.TextChoices):
    """Which way is good."""

    MORE = "more", _("more is better")
    LESS = "less", _("less is better")
