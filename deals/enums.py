"""Words of deals and documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DealState(models.TextChoices):
    """Whether the deal is still worked on."""

    OPEN = "open", _("in work")
    WON = "won", _("won")
    LOST = "lost", _("lost")


class DealKind(models.TextChoices):
    """The first sale to a company, or a later one."""

    PRIMARY = "primary", _("primary")
    REPEAT = "repeat", _("repeat")


class ProposalState(models.TextChoices):
    """A proposal's way to the client."""

    DRAFT = "draft", _("Draft")
    ON_APPROVAL = "on_approval", _("Discount with the director")
    APPROVED = "approved", _("Discount approved")
    SENT = "sent", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    REPLACED = "replaced", _("Replaced by a new version")


class NumberKind(models.TextChoices):
    """Documents with gap-free numbers."""

    PROPOSAL = "proposal", _("proposal")
    INVOICE = "invoice", _("invoice")


class LossReason(models.TextChoices):
    """Why a deal was lost."""

    PRICE = "price", _("too expensive")
    COMPETITOR = "competitor", _("bought from a competitor")
    NO_BUDGET = "no_budget", _("no budget")
    NO_NEED = "no_need", _("no need any more")
    SILENT = "silent", _("stopped answering")
    OTHER = "other", _("other")
