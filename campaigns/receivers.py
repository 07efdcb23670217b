"""What the apps below report and mailings act on."""

from typing import Any

from campaigns.enums import UNSENT, Exclusion, MailState
from campaigns.models import MailItem, Recipient
from intake.models import Merge
from intake.relations import change_row
from intake.signals import companies_merged


def companies_were_merged(merge: Merge, **_kwargs: Any) -> None:
    """A recipient that could not follow is the second one of the company in its mailing: gets no second letter."""
    for recipient in Recipient.objects.filter(company=merge.merged, exclusion=Exclusion.NONE, item__isnull=True):
        change_row(merge, recipient, exclusion=Exclusion.DUPLICATE.value)
    for letter in MailItem.objects.filter(recipient__company=merge.merged, state__in=UNSENT):
        change_row(merge, letter, state=MailState.CANCELLED.value)


def connect() -> None:
    """Called once, when the app is ready."""
    companies_merged.connect(companies_were_merged, dispatch_uid="campaigns.companies_were_merged")
