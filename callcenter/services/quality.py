"""Marks of calls, and what they are made of."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from agenda.services import set_task
from callcenter.models import CallAttempt, CallScore, Criterion
from core.exceptions import RuleViolation

TERM = timedelta(days=3)  # to learn what a mark says


def total_of(points: list[dict[str, Any]]) -> Decimal:
    """0 to 10: the weighted share of the points that could be had, half up to a tenth."""
    whole = sum(row["weight"] for row in points)
    got = sum(Decimal(row["weight"]) * row["points"] / row["most"] for row in points)
    return (10 * got / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else Decimal(0)


@transaction.atomic
def score_call(
    attempt: CallAttempt,
    *,
    actor: User,
    points: Mapping[int, int],
    comment: str = "",
    training: str = "",
    now: datetime | None = None,
) -> CallScore:
    """Mark a call by the criteria of today, or mark it anew; `training` sets its operator a task to learn.

    Raises RuleViolation for a criterion without points, points above the most, or one's own call.
    """
    now = now or timezone.now()
    row = CallAttempt.objects.select_for_update(of=("self",)).select_related("operator", "company").get(pk=attempt.pk)
    if row.operator_id == actor.pk:
        raise RuleViolation(_("Nobody marks own calls."))
    judged = [_judged(criterion, points.get(criterion.pk)) for criterion in Criterion.objects.filter(is_active=True)]
    if not judged:
        raise RuleViolation(_("The sheet has no criteria yet."))
    values = {"actor": actor, "at": now, "total": total_of(judged), "points": judged, "comment": comment.strip()}
    if training.strip():
        values["task"] = set_task(
            actor=actor, owner=row.operator, title=training, company=row.company, due_at=now + TERM, now=now
        )
    score, _is_new = CallScore.objects.update_or_create(attempt=row, defaults=values)
    audit("callcenter.call_scored", actor=actor, subject=f"call {row.pk}", total=str(score.total), now=now)
    return score


def _judged(criterion: Criterion, points: int | None) -> dict[str, Any]:
    if points is None or not 0 <= points <= criterion.most:
        raise RuleViolation(
            _("Give points to «%(name)s»: 0 to %(most)s.") % {"name": criterion, "most": criterion.most}
        )
    facts = {"criterion": criterion.pk, "name": criterion.name, "weight": criterion.weight}
    return facts | {"most": criterion.most, "points": points}


@transaction.atomic
def change_criterion(
    criterion: Criterion | None, *, actor: User, name: str, weight: int, most: int, place: int, is_active: bool,
    now: datetime | None = None,
) -> Criterion:  # fmt: skip
    """A new question of the sheet, or another wording, weight or scale; marks that were given keep theirs.

    Raises RuleViolation for an empty name, a weight or scale outside 1 to 10, or the last question taken off.
    """
    if not name.strip():
        raise RuleViolation(_("Say what is looked at."))
    if not (1 <= weight <= 10 and 1 <= most <= 10):
        raise RuleViolation(_("Weight and points are 1 to 10."))
    row = Criterion.objects.select_for_update().get(pk=criterion.pk) if criterion else Criterion()
    if not is_active and not Criterion.objects.filter(is_active=True).exclude(pk=row.pk).exists():
        raise RuleViolation(_("The sheet needs at least one question."))
    row.name, row.weight, row.most, row.place, row.is_active = name.strip(), weight, most, place, is_active
    row.save()
    audit("callcenter.criterion_changed", actor=actor, subject=row.name, weight=weight, most=most, now=now)
    return row
