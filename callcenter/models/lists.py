"""Call lists: who is called for what, by whom and when."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from accounts.querysets import PermittedQuerySet
from callcenter.enums import ListKind, ListState
from callcenter.hours import CLOSES, OPENS, span_of
from callcenter.models.scripts import Script
from callcenter.querysets import CallListQuerySet
from campaigns.models import Campaign
from companies.models import Company
from contacts.models import Cycle


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
