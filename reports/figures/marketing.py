"""Figures of marketing: the base collected and verified, letters."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Function
from campaigns.enums import MailState
from campaigns.models import Campaign, MailItem
from companies.models import Company
from intake.enums import CorrectionState
from intake.models import Correction
from reports.enums import Better
from reports.kpi import Kpi, Ratio

M = Function.MARKETING
RETURNED = [MailState.BOUNCED, MailState.FAILED]
SENT = [MailState.ACCEPTED, MailState.BOUNCED, MailState.FAILED]


def _letters(*states: str):
    return lambda: MailItem.objects.filter(state__in=states)


LETTERS = {
    "at": "sent_at",
    "who": "campaign__owner",
    "cycle": "campaign__cycle",
    "source": "company__source",
    "action": "campaigns.view_letter",
}

# a state of today, not of a period; whose: the marketer who has brought the company
TODAY = {"at": "", "who": "created_by", "source": "source", "action": "companies.view_company"}
CHECKED = {**TODAY, "at": "checked_at"}


def _fresh() -> QuerySet:
    return Company.objects.active().verified(timezone.now())


def _checked() -> QuerySet:
    return Company.objects.filter(checked_at__isnull=False)


def _right() -> QuerySet:
    """Checked, and nothing that an operator found had to be corrected."""
    corrected = Correction.objects.filter(company=OuterRef("pk"), state=CorrectionState.ACCEPTED)
    return _checked().exclude(Exists(corrected))


def _by_verification(name: str, sent: Any, returned: Any, is_verified: bool) -> list[Kpi]:
    """Letters sent to companies that were (not) verified on the day of sending, and those of them that came back."""
    letters = MailItem.objects.filter(fields__verified=is_verified)
    return [
        Kpi(f"letters_{name}", sent, M, lambda: letters.filter(state__in=SENT), **LETTERS),
        Kpi(
            f"letters_{name}_returned",
            returned,
            M,
            lambda: letters.filter(state__in=RETURNED),
            **LETTERS,
            better=Better.LESS,
        ),
    ]


def _returned_of(name: str) -> tuple[str, str, Better]:
    return f"letters_{name}_returned", f"letters_{name}", Better.LESS


MARKETING = [
    Kpi(
        "companies_collected",
        _("New companies"),
        M,
        Company.objects.active,
        at="created_at",
        who="created_by",
        source="source",
        action="companies.view_company",
    ),
    Kpi(
        "companies_verified",
        _("Companies verified"),
        M,
        Company.objects.active,
        at="verified_at",
        who="verified_by",
        source="source",
        action="companies.view_company",
        is_result=True,
    ),
    Kpi(
        "corrections_accepted",
        _("Corrections accepted"),
        M,
        lambda: Correction.objects.filter(state=CorrectionState.ACCEPTED),
        at="decided_at",
        who="decided_by",
        source="company__source",
        action="intake.view_correction",
    ),
    Kpi(
        "campaigns_started",
        _("Mailings"),
        M,
        Campaign.objects.all,
        at="started_at",
        who="owner",
        cycle="cycle",
        action="campaigns.view_campaign",
    ),
    Kpi("letters_sent", _("Letters sent"), M, _letters(*SENT), **LETTERS),
    Kpi("letters_delivered", _("Letters delivered"), M, _letters(MailState.ACCEPTED), **LETTERS, is_result=True),
    Kpi(
        "letters_refused",
        _("Letters refused or returned"),
        M,
        _letters(MailState.BOUNCED, MailState.FAILED),
        **LETTERS,
        better=Better.LESS,
    ),
    Ratio("delivery_rate", _("Delivery of letters, %"), M, "letters_delivered", "letters_sent"),
    Kpi("base", _("Companies in the base"), M, Company.objects.active, **TODAY),
    Kpi("base_fresh", _("Companies with a fresh verification"), M, _fresh, **TODAY, is_result=True),
    Ratio("freshness", _("Freshness of the base, %"), M, "base_fresh", "base"),
    # the source of the practice: 5 % of returns after verification, 30 % and more without it (domain.md)
    *_by_verification("verified", _("Letters to verified addresses"), _("Returned from verified addresses"), True),
    *_by_verification(
        "unverified", _("Letters to unverified addresses"), _("Returned from unverified addresses"), False
    ),
    Ratio(
        "returns_verified",
        _("Returns from verified addresses, %"),
        M,
        "letters_verified_returned",
        "letters_verified",
        Better.LESS,
    ),
    Ratio(
        "returns_unverified",
        _("Returns from unverified addresses, %"),
        M,
        "letters_unverified_returned",
        "letters_unverified",
        Better.LESS,
    ),
    Kpi("checked", _("Companies checked by a call or a person"), M, _checked, **CHECKED),
    Kpi("checked_right", _("Checked companies that needed no correction"), M, _right, **CHECKED, is_result=True),
    Ratio("source_quality", _("Quality of the source, %"), M, "checked_right", "checked"),
]
