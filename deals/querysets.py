"""Words about deals and invoices."""

from datetime import date, datetime

from django.db.models import F

from accounts.querysets import PermittedQuerySet
from deals.enums import DealState


class DealQuerySet(PermittedQuerySet):
    """Words about deals."""

    def open(self) -> "DealQuerySet":
        """In work."""
        return self.filter(state=DealState.OPEN)

    def won(self) -> "DealQuerySet":
        """Sold."""
        return self.filter(state=DealState.WON)

    def late(self, now: datetime) -> "DealQuerySet":
        """In work, and the next step is overdue."""
        return self.open().filter(next_step_at__lt=now)


class InvoiceQuerySet(PermittedQuerySet):
    """Words about invoices."""

    def unpaid(self) -> "InvoiceQuerySet":
        """Something is still to be paid: the receivables (ДЗ)."""
        return self.filter(paid__lt=F("total"))

    def overdue(self, today: date) -> "InvoiceQuerySet":
        """Unpaid past the term."""
        return self.unpaid().filter(due_on__lt=today)
