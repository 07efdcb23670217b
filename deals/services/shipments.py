"""Verbs of shipments."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from contacts.services import record
from core.exceptions import RuleViolation
from core.formats import money_exact
from core.money import kopecks
from deals.models import Invoice, Shipment
from deals.services.invoices import lock_invoice


@transaction.atomic
def plan_shipment(
    invoice: Invoice, *, actor: User, amount: Decimal | int, planned_on: date, now: datetime | None = None
) -> Shipment:
    """Plan goods by an invoice. Raises RuleViolation for nothing, for more than the invoice holds, or for a day that has passed."""
    now = now or timezone.now()
    invoice = lock_invoice(invoice)
    amount = kopecks(amount)
    if amount <= 0:
        raise RuleViolation(_("The sum of a shipment must be more than zero."))
    if planned_on < timezone.localdate(now):
        raise RuleViolation(_("A shipment cannot be planned for a day that has passed."))
    left = invoice.total - (invoice.shipments.aggregate(planned=Sum("amount"))["planned"] or Decimal(0))
    if amount > left:
        words = {"number": invoice.number, "left": money_exact(left)}
        raise RuleViolation(_("By invoice %(number)s goods for %(left)s are left to ship.") % words)
    shipment = Shipment.objects.create(
        invoice=invoice, company=invoice.company, amount=amount, planned_on=planned_on, recorded_by=actor
    )
    _record("deals.shipment_planned", shipment, invoice=invoice, actor=actor, now=now)
    return shipment


@transaction.atomic
def record_shipment(
    shipment: Shipment, *, actor: User, shipped_on: date | None = None, document: str = "", now: datetime | None = None
) -> Shipment:
    """The goods have left. Raises RuleViolation for a shipment that left already, or a future date."""
    now = now or timezone.now()
    shipped_on = shipped_on or timezone.localdate(now)
    invoice = lock_invoice(shipment.invoice)
    shipment = Shipment.objects.select_for_update().get(pk=shipment.pk)
    if shipment.shipped_on:
        raise RuleViolation(_("This shipment has left already."))
    if shipped_on > timezone.localdate(now):
        raise RuleViolation(_("Goods cannot leave on a day that has not come yet."))
    shipment.shipped_on, shipment.document, shipment.recorded_by = shipped_on, document.strip()[:30], actor
    shipment.save(update_fields=["shipped_on", "document", "recorded_by"])
    _record("deals.shipped", shipment, invoice=invoice, actor=actor, now=now)
    return shipment


def _record(kind: str, shipment: Shipment, *, invoice: Invoice, actor: User, now: datetime) -> None:
    text = _("Invoice %(number)s, goods for %(amount)s") % {
        "number": invoice.number,
        "amount": money_exact(shipment.amount),
    }
    data = {"deal": invoice.deal_id, "invoice": invoice.pk, "amount": str(shipment.amount)}
    record(
        kind, actor=actor, company=invoice.company, person=invoice.deal.person, text=text, source=shipment, cycle=invoice.deal.cycle,
        data=data, now=now,
    )  # fmt: skip
