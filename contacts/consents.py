"""Who may be offered something: private persons only if they have agreed to it (38-ФЗ art. 18, 152-ФЗ art. 15)."""

from django.db.models import Exists, OuterRef, Q

from companies.models import Company
from contacts.enums import Purpose
from contacts.models import Consent


def may_be_addressed(channel: str) -> Q:
    """Of companies: firms, and private persons with a consent to advertising by this channel."""
    agreed = Consent.objects.filter(
        person__company=OuterRef("pk"),
        person__left_at__isnull=True,
        purpose=Purpose.ADVERTISING,
        withdrawn_at__isnull=True,
        channel__in=["", channel],
    )
    return Q(is_private=False) | Q(Exists(agreed))


def has_agreed(company: Company, channel: str) -> bool:
    """Whether this company may be addressed; a firm always."""
    return not company.is_private or Company.objects.filter(may_be_addressed(channel), pk=company.pk).exists()
