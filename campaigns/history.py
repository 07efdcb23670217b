"""The fate of letters written into the history of the companies: many at a time, and again after a crash."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

from campaigns.enums import MailState
from campaigns.models import MailItem
from companies.models import Company
from contacts.enums import Channel
from contacts.kinds import get
from contacts.models import Interaction

KINDS = {
    MailState.ACCEPTED: "campaigns.sent",
    MailState.FAILED: "campaigns.failed",
    MailState.IN_DOUBT: "campaigns.in_doubt",
}
MANY = 500


def write_history(campaign_id: int) -> int:
    """Write what is known and not yet written, in as many transactions as it takes."""
    written = 0
    while some := _write_some(campaign_id):
        written += some
    return written


@transaction.atomic
def _write_some(campaign_id: int) -> int:
    rows = MailItem.objects.unrecorded().filter(campaign=campaign_id).select_related("campaign").order_by("pk")
    items = list(rows.select_for_update(of=("self",), skip_locked=True)[:MANY])
    if not items:
        return 0
    source = ContentType.objects.get_for_model(MailItem)
    Interaction.objects.bulk_create(_line(item, source) for item in items)
    MailItem.objects.filter(pk__in=[item.pk for item in items]).update(is_recorded=True)
    _touch_companies([item for item in items if item.state == MailState.ACCEPTED])
    return len(items)


def _line(item: MailItem, source: ContentType) -> Interaction:
    return Interaction(
        kind=get(KINDS[MailState(item.state)]).name,
        channel=Channel.EMAIL,
        at=item.sent_at,
        actor_id=item.campaign.owner_id,
        company_id=item.company_id,
        person_id=item.person_id,
        cycle_id=item.campaign.cycle_id,
        result=item.state,
        text=item.campaign.name,
        data={"email": item.email, "answer": item.answer},
        source_type=source,
        source_id=item.pk,
    )


def _touch_companies(items: list[MailItem]) -> None:
    """A letter is a contact: the base list shows and sorts by it. Rows are locked in one order, against deadlocks."""
    if not items:
        return
    last = max(item.sent_at for item in items)
    companies = Company.objects.filter(pk__in={item.company_id for item in items})
    list(companies.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    stale = Q(last_contact_at__isnull=True) | Q(last_contact_at__lt=last)
    companies.filter(stale).update(last_contact_at=last, last_contact_kind=KINDS[MailState.ACCEPTED])
