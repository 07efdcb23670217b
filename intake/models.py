"""Stage 1, collection: imports with their rows, and the corrections that operators bring."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PermittedQuerySet
from companies.models import Company, Source
from contacts.models import Interaction, Person
from intake.enums import CorrectedField, CorrectionState, ImportField, ImportState, MatchPolicy, Outcome, Resolution
from intake.querysets import CorrectionQuerySet, ImportRowQuerySet
from operations.models import Job


class ImportPreset(models.Model):
    """A saved mapping of columns: header of the file -> field of the base."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    mapping = models.JSONField(default=dict)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImportBatch(models.Model):
    """One file on its way into the base."""

    file = models.FileField(_("file"), upload_to="imports/%Y/%m")
    file_name = models.CharField(max_length=200)
    file_size = models.PositiveIntegerField(default=0)
    sheet = models.CharField(max_length=100, blank=True)
    total_rows = models.PositiveIntegerField(default=0)  # without the header and empty lines
    sample = models.JSONField(default=dict)  # header -> the first cell with anything in it
    source = models.ForeignKey(Source, models.PROTECT, related_name="imports", verbose_name=_("source"))
    columns = models.JSONField(default=list)  # headers of the file, in order
    mapping = models.JSONField(default=dict)  # header -> field name, "" = do not load
    match_policy = models.CharField(
        _("if the company exists"), max_length=10, choices=MatchPolicy, default=MatchPolicy.FILL
    )
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="imports")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """A row of the file: what it says, what will come of it and why."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # as in the file, the header is 1
    raw = models.JSONField(default=dict)  # header -> cell text
    values = models.JSONField(default=dict)  # field -> cleaned value
    outcome = models.CharField(max_length=10, choices=Outcome)
    field = models.CharField(max_length=60, blank=True)  # the field with the problem
    message = models.CharField(max_length=300, blank=True)
    base_value = models.CharField(max_length=300, blank=True)  # in a conflict: what the base says
    file_value = models.CharField(max_length=300, blank=True)
    resolution = models.CharField(max_length=10, choices=Resolution, blank=True, default=Resolution.OPEN)
    repeat_of = models.PositiveIntegerField(null=True)  # the row of this file that names the same company first
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="import_rows")
    applied_at = models.DateTimeField(null=True)  # a resumed import skips what is marked
    changed = models.JSONField(default=list)  # fields of a known company that the row has filled or replaced

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="import_row_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"

    @property
    def field_label(self) -> str:
        """The name of the field with the problem."""
        return str(ImportField(self.field).label) if self.field in ImportField.values else self.field

    @property
    def changed_words(self) -> str:
        """«+ people, site»: what a known company has got from the row."""
        words = [str(ImportField(field).label).lower() for field in self.changed if field in ImportField.values]
        return f"+ {', '.join(words)}" if words else ""


class Correction(models.Model):
    """What an operator found in a call; nothing changes in the base until a marketer accepts it."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="corrections")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="corrections")
    field = models.CharField(_("field"), max_length=20, choices=CorrectedField)
    old_value = models.CharField(_("was"), max_length=400, blank=True)
    new_value = models.CharField(_("now"), max_length=400)
    evidence = models.CharField(_("how it was found out"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CorrectionState, default=CorrectionState.NEW)
    interaction = models.ForeignKey(
        Interaction, models.SET_NULL, null=True, related_name="corrections"
    )  # the call it comes from
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposed_corrections")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="decided_corrections"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(_("why rejected"), max_length=200, blank=True)
    base_value = models.CharField(
        max_length=400, blank=True
    )  # in a conflict: what the card said instead of the old value

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "pk"]
        verbose_name = _("correction")
        indexes = [
            models.Index(
                fields=["company", "id"], condition=models.Q(state__in=["new", "conflict"]), name="correction_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.old_value} -> {self.new_value}"
