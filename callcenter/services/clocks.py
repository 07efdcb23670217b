"""When a client answers the telephone: hours of one company, and its zone when the address changes."""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from callcenter.enums import LIVE_STATES, ItemState
from callcenter.hours import CLOSES, OPENS
from callcenter.models import CallingHours, CallList, QueueItem
from callcenter.services.lists import follow_rules
from companies.models import Company
from core.exceptions import RuleViolation

UNFINISHED = [ItemState.READY, *LIVE_STATES]
EARLIEST, LATEST = time(7), time(22)  # nobody's office hours, and no call that anybody forgives


@transaction.atomic
def set_calling_hours(
    company: Company, *, actor: User, opens: time, closes: time, now: datetime | None = None
) -> CallingHours | None:
    """The client answers only then, in every list; the usual hours take the exception away. Returns the exception, if any.

    Raises RuleViolation for hours that end before they begin or lie in the night.
    """
    if not EARLIEST <= opens < closes <= LATEST:
        raise RuleViolation(_("Calling hours lie between 7:00 and 22:00 and end after they begin."))
    if (opens, closes) == (OPENS, CLOSES):
        CallingHours.objects.filter(company=company).delete()
        own = None
    else:
        values = {"opens": opens, "closes": closes, "set_by": actor, "set_at": now or timezone.now()}
        own, _is_new = CallingHours.objects.update_or_create(company=company, defaults=values)
    for call_list in CallList.objects.filter(items__company=company, items__state__in=UNFINISHED).distinct():
        follow_rules(call_list.items.filter(company=company, state__in=UNFINISHED), call_list)
    return own


def move_clocks(company: Company) -> None:
    """The company turns out to be in another zone: its waiting cards are offered by the right clock."""
    QueueItem.objects.filter(company=company, state__in=UNFINISHED).exclude(time_zone=company.time_zone).update(
        time_zone=company.time_zone
    )
