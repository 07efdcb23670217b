"""Asterisk is listened to for as long as it is the telephone system: one connection, and another when it breaks."""

import logging
import time
from datetime import datetime, timedelta
from threading import Event

from django.db import transaction
from django.utils import timezone

from callcenter.enums import OrderState, PhoneFact, ProviderKind
from callcenter.models import Extension, PhoneAccount, PhoneCall, PhoneOrder
from callcenter.providers.ami import Ami, session
from callcenter.providers.asterisk import heard_of
from callcenter.providers.base import CAUSE_TECHNICAL, Heard, TelephonyError
from callcenter.services.telephony import hear

SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds between tries to connect
PING_AFTER = 15.0  # seconds; the account is looked at as often
LONGEST_CALL = timedelta(days=1)
LOST = "The telephone system has lost the call"
log = logging.getLogger(__name__)


def connected() -> PhoneAccount | None:
    """The account of Asterisk, if it is the system in use."""
    return PhoneAccount.objects.filter(is_active=True, provider=ProviderKind.ASTERISK).first()


def listen(stop: Event) -> None:
    """Until told to stop. Failures of the line are met with growing pauses; those of the base end the process, which is
    started anew by whoever looks after it."""
    pause = SHORTEST_PAUSE
    while not stop.is_set():
        account = connected()
        if account is None:
            stop.wait(PING_AFTER)
            continue
        try:
            with session(account.host, account.port, user=account.key, secret=account.secret, events=True) as ami:
                log.info("Asterisk is listened to")
                pause = SHORTEST_PAUSE
                follow(account, ami, stop)
        except TelephonyError as error:
            log.warning("%s; the next try in %.0f s", error, pause)
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def follow(account: PhoneAccount, ami: Ami, stop: Event) -> None:
    """What one connection brings, until the account is changed. Raises TelephonyError when the line breaks."""
    settle(account, ami)
    looked = time.monotonic()
    while not stop.is_set():
        said = ami.next(PING_AFTER)
        if said:
            take(account, said, now=timezone.now())
        if said is None or time.monotonic() - looked > PING_AFTER:
            ami.order("Ping")
            looked = time.monotonic()
            if not PhoneAccount.objects.filter(pk=account.pk, is_active=True, changed_at=account.changed_at).exists():
                return


def take(account: PhoneAccount, said: dict[str, str], *, now: datetime) -> PhoneCall | None:
    """One event; what tells neither a number nor an attempt concerns us only if the call is known (others are inner talks)."""
    heard = heard_of(said, inner_numbers(), now)
    if heard is None:
        return None
    is_nameless = not (heard.number or heard.attempt)
    if is_nameless and not PhoneCall.objects.filter(account=account, call_id=heard.call_id[:100]).exists():
        return None
    return hear(account, heard, now=now)


def inner_numbers() -> frozenset[str]:
    """Of all employees."""
    return frozenset(Extension.objects.values_list("number", flat=True))


def settle(account: PhoneAccount, ami: Ami) -> int:
    """Calls that the exchange no longer knows were cut by its restart, or ended unheard. Returns how many."""
    live = {leg.get("Linkedid") for leg in ami.listed("CoreShowChannels")}
    now = timezone.now()
    open_calls = PhoneCall.objects.filter(account=account, ended_at__isnull=True, at__gte=now - LONGEST_CALL)
    lost = [call for call in open_calls if call.call_id not in live]
    for call in lost:
        lose(call, now=now)
    return len(lost)


@transaction.atomic
def lose(call: PhoneCall, *, now: datetime) -> None:
    """The attempt ends as a technical failure, and the operator's card waits for its result."""
    heard = Heard(call_id=call.call_id, key="lost", fact=PhoneFact.ENDED, at=now, cause=CAUSE_TECHNICAL)
    attempt = hear(call.account, heard, now=now).attempt
    if attempt:
        PhoneOrder.objects.filter(attempt=attempt).update(state=OrderState.FAILED, error=LOST)
