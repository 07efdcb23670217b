"""Stages 2 and 4: call lists, their cards, scripts, result codes, and the log of attempts."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from accounts.querysets import PermittedQuerySet
from callcenter.enums import LIVE_STATES, Contact, ItemState, ListKind, ListState, NextStep, OperatorState, Tier, Tone
from callcenter.hours import CLOSES, OPENS, USUAL, span_of
from callcenter.querysets import CallAttemptQuerySet, CallListQuerySet, QueueItemQuerySet
from campaigns.models import Campaign, MailItem
from companies.models import Company
from contacts.models import Cycle, Interaction, NextContact, Person
from core.formats import days

MINUTES_A_DAY = 24 * 60


class Script(models.Model):
    """What an operator says: steps with answers that lead on."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=15, choices=ListKind)
    goal = models.CharField(_("goal of the talk"), max_length=150, blank=True)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("script")

    def __str__(self) -> str:
        return self.name


class ScriptStep(models.Model):
    """One speech of the script; `text` holds merge fields of a fixed list ({{ salutation }}, {{ campaign_subject }})."""

    script = models.ForeignKey(Script, models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("speech"))
    is_objection = models.BooleanField(default=False)
    field = models.CharField(
        max_length=20, blank=True
    )  # verification: the line of the check that this speech asks about

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["script", "order"], name="script_step_order")]

    def __str__(self) -> str:
        return self.title


class ScriptAnswer(models.Model):
    """An answer of the client: where it leads and what it writes."""

    step = models.ForeignKey(ScriptStep, models.CASCADE, related_name="answers")
    order = models.PositiveSmallIntegerField()  # 1..4 = Й Ц У К
    text = models.CharField(_("answer"), max_length=100)
    leads_to = models.ForeignKey(ScriptStep, models.SET_NULL, null=True, blank=True, related_name="+")
    writes = models.CharField(max_length=30, blank=True)  # a fact of the call: "received:yes", "received:no", "need"
    suggests = models.CharField(max_length=30, blank=True)  # the code of the result that usually follows

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["step", "order"], name="script_answer_order")]

    def __str__(self) -> str:
        return self.text


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


class CallList(models.Model):
    """Companies to be called for one purpose."""

    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=15, choices=ListKind)
    state = models.CharField(_("state"), max_length=10, choices=ListState, default=ListState.OPEN)
    priority = models.PositiveSmallIntegerField(_("priority"), default=50)
    script = models.ForeignKey(Script, models.PROTECT, null=True, related_name="lists", verbose_name=_("script"))
    cycle = models.ForeignKey(Cycle, models.SET_NULL, null=True, blank=True, related_name="call_lists")
    campaign = models.OneToOneField(Campaign, models.SET_NULL, null=True, blank=True, related_name="call_list")
    opens = models.TimeField(_("calls from"), default=OPENS)  # on the client's clock
    closes = models.TimeField(_("calls until"), default=CLOSES)
    deadline = models.DateField(_("to be finished by"), null=True, blank=True)
    daily_cap = models.PositiveIntegerField(_("calls a day at most"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="call_lists")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = CallListQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("call list")

    def __str__(self) -> str:
        return self.name

    @property
    def is_overdue(self) -> bool:
        """Cards still wait after the day by which they were to be called."""
        return bool(self.deadline and self.state != ListState.CLOSED and self.deadline < timezone.localdate())

    @property
    def has_rules(self) -> bool:
        """Whether it is called in other hours than usual, or not more than so often a day."""
        return self.daily_cap is not None or (self.opens, self.closes) != (OPENS, CLOSES)

    @property
    def departments(self) -> str:
        """«Колл-центр 3 · Отдел продаж 1»; nothing when everybody calls it. Asks for prefetched shares with teams."""
        return " · ".join(f"{share.team.name} {share.weight}" for share in self.shares.all())


class ListShare(models.Model):
    """A list is called by this department, and takes this share of its fresh cards. A list without shares is for all."""

    call_list = models.ForeignKey(CallList, models.CASCADE, related_name="shares")
    team = models.ForeignKey(Team, models.CASCADE, related_name="list_shares")
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)

    class Meta:
        ordering = ["call_list", "team"]
        constraints = [
            models.UniqueConstraint(fields=["call_list", "team"], name="share_once"),
            models.CheckConstraint(condition=models.Q(weight__range=(1, 100)), name="share_weight_1_to_100"),
        ]

    def __str__(self) -> str:
        return f"{self.call_list_id} {self.team_id} {self.weight}"


class CallingHours(models.Model):
    """When this client answers the telephone, if not in the usual hours. On the client's clock."""

    company = models.OneToOneField(Company, models.CASCADE, related_name="calling_hours")
    opens = models.TimeField(_("calls from"))
    closes = models.TimeField(_("calls until"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    objects = PermittedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calling hours")

    def __str__(self) -> str:
        return span_of(self.opens, self.closes)


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

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.operator_id}"


class CallAttempt(models.Model):
    """One call as it happened. Append-only; the claim token makes a repeated save harmless."""

    item = models.ForeignKey(QueueItem, models.PROTECT, related_name="call_attempts")
    company = models.ForeignKey(Company, models.CASCADE, related_name="call_attempts")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="call_attempts")
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="call_attempts")
    claim = models.UUIDField(unique=True)
    number = models.CharField(max_length=16, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    result = models.ForeignKey(ResultCode, models.PROTECT, related_name="attempts")
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)  # answers of the script, answers of the verification
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
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.ended_at:%Y-%m-%d %H:%M}"

    @property
    def length(self) -> timedelta:
        """From the dialling to the result."""
        return self.ended_at - self.started_at


class OperatorEvent(models.Model):
    """An operator goes on the line or takes a break. Append-only: times of the shift are summed from here."""

    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="operator_events")
    state = models.CharField(max_length=10, choices=OperatorState)
    at = models.DateTimeField()

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["operator", "-at"], name="operator_event_last")]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.state}"
