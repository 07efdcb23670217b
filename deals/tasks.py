"""Background work of deals: letters with proposals."""

from celery import shared_task

from deals.models import Proposal
from deals.services import mail_proposal as mail

MAILED_AT_ONCE = 20


@shared_task(name="deals.tasks.mail_proposal")
def mail_proposal(proposal_id: int) -> None:
    """The letter of one sent proposal."""
    if proposal := Proposal.objects.to_mail().filter(pk=proposal_id).first():
        mail(proposal)


@shared_task(name="deals.tasks.mail_waiting_proposals")
def mail_waiting_proposals() -> None:
    """Letters that did not leave: the server was away, or the worker died. Each is tried again until it has left."""
    for proposal in Proposal.objects.to_mail().order_by("sent_at")[:MAILED_AT_ONCE]:
        mail_proposal.delay(proposal_id=proposal.pk)
