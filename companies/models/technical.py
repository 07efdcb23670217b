"""The technical information: questions that an administrator puts, and the equipment that is installed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.enums import FieldKind
from companies.models.company import Company, Segment
from companies.querysets import TechnicalFieldQuerySet


class TechnicalField(models.Model):
    """A question of the third information block that an administrator has put: «Мощность компрессоров, кВт».

    Answers are kept in `Company.technical` under `key`: numbers as numbers, dates as ISO, yes or no as a truth value.
    """

    key = models.SlugField(max_length=40, unique=True, editable=False)  # in files, filters and the API
    label = models.CharField(_("question"), max_length=100, unique=True)
    kind = models.CharField(_("answer"), max_length=10, choices=FieldKind, default=FieldKind.TEXT)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    segments = models.ManyToManyField(
        Segment, blank=True, related_name="technical_fields", verbose_name=_("segments"), help_text=_("None: for all")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(default=True)

    objects = TechnicalFieldQuerySet.as_manager()

    class Meta:
        ordering = ["position", "label"]
        verbose_name = _("technical field")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The question with its unit, as a column head: «Мощность, кВт»."""
        return f"{self.label}, {self.unit}" if self.unit else self.label


class TechnicalItem(models.Model):
    """Installed equipment and the like: one line of the third information block."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="technical_items")
    name = models.CharField(_("what"), max_length=150)
    quantity = models.PositiveIntegerField(_("how many"), default=1)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    condition = models.CharField(_("condition"), max_length=60, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("equipment")

    def __str__(self) -> str:
        return self.name
