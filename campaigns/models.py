"""Stage 3: campaigns, their recipients, and the ledger with one row per letter."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.enums import CampaignState, Exclusion, MailState
from campaigns.querysets import CampaignQuerySet, MailItemQuerySet, RecipientQuerySet
from companies.models import Company
from contacts.models import Cycle, Person


class Campaign(models.Model):
    """A mailing from brief to results."""

    name = models.CharField(_("name"), max_length=150)
    cycle = models.ForeignKey(
        Cycle, models.PROTECT, null=True, blank=True, related_name="campaigns", verbose_name=_("cycle")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="campaigns", verbose_name=_("marketer")
    )
    state = models.CharField(_("state"), max_length=12, choices=CampaignState, default=CampaignState.BRIEF)

    # brief
    goal = models.CharField(_("goal"), max_length=300, blank=True)
    audience_note = models.CharField(_("audience"), max_length=300, blank=True)
    offer = models.TextField(_("offer"), blank=True)
    pretext = models.CharField(_("pretext for the call"), max_length=300, blank=True)
    call_to_action = models.CharField(_("call to action"), max_length=300, blank=True)
    expected_response = models.DecimalField(
        _("expected response, %"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    budget = models.DecimalField(_("budget, ₽"), max_digits=12, decimal_places=2, default=0)
    brief_done_at = models.DateTimeField(null=True, editable=False)

    # creative
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(
        _("letter"),
        blank=True,
        help_text=_("Plain paragraphs; fields like {{ salutation }} are filled for each person"),
    )
    sender_name = models.CharField(_("from whom"), max_length=150, blank=True)
    sender_email = models.EmailField(_("sender's address"), blank=True)
    creative_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="written_campaigns"
    )
    creative_at = models.DateTimeField(null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="approved_campaigns"
    )
    approved_at = models.DateTimeField(null=True, editable=False)

    # preparation and sending
    audience = models.JSONField(
        _("filter of the base"), default=dict, blank=True
    )  # {"companies": [ids]} or {"filter": the query string of the base list}
    verified_only = models.BooleanField(_("only to verified companies"), default=True)
    prepared_at = models.DateTimeField(null=True, editable=False)
    letters_per_hour = models.PositiveIntegerField(
        _("letters an hour"), default=3600, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    paced_until = models.DateTimeField(
        null=True, editable=False
    )  # slots up to here are taken: the pace survives restarts
    trouble = models.CharField(max_length=300, blank=True, editable=False)  # why letters do not leave, said on the page
    callback_after_days = models.PositiveSmallIntegerField(_("call back after, days"), default=2)
    started_at = models.DateTimeField(null=True, editable=False)
    sent_out_at = models.DateTimeField(null=True, editable=False)  # the last letter has left
    callback_opened_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("campaign")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("creative_by")),
                name="campaign_nobody_approves_own_creative",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_started(self) -> bool:
        """Whether letters are or were on their way."""
        return self.started_at is not None


class Recipient(models.Model):
    """A person of the audience, checked; the reason says why not."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="recipients")
    company = models.ForeignKey(Company, models.CASCADE, related_name="campaign_recipients")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="campaign_recipients")
    email = models.CharField(max_length=254, blank=True)  # lower case
    exclusion = models.CharField(_("why not"), max_length=12, choices=Exclusion, blank=True, default=Exclusion.NONE)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "company", "person"], nulls_distinct=False, name="recipient_once"
            )
        ]
        indexes = [models.Index(fields=["campaign", "exclusion"], name="recipient_exclusion")]

    def __str__(self) -> str:
        return self.email or f"{self.company_id}"


class MailItem(models.Model):
    """One letter to one person: the ledger. The broker only wakes workers; what was sent is known here."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="items")
    recipient = models.OneToOneField(Recipient, models.PROTECT, related_name="item")
    company = models.ForeignKey(Company, models.CASCADE, related_name="mail_items")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="mail_items")
    email = models.CharField(max_length=254)  # lower case
    fields = models.JSONField(default=dict)  # merge fields frozen at the start: a later edit of a card changes nothing
    state = models.CharField(max_length=10, choices=MailState, default=MailState.READY)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # in the unsubscribe link
    message_id = models.CharField(max_length=250, blank=True, db_index=True)
    answer = models.CharField(max_length=300, blank=True)  # the server's last words
    sent_at = models.DateTimeField(null=True)
    unsubscribed_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)  # the call-back reached somebody
    received = models.BooleanField(null=True)  # «письмо получено?», asked in the call-back
    is_recorded = models.BooleanField(default=False)  # its fate stands in the history of the company

    objects = MailItemQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("letter of a mailing")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "email"], name="one_letter_per_address"),
        ]
        indexes = [
            models.Index(fields=["campaign", "id"], condition=models.Q(state="ready"), name="mail_ready"),
            models.Index(fields=["retry_at"], condition=models.Q(state="retry"), name="mail_retry"),
            models.Index(
                fields=["lease_until"], condition=models.Q(state__in=["claimed", "in_flight"]), name="mail_leased"
            ),
            models.Index(fields=["campaign", "state"], name="mail_state"),
            models.Index(fields=["email", "sent_at"], name="mail_to_address"),
            models.Index(
                fields=["campaign"],
                condition=models.Q(is_recorded=False, state__in=["accepted", "failed", "in_doubt"]),
                name="mail_unrecorded",
            ),
        ]

    def __str__(self) -> str:
        return self.email
