"""The result of a call: one attempt per claim, its facts into the base, its card on its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agenda.invitations import invite
from agenda.services import book_meeting
from callcenter.enums import LIVE_STATES, ListKind, NextStep, OperatorState, Tier
from callcenter.models import CallAttempt, CardClaim, QueueItem, ResultCode
from callcenter.services.cards import leave_call
from callcenter.services.moves import move_card
from callcenter.services.talk import Told, read_talk
from callcenter.services.terms import confirm_lines
from campaigns.services import mark_received
from companies.services import mark_checked, verify_company, write_technical
from contacts.enums import Channel
from contacts.models import Interaction, Person
from contacts.services import change_person, find_need, opt_out, record
from core.exceptions import RuleViolation
from intake.enums import CorrectionState
from intake.models import Correction
from intake.services import propose_correction

UNDECIDED = [CorrectionState.NEW, CorrectionState.CONFLICT]
LONGEST_NOTE = 4000


@dataclass
class Call:
    """What the operator brings from one call."""

    item: QueueItem
    actor: User
    result: ResultCode
    note: str
    person: Person | None
    now: datetime
    claim: CardClaim
    told: Told


@transaction.atomic
def finish_call(
    item: QueueItem,
    *,
    actor: User,
    claim: Any,
    result: ResultCode | str,
    started_at: datetime | None = None,
    note: str = "",
    next_contact_at: datetime | None = None,
    person: Person | None = None,
    number: str = "",
    facts: Mapping[str, Any] | None = None,
    corrections: Sequence[Mapping[str, Any]] = (),
    roles: Mapping[Person, str] | None = None,
    need: Mapping[str, Any] | str = "",
    meeting: Mapping[str, Any] | None = None,
    path: Sequence[Any] = (),
    typed: Mapping[int, str] | None = None,
    now: datetime | None = None,
) -> CallAttempt:
    """Write a call once per claim: a repeated save returns the same attempt and changes nothing.

    `need`: its words, or those of a form (text, product_group, volume, needed_by). `path`: the way of the talk as
    [step, answer] pairs of the version that came with the card; `typed`: what was typed for answers that ask for words.
    A result that comes after the lease was lost is kept as an attempt and leaves the card to its new holder.
    Raises RuleViolation for a claim never given to this person, a missing reason, a past time or a taken slot.
    """
    now = now or timezone.now()
    card = QueueItem.objects.select_for_update(of=("self",)).for_work().get(pk=item.pk)
    if known := CallAttempt.objects.filter(claim=claim).first():
        return known
    given = CardClaim.objects.filter(token=claim, item=card, operator=actor).first()
    if given is None:
        raise RuleViolation(_("This card was not given to you."))
    told = read_talk(given.version_id, path, typed or {})
    words = "\n".join(filter(None, [note.strip(), *told.notes]))[:LONGEST_NOTE]
    call = Call(card, actor, _code(result, card), words, person or card.dialed_person, now, given, told)
    _guard(call, next_contact_at, meeting)
    holds = card.state in LIVE_STATES and str(card.claim) == str(claim)
    attempt = _write_attempt(call, number=number, started_at=started_at, facts=_facts(call, facts), is_late=not holds)
    interaction = _write_history(call, attempt)
    _write_heard(call, interaction, corrections, _heard_role(call) | dict(roles or {}))
    _write_facts(call, attempt.facts, need, meeting)
    _conclude(call, attempt.facts)
    if holds:
        move_card(card, attempt, next_contact_at=next_contact_at)
        leave_call(actor, OperatorState.READY, now=now)
    return attempt


def _write_heard(
    call: Call, interaction: Interaction, corrections: Sequence[Mapping[str, Any]], roles: Mapping[Person, str]
) -> None:
    """Corrections go to the marketer, roles in decisions to the persons, both with the talk they were heard in."""
    for row in corrections:
        propose_correction(call.item.company, actor=call.actor, interaction=interaction, now=call.now, **row)
    for whose, role in roles.items():
        change_person(whose, actor=call.actor, heard_in=interaction, now=call.now, decision_role=role)


def _facts(call: Call, facts: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was said by hand, and beside it what the answers of the script say."""
    known = dict(facts or {})
    if call.told.received is not None:
        known.setdefault("received", call.told.received)
        known["read"] = call.told.is_read
    if call.told.data:
        known["answers"] = call.told.data | known.get("answers", {})
    return known


def _heard_role(call: Call) -> dict[Person, str]:
    return {call.person: call.told.role} if call.person and call.told.role else {}


def _write_attempt(
    call: Call, *, number: str, started_at: datetime | None, facts: dict[str, Any], is_late: bool
) -> CallAttempt:
    """The row that is never changed; what the operator did not say is taken from the dialling."""
    card = call.item
    return CallAttempt.objects.create(
        item=card,
        company=card.company,
        person=call.person,
        operator=call.actor,
        claim=call.claim.token,
        version_id=call.claim.version_id,
        path=call.told.path,
        number=(number or card.dialed_number)[:16],
        promised_at=card.due_at if card.tier == Tier.CALLBACK and not is_late else None,
        started_at=started_at or card.dialed_at or card.claimed_at or call.now,
        ended_at=call.now,
        result=call.result,
        note=call.note,
        facts=facts,
        is_late=is_late,
    )


def _code(result: ResultCode | str, card: QueueItem) -> ResultCode:
    if isinstance(result, ResultCode):
        code: ResultCode | None = result
    else:
        code = ResultCode.objects.filter(kind=card.call_list.kind, code=result).first()
    if code is None or code.kind != card.call_list.kind:
        raise RuleViolation(_("Choose the result of the call."))
    return code


def _guard(call: Call, next_contact_at: datetime | None, meeting: Mapping[str, Any] | None) -> None:
    if call.result.wants_note and not call.note:
        raise RuleViolation(_("Write the reason into the note."))
    if call.result.code == "meeting" and not meeting:
        raise RuleViolation(_("Choose the manager and the time of the meeting."))
    if next_contact_at and next_contact_at <= call.now:
        raise RuleViolation(_("The next contact must be in the future."))


def _write_history(call: Call, attempt: CallAttempt) -> Interaction:
    """One record per call: a talk is a contact with the client, a call nobody answered is not."""
    interaction = record(
        "callcenter.talked" if call.result.is_human else "callcenter.called",
        actor=call.actor,
        company=call.item.company,
        person=call.person,
        channel=Channel.PHONE,
        result=call.result.code,
        text=call.note,
        source=attempt,
        cycle=call.item.call_list.cycle,
        data={
            "result": call.result.name,
            "kind": call.result.kind,
            "number": attempt.number,
            "seconds": max(0, round((attempt.ended_at - attempt.started_at).total_seconds())),
        },
        now=call.now,
    )
    attempt.interaction = interaction
    attempt.save(update_fields=["interaction"])
    return interaction


def _write_facts(
    call: Call, facts: Mapping[str, Any], need: Mapping[str, Any] | str, meeting: Mapping[str, Any] | None
) -> None:
    """What the client said: about the letter, about needs, when to meet, not to call again."""
    company, cycle = call.item.company, call.item.call_list.cycle
    received = call.result.received if call.result.received is not None else facts.get("received")
    if call.item.mail_item and isinstance(received, bool):
        mark_received(call.item.mail_item, received=received, actor=call.actor, now=call.now)
    wanted = _need(call, need)
    if wanted["text"]:
        find_need(company, actor=call.actor, person=call.person, cycle=cycle, now=call.now, **wanted)
    if call.told.technical:
        write_technical(company, actor=call.actor, answers=call.told.technical, now=call.now)
    if meeting and call.result.code == "meeting":
        persons = [call.person] if call.person else []
        details = {"subject": call.note, **meeting}
        invites = details.pop("invites", False)
        booked = book_meeting(company, actor=call.actor, persons=persons, cycle=cycle, now=call.now, **details)
        if invites:
            invite(booked, person=call.person, now=call.now)
    if call.result.next_step == NextStep.BLOCK:
        opt_out(
            actor=call.actor, channel=Channel.PHONE, company=company, person=call.person, reason=call.note, now=call.now
        )


def _need(call: Call, need: Mapping[str, Any] | str) -> dict[str, Any]:
    """The need as the operator has written it; what is not written is taken from the answer of the script."""
    known = {"text": need} if isinstance(need, str) else {name: value for name, value in need.items() if value}
    text = str(known.get("text", "")).strip() or call.told.need or call.told.product_group
    group = known.get("product_group") or call.told.product_group
    return known | {"text": text, "product_group": group}


def _conclude(call: Call, facts: Mapping[str, Any]) -> None:
    """What was confirmed is as of today; a whole check verifies the company, at once or when the last correction is decided."""
    right = {line for line, answer in facts.get("answers", {}).items() if answer == "right"}
    if right:
        checked = call.item.company.persons.filter(pk=facts.get("checked_person") or 0).first() or call.person
        confirm_lines(call.item.company, right, checked, call.now)
    if call.item.call_list.kind != ListKind.VERIFICATION or not call.result.is_success:
        return
    company = call.item.company
    mark_checked(company, actor=call.actor, now=call.now)
    if not Correction.objects.filter(company=company, state__in=UNDECIDED).exists():
        verify_company(company, actor=call.actor, now=call.now)
