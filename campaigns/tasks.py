"""Work of the queue and of the clock: wake the sender, mind the ledger, open the call-back."""

from celery import shared_task

from campaigns import engine
from campaigns.enums import MailState
from campaigns.history import write_history
from campaigns.ledger import reap
from campaigns.models import Campaign, MailItem
from campaigns.services import close_sent_out
from campaigns.services import open_due_callbacks as open_due
from core.jobs import enqueue

SHIFT = 25  # seconds of one run; the clock wakes the next every 30, so one campaign never holds all workers


@shared_task(name="campaigns.tasks.drain")
def drain(campaign_id: int) -> int:
    """Send what may be sent now. Harmless to repeat, to lose and to run twice at once."""
    return engine.drain(campaign_id, seconds=SHIFT)


@shared_task(name="campaigns.tasks.wake_mailings")
def wake_mailings() -> int:
    """Every 30 s: the ledger says what is to be done, whatever the queue has lost. Harmless to repeat."""
    reap()
    for campaign_id in MailItem.objects.unrecorded().order_by().values_list("campaign", flat=True).distinct():
        write_history(campaign_id)
    for campaign in Campaign.objects.sent_out():
        close_sent_out(campaign)
    waiting = Campaign.objects.sending().filter(items__state=MailState.READY).distinct()
    for campaign in waiting:
        enqueue("campaigns.tasks.drain", campaign_id=campaign.pk)
    return len(waiting)


@shared_task(name="campaigns.tasks.open_due_callbacks")
def open_due_callbacks() -> int:
    """Every five minutes. Harmless to repeat."""
    return open_due()
