"""Background work of the agenda: invitations leave."""

from celery import shared_task

from agenda.invitations import mail_invitation
from agenda.models import Invitation

MAILED_AT_ONCE = 50


@shared_task(name="agenda.tasks.mail_invitations")
def mail_invitations(meeting_id: int) -> None:
    """The letters of one meeting."""
    for invitation in Invitation.objects.filter(meeting=meeting_id, sent_at__isnull=True):
        mail_invitation(invitation)


@shared_task(name="agenda.tasks.mail_waiting_invitations")
def mail_waiting_invitations() -> None:
    """Letters that did not leave: the server was away, or the worker died. Each is tried again until it has left."""
    waiting = Invitation.objects.filter(sent_at__isnull=True).order_by("created_at")[:MAILED_AT_ONCE]
    for meeting in set(waiting.values_list("meeting", flat=True)):
        mail_invitations.delay(meeting_id=meeting)
