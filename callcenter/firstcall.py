"""Whether a call is the first one of a company that has agreed to nothing: such a call checks data and offers nothing (38-ФЗ art. 18)."""

from django.db.models import Exists, OuterRef, Q

from companies.models import Company
from contacts import kinds
from contacts.enums import Channel, Purpose
from contacts.models import Consent, Interaction

TALKED_IN = [Channel.PHONE, Channel.MEETING]


def is_data_check(company: Company) -> bool:
    """No consent to advertising by telephone stands, and nobody of ours has talked to them. One query.

    A call that nobody answered is no talk; a talk that a manager has written down is one.
    """
    agreed = Consent.objects.filter(
        Q(channel="") | Q(channel=Channel.PHONE),
        person__company=OuterRef("pk"),
        person__left_at__isnull=True,
        purpose=Purpose.ADVERTISING,
        withdrawn_at__isnull=True,
    )
    spoken = [kind.name for kind in kinds.all_kinds() if kind.is_contact]
    talked = Interaction.objects.filter(company=OuterRef("pk"), channel__in=TALKED_IN, kind__in=spoken)
    known = Company.objects.filter(pk=company.pk).annotate(has_agreed=Exists(agreed), was_spoken_to=Exists(talked))
    return not any(known.values_list("has_agreed", "was_spoken_to").get())
