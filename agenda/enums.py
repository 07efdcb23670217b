"""Words of tasks and meetings."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskState(models.TextChoices):
    """A task's life."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class MeetingState(models.TextChoices):
    """A meeting's life: booked by an operator, accepted by the manager, held or not."""

    BOOKED = "booked", _("booked")
    HELD = "held", _("held")
    NOT_HELD = "not_held", _("did not take place")
    CANCELLED = "cancelled", _("cancelled")


class MeetingResult(models.TextChoices):
    """What came of a held meeting."""

    PROPOSAL = "proposal", _("wants a proposal")
    NEXT_MEETING = "next_meeting", _("another meeting")
    THINKING = "thinking", _("is thinking")
    REFUSAL = "refusal", _("refused")
