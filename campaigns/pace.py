"""The pace of a mailing, kept in PostgreSQL: two senders, a restart or a lost task do not make it faster."""

from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.models import Campaign

BURST = timedelta(seconds=30)  # senders are woken every 30 s and send what has come together meanwhile


class Clock:
    """The time of a run: the wall's, or a played one that jumps to where the pace lets the letters be."""

    def __init__(self, played: datetime | None):
        self.played = played

    def now(self) -> datetime:
        return self.played or timezone.now()


def reserve_slots(campaign: Campaign, wanted: int, clock: Clock) -> int:
    """How many of the wanted letters may leave now; their slots are taken. The campaign's row is locked by the caller."""
    interval = timedelta(hours=1) / campaign.letters_per_hour
    now = clock.now()
    begin = max(campaign.paced_until or now, now)
    granted = wanted if clock.played else max(0, min(wanted, (now + max(BURST, interval) - begin) // interval))
    if granted:
        campaign.paced_until = begin + granted * interval
        campaign.save(update_fields=["paced_until"])
        if clock.played:
            clock.played = campaign.paced_until
    return granted
