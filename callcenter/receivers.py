"""What other apps report and the call centre acts on."""

from datetime import datetime
from typing import Any

from callcenter.services import open_callback_list
from campaigns.models import Campaign
from campaigns.signals import campaign_delivered


def campaign_was_delivered(campaign: Campaign, now: datetime | None = None, **_kwargs: Any) -> None:
    """The letters have had their days: ask whether they arrived."""
    open_callback_list(campaign, now=now)


def connect() -> None:
    """Called once, when the app is ready."""
    campaign_delivered.connect(campaign_was_delivered, dispatch_uid="callcenter.campaign_was_delivered")
