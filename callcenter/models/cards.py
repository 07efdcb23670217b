"""Cards of the queue and the log of their claims."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PermittedQuerySet
from callcenter.enums import LIVE_STATES, ItemState, Tier
from callcenter.hours import USUAL
from callcenter.models.lists import CallList
from callcenter.models.scripts import ScriptVersion
from callcenter.querysets import QueueItemQuerySet
from campaigns.models import MailItem
from companies.models import Company
from contacts.models import NextContact, Person


class QueueItem(models.Model):
    """A card of the queue: a company to be called within a list."""

    call_list = models.ForeignKey(CallList, models.CASCADE, related_name="items")
    company = models.ForeignKey(Company, models.CASCADE, related_name="queue_items")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="queue_items")
    mail_item = models.ForeignKey(MailItem, models.SET_NULL, null=True, related_name="queue_items")
    tier = models.PositiveSmallIntegerField(choices=Tier, default=Tier.FRESH)
    priority = models.PositiveSmallIntegerField(default=50)  # copied from the list: the claim reads one index
    # the window of the claim, copied for the same reason: whose cards these are, the client's zone and hours
    pool = models.PositiveIntegerField(default=0)  # 0: everybody's; else the list, which has shares or a daily cap
    time_zone = models.CharField(max_length=50)
    hours = models.CharField(max_length=11, default=USUAL)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=ItemState, default=ItemState.READY)
    is_offered = models.BooleanField(default=True)  # false while the list is paused
    callback_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="callbacks"
    )  # «мой» promised call
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="cards"
    )  # only while live
    claim = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    dialed_at = models.DateTimeField(null=True)  # the operator has pressed a number: the card never goes back silently
    hung_up_at = models.DateTimeField(null=True)
    dialed_number = models.CharField(max_length=16, blank=True)
    dialed_person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    next_contact = models.ForeignKey(
        NextContact, models.SET_NULL, null=True, related_name="+"
    )  # planned by the last call
    attempts = models.PositiveSmallIntegerField(default=0)
    last_result = models.CharField(max_length=30, blank=True)
    closed_at = models.DateTimeField(null=True)

    objects = QueueItemQuerySet.as_manager()

    class Meta:
        ordering = ["tier", "due_at", "pk"]
        verbose_name = _("card")
        constraints = [
            models.UniqueConstraint(fields=["call_list", "company"], name="card_once_in_list"),
            models.UniqueConstraint(
                fields=["company"], condition=models.Q(state__in=LIVE_STATES), name="one_live_card_of_company"
            ),
            models.UniqueConstraint(
                fields=["held_by"], condition=models.Q(state__in=LIVE_STATES), name="one_live_card_of_operator"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=LIVE_STATES) | models.Q(held_by__isnull=True), name="held_only_while_live"
            ),
        ]
        # one index per way of looking: the claim reads the first few rows of a zone and stops (callcenter.claim)
        indexes = [
            models.Index(
                fields=["pool", "time_zone", "hours", "-priority", "due_at", "id"],
                condition=models.Q(state="ready", is_offered=True, tier=3),
                name="card_fresh",
            ),
            models.Index(
                fields=["tier", "pool", "time_zone", "hours", "due_at", "id"],
                condition=models.Q(state="ready", is_offered=True, tier__lt=3),
                name="card_due",
            ),
            models.Index(
                fields=["callback_owner", "due_at", "id"],
                condition=models.Q(state="ready", is_offered=True, tier=1),
                name="card_promised",
            ),
            models.Index(
                fields=["pool", "time_zone", "hours"],
                condition=models.Q(state="ready", is_offered=True),
                name="card_window",
            ),
            models.Index(fields=["lease_until"], condition=models.Q(state="claimed"), name="card_leased"),
            models.Index(fields=["call_list", "state"], name="card_state"),
        ]

    def __str__(self) -> str:
        return f"{self.call_list_id}:{self.company_id}"


class CardClaim(models.Model):
    """That a card was given to an operator. Append-only: a result that comes after the lease is proved by it."""

    token = models.UUIDField(unique=True)
    item = models.ForeignKey(QueueItem, models.CASCADE, related_name="claims")
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="card_claims")
    at = models.DateTimeField()
    version = models.ForeignKey(ScriptVersion, models.PROTECT, null=True, related_name="+")  # a talk keeps its words

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.operator_id}"
