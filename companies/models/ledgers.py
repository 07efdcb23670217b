"""Work on many companies in the background: changes that can be taken back, and files of the base."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PermittedQuerySet
from companies.enums import BulkField
from operations.models import Job


class BulkChange(models.Model):
    """One field of many companies, changed in the background; each row remembers what was, so that all can be taken back."""

    job = models.OneToOneField(Job, models.PROTECT, related_name="bulk_change")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    field = models.CharField(_("what"), max_length=10, choices=BulkField)
    value = models.BigIntegerField(null=True)  # key of the new value; nothing empties the field
    undo_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    created_at = models.DateTimeField()

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("change of many companies")

    def __str__(self) -> str:
        return self.job.title


class BaseExport(models.Model):
    """A file of the base, made in the background for one person and kept for a week."""

    job = models.OneToOneField(Job, models.PROTECT, related_name="base_export")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    selection = models.JSONField(
        default=dict
    )  # {"companies": [ids]} or {"filter": …}, asked again with the actor's rights
    file_format = models.CharField(max_length=4)
    file = models.FileField(upload_to="exports/%Y/%m", blank=True)
    number = models.PositiveIntegerField(default=0)  # rows in the file
    created_at = models.DateTimeField()
    kept_until = models.DateTimeField(null=True)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("file of the base")

    def __str__(self) -> str:
        return self.job.title


class BulkChangeRow(models.Model):
    """The ledger of a change: whose turn it is, and what stood there before. A bare key, for companies may be merged."""

    change = models.ForeignKey(BulkChange, models.CASCADE, related_name="rows")
    company_key = models.BigIntegerField()
    target = models.BigIntegerField(null=True)
    old = models.BigIntegerField(null=True)
    is_done = models.BooleanField(default=False)
    is_changed = models.BooleanField(
        default=False
    )  # false for a company that had the value, or whose value another changed

    class Meta:
        indexes = [models.Index(fields=["change", "id"], condition=models.Q(is_done=False), name="bulk_change_open")]

    def __str__(self) -> str:
        return f"{self.change_id}: {self.company_key}"
