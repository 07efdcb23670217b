"""What other apps report and the call centre acts on."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from callcenter.enums import LIVE_STATES, ItemState
from callcenter.models import CallAttempt, QueueItem
from callcenter.services import follow_terms, move_clocks, open_callback_list
from campaigns.models import Campaign
from campaigns.signals import campaign_delivered
from companies.models import Company
from companies.signals import company_changed, company_verified
from contacts.models import Person
from contacts.services.handover import Move
from contacts.signals import clients_handed_over, person_erased
from core.exceptions import RuleViolation
from intake.models import Merge
from intake.relations import change_row
from intake.signals import companies_merged


def campaign_was_delivered(campaign: Campaign, now: datetime | None = None, **_kwargs: Any) -> None:
    """The letters have had their days: ask whether they arrived."""
    open_callback_list(campaign, now=now)


def companies_were_merged(merge: Merge, now: datetime, **_kwargs: Any) -> None:
    """A card of the merged company that could not follow stands beside the kept one's in the same list: called once."""
    left = QueueItem.objects.filter(company=merge.merged)
    if left.filter(state__in=LIVE_STATES).exists():
        raise RuleViolation(_("Operators are talking to both companies now: merge them after the calls."))
    for card in left.filter(state=ItemState.READY):
        change_row(merge, card, state=ItemState.DONE.value, closed_at=now)


def clients_were_handed_over(move: Move, **_kwargs: Any) -> list[tuple[str, int]]:
    """Calls the person has promised are the successor's."""
    promised = move.of_companies(QueueItem.objects.filter(callback_owner=move.previous, state=ItemState.READY))
    number = promised.count() if move.is_rehearsal else promised.update(callback_owner=move.successor)
    return [(_("Promised calls"), number)]


def person_was_erased(person: Person, phones: list[str], **_kwargs: Any) -> None:
    """That a call was made stays, with its result; the number and what was said go."""
    CallAttempt.objects.filter(Q(person=person) | Q(number__in=phones)).update(number="", note="", facts={})


def company_was_changed(company: Company, changes: dict[str, list[str]], **_kwargs: Any) -> None:
    """Another region is another clock."""
    if {"region", "time_zone"} & changes.keys():
        move_clocks(company)


def company_was_verified(company: Company, now: datetime, **_kwargs: Any) -> None:
    """By an operator or by a marketer: until when it counts, the terms of the data say."""
    follow_terms(company, now)


def connect() -> None:
    """Called once, when the app is ready."""
    campaign_delivered.connect(campaign_was_delivered, dispatch_uid="callcenter.campaign_was_delivered")
    company_changed.connect(company_was_changed, dispatch_uid="callcenter.company_was_changed")
    company_verified.connect(company_was_verified, dispatch_uid="callcenter.company_was_verified")
    person_erased.connect(person_was_erased, dispatch_uid="callcenter.person_was_erased")
    companies_merged.connect(companies_were_merged, dispatch_uid="callcenter.companies_were_merged")
    clients_handed_over.connect(clients_were_handed_over, dispatch_uid="callcenter.clients_were_handed_over")
