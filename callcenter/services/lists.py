"""Call lists: open from companies or from a delivered campaign, pause, resume, close."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from callcenter.donotcall import callable_companies
from callcenter.enums import LIVE_STATES, ItemState, ListKind, ListState, Tier
from callcenter.models import CallList, QueueItem, Script
from campaigns.enums import MailState
from campaigns.models import Campaign, MailItem
from companies.enums import Stage
from companies.models import Company
from companies.services import advance_stages
from contacts.models import Cycle
from core.exceptions import RuleViolation

STAGE_OF = {ListKind.VERIFICATION: Stage.VERIFICATION, ListKind.CALLBACK: Stage.CALLING}
WARM = 60  # who has just got our letter is called before the rest
BATCH = 2000


@transaction.atomic
def open_list(
    *,
    actor: User,
    name: str,
    kind: str,
    companies: QuerySet[Company] | Iterable[Company],
    script: Script | None = None,
    cycle: Cycle | None = None,
    campaign: Campaign | None = None,
    priority: int = 50,
    now: datetime | None = None,
) -> CallList:
    """Make cards of the companies that may be called. Raises RuleViolation without a name or when none may be."""
    now = now or timezone.now()
    if not name.strip() or kind not in ListKind.values:
        raise RuleViolation(_("A call list needs a name and a purpose."))
    found = callable_companies(_as_queryset(companies))
    script = script or Script.objects.filter(kind=kind).order_by("pk").first()
    call_list = CallList.objects.create(
        name=name.strip()[:150],
        kind=kind,
        priority=priority,
        script=script,
        cycle=cycle,
        campaign=campaign,
        created_by=actor,
        created_at=now,
    )
    if not _deal_cards(call_list, found, now=now):
        raise RuleViolation(
            _("None of these companies can be called: they have no phone or have asked not to be called.")
        )
    advance_stages(Company.objects.filter(queue_items__call_list=call_list), to=STAGE_OF[ListKind(kind)])
    return call_list


@transaction.atomic
def open_callback_list(campaign: Campaign, *, now: datetime | None = None) -> CallList | None:
    """Ask everybody whose letter has arrived; None if the list stands already or nobody can be called."""
    Campaign.objects.select_for_update().get(pk=campaign.pk)  # of two wake-ups one opens the list
    letters = MailItem.objects.filter(campaign=campaign, state=MailState.ACCEPTED)
    companies = Company.objects.filter(pk__in=letters.values("company"))
    if CallList.objects.filter(campaign=campaign).exists() or not callable_companies(companies).exists():
        return None
    return open_list(
        actor=campaign.owner,
        name=campaign.name,
        kind=ListKind.CALLBACK,
        companies=companies,
        cycle=campaign.cycle,
        campaign=campaign,
        priority=WARM,
        now=now,
    )


def pause_list(call_list: CallList, *, actor: User, now: datetime | None = None) -> None:
    """Offer no more cards; those in hands are finished. Raises RuleViolation if it is not open."""
    _turn(call_list, ListState.PAUSED, {ListState.OPEN}, now)


def resume_list(call_list: CallList, *, actor: User, now: datetime | None = None) -> None:
    """Offer cards again. Raises RuleViolation if it is open already."""
    _turn(call_list, ListState.OPEN, {ListState.PAUSED, ListState.CLOSED}, now)


def close_list(call_list: CallList, *, actor: User, now: datetime | None = None) -> None:
    """Offer no more cards for good; what was done stays. Raises RuleViolation if it is closed already."""
    _turn(call_list, ListState.CLOSED, {ListState.OPEN, ListState.PAUSED}, now)


@transaction.atomic
def _turn(call_list: CallList, to: ListState, allowed: set[ListState], now: datetime | None) -> None:
    locked = CallList.objects.select_for_update(of=("self",)).get(pk=call_list.pk)
    if locked.state not in allowed:
        state = locked.get_state_display()
        raise RuleViolation(_("The list «%(name)s» is %(state)s already.") % {"name": locked.name, "state": state})
    call_list.state = locked.state = to
    call_list.closed_at = locked.closed_at = (now or timezone.now()) if to == ListState.CLOSED else None
    locked.save(update_fields=["state", "closed_at"])
    # the claim reads one index and does not join the list, so its state is copied onto the cards
    unfinished = locked.items.filter(state__in=[ItemState.READY, *LIVE_STATES])
    unfinished.update(is_offered=to == ListState.OPEN)


def _as_queryset(companies: QuerySet[Company] | Iterable[Company]) -> QuerySet[Company]:
    if isinstance(companies, QuerySet):
        return companies
    return Company.objects.filter(pk__in=[company.pk for company in companies])


def _deal_cards(call_list: CallList, companies: QuerySet[Company], *, now: datetime) -> int:
    """Insert the cards. Nobody is called twice in one list, whoever was chosen twice."""
    cards = QueueItem.objects.bulk_create(_cards(call_list, companies, now), batch_size=BATCH, ignore_conflicts=True)
    return len(cards)


def _cards(call_list: CallList, companies: QuerySet[Company], now: datetime) -> Iterator[QueueItem]:
    letters = _letters(call_list)
    for pk, zone in companies.order_by("pk").values_list("pk", "time_zone").distinct():
        letter = letters.get(pk)
        yield QueueItem(
            call_list=call_list,
            company_id=pk,
            person_id=letter.person_id if letter else None,
            mail_item=letter,
            tier=Tier.FRESH,
            priority=call_list.priority,
            time_zone=zone,
            due_at=now,
        )


def _letters(call_list: CallList) -> dict[int, MailItem]:
    """The letter about which a company is asked: its first of the campaign."""
    if call_list.campaign_id is None:
        return {}
    items = MailItem.objects.filter(campaign=call_list.campaign, state=MailState.ACCEPTED).order_by("company", "-pk")
    return {item.company_id: item for item in items}
