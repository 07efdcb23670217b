"""The letter that brings a proposal to the client."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from deals.documents import proposal_pdf
from deals.models import Proposal


def send_proposal_letter(proposal: Proposal) -> None:
    """Send the PDF by SMTP; answers come to the manager. Raises SMTPException or OSError when the server does not take it."""
    with translation.override("ru"):
        subject = _("Commercial proposal № %(number)s: %(title)s") % {
            "number": proposal.number,
            "title": proposal.title,
        }
        body = render_to_string("deals/letter_proposal.txt", {"proposal": proposal, "author": proposal.created_by})
        name = _("KP-%(number)s-v%(version)s.pdf") % {"number": proposal.number, "version": proposal.version}
    author = proposal.created_by
    message = EmailMessage(
        subject=" ".join(subject.split()),
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[proposal.sent_to],
        reply_to=[author.email] if author.email else None,
    )
    message.attach(name, proposal_pdf(proposal), "application/pdf")
    message.send()
