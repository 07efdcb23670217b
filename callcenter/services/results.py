"""The rules of a result: what it counts as, and when the next try is made."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from callcenter.models import ResultCode
from core.exceptions import RuleViolation

SHORTEST, LONGEST = 5, 90 * 24 * 60  # minutes to the next try: five minutes, a quarter of a year
MOST_TRIES = 20
CHANGEABLE = (
    "name",
    "is_human",
    "is_decider",
    "is_success",
    "wants_note",
    "default_contact",
    "retry_minutes",
    "max_attempts",
    "other_part_of_day",
    "other_number",
)


@transaction.atomic
def change_result(code: ResultCode, *, actor: User, now: datetime | None = None, **rules: Any) -> None:
    """Other rules for a result; calls that were made keep what they were. The key and what becomes of the card never change:
    operators press without looking.

    Raises RuleViolation for a rule that makes no sense, TypeError for a field that is not a rule.
    """
    if unknown := set(rules) - set(CHANGEABLE):
        raise TypeError(f"These are no rules of a result: {', '.join(sorted(unknown))}")
    row = ResultCode.objects.select_for_update().get(pk=code.pk)
    before = {name: getattr(row, name) for name in rules}
    for name, value in rules.items():
        setattr(row, name, value)
    _guard(row)
    row.save(update_fields=list(rules))
    changes = {name: [old, rules[name]] for name, old in before.items() if old != rules[name]}
    audit("callcenter.result_changed", actor=actor, subject=f"{row.kind}.{row.code}", changes=changes, now=now)


def _guard(code: ResultCode) -> None:
    if not code.name.strip():
        raise RuleViolation(_("A result needs a name."))
    if code.is_decider and not code.is_human:
        raise RuleViolation(_("The decision maker cannot be reached when no human answers."))
    if not SHORTEST <= code.retry_minutes <= LONGEST:
        raise RuleViolation(_("The next try is made in 5 minutes to 90 days."))
    if not 1 <= code.max_attempts <= MOST_TRIES:
        raise RuleViolation(_("From 1 to 20 tries."))
