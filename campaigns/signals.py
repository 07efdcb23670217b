"""Facts that apps above may listen to; sent inside the verb's transaction."""

from django.dispatch import Signal

campaign_delivered = Signal()  # campaign, now: the letters have had their days, the call-back may begin
