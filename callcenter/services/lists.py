"""Call lists: open from companies or from a delivered campaign, pause, resume, close."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import CharField, F, Func, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.services import audit
from callcenter.donotcall import callable_companies
from callcenter.enums import LIVE_STATES, ItemState, ListKind, ListState, Tier
from callcenter.hours import CLOSES, OPENS, span_of
from callcenter.mix import COMMON
from callcenter.models import CallingHours, CallList, ListShare, QueueItem, Script
from campaigns.enums import MailState
from campaigns.models import Campaign, MailItem
from companies.enums import Stage
from companies.models import Company
from companies.services import advance_stages
from contacts.models import Cycle
from core.exceptions import RuleViolation

STAGE_OF = {ListKind.VERIFICATION: Stage.VERIFICATION, ListKind.CALLBACK: Stage.CALLING}  # other lists move nobody
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
    opens: time = OPENS,
    closes: time = CLOSES,
    deadline: date | None = None,
    daily_cap: int | None = None,
    shares: Mapping[Team, int] | None = None,
    now: datetime | None = None,
) -> CallList:
    """Make cards of the companies that may be called. `shares`: the departments that call it, with their weights.

    Raises RuleViolation without a name, with hours that end before they begin, or when no company may be called.
    """
    now = now or timezone.now()
    _guard_rules(opens, closes, deadline, now)
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
        opens=opens,
        closes=closes,
        deadline=deadline,
        daily_cap=daily_cap,
        created_by=actor,
        created_at=now,
    )
    _write_shares(call_list, shares or {})
    if not _deal_cards(call_list, found, now=now):
        raise RuleViolation(
            _("None of these companies can be called: they have no phone or have asked not to be called.")
        )
    if stage := STAGE_OF.get(ListKind(kind)):
        advance_stages(Company.objects.filter(queue_items__call_list=call_list), to=stage)
    return call_list


@transaction.atomic
def change_list(
    call_list: CallList,
    *,
    actor: User,
    name: str,
    priority: int,
    script: Script | None,
    opens: time,
    closes: time,
    deadline: date | None,
    daily_cap: int | None,
    shares: Mapping[Team, int],
    now: datetime | None = None,
) -> None:
    """Other rules for a list; its waiting cards follow at once. Raises RuleViolation like `open_list`, and for a closed list."""
    now = now or timezone.now()
    locked = CallList.objects.select_for_update(of=("self",)).get(pk=call_list.pk)
    if locked.state == ListState.CLOSED:
        raise RuleViolation(_("The list is closed: open it again to change it."))
    if not name.strip():
        raise RuleViolation(_("A call list needs a name and a purpose."))
    _guard_rules(opens, closes, deadline if deadline != locked.deadline else None, now)
    rules = {
        "name": name.strip()[:150],
        "priority": priority,
        "script": script,
        "opens": opens,
        "closes": closes,
        "deadline": deadline,
        "daily_cap": daily_cap,
    }
    for field, value in rules.items():
        setattr(locked, field, value)
    locked.save(update_fields=list(rules))
    locked.shares.all().delete()
    _write_shares(locked, shares)
    follow_rules(locked.items.filter(state__in=[ItemState.READY, *LIVE_STATES]), locked)
    audit("callcenter.list_changed", actor=actor, subject=locked.name, priority=priority, daily_cap=daily_cap, now=now)


def follow_rules(cards: QuerySet[QueueItem], call_list: CallList) -> None:
    """Copy the rules of the list onto its cards, where the claim reads them. A company's own hours go before the list's."""
    own = CallingHours.objects.filter(company=OuterRef("company"))
    span = Concat(_clock("opens"), Value("-"), _clock("closes"))
    usual = Value(span_of(call_list.opens, call_list.closes))
    cards.update(
        priority=call_list.priority,
        pool=pool_of(call_list),
        hours=Coalesce(Subquery(own.values_list(span)[:1]), usual, output_field=CharField()),
    )


def pool_of(call_list: CallList) -> int:
    """Its own if the list is for some departments only or has a daily cap, else everybody's."""
    return call_list.pk if call_list.daily_cap is not None or call_list.shares.exists() else COMMON


def _clock(field: str) -> Func:
    """A time of the day as «09:00»."""
    return Func(F(field), Value("HH24:MI"), function="to_char", output_field=CharField())


def _write_shares(call_list: CallList, shares: Mapping[Team, int]) -> None:
    ListShare.objects.bulk_create(
        ListShare(call_list=call_list, team=team, weight=weight) for team, weight in shares.items()
    )


def _guard_rules(opens: time, closes: time, deadline: date | None, now: datetime) -> None:
    if opens >= closes:
        raise RuleViolation(_("The calling hours end before they begin."))
    if deadline and deadline < timezone.localdate(now):
        raise RuleViolation(_("The day by which the list is to be finished has passed."))


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
    letters, pool = _letters(call_list), pool_of(call_list)
    usual = span_of(call_list.opens, call_list.closes)
    own = {row.company_id: str(row) for row in CallingHours.objects.filter(company__in=companies.values("pk"))}
    for pk, zone in companies.order_by("pk").values_list("pk", "time_zone").distinct():
        letter = letters.get(pk)
        yield QueueItem(
            call_list=call_list,
            company_id=pk,
            person_id=letter.person_id if letter else None,
            mail_item=letter,
            tier=Tier.FRESH,
            priority=call_list.priority,
            pool=pool,
            time_zone=zone,
            hours=own.get(pk, usual),
            due_at=now,
        )


def _letters(call_list: CallList) -> dict[int, MailItem]:
    """The letter about which a company is asked: its first of the campaign."""
    if call_list.campaign_id is None:
        return {}
    items = MailItem.objects.filter(campaign=call_list.campaign, state=MailState.ACCEPTED).order_by("company", "-pk")
    return {item.company_id: item for item in items}
