"""Plans of figures."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.services import audit
from core.exceptions import RuleViolation
from reports.kpi import find
from reports.models import Target


@transaction.atomic
def set_target(
    *,
    actor: User,
    kpi: str,
    month: date,
    value: Decimal | int | None,
    user: User | None = None,
    team: Team | None = None,
) -> Target | None:
    """Plan a figure for the month of that day: of a person, of a department, or of all. Nothing as the value takes the plan back.

    Raises RuleViolation for an unknown figure, a negative plan, or a plan of a person and a department at once.
    """
    if find(kpi) is None:
        raise RuleViolation(_("There is no figure «%(name)s».") % {"name": kpi})
    if value is not None and value < 0:
        raise RuleViolation(_("A plan cannot be negative."))
    if user and team:
        raise RuleViolation(_("Plan for a person or for a department, not for both at once."))
    place: dict[str, Any] = {"kpi": kpi, "month": month.replace(day=1), "user": user, "team": team}
    audit(
        "reports.target_set", actor=actor, subject=f"{kpi} {month:%Y-%m}", value=None if value is None else str(value)
    )
    if value is None:
        Target.objects.filter(**place).delete()
        return None
    target, _is_new = Target.objects.update_or_create(**place, defaults={"value": value})
    return target
