"""Words about products, deals, proposals and invoices."""

from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from accounts.querysets import PermittedQuerySet
from deals.enums import DealState, ProposalState

SENT_STATES = (ProposalState.SENT, ProposalState.ACCEPTED)


class VatRateQuerySet(QuerySet):
    """Words about VAT rates."""

    def on(self, day: date) -> "VatRateQuerySet":
        """In force on that day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class StageQuerySet(QuerySet):
    """Words about stages."""

    def of_main_pipeline(self) -> "StageQuerySet":
        """The columns of the board, from left to right."""
        first = self.model._default_manager.order_by("pipeline").values("pipeline")[:1]
        return self.filter(pipeline__in=first).order_by("order")


class ProductQuerySet(PermittedQuerySet):
    """Words about products."""

    def on_sale(self) -> "ProductQuerySet":
        """Offered today."""
        return self.filter(is_active=True)

    def like(self, text: str) -> "ProductQuerySet":
        """Found by a part of the article or of the name; every word must be there."""
        found = self
        for word in text.split():
            found = found.filter(Q(article__icontains=word) | Q(name__icontains=word))
        return found


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

    def for_board(self) -> "DealQuerySet":
        """With everything a card shows, the most urgent first."""
        return self.select_related("company", "owner", "stage", "person").order_by("next_step_at", "pk")


class ProposalQuerySet(PermittedQuerySet):
    """Words about proposals."""

    def with_client(self) -> "ProposalQuerySet":
        """The client has it: sent, perhaps accepted."""
        return self.filter(state__in=SENT_STATES)

    def to_mail(self) -> "ProposalQuerySet":
        """Sent by a person, and the letter has not left yet."""
        return self.with_client().filter(sent_at__isnull=False, mailed_at__isnull=True).exclude(sent_to="")


class InvoiceQuerySet(PermittedQuerySet):
    """Words about invoices."""

    def in_force(self) -> "InvoiceQuerySet":
        """Not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def unpaid(self) -> "InvoiceQuerySet":
        """Something is still to be paid: the receivables (ДЗ)."""
        return self.in_force().filter(paid__lt=F("total"))

    def with_remainder(self) -> "InvoiceQuerySet":
        """Each with `left`: what is still to be paid, ₽."""
        return self.annotate(left=F("total") - F("paid"))

    def overdue(self, today: date) -> "InvoiceQuerySet":
        """Unpaid past the term, paid in part or not at all."""
        return self.unpaid().filter(due_on__lt=today)
