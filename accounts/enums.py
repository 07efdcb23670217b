"""Words of rights and functions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.IntegerChoices):
    """On whose rows an action may be done. A wider scope contains the narrower ones."""

    NONE = 0, _("none")
    CLAIM = 1, _("taken card")
    OWN = 2, _("own")
    TEAM = 3, _("department")
    ALL = 4, _("all")


class Function(models.TextChoices):
    """The functions of the sales cycle, separated from each other (domain.md)."""

    MARKETING = "marketing", _("Marketing")
    COMMUNICATIONS = "communications", _("Communications")
    SALES = "sales", _("Sales")
    CONTROL = "control", _("Tasks and control")


class Sharing(models.TextChoices):
    """Who sees a saved selection."""

    PRIVATE = "private", _("only me")
    TEAM = "team", _("my department")
    ALL = "all", _("all employees")
