"""Facts that apps above may listen to; sent inside the verb's transaction."""

from django.dispatch import Signal

meeting_booked = Signal()  # meeting, actor, now
meeting_held = Signal()  # meeting, actor, now
