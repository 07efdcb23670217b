"""The log of the shift, and where an operator was last seen."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PermittedQuerySet
from callcenter.enums import OperatorState, PauseReason


class OperatorEvent(models.Model):
    """What an operator does from this moment on. Append-only: every time of the shift is computed from here
    (`callcenter.times`), never kept beside it. Of two events of one moment the later row holds."""

    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="operator_events")
    state = models.CharField(max_length=10, choices=OperatorState)
    reason = models.CharField(_("reason"), max_length=10, choices=PauseReason, blank=True)
    at = models.DateTimeField()

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["operator", "-at"], name="operator_event_last")]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.state}"

    @property
    def words(self) -> str:
        """The reason where one was given, else the state."""
        return str(self.get_reason_display() or self.get_state_display())


class OperatorSeat(models.Model):
    """When the browser of an operator was last heard. Not the log: only a silence that lasts ends a shift in it."""

    operator = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="seat")
    seen_at = models.DateTimeField()

    objects = PermittedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="seat_seen")]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.seen_at:%H:%M:%S}"
