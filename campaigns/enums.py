"""Words of campaigns and of the mailing ledger."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignState(models.TextChoices):
    """The steps of a campaign, in order, and its side states."""

    BRIEF = "brief", _("Brief")
    CREATIVE = "creative", _("Creative")
    PREPARATION = "preparation", _("Preparation")
    SENDING = "sending", _("Sending")
    PAUSED = "paused", _("Paused")
    CALLBACK = "callback", _("Call-back")
    FINISHED = "finished", _("Results")
    CANCELLED = "cancelled", _("Cancelled")


class Exclusion(models.TextChoices):
    """Why a person of the audience will not get the letter."""

    NONE = "", _("gets the letter")
    STALE = "stale", _("Verification is out of date")
    NO_EMAIL = "no_email", _("No e-mail")
    INVALID = "invalid", _("The mailbox does not exist")
    OPTED_OUT = "opted_out", _("Asked not to write")
    NO_CONSENT = "no_consent", _("No consent to advertising")
    TOUCHED = "touched", _("Written to less than 30 days ago")
    DUPLICATE = "duplicate", _("Duplicate recipient")
    BY_HAND = "by_hand", _("Removed by hand")


class MailState(models.TextChoices):
    """A letter's life in the ledger.

    IN_FLIGHT means: the server may have it; without its answer it becomes IN_DOUBT and is never resent by itself.
    """

    READY = "ready", _("ready")
    CLAIMED = "claimed", _("taken by a sender")
    IN_FLIGHT = "in_flight", _("on its way")
    ACCEPTED = "accepted", _("accepted by the server")
    BOUNCED = "bounced", _("returned")
    RETRY = "retry", _("will be tried again")
    FAILED = "failed", _("refused by the server")
    IN_DOUBT = "in_doubt", _("in doubt")
    SUPPRESSED = "suppressed", _("asked not to write")
    CANCELLED = "cancelled", _("cancelled")


UNSENT = [MailState.READY, MailState.CLAIMED, MailState.RETRY]  # stop with a pause, go with a cancel
OPEN = [*UNSENT, MailState.IN_FLIGHT]  # a campaign with none of these is sent out
REFUSED = [MailState.FAILED, MailState.BOUNCED]
