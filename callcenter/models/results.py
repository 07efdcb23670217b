"""Results of calls as data, and the log of calls."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PermittedQuerySet
from callcenter.enums import Contact, ListKind, NextStep, Tone
from callcenter.models.cards import QueueItem
from callcenter.models.scripts import ScriptVersion
from callcenter.querysets import CallAttemptQuerySet
from companies.models import Company
from contacts.models import Interaction, Person
from core.formats import days

MINUTES_A_DAY = 24 * 60


class ResultCode(models.Model):
    """The result of a call as data: one keystroke, flags for the figures, and what becomes of the card."""

    kind = models.CharField(max_length=15, choices=ListKind)
    code = models.CharField(max_length=30)
    name = models.CharField(
        _("name"), max_length=60
    )  # shown through `label`: the shipped names are translated, edited ones stay
    digit = models.PositiveSmallIntegerField()  # the key, 1..9
    is_human = models.BooleanField(_("a human answered"), default=False)
    is_decider = models.BooleanField(_("the decision maker was reached"), default=False)
    is_success = models.BooleanField(_("success"), default=False)
    next_step = models.CharField(max_length=10, choices=NextStep)
    default_contact = models.CharField(
        _("next contact offered"), max_length=10, choices=Contact, blank=True, default=Contact.NONE
    )
    hands_over = models.BooleanField(default=False)  # the next call is the manager's, if the company has one
    wants_note = models.BooleanField(_("the note must say why"), default=False)
    received = models.BooleanField(null=True)  # what the result says about the letter
    tone = models.CharField(max_length=5, choices=Tone, blank=True, default=Tone.PLAIN)
    retry_minutes = models.PositiveIntegerField(_("next try in, minutes"), default=60)
    max_attempts = models.PositiveSmallIntegerField(_("tries at most"), default=6)
    other_part_of_day = models.BooleanField(_("at another part of the day"), default=False)
    other_number = models.BooleanField(_("at another number"), default=False)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "digit"]
        verbose_name = _("result of a call")
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="result_code_once"),
            models.UniqueConstraint(fields=["kind", "digit"], name="result_digit_once"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the screen."""
        return gettext(self.name)

    @property
    def retry_words(self) -> str:
        """«через час», «через 2 дня»: when the next try is made by the rule."""
        if self.retry_minutes % MINUTES_A_DAY == 0:
            return days(self.retry_minutes // MINUTES_A_DAY)
        if self.retry_minutes % 60 == 0:
            return gettext("%(count)s h") % {"count": self.retry_minutes // 60}
        return gettext("%(count)s min") % {"count": self.retry_minutes}


class CallAttempt(models.Model):
    """One call as it happened. Append-only; the claim token makes a repeated save harmless."""

    item = models.ForeignKey(QueueItem, models.PROTECT, related_name="call_attempts")
    company = models.ForeignKey(Company, models.CASCADE, related_name="call_attempts")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="call_attempts")
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="call_attempts")
    claim = models.UUIDField(unique=True)
    number = models.CharField(max_length=16, blank=True)
    promised_at = models.DateTimeField(null=True)  # when the client was told to expect this call
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    result = models.ForeignKey(ResultCode, models.PROTECT, related_name="attempts")
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)  # answers of the script, answers of the verification
    version = models.ForeignKey(ScriptVersion, models.PROTECT, null=True, related_name="attempts")
    path = models.JSONField(default=list)  # of the talk: [[step, answer or null], …]
    is_late = models.BooleanField(default=False)  # came after the lease was lost: the card was not moved
    interaction = models.ForeignKey(Interaction, models.SET_NULL, null=True, related_name="+")

    objects = CallAttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-ended_at"]
        verbose_name = _("call")
        indexes = [
            models.Index(fields=["ended_at"], name="attempt_at"),
            models.Index(fields=["operator", "ended_at"], name="attempt_by_operator"),
            models.Index(fields=["company", "-ended_at"], name="attempt_of_company"),
            models.Index(fields=["version", "ended_at"], name="attempt_by_version"),
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.ended_at:%Y-%m-%d %H:%M}"

    @property
    def length(self) -> timedelta:
        """From the dialling to the result."""
        return self.ended_at - self.started_at
