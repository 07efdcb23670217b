"""Lists, cards and calls for tests."""

from datetime import datetime
from itertools import count
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from callcenter.claim import LEASE
from callcenter.enums import ItemState, ListKind
from callcenter.models import CallAttempt, CallList, CardClaim, QueueItem, ResultCode, Script, ScriptVersion
from companies.models import Company, Phone
from tests.factories.accounts import make_user
from tests.factories.companies import make_company

_numbers = count(1)


def make_callable(**fields) -> Company:
    """A company with a phone."""
    company = make_company(**fields)
    Phone.objects.create(company=company, number=f"+7351555{next(_numbers):04}", is_main=True, seen_at=timezone.now())
    return company


def make_call_list(kind: str = ListKind.CALLBACK, **fields) -> CallList:
    """An open list without cards."""
    fields = {"name": f"Список {next(_numbers)}", "created_at": timezone.now()} | fields
    fields.setdefault("created_by", None)
    if fields["created_by"] is None:
        fields["created_by"] = make_user("callcenter_head")
    return CallList.objects.create(kind=kind, **fields)


def make_card(call_list: CallList | None = None, company: Company | None = None, **fields) -> QueueItem:
    """A card that waits."""
    company = company or make_callable()
    fields = {"time_zone": company.time_zone, "due_at": timezone.now()} | fields
    return QueueItem.objects.create(call_list=call_list or make_call_list(), company=company, **fields)


def make_held_card(operator: User, call_list: CallList | None = None, **fields) -> QueueItem:
    """A card in the operator's hands, given out just now."""
    now = fields.pop("now", None) or timezone.now()
    fields = {"state": ItemState.CLAIMED, "held_by": operator, "claim": uuid4(), "claimed_at": now} | fields
    fields.setdefault("lease_until", now + LEASE)
    card = make_card(call_list, **fields)
    version = (
        ScriptVersion.objects.released().filter(script=card.call_list.script_id).values_list("pk", flat=True).first()
    )
    CardClaim.objects.create(token=card.claim, item=card, operator=operator, at=now, version_id=version)
    return card


def make_claim(operator: User) -> CardClaim:
    """The proof that the operator was given a card."""
    return CardClaim.objects.get(token=make_held_card(operator).claim)


def make_attempt(operator: User, code: str = "no_answer", *, at: datetime | None = None, **fields) -> CallAttempt:
    """A call that has happened."""
    at = at or timezone.now()
    item = fields.pop("item", None) or make_card()
    result = ResultCode.objects.get(kind=item.call_list.kind, code=code)
    fields = {"started_at": at, "ended_at": at, "claim": uuid4()} | fields
    return CallAttempt.objects.create(item=item, company=item.company, operator=operator, result=result, **fields)


def script_of(kind: str = ListKind.CALLBACK) -> Script:
    """The shipped script of this kind."""
    return Script.objects.get(kind=kind)
