"""How long what an operator has confirmed is believed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PermittedQuerySet
from intake.enums import CorrectedField


class DatumTerm(models.Model):
    """For how many days a datum of this kind is believed after it was confirmed."""

    field = models.CharField(_("line of the check"), max_length=20, choices=CorrectedField, unique=True)
    days = models.PositiveSmallIntegerField(_("believed for, days"))

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("term of a datum")
        constraints = [
            models.CheckConstraint(condition=models.Q(days__range=(7, 1095)), name="term_from_week_to_3_years")
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.days}"
