"""Verbs of groups: which company is a branch of which."""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from companies import signals
from companies.models import Company
from companies.services.locking import locked
from core.exceptions import RuleViolation

DEEPEST = 20
ONE_AT_A_TIME = "companies.groups"  # two moves at once could close a circle that neither of them sees


@transaction.atomic
def put_under(company: Company, *, actor: User | None, parent: Company | None, now: datetime | None = None) -> Company:
    """Make the company a branch of another, or of none. Raises RuleViolation for a circle and for a private person."""
    hold_groups()
    row = locked(company)
    above = locked(parent) if parent else None
    if above is not None:
        _refuse_unfit(row, above)
    if row.parent_id == (above.pk if above else None):
        return row
    old, row.parent = row.parent, above
    row.version += 1
    row.save(update_fields=["parent", "version"])
    changes = {"parent": [old.title if old else "", above.title if above else ""]}
    signals.company_changed.send(Company, company=row, actor=actor, changes=changes, now=now or timezone.now())
    return row


def hold_groups() -> None:
    """Nobody else moves a branch until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [ONE_AT_A_TIME])


def is_above(company: Company, below: Company | None) -> bool:
    """Whether one meets the company on the way up from `below`, itself included."""
    for _step in range(DEEPEST):
        if below is None or below.pk == company.pk:
            return below is not None
        below = below.parent
    return True


def _refuse_unfit(row: Company, above: Company) -> None:
    if row.is_private or above.is_private:
        raise RuleViolation(_("A private person has no branches."))
    if is_above(row, above):
        raise RuleViolation(
            _("%(parent)s cannot stand above %(company)s: it is the same company or a branch of it.")
            % {"parent": above.name, "company": row.name}
        )
