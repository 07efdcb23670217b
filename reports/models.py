"""No tables of facts here: only targets, with which facts are compared."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Team


class Target(models.Model):
    """The plan of one KPI for a month: of a person, of a department, or of all (both empty)."""

    kpi = models.CharField(_("figure"), max_length=60)
    month = models.DateField(_("month"))  # its first day
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="targets")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="targets")
    value = models.DecimalField(_("plan"), max_digits=16, decimal_places=2)

    class Meta:
        ordering = ["month", "kpi"]
        verbose_name = _("target")
        constraints = [
            models.UniqueConstraint(fields=["kpi", "month", "user", "team"], nulls_distinct=False, name="target_once")
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.month:%Y-%m}"
