"""Clients of one employee to another, in one step: companies with everything that is still to be done about them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from companies.enums import CompanyState
from companies.models import Company
from contacts.enums import Channel
from contacts.models import Interaction, NextContact
from contacts.signals import clients_handed_over
from core.exceptions import RuleViolation

BATCH = 2_000


@dataclass(frozen=True)
class Move:
    """What goes from whom to whom."""

    companies: Collection[int]
    previous: User
    successor: User
    actor: User
    now: datetime
    is_whole: bool  # everything the person has to do, also what belongs to no company of this list: the employee leaves
    is_rehearsal: bool

    def of_companies(self, rows: QuerySet, path: str = "company") -> QuerySet:
        """The rows that go along."""
        return rows if self.is_whole else rows.filter(**{f"{path}__in": self.companies})


@dataclass
class HandedOver:
    """What was moved, or would be."""

    companies: int = 0
    parts: list[tuple[str, int]] = field(default_factory=list)  # in words of the apps
    left: list[tuple[str, int]] = field(default_factory=list)  # what could not go, and why


def preview_hand_over(
    companies: QuerySet[Company],
    *,
    actor: User,
    previous: User,
    successor: User,
    is_whole: bool = False,
    now: datetime | None = None,
) -> HandedOver:
    """How much would go. Raises RuleViolation like the verb, but not for a missing reason."""
    _guard(previous, successor)
    keys = list(_own(companies, previous).values_list("pk", flat=True))
    move = Move(keys, previous, successor, actor, now or timezone.now(), is_whole, is_rehearsal=True)
    planned = move.of_companies(NextContact.objects.open().filter(owner=previous)).count()
    return _told(len(keys), planned, move)


@transaction.atomic
def hand_over(
    companies: QuerySet[Company],
    *,
    actor: User,
    previous: User,
    successor: User,
    reason: str,
    is_whole: bool = False,
    now: datetime | None = None,
) -> HandedOver:
    """Give the chosen clients of one person to another, with next contacts, tasks, meetings, promised calls and open deals.

    Each company gets a line in its history, the whole step one in the journal. Raises RuleViolation without a reason, for a
    successor who does not work here, and when there is nothing to give.
    """
    now = now or timezone.now()
    _guard(previous, successor)
    if not reason.strip():
        raise RuleViolation(_("Say why the clients are handed over."))
    keys = list(_own(companies, previous).select_for_update(of=["self"]).order_by("pk").values_list("pk", flat=True))
    move = Move(keys, previous, successor, actor, now, is_whole, is_rehearsal=False)
    Company.objects.filter(pk__in=keys).update(owner=successor, version=F("version") + 1)
    planned = move.of_companies(NextContact.objects.open().filter(owner=previous)).update(owner=successor)
    _record(move, reason.strip())
    result = _told(len(keys), planned, move)
    if not keys and not result.parts:
        raise RuleViolation(_("There is nothing to hand over."))
    audit(
        "contacts.clients_handed_over",
        actor=actor,
        subject=f"{previous.username} → {successor.username}",
        now=now,
        reason=reason.strip(),
        companies=keys,
        parts=result.parts,
        left=result.left,
    )
    return result


# --- the parts of these verbs ---------------------------------------------------------------------------------------


def _guard(previous: User, successor: User) -> None:
    if previous.pk == successor.pk:
        raise RuleViolation(_("Choose another person to hand the clients over to."))
    if not successor.is_active:
        raise RuleViolation(_("%(person)s does not work here any more.") % {"person": successor.short_name})
    if not successor.may("companies.view_company"):
        raise RuleViolation(_("%(person)s may not work with companies.") % {"person": successor.short_name})


def _own(companies: QuerySet[Company], previous: User) -> QuerySet[Company]:
    """Of the chosen companies those that are this person's."""
    return companies.filter(owner=previous).exclude(state=CompanyState.MERGED)


def _record(move: Move, reason: str) -> None:
    """A line for each company, many at once."""
    data: dict[str, Any] = {"owner": move.successor.pk, "previous": move.previous.pk, "reason": reason}
    kind = ContentType.objects.get_for_model(Company)
    lines = [
        Interaction(
            kind="companies.assigned",
            channel=Channel.SYSTEM,
            at=move.now,
            actor=move.actor,
            company_id=key,
            text=f"{move.successor.short_name}: {reason}",
            data=data,
            source_type=kind,
            source_id=key,
        )
        for key in move.companies
    ]
    Interaction.objects.bulk_create(lines, batch_size=BATCH)


def _told(companies: int, planned: int, move: Move) -> HandedOver:
    """Let the apps above give (or count) their part, and put the answers together."""
    result = HandedOver(companies)
    parts: list[tuple[str, int]] = [(_("Next contacts"), planned)]
    answers: list[Any] = [answer for _receiver, answer in clients_handed_over.send(Move, move=move)]
    for answer in answers:
        parts += answer
    result.parts = [(words, number) for words, number in parts if number > 0]
    result.left = [(words, -number) for words, number in parts if number < 0]
    return result
