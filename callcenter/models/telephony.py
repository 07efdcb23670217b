"""The telephone system: its account, whose extension is whose, what it has said, and the calls that follow from it."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PermittedQuerySet
from callcenter.enums import Direction, OrderState, PhoneFact, ProviderKind
from companies.models import Company
from contacts.models import Interaction, Person


def new_token() -> str:
    """The unguessable end of the webhook address."""
    return secrets.token_urlsafe(24)


class PhoneAccount(models.Model):
    """One account at a telephone system. Keys are written and never shown."""

    provider = models.CharField(_("telephone system"), max_length=10, choices=ProviderKind)
    is_active = models.BooleanField(_("is used"), default=True)
    key = models.CharField(_("key"), max_length=200, blank=True)
    secret = models.CharField(_("secret"), max_length=200, blank=True)
    host = models.CharField(_("address of the system"), max_length=200, blank=True)
    port = models.PositiveIntegerField(_("port"), default=5038)
    context = models.CharField(_("context of the dial plan"), max_length=80, default="from-internal")
    technology = models.CharField(_("technology of telephones"), max_length=20, default="PJSIP")
    token = models.CharField(max_length=64, unique=True, default=new_token)
    senders = models.CharField(_("addresses that may report"), max_length=300, blank=True)
    says_recorded = models.BooleanField(_("clients hear that the talk is recorded"), default=False)
    keep_days = models.PositiveSmallIntegerField(_("recordings are kept, days"), default=180)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("telephone system")
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], condition=models.Q(is_active=True), name="one_active_phone_account"
            ),
            models.CheckConstraint(condition=models.Q(keep_days__range=(1, 1095)), name="recordings_1_to_1095_days"),
        ]

    def __str__(self) -> str:
        return self.get_provider_display()


class Extension(models.Model):
    """The inner number of an employee."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="extension")
    number = models.CharField(_("inner number"), max_length=20, unique=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number


class PhoneCall(models.Model):
    """A call as the telephone system tells it: folded from its events, so that repeats and any order give the same row."""

    account = models.ForeignKey(PhoneAccount, models.PROTECT, related_name="calls")
    call_id = models.CharField(max_length=100)
    direction = models.CharField(max_length=3, choices=Direction, default=Direction.OUT)
    number = models.CharField(max_length=20, blank=True)  # the client's, E.164
    extension = models.CharField(max_length=20, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="phone_calls")
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="phone_calls")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    attempt = models.UUIDField(null=True)  # the order that asked for it
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cause = models.PositiveSmallIntegerField(null=True)  # Q.850
    recording = models.CharField(max_length=300, blank=True)
    is_announced = models.BooleanField(default=False)  # the client has heard that the talk is recorded
    forgotten_at = models.DateTimeField(null=True)  # the recording, when its term ran out
    interaction = models.ForeignKey(Interaction, models.SET_NULL, null=True, related_name="+")

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("call of the telephone system")
        constraints = [models.UniqueConstraint(fields=["account", "call_id"], name="phone_call_once")]
        indexes = [
            models.Index(fields=["-at"], condition=models.Q(company__isnull=True), name="phone_call_unknown"),
            models.Index(fields=["company", "-at"], name="phone_call_of_company"),
            models.Index(fields=["user", "-at"], name="phone_call_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.at:%Y-%m-%d %H:%M}"

    @property
    def seconds(self) -> int:
        """Of the talk."""
        return round((self.ended_at - self.answered_at).total_seconds()) if self.answered_at and self.ended_at else 0


class PhoneEvent(models.Model):
    """What the telephone system has said, once. Append-only."""

    call = models.ForeignKey(PhoneCall, models.CASCADE, related_name="events")
    key = models.CharField(max_length=100)
    fact = models.CharField(max_length=10, choices=PhoneFact)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "key"]
        constraints = [models.UniqueConstraint(fields=["call", "key"], name="phone_event_once")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.fact}"


class PhoneOrder(models.Model):
    """One click = one order = at most one request to the telephone system."""

    attempt = models.UUIDField(unique=True)
    account = models.ForeignKey(PhoneAccount, models.PROTECT, related_name="orders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    extension = models.CharField(max_length=20)
    number = models.CharField(max_length=20)
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=OrderState, default=OrderState.WAITING)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.extension} {self.number}"
