"""The telephone system: what it says is kept once, what it is asked is asked once."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from callcenter import donotcall
from callcenter.calls_folded import Folded, fold
from callcenter.enums import Direction, OrderState, ProviderKind
from callcenter.models import Extension, PhoneAccount, PhoneCall, PhoneEvent, PhoneOrder, QueueItem
from callcenter.providers import provider_of
from callcenter.providers.base import CAUSE_OK, Heard, TelephonyError
from callcenter.services.cards import hang_up
from companies.models import Company, Phone
from companies.normalise import InvalidPhone, normalise_phone
from contacts.enums import Channel
from contacts.models import PersonPhone
from contacts.services import record
from core.exceptions import RuleViolation
from core.jobs import enqueue

# SIP cause (Q.850) -> code of the result that is suggested on the pad; a talk suggests nothing
SUGGESTED = {
    17: "busy",
    18: "no_answer",
    19: "no_answer",
    1: "wrong_number",
    28: "wrong_number",
    21: "no_answer",
    34: "no_answer",
}


def suggested_result(cause: int | None) -> str:
    """The code that a cause suggests; "" for a talk and for what says nothing of the client."""
    return "" if cause in (None, CAUSE_OK) else SUGGESTED.get(cause or 0, "")


def active_account() -> PhoneAccount | None:
    """The telephone system in use; None is level 0, the links."""
    return PhoneAccount.objects.filter(is_active=True).first()


def extension_of(user: User) -> str:
    """The inner number of an employee; "" without one."""
    return Extension.objects.filter(user=user).values_list("number", flat=True).first() or ""


# --- what we ask -------------------------------------------------------------------------------------------------


def order_of_card(card: QueueItem, *, actor: User, now: datetime | None = None) -> PhoneOrder | None:
    """Ring the number that was pressed on the desk: one press, one order."""
    attempt = uuid.uuid5(uuid.UUID(str(card.claim)), f"{card.dialed_at.timestamp():.6f}" if card.dialed_at else "")
    return order_call(actor, number=card.dialed_number, attempt=attempt, company=card.company, now=now)


@transaction.atomic
def order_call(
    user: User, *, number: str, attempt: uuid.UUID, company: Company | None = None, now: datetime | None = None
) -> PhoneOrder | None:
    """Ask the telephone system to connect an employee with a number; once per attempt. None on level 0.

    Raises RuleViolation for a number that may not be called.
    """
    if refusal := donotcall.refusal_of(company, number):
        raise RuleViolation(refusal)
    account, extension = active_account(), extension_of(user)
    if account is None or not extension:
        return None
    values = {
        "account": account,
        "user": user,
        "extension": extension,
        "number": number,
        "company": company,
        "at": now or timezone.now(),
    }
    order, is_new = PhoneOrder.objects.get_or_create(attempt=attempt, defaults=values)
    if is_new:
        enqueue("callcenter.tasks.originate", order_id=order.pk)
    return order


def originate(order: PhoneOrder) -> bool:
    """Send an order; a repeat of the task sends nothing. The register is asked once more: it may have changed meanwhile."""
    if not PhoneOrder.objects.filter(pk=order.pk, state=OrderState.WAITING).update(state=OrderState.SENT):
        return False
    error = donotcall.refusal_of(order.company, order.number)
    if not error:
        try:
            provider_of(order.account).originate(
                extension=order.extension, number=order.number, attempt=str(order.attempt)
            )
        except TelephonyError as failure:
            error = str(failure)
    if error:
        PhoneOrder.objects.filter(pk=order.pk).update(state=OrderState.FAILED, error=error[:200])
    return not error


# --- what we hear ------------------------------------------------------------------------------------------------


@transaction.atomic
def hear(account: PhoneAccount, heard: Heard, *, now: datetime | None = None) -> PhoneCall:
    """Keep what was said, once, and fold the call anew. A repeat changes nothing."""
    now = now or timezone.now()
    PhoneCall.objects.bulk_create(
        [PhoneCall(account=account, call_id=heard.call_id[:100], at=heard.at)], ignore_conflicts=True
    )
    call = PhoneCall.objects.select_for_update(of=("self",)).get(account=account, call_id=heard.call_id[:100])
    if call.events.filter(key=heard.key[:100]).exists():
        return call
    data = {
        "direction": heard.direction or "",
        "number": heard.number,
        "extension": heard.extension,
        "cause": heard.cause,
        "recording": heard.recording[:300],
        "attempt": heard.attempt,
    }
    PhoneEvent.objects.create(call=call, key=heard.key[:100], fact=heard.fact, at=heard.at, received_at=now, data=data)
    _apply(call, fold(call.events.all()))
    _end_talk(call)
    _write_history(call)
    return call


def _apply(call: PhoneCall, known: Folded) -> None:
    call.at, call.answered_at, call.ended_at = known.at, known.answered_at, known.ended_at
    call.direction = known.direction or Direction.OUT
    call.cause = known.cause
    if known.recording and call.forgotten_at is None:
        call.recording, call.is_announced = known.recording, call.account.says_recorded
    call.number, call.extension = read(known.number), known.extension[:20]
    order = _order(call, known.attempt)
    if order:
        call.number = call.number or order.number
    call.attempt = order.attempt if order else None
    call.user_id = order.user_id if order else _user_of(call.extension)
    if call.company_id is None:
        call.company, call.person = whose(call.number)
        if order and order.company_id:
            call.company_id = order.company_id
    call.save()


def _order(call: PhoneCall, attempt: str) -> PhoneOrder | None:
    """By the number of the attempt; a system that does not carry it, by inner number, client and time."""
    orders = PhoneOrder.objects.filter(account=call.account)
    try:
        return orders.filter(attempt=uuid.UUID(attempt)).first()
    except ValueError:
        near = orders.filter(at__gte=call.at - timedelta(minutes=2), at__lte=call.at + timedelta(minutes=1))
        return near.filter(extension=call.extension, number=call.number).first()


def _user_of(extension: str) -> int | None:
    return Extension.objects.filter(number=extension).values_list("user", flat=True).first() if extension else None


def whose(number: str) -> tuple[Company | None, Any]:
    """The company and the person of a number, if exactly one has it."""
    if not number:
        return None, None
    people = list(
        PersonPhone.objects.filter(number=number, person__left_at__isnull=True).select_related("person__company")[:2]
    )
    if len(people) == 1:
        return people[0].person.company, people[0].person
    companies = list(Company.objects.filter(pk__in=Phone.objects.filter(number=number).values("company"))[:2])
    return (companies[0], None) if len(companies) == 1 else (None, None)


def read(number: str) -> str:
    """E.164 of what a system writes as 79…, 89… or +7…; what is no number stays as it is."""
    text = f"+{number}" if number.isdecimal() and len(number) == 11 and number.startswith("7") else number
    try:
        return normalise_phone(text).number
    except InvalidPhone:
        return number[:20]


def _end_talk(call: PhoneCall) -> None:
    """The client has hung up: the desk goes over to the result by itself."""
    if call.ended_at is None or call.attempt is None:
        return
    card = QueueItem.objects.filter(held_by=call.user, dialed_number=call.number, hung_up_at__isnull=True).first()
    if card and card.dialed_at and card.dialed_at <= call.ended_at:
        hang_up(card, claim=card.claim, now=call.ended_at)


def _write_history(call: PhoneCall) -> None:
    """A call outside the queue is a line of the company's history; that of a card is written by its result."""
    if call.ended_at is None or call.company is None or call.interaction_id or call.attempt:
        return
    call.interaction = record(
        "callcenter.rang" if call.answered_at is None else "callcenter.phoned",
        actor=call.user,
        company=call.company,
        person=call.person,
        channel=Channel.PHONE,
        source=call,
        data={"number": call.number, "seconds": call.seconds, "direction": call.direction},
        now=call.ended_at,
    )
    call.save(update_fields=["interaction"])


# --- by hand -----------------------------------------------------------------------------------------------------


@transaction.atomic
def attach_call(call: PhoneCall, *, actor: User, company: Company, now: datetime | None = None) -> None:
    """A call of an unknown number, and all others of that number, belong to this company.

    Raises RuleViolation for a call that belongs to one already.
    """
    row = PhoneCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if row.company_id:
        raise RuleViolation(_("This call belongs to a company already."))
    unknown = PhoneCall.objects.filter(number=row.number, company__isnull=True) if row.number else [row]
    for other in unknown:
        other.company = company
        other.save(update_fields=["company"])
        _write_history(other)
    audit("callcenter.call_attached", actor=actor, subject=f"call {row.pk}", company=company.pk, now=now)


@transaction.atomic
def change_account(actor: User, *, now: datetime | None = None, **values: Any) -> PhoneAccount:
    """Connect a telephone system, or change its keys; an empty key leaves the known one.

    Raises RuleViolation for a system without keys.
    """
    row = PhoneAccount.objects.select_for_update().filter(provider=values["provider"]).first()
    row = row or PhoneAccount(provider=values["provider"])
    for name in ("key", "secret"):
        if values.get(name):
            setattr(row, name, values[name])
    row.host = values.get("host", row.host)
    for name in ("port", "context", "technology"):
        setattr(row, name, values.get(name) or getattr(row, name))
    if values["is_active"] and row.provider == ProviderKind.ASTERISK and not row.host:
        raise RuleViolation(_("Write the address of Asterisk."))
    if values["is_active"] and not (row.key and row.secret):
        raise RuleViolation(_("Write the key and the secret of the telephone system."))
    for name in ("is_active", "senders", "says_recorded", "keep_days"):
        setattr(row, name, values[name])
    row.changed_at = now or timezone.now()
    if row.is_active:
        PhoneAccount.objects.exclude(pk=row.pk).update(is_active=False)
    row.save()
    audit("callcenter.telephony_changed", actor=actor, subject=row.provider, is_active=row.is_active, now=now)
    return row


@transaction.atomic
def set_extension(user: User, *, actor: User, number: str, now: datetime | None = None) -> None:
    """The inner number of an employee; empty, none. Raises RuleViolation for a number that is another's or is none."""
    number = number.strip()
    if number and not (number.isdecimal() and len(number) <= 10):
        raise RuleViolation(_("An inner number is up to ten digits."))
    if number and Extension.objects.filter(number=number).exclude(user=user).exists():
        raise RuleViolation(_("This inner number is another's."))
    Extension.objects.filter(user=user).delete()
    if number:
        Extension.objects.create(user=user, number=number)
    audit("callcenter.extension_changed", actor=actor, subject=user.username, number=number, now=now)


def forget_recordings(now: datetime) -> int:
    """Links to recordings whose term is over go; returns how many."""
    kept = PhoneCall.objects.exclude(recording="").filter(at__lt=now - F("account__keep_days") * timedelta(days=1))
    return kept.update(recording="", forgotten_at=now)
