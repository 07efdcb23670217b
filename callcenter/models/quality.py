"""The quality sheet: by what calls are marked, and the marks."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PermittedQuerySet
from agenda.models import Task
from callcenter.models.results import CallAttempt


class Criterion(models.Model):
    """One question about a call, with its weight among the others."""

    name = models.CharField(_("what is looked at"), max_length=120)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    most = models.PositiveSmallIntegerField(_("points at most"), default=2)
    place = models.PositiveSmallIntegerField(_("place in the sheet"), default=1)
    is_active = models.BooleanField(_("is asked"), default=True)

    class Meta:
        ordering = ["place", "pk"]
        verbose_name = _("criterion of quality")
        constraints = [
            models.CheckConstraint(condition=models.Q(weight__range=(1, 10)), name="criterion_weight_1_to_10"),
            models.CheckConstraint(condition=models.Q(most__range=(1, 10)), name="criterion_points_1_to_10"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The shipped names are translated, edited ones stay."""
        return gettext(self.name)


class CallScore(models.Model):
    """How well a call was made: 0 to 10, with the points it is made of."""

    attempt = models.OneToOneField(CallAttempt, models.CASCADE, related_name="score")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    total = models.DecimalField(max_digits=3, decimal_places=1, default=Decimal(0))
    points = models.JSONField(default=list)  # [{criterion, name, weight, most, points}] as they were on that day
    comment = models.TextField(blank=True)
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="+")  # a training that was set for it

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("mark of a call")
        indexes = [models.Index(fields=["-at"], name="score_at")]
        constraints = [models.CheckConstraint(condition=models.Q(total__range=(0, 10)), name="score_0_to_10")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.total}"
