"""What the apps below report and mailings act on."""

from typing import Any

from django.db.models import Q

from campaigns.enums import UNSENT, Exclusion, MailState
from campaigns.models import MailItem, Recipient
from contacts.models import Person
from contacts.signals import person_erased
from contacts.suppression import digest
from intake.models import Merge
from intake.relations import change_row
from intake.signals import companies_merged


def companies_were_merged(merge: Merge, **_kwargs: Any) -> None:
    """A recipient that could not follow is the second one of the company in its mailing: gets no second letter."""
    for recipient in Recipient.objects.filter(company=merge.merged, exclusion=Exclusion.NONE, item__isnull=True):
        change_row(merge, recipient, exclusion=Exclusion.DUPLICATE.value)
    for letter in MailItem.objects.filter(recipient__company=merge.merged, state__in=UNSENT):
        change_row(merge, letter, state=MailState.CANCELLED.value)


def person_was_erased(person: Person, emails: list[str], **_kwargs: Any) -> None:
    """Letters stay counted, and say nothing of the person; those that have not left do not leave."""
    his = Q(person=person) | Q(email__in=emails)
    MailItem.objects.filter(his, state__in=UNSENT).update(state=MailState.CANCELLED)
    for email in set(MailItem.objects.filter(his).values_list("email", flat=True)):
        MailItem.objects.filter(his, email=email).update(email=digest(email), fields={}, answer="")
        Recipient.objects.filter(his, email=email).update(email=digest(email))


def connect() -> None:
    """Called once, when the app is ready."""
    person_erased.connect(person_was_erased, dispatch_uid="campaigns.person_was_erased")
    companies_merged.connect(companies_were_merged, dispatch_uid="campaigns.companies_were_merged")
