"""The server of the desk for the simulated hour: one request a line on the standard input, one answer a line on the output.

A process of its own, so that it can be killed in the middle of a verb. Each request is one transaction, as over HTTP; the
result of a call is committed before the next card is looked for.
"""

import json
import os
import sys
from datetime import datetime
from importlib import import_module
from typing import Any

import django
from django.db import transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "activesales.settings")
django.setup()
services = import_module("callcenter.services")  # models may be imported only now
User, CardClaim = import_module("accounts.models").User, import_module("callcenter.models").CardClaim


def ready(operator: Any, now: datetime) -> None:
    services.go_on_line(operator, now=now)


def claim(operator: Any, now: datetime) -> dict[str, Any]:
    card = services.claim_next(operator, now=now) if services.is_on_line(operator) else None
    return {"claim": str(card.claim), "dialed": bool(card.dialed_at)} if card else {"claim": "", "dialed": False}


def beat(operator: Any, now: datetime, claim: str) -> None:
    held = CardClaim.objects.get(token=claim)
    services.extend_claim(held.item, claim=claim, now=now)
    services.keep_seat(held.item, operator=operator, now=now)


def dial(operator: Any, now: datetime, claim: str) -> None:
    item = CardClaim.objects.get(token=claim).item
    services.start_call(item, actor=operator, claim=claim, number=item.company.phones.first().number, now=now)


def hang_up(operator: Any, now: datetime, claim: str) -> None:
    services.hang_up(CardClaim.objects.get(token=claim).item, claim=claim, now=now)


def finish(operator: Any, now: datetime, claim: str, result: str) -> None:
    item = CardClaim.objects.get(token=claim).item
    services.finish_call(item, actor=operator, claim=claim, result=result, note="сказал", now=now)


def pause(operator: Any, now: datetime, reason: str) -> None:
    services.take_break(operator, reason=reason, now=now)


def reap(operator: Any, now: datetime) -> None:
    services.release_expired(now)


VERBS = {verb.__name__: verb for verb in (ready, claim, beat, dial, hang_up, finish, pause, reap)}


def main() -> None:
    people = {user.pk: user for user in User.objects.all()}
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        verb = VERBS[request.pop("verb")]
        operator, now = people.get(request.pop("operator")), datetime.fromisoformat(request.pop("at"))
        with transaction.atomic():
            answer = verb(operator, now, **request)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
