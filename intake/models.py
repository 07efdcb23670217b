"""Stage 1, collection: imports with their rows, and the corrections that operators bring."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PermittedQuerySet
from companies.answers import PREFIX
from companies.models import Company, Source
from companies.regions import subject
from contacts.models import Interaction, Person
from intake.enums import (
    CorrectedField,
    CorrectionState,
    EnterpriseCategory,
    ImportField,
    ImportState,
    MatchPolicy,
    Outcome,
    PairState,
    RegisterKind,
    Resolution,
    ScanPhase,
    SharingState,
)
from intake.querysets import CorrectionQuerySet, DuplicatePairQuerySet, ImportRowQuerySet, MergeQuerySet
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
    header_row = models.PositiveSmallIntegerField(default=1)  # in the file; companies begin below it
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


class RegisterLoad(models.Model):
    """Open data of the tax service on their way: read in the background, and what the filter lets through becomes an import."""

    kind = models.CharField(_("what it is"), max_length=12, choices=RegisterKind, default=RegisterKind.ENTERPRISES)
    file = models.FileField(_("file"), upload_to="registers/%Y/%m")
    file_name = models.CharField(max_length=200)
    file_size = models.PositiveBigIntegerField(default=0)
    regions = models.JSONField(default=list)  # codes; an empty list lets everything through, as do the next two
    activities = models.JSONField(default=list)  # beginnings of codes
    categories = models.JSONField(default=list)
    records = models.PositiveIntegerField(default=0)  # read so far
    taken = models.PositiveIntegerField(default=0)  # let through by the filter, or companies that have got a size
    job = models.OneToOneField(Job, models.PROTECT, related_name="register_load")
    batch = models.ForeignKey(ImportBatch, models.SET_NULL, null=True, related_name="register_loads")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="register_loads")
    created_at = models.DateTimeField()

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("load of a register")

    def __str__(self) -> str:
        return self.file_name

    @property
    def wanted_words(self) -> str:
        """The filter in words: «Челябинская обл., Свердловская обл.; 28, 25.6; small, medium»."""
        regions = [found.short_name for code in self.regions if (found := subject(code))]
        categories = [str(EnterpriseCategory(code).label) for code in self.categories]
        return "; ".join(", ".join(words) for words in (regions, self.activities, categories) if words)


class ImportRow(models.Model):
    """A row of the file: what it says, what will come of it and why."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", db_index=False)  # see the constraint
    number = models.PositiveIntegerField()  # as in the file, the header is 1
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
    trace = models.JSONField(null=True)  # of a known company: what to take back when the import is undone

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="import_row_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"

    @property
    def is_creation(self) -> bool:
        """Whether the row made its company, and did not complete a known one."""
        new = self.outcome == Outcome.CREATE or self.resolution == Resolution.NEW
        return new and self.repeat_of is None

    @property
    def field_label(self) -> str:
        """The name of the field with the problem; of a question, if the query has asked for it (`with_questions`)."""
        if self.field in ImportField.values:
            return str(ImportField(self.field).label)
        return getattr(self, "question", None) or self.field.removeprefix(PREFIX)

    @property
    def changed_words(self) -> str:
        """«+ people, site»: what a known company has got from the row."""
        labels = dict(ImportField.choices) | {"technical": _("Technical information")}
        words = [str(labels[field]).lower() for field in self.changed if field in labels]
        return f"+ {', '.join(words)}" if words else ""


def new_token() -> str:
    """An address that nobody guesses."""
    return secrets.token_urlsafe(18)


class WebForm(models.Model):
    """A form for visitors of a site, open to whoever knows its address."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    thanks = models.TextField(_("what is said after sending"), blank=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="web_forms", verbose_name=_("source"))
    is_active = models.BooleanField(_("open"), default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="web_forms")
    created_at = models.DateTimeField()

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("form on a site")

    def __str__(self) -> str:
        return self.name


class WebLead(models.Model):
    """What a visitor has sent."""

    form = models.ForeignKey(WebForm, models.CASCADE, related_name="leads")
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="web_leads")
    values = models.JSONField(default=dict)
    page = models.CharField(max_length=500, blank=True)  # where the form stood
    at = models.DateTimeField()

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("lead from a site")

    def __str__(self) -> str:
        return f"{self.form_id} {self.at:%Y-%m-%d}"


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


class DuplicateKey(models.Model):
    """What a company may be recognised by: its INN, a phone, its domain, its name, as a number. Written by the scan, which finds
    companies with equal keys; a cache that may be thrown away."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", db_constraint=False)
    key = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["key", "company"], name="duplicate_key"),
            models.Index(fields=["company"], name="duplicate_key_of_company"),
        ]

    def __str__(self) -> str:
        return f"{self.company_id}:{self.key}"


class DuplicatePair(models.Model):
    """Two cards that may be one company: with the reasons that sum up to the score, and what a person has decided."""

    first = models.ForeignKey(Company, models.CASCADE, related_name="+")  # the smaller number
    second = models.ForeignKey(Company, models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(_("score"))
    reasons = models.JSONField(default=list)  # [code, points]; the points make the score
    state = models.CharField(_("state"), max_length=10, choices=PairState, default=PairState.NEW)
    found_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "pk"]
        verbose_name = _("pair of duplicates")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="duplicate_pair_in_order"),
        ]
        indexes = [models.Index(fields=["state", "-score", "id"], name="duplicate_pair_queue")]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}"


class DuplicateScan(models.Model):
    """A walk over the base in search of duplicates: where it is, and where the next one begins."""

    job = models.OneToOneField(Job, models.CASCADE, related_name="duplicate_scan")
    phase = models.PositiveSmallIntegerField(choices=ScanPhase, default=ScanPhase.KEYS)
    position = models.BigIntegerField(default=0)  # the last company that is done in this phase
    after_company = models.BigIntegerField(default=0)  # companies above this number are new since the last scan
    after_interaction = models.BigIntegerField(default=0)  # and those changed by a later line of the history
    last_company = models.BigIntegerField(default=0)
    last_interaction = models.BigIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.position}"


class Merge(models.Model):
    """Two cards made one: what was moved, what was left behind, and how everything was before, so that it can be undone."""

    kept = models.ForeignKey(Company, models.PROTECT, related_name="+")
    merged = models.ForeignKey(Company, models.PROTECT, related_name="+")
    pair = models.ForeignKey(DuplicatePair, models.SET_NULL, null=True, related_name="merges")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="merges")
    at = models.DateTimeField()
    choices = models.JSONField(default=dict)  # field -> whose value was taken
    moved = models.JSONField(default=list)  # {model, field, pks, old, new}: keys that pointed at the merged company
    changed = models.JSONField(default=list)  # {model, pk, old: {field: value}, new: {field: value}}
    collided = models.JSONField(default=list)  # {model, field, pk, row}: what the kept card has already
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("merge of companies")

    def __str__(self) -> str:
        return f"{self.merged_id} -> {self.kept_id}"


class SharingRequest(models.Model):
    """A colleague's wish to work with a client who is somebody else's."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="sharing_requests")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sharing_requests")
    asked_at = models.DateTimeField()
    searched = models.CharField(_("found by"), max_length=200, blank=True)  # what the colleague had typed
    text = models.CharField(_("why"), max_length=300, blank=True)
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )  # whose client it is
    state = models.CharField(_("state"), max_length=10, choices=SharingState, default=SharingState.ASKED)
    granted_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="shared_companies"
    )  # a path of the policy table: the company is among this person's own ones
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(_("why refused"), max_length=200, blank=True)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("request to share a client")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "asked_by"], condition=models.Q(state="asked"), name="sharing_asked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.company_id} -> {self.asked_by_id}"
