"""What is to be done, by whom and when: tasks and meetings."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import RangeBoundary
from django.db import models
from django.utils.translation import gettext_lazy as _

from agenda.enums import MeetingResult, MeetingState, TaskState
from agenda.querysets import MeetingQuerySet, TaskQuerySet
from companies.models import Company
from contacts.models import Cycle, Person
from intake.models import SharingRequest


class Task(models.Model):
    """Something a person must do by a time."""

    title = models.CharField(_("what to do"), max_length=200)
    text = models.TextField(_("details"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tasks", verbose_name=_("executor")
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="tasks_set", verbose_name=_("set by")
    )
    company = models.ForeignKey(Company, models.CASCADE, null=True, blank=True, related_name="tasks")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="tasks")
    sharing = models.ForeignKey(
        SharingRequest, models.SET_NULL, null=True, editable=False, related_name="tasks"
    )  # a task that the request has set, and its decision closes
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(_("state"), max_length=10, choices=TaskState, default=TaskState.OPEN)
    postponed = models.PositiveSmallIntegerField(_("times postponed"), default=0)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    result = models.CharField(_("result"), max_length=300, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("task")
        indexes = [models.Index(fields=["owner", "due_at"], condition=models.Q(state="open"), name="task_open")]

    def __str__(self) -> str:
        return self.title


class TimeRange(models.Func):
    """tstzrange(starts_at, ends_at), for the constraint below."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Meeting(models.Model):
    """A meeting of a manager with persons of a company; two booked meetings of one manager cannot overlap."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="meetings")
    persons = models.ManyToManyField(Person, related_name="meetings", blank=True)
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="meetings", verbose_name=_("manager")
    )
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="meetings_booked", verbose_name=_("booked by")
    )
    booked_at = models.DateTimeField()
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    subject = models.CharField(_("about what"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=MeetingState, default=MeetingState.BOOKED)
    result = models.CharField(_("result"), max_length=15, choices=MeetingResult, blank=True)
    result_text = models.TextField(_("what was agreed"), blank=True)
    closed_at = models.DateTimeField(null=True)
    cycle = models.ForeignKey(Cycle, models.SET_NULL, null=True, blank=True, related_name="meetings")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("meeting")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="meeting_ends_after_start"
            ),
            ExclusionConstraint(
                name="meeting_no_overlap",
                expressions=[
                    (TimeRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                    ("manager", RangeOperators.EQUAL),
                ],
                condition=models.Q(state="booked"),
            ),
        ]
        indexes = [models.Index(fields=["manager", "starts_at"], name="meeting_of_manager")]

    def __str__(self) -> str:
        return f"{self.company_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Invitation(models.Model):
    """A letter that invites one of the two sides to a meeting; waiting until it has left."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="invitations")
    address = models.EmailField()
    name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("invitation")
        constraints = [models.UniqueConstraint(fields=["meeting", "address"], name="invited_once")]
        indexes = [models.Index(fields=["created_at"], condition=models.Q(sent_at=None), name="invitation_waiting")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.address}"
