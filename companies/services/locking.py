"""The row of a company, held until the end of the transaction."""

from django.utils.translation import gettext as _

from companies.enums import CompanyState
from companies.models import Company
from core.exceptions import RuleViolation


def locked(company: Company) -> Company:
    """The row as it is now, held until the end of the transaction. Raises RuleViolation for one that is merged away."""
    row = Company.objects.select_for_update(of=["self"]).get(pk=company.pk)
    if row.state == CompanyState.MERGED:
        raise RuleViolation(_("This company is merged into another one."))
    return row
