"""Fields of selections about letters of campaigns and what came of them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.enums import MailState
from campaigns.models import Campaign, MailItem
from companies.conditions import Field, register

MAILINGS = _("Mailings")
SEE = "campaigns.view_letter"


def register_own() -> None:
    """Called once when the app is ready."""
    register(
        Field("mailing", _("Was sent a letter of"), MAILINGS, **_of(_sent)),
        Field("mailing_received", _("Said that the letter has come"), MAILINGS, **_of(_received)),
        Field("mailing_answered", _("Was reached after the letter of"), MAILINGS, **_of(_reached)),
        Field("mailing_refused", _("Refused letters after"), MAILINGS, **_of(_refused)),
        Field("mailing_returned", _("The letter came back"), MAILINGS, **_of(_returned)),
        Field("mailing_sent", _("Letter sent"), MAILINGS, "date", "sent_at", rows=_sent, action=SEE),
    )


def _of(rows: Any) -> dict[str, Any]:
    """A choice among campaigns, by their letters."""
    campaigns = (Campaign.objects.all, "campaigns.view_campaign")
    return {"kind": "choice", "column": "campaign", "rows": rows, "action": SEE, "offered": campaigns}


def _sent():
    return MailItem.objects.filter(sent_at__isnull=False)


def _received():
    return MailItem.objects.filter(received=True)


def _reached():
    return MailItem.objects.filter(called_at__isnull=False)


def _refused():
    return MailItem.objects.filter(unsubscribed_at__isnull=False)


def _returned():
    return MailItem.objects.filter(state__in=[MailState.BOUNCED, MailState.FAILED])
