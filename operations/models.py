"""What keeps the product running: background jobs with progress, own requisites, the mail the built-in catcher received."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PermittedQuerySet
from operations.enums import JobState


class Job(models.Model):
    """A long piece of work: shows progress, can be cancelled, is resumed or failed by a sweep after its worker died."""

    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    state = models.CharField(_("state"), max_length=12, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    message = models.CharField(_("message"), max_length=500, blank=True)
    cancel_requested = models.BooleanField(default=False)
    result = models.FileField(upload_to="jobs/%Y/%m", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)  # the last sign of life of the worker
    finished_at = models.DateTimeField(null=True)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("job")

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}

    @property
    def percent(self) -> int:
        """Share done, 0 to 100."""
        return 100 if self.state == JobState.DONE else min(99, self.done * 100 // self.total) if self.total else 0


class CalendarDay(models.Model):
    """A day on which we differ from the calendar of the state; see operations.workdays."""

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"), default=False)
    note = models.CharField(_("why"), max_length=150, blank=True)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["day"]
        verbose_name = _("day of the calendar")

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class LegalEntity(models.Model):
    """Our own firm: what stands in the head of proposals and invoices."""

    name = models.CharField(
        _("short name"), max_length=200, help_text=_("As it stands in documents: ООО «Пневмоцентр»")
    )
    full_name = models.CharField(_("full name"), max_length=300, blank=True)
    inn = models.CharField(_("INN"), max_length=12)
    kpp = models.CharField(_("KPP"), max_length=9, blank=True)
    ogrn = models.CharField(_("OGRN"), max_length=15, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    bank = models.CharField(_("bank"), max_length=200, blank=True)
    bik = models.CharField(_("BIK"), max_length=9, blank=True)
    account = models.CharField(_("account"), max_length=20, blank=True)
    correspondent_account = models.CharField(_("correspondent account"), max_length=20, blank=True)
    director_name = models.CharField(_("head's name"), max_length=150, blank=True)
    director_post = models.CharField(_("head's position"), max_length=100, blank=True)
    accountant_name = models.CharField(_("accountant's name"), max_length=150, blank=True)
    is_main = models.BooleanField(_("main"), default=False)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-is_main", "name"]
        verbose_name = _("own requisites")
        constraints = [
            models.UniqueConstraint(fields=["is_main"], condition=models.Q(is_main=True), name="one_main_legal_entity")
        ]

    def __str__(self) -> str:
        return self.name


class CaughtMail(models.Model):
    """A letter that the built-in SMTP catcher received instead of the outside world (no EMAIL_URL)."""

    at = models.DateTimeField(db_index=True)
    sender = models.CharField(_("from"), max_length=320, blank=True)
    recipients = models.JSONField(_("to"), default=list)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    message_id = models.CharField(max_length=250, blank=True, db_index=True)
    raw = models.BinaryField()

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("outgoing letter")

    def __str__(self) -> str:
        return self.subject
