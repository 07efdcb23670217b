"""Waves of sales: Цикл-01 = mailing + event + calls + meetings."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from contacts.enums import CycleState
from contacts.models import Cycle
from core.exceptions import RuleViolation


@transaction.atomic
def open_cycle(
    *,
    actor: User,
    name: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    goal: str = "",
    now: datetime | None = None,
) -> Cycle:
    """Begin a wave. Raises RuleViolation without a name, for a name that is taken, or an end before the start."""
    name = " ".join(name.split())[:60]
    starts_on = starts_on or timezone.localdate(now)
    if not name:
        raise RuleViolation(_("A cycle needs a name."))
    if ends_on and ends_on < starts_on:
        raise RuleViolation(_("The cycle ends before it starts."))
    try:
        with transaction.atomic():
            cycle = Cycle.objects.create(name=name, goal=goal.strip()[:300], starts_on=starts_on, ends_on=ends_on)
    except IntegrityError as taken:
        raise RuleViolation(_("There is a cycle «%(name)s» already.") % {"name": name}) from taken
    audit("contacts.cycle_opened", actor=actor, subject=cycle.name)
    return cycle


@transaction.atomic
def finish_cycle(cycle: Cycle, *, actor: User, now: datetime | None = None) -> Cycle:
    """The wave is over; what belongs to it stays. Raises RuleViolation when it is finished already."""
    row = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if row.state == CycleState.FINISHED:
        raise RuleViolation(_("The cycle is finished already."))
    cycle.state, cycle.ends_on = CycleState.FINISHED, row.ends_on or timezone.localdate(now)
    cycle.save(update_fields=["state", "ends_on"])
    audit("contacts.cycle_finished", actor=actor, subject=row.name)
    return cycle
