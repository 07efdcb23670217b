"""Verbs of commercial proposals (КП): draft, discount with the director, sent, accepted."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agenda.enums import TaskState
from agenda.services import complete_task, set_task
from contacts.enums import Channel
from contacts.models import Person
from contacts.services import record
from core.exceptions import RuleViolation
from core.jobs import enqueue
from deals.enums import DealState, NumberKind, ProposalState
from deals.mail import send_proposal_letter
from deals.models import Deal, Proposal
from deals.services.deals import lock_deal, reach_stage
from deals.services.lines import build_lines, copy_lines, line_discount, write_lines
from deals.services.numbers import next_number
from operations.models import LegalEntity

VALID_DAYS = 21
DIRECTOR_HAS = timedelta(hours=2)
IN_WORK = {ProposalState.DRAFT, ProposalState.ON_APPROVAL, ProposalState.APPROVED}
TEXTS = ("title", "intro", "payment_terms", "delivery_terms", "valid_until", "person", "discount_reason")

Rows = Iterable[Mapping[str, Any]]


def own_entity() -> LegalEntity:
    """The firm that stands in the head of papers. Raises RuleViolation until its requisites are filled in."""
    entity = LegalEntity.objects.order_by("-is_main", "pk").first()
    if entity is None:
        raise RuleViolation(_("Fill in your own requisites in the settings first: they stand in every paper."))
    return entity


@transaction.atomic
def create_proposal(
    deal: Deal,
    *,
    actor: User,
    title: str,
    lines: Rows = (),
    valid_until: date | None = None,
    person: Person | None = None,
    entity: LegalEntity | None = None,
    now: datetime | None = None,
    **texts: str,
) -> Proposal:
    """A draft with the next number of our firm and year. Raises RuleViolation for a closed deal, no title or a wrong line."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    deal = lock_deal(deal)
    if deal.state != DealState.OPEN:
        raise RuleViolation(_("The deal is closed: no proposals can be made for it."))
    if not title.strip():
        raise RuleViolation(_("Say what the proposal is about."))
    built = build_lines(lines, day=today)
    entity = entity or own_entity()
    proposal = Proposal.objects.create(
        deal=deal, entity=entity, person=person or deal.person, number=next_number(entity, kind=NumberKind.PROPOSAL, year=today.year),
        year=today.year, title=title.strip()[:200], valid_until=valid_until or today + timedelta(days=VALID_DAYS), created_by=actor,
        changed_by=actor, created_at=now, changed_at=now, **texts,
    )  # fmt: skip
    write_lines(proposal, built)
    proposal.save(update_fields=["total", "vat"])
    _record("deals.proposal_made", proposal, actor=actor, now=now)
    return proposal


def lock_proposal(proposal: Proposal) -> Proposal:
    """The row as it is now; its deal is locked first."""
    deal = lock_deal(proposal.deal)
    Proposal.objects.select_for_update().only("pk").get(pk=proposal.pk)
    locked = Proposal.objects.select_related("entity", "person", "created_by", "changed_by", "approval_task").get(
        pk=proposal.pk
    )
    locked.deal = deal
    return locked


def _editable(proposal: Proposal, *, actor: User, now: datetime) -> Proposal:
    """The version that may be changed: a draft itself, of a sent one a new version. Raises RuleViolation for a finished one."""
    proposal = lock_proposal(proposal)
    if proposal.deal.state != DealState.OPEN:
        raise RuleViolation(_("The deal is closed: its proposals stay as they are."))
    if proposal.state in IN_WORK:
        return proposal
    if proposal.state == ProposalState.REPLACED:
        raise RuleViolation(_("There is a newer version of this proposal."))
    if proposal.state == ProposalState.ACCEPTED:
        raise RuleViolation(_("The client has accepted this proposal: make a new one."))
    return _new_version(proposal, actor=actor, now=now)


def _new_version(sent: Proposal, *, actor: User, now: datetime) -> Proposal:
    """A draft that repeats a sent version; the sent one is replaced when the draft goes out."""
    series = Proposal.objects.filter(entity=sent.entity, year=sent.year, number=sent.number)
    if series.filter(state__in=IN_WORK).exists():
        raise RuleViolation(_("The next version of this proposal is being prepared already."))
    latest = series.order_by("-version").values_list("version", flat=True)[0]
    copied = {
        name: getattr(sent, name)
        for name in ("deal", "entity", "person", "number", "year", *TEXTS)
        if name != "discount_reason"
    }
    fresh = Proposal.objects.create(
        version=latest + 1, created_by=actor, changed_by=actor, created_at=now, changed_at=now, **copied
    )
    copy_lines(sent, fresh)
    fresh.save(update_fields=["total", "vat"])
    _record("deals.proposal_made", fresh, actor=actor, now=now)
    return fresh


def _back_to_draft(proposal: Proposal, *, actor: User, now: datetime) -> None:
    """A changed proposal needs the director's word anew, and the limit of the person who changed it counts."""
    proposal.state, proposal.approved_by = ProposalState.DRAFT, None
    proposal.changed_by, proposal.changed_at = actor, now
    _close_approval(proposal, actor=actor, result=_("The proposal has been changed"), now=now)


@transaction.atomic
def change_proposal_lines(
    proposal: Proposal, *, actor: User, lines: Rows, seen_at: datetime | None = None, now: datetime | None = None
) -> Proposal:
    """Replace the lines. Of a sent proposal it makes the next version and returns that.

    Raises RuleViolation for a wrong line, or when the proposal is not any more as it was seen at `seen_at`.
    """
    now = now or timezone.now()
    proposal = _editable(proposal, actor=actor, now=now)
    if seen_at is not None and seen_at != proposal.changed_at:
        raise RuleViolation(_("The proposal was changed meanwhile. Reload the page: your last change is not saved."))
    write_lines(proposal, build_lines(lines, day=timezone.localdate(now)))
    _back_to_draft(proposal, actor=actor, now=now)
    proposal.save(update_fields=["total", "vat", "state", "approved_by", "changed_by", "changed_at", "approval_task"])
    return proposal


@transaction.atomic
def change_proposal(proposal: Proposal, *, actor: User, now: datetime | None = None, **texts: Any) -> Proposal:
    """Change the words of a proposal (title, introduction, terms, addressee); of a sent one in a new version."""
    now = now or timezone.now()
    if unknown := set(texts) - set(TEXTS):
        raise TypeError(f"not a text of a proposal: {sorted(unknown)}")
    if not str(texts.get("title", "-")).strip():
        raise RuleViolation(_("Say what the proposal is about."))
    proposal = _editable(proposal, actor=actor, now=now)
    for name, value in texts.items():
        setattr(proposal, name, value)
    proposal.changed_at = now
    proposal.save(update_fields=[*texts, "changed_at"])
    return proposal


def lines_over_limit(proposal: Proposal) -> list[int]:
    """Numbers of the lines cheaper than the person who wrote them may sell."""
    limit = proposal.changed_by.discount_limit
    return [line.order for line in proposal.lines.all() if line_discount(line) > limit]


@transaction.atomic
def request_discount(proposal: Proposal, *, actor: User, reason: str, now: datetime | None = None) -> Proposal:
    """Put a discount above the limit before the director, with a task.

    Raises RuleViolation without need or reason, or with nobody to decide.
    """
    now = now or timezone.now()
    proposal = lock_proposal(proposal)
    if proposal.state != ProposalState.DRAFT:
        raise RuleViolation(_("Only a draft can be put before the director."))
    if not lines_over_limit(proposal):
        raise RuleViolation(_("No discount is above the limit: the proposal can be sent at once."))
    if not reason.strip():
        raise RuleViolation(_("Write why the discount is needed."))
    director = _approver(proposal)
    proposal.state, proposal.discount_reason = ProposalState.ON_APPROVAL, reason.strip()[:300]
    proposal.approval_task = set_task(
        actor=actor, owner=director, due_at=now + DIRECTOR_HAS, company=proposal.deal.company, text=proposal.discount_reason,
        title=_("Discount in proposal %(number)s: decide") % {"number": proposal.number}, now=now,
    )  # fmt: skip
    proposal.save(update_fields=["state", "discount_reason", "approval_task"])
    _record("deals.discount_requested", proposal, actor=actor, text=proposal.discount_reason, now=now)
    return proposal


def _approver(proposal: Proposal) -> User:
    authors = {proposal.created_by_id, proposal.changed_by_id}
    director = User.objects.holding("deals.approve_discount").exclude(pk__in=authors).order_by("pk").first()
    if director is None:
        raise RuleViolation(_("Nobody but the author may approve discounts: lower the discount."))
    return director


@transaction.atomic
def approve_discount(proposal: Proposal, *, actor: User, now: datetime | None = None) -> Proposal:
    """The director agrees. Raises RuleViolation for the own proposal, or when nothing is asked."""
    now = now or timezone.now()
    proposal = _asked(proposal, actor=actor)
    proposal.state, proposal.approved_by = ProposalState.APPROVED, actor
    _close_approval(proposal, actor=actor, result=_("Approved"), now=now)
    proposal.save(update_fields=["state", "approved_by", "approval_task"])
    _record("deals.discount_approved", proposal, actor=actor, now=now)
    return proposal


@transaction.atomic
def decline_discount(proposal: Proposal, *, actor: User, reason: str, now: datetime | None = None) -> Proposal:
    """The director does not agree: the proposal is a draft again. Raises RuleViolation without a reason."""
    now = now or timezone.now()
    if not reason.strip():
        raise RuleViolation(_("Say why the discount is declined."))
    proposal = _asked(proposal, actor=actor)
    proposal.state = ProposalState.DRAFT
    _close_approval(proposal, actor=actor, result=reason, now=now)
    proposal.save(update_fields=["state", "approval_task"])
    _record("deals.discount_declined", proposal, actor=actor, text=reason.strip(), now=now)
    return proposal


def _asked(proposal: Proposal, *, actor: User) -> Proposal:
    proposal = lock_proposal(proposal)
    if proposal.state != ProposalState.ON_APPROVAL:
        raise RuleViolation(_("Nobody asks for a discount here."))
    if actor.pk in {proposal.created_by_id, proposal.changed_by_id}:
        raise RuleViolation(_("Nobody decides about the own discount."))
    return proposal


def _close_approval(proposal: Proposal, *, actor: User, result: str, now: datetime) -> None:
    task, proposal.approval_task = proposal.approval_task, None
    if task is not None and task.state == TaskState.OPEN:
        complete_task(task, actor=actor, result=result, now=now)


@transaction.atomic
def send_proposal(proposal: Proposal, *, actor: User, email: str = "", now: datetime | None = None) -> Proposal:
    """Send the PDF to the client by e-mail (given, the person's, or the company's); the letter leaves after the commit.

    Raises RuleViolation for a proposal that is out already, empty, out of date, with a discount nobody approved, or without an address.
    """
    now = now or timezone.now()
    proposal = lock_proposal(proposal)
    _check_sendable(proposal, today=timezone.localdate(now))
    proposal.state, proposal.sent_at, proposal.sent_to = ProposalState.SENT, now, _address(proposal, email)
    proposal.save(update_fields=["state", "sent_at", "sent_to"])
    series = Proposal.objects.filter(
        entity=proposal.entity, year=proposal.year, number=proposal.number, state=ProposalState.SENT
    )
    series.exclude(pk=proposal.pk).update(state=ProposalState.REPLACED)
    deal = proposal.deal
    deal.amount = proposal.total
    deal.save(update_fields=["amount"])
    data = {"to": proposal.sent_to}
    _record(
        "deals.proposal_sent", proposal, actor=actor, channel=Channel.EMAIL, text=proposal.sent_to, data=data, now=now
    )
    reach_stage(deal, "proposal", actor=actor, now=now)
    enqueue("deals.tasks.mail_proposal", proposal_id=proposal.pk)
    return proposal


def _check_sendable(proposal: Proposal, *, today: date) -> None:
    if proposal.deal.state != DealState.OPEN:
        raise RuleViolation(_("The deal is closed: its proposals stay as they are."))
    if proposal.state == ProposalState.ON_APPROVAL:
        raise RuleViolation(_("The discount waits for the director."))
    if proposal.state not in IN_WORK:
        raise RuleViolation(_("This version has been sent already: an edit makes the next one."))
    if not proposal.total:
        raise RuleViolation(_("The proposal is empty: add a line with a price."))
    if proposal.valid_until < today:
        raise RuleViolation(_("The proposal is out of date: set a later term."))
    if proposal.state == ProposalState.DRAFT and (over := lines_over_limit(proposal)):
        listed = ", ".join(map(str, over))
        raise RuleViolation(
            _("The discount in lines %(lines)s is above your limit: the director must approve it.") % {"lines": listed}
        )


def _address(proposal: Proposal, email: str) -> str:
    address = email.strip() or address_of(proposal)
    if not address:
        raise RuleViolation(_("No e-mail is known for the client: write one."))
    try:
        validate_email(address)
    except ValidationError as error:
        raise RuleViolation(_("This is not an e-mail address: %(address)s.") % {"address": address}) from error
    return address


def address_of(proposal: Proposal) -> str:
    """Where a letter to the client goes: the addressee's own mailbox, else the company's."""
    person = proposal.person or proposal.deal.person
    own = person.emails.filter(is_invalid=False).order_by("pk").first() if person else None
    company = proposal.deal.company
    return own.address if own else "" if company.email_invalid else company.email


@transaction.atomic
def mail_proposal(proposal: Proposal, *, now: datetime | None = None) -> bool:
    """Let the letter of a sent proposal leave over SMTP, once; False when it has left already."""
    waiting = Proposal.objects.to_mail().select_for_update(skip_locked=True).filter(pk=proposal.pk).first()
    if waiting is None:
        return False
    proposal = Proposal.objects.select_related("deal__company", "entity", "person", "created_by").get(pk=waiting.pk)
    send_proposal_letter(proposal)
    proposal.mailed_at = now or timezone.now()
    proposal.save(update_fields=["mailed_at"])
    return True


@transaction.atomic
def accept_proposal(proposal: Proposal, *, actor: User, now: datetime | None = None) -> Proposal:
    """The client agrees; the total becomes the sum of the deal. Raises RuleViolation for a proposal the client has not got."""
    now = now or timezone.now()
    proposal = lock_proposal(proposal)
    if proposal.state != ProposalState.SENT:
        raise RuleViolation(_("Only a sent proposal can be accepted."))
    proposal.state = ProposalState.ACCEPTED
    proposal.save(update_fields=["state"])
    deal = proposal.deal
    deal.amount = proposal.total
    deal.save(update_fields=["amount"])
    _record("deals.proposal_accepted", proposal, actor=actor, channel=Channel.EMAIL, now=now)
    return proposal


def _record(
    kind: str,
    proposal: Proposal,
    *,
    actor: User,
    now: datetime,
    text: str = "",
    channel: str = Channel.SYSTEM,
    data: dict | None = None,
) -> None:
    words = _("Proposal %(number)s, version %(version)s") % {"number": proposal.number, "version": proposal.version}
    deal = proposal.deal
    record(
        kind, actor=actor, company=deal.company, person=proposal.person, channel=channel, source=proposal, cycle=deal.cycle,
        text=f"{words}. {text}" if text else words, data={"deal": deal.pk, "total": str(proposal.total)} | (data or {}), now=now,
    )  # fmt: skip
