"""Verbs of invoices and of the money that comes for them."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from companies.enums import Stage as CycleStage
from companies.services import advance_stage
from contacts.services import record
from core.exceptions import RuleViolation
from core.formats import money_exact
from core.money import kopecks
from deals.enums import DealState, NumberKind, ProposalState
from deals.models import Allocation, Deal, Invoice, InvoiceLine, Payment, Proposal
from deals.services.deals import lock_deal, reach_stage
from deals.services.lines import invoice_lines
from deals.services.numbers import next_number

DAYS_TO_PAY = 5


@transaction.atomic
def issue_invoice(
    deal: Deal,
    *,
    actor: User,
    proposal: Proposal | None = None,
    due_on: date | None = None,
    now: datetime | None = None,
) -> Invoice:
    """Bill the lines of a proposal (by default the one the client has) under the next number of our firm and year.

    Raises RuleViolation for a lost deal, without a proposal at the client, for one billed already, or a term in the past.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    deal = lock_deal(deal)
    proposal = _billable(deal, proposal)
    due_on = due_on or today + timedelta(days=DAYS_TO_PAY)
    if due_on < today:
        raise RuleViolation(_("The term of payment cannot be in the past."))
    number = next_number(proposal.entity, kind=NumberKind.INVOICE, year=today.year)
    invoice = Invoice.objects.create(
        deal=deal, company=deal.company, entity=proposal.entity, proposal=proposal, number=number, year=today.year, issued_on=today,
        due_on=due_on, total=proposal.total, vat=proposal.vat, created_by=actor,
    )  # fmt: skip
    InvoiceLine.objects.bulk_create(invoice_lines(proposal, invoice))
    _record("deals.invoiced", invoice, actor=actor, amount=invoice.total, now=now)
    reach_stage(deal, "contract", actor=actor, now=now)
    advance_stage(deal.company, to=CycleStage.DEALS)
    return invoice


def _billable(deal: Deal, proposal: Proposal | None) -> Proposal:
    if deal.state == DealState.LOST:
        raise RuleViolation(_("The deal is lost: it cannot be billed."))
    with_client = deal.proposals.with_client().select_related("entity").order_by("-created_at", "-pk")
    if proposal is None:
        found = with_client.filter(state=ProposalState.ACCEPTED).first() or with_client.first()
    else:
        found = with_client.filter(pk=proposal.pk).first()
    if found is None:
        raise RuleViolation(_("There is nothing to bill: the client must have a proposal first."))
    if found.invoices.in_force().exists():
        raise RuleViolation(_("Proposal %(number)s is billed already.") % {"number": found.number})
    return found


def lock_invoice(invoice: Invoice) -> Invoice:
    """The row as it is now; its deal is locked first. Raises RuleViolation for a cancelled one."""
    deal = lock_deal(invoice.deal)
    Invoice.objects.select_for_update().only("pk").get(pk=invoice.pk)
    locked = Invoice.objects.select_related("company", "entity").get(pk=invoice.pk)
    locked.deal = deal
    if locked.cancelled_at:
        raise RuleViolation(_("Invoice %(number)s is cancelled.") % {"number": locked.number})
    return locked


@transaction.atomic
def cancel_invoice(invoice: Invoice, *, actor: User, reason: str, now: datetime | None = None) -> Invoice:
    """Take an invoice back; its number stays in the series. Raises RuleViolation without a reason, once paid in part, or shipped."""
    now = now or timezone.now()
    invoice = lock_invoice(invoice)
    if not reason.strip():
        raise RuleViolation(_("Say why the invoice is cancelled."))
    if invoice.paid or invoice.shipments.filter(shipped_on__isnull=False).exists():
        raise RuleViolation(_("Money has come or goods have left by this invoice: it cannot be cancelled."))
    invoice.cancelled_at = now
    invoice.save(update_fields=["cancelled_at"])
    _record("deals.invoice_cancelled", invoice, actor=actor, amount=invoice.total, text=reason.strip(), now=now)
    return invoice


@transaction.atomic
def record_payment(
    invoice: Invoice,
    *,
    actor: User,
    amount: Decimal | int,
    paid_on: date | None = None,
    document: str = "",
    now: datetime | None = None,
) -> Payment:
    """Write down money that came for an invoice. Raises RuleViolation for more than is left to pay, nothing, or a future date."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    invoice = lock_invoice(invoice)
    amount, paid_on = kopecks(amount), paid_on or today
    _check_payment(invoice, amount, paid_on, today)
    payment = Payment.objects.create(
        company=invoice.company, amount=amount, paid_on=paid_on, document=document.strip()[:30], recorded_by=actor, recorded_at=now,
        purpose=_("Invoice %(number)s of %(date)s") % {"number": invoice.number, "date": f"{invoice.issued_on:%d.%m.%Y}"},
    )  # fmt: skip
    Allocation.objects.create(payment=payment, invoice=invoice, amount=amount)
    invoice.paid = invoice.allocations.aggregate(paid=Sum("amount"))["paid"]
    invoice.save(update_fields=["paid"])
    _record("deals.paid", invoice, actor=actor, amount=amount, source=payment, remainder=invoice.remainder, now=now)
    reach_stage(invoice.deal, "payment", actor=actor, now=now)
    return payment


def _check_payment(invoice: Invoice, amount: Decimal, paid_on: date, today: date) -> None:
    if amount <= 0:
        raise RuleViolation(_("The sum of a payment must be more than zero."))
    if paid_on > today:
        raise RuleViolation(_("Money cannot come on a day that has not come yet."))
    if amount > invoice.remainder:
        words = {
            "number": invoice.number,
            "left": money_exact(invoice.remainder),
            "extra": money_exact(amount - invoice.remainder),
        }
        raise RuleViolation(_("On invoice %(number)s %(left)s is left to pay: the payment is %(extra)s more.") % words)


def _record(
    kind: str, invoice: Invoice, *, actor: User, amount: Decimal, now: datetime, text: str = "",
    source: Payment | None = None, remainder: Decimal | None = None,
) -> None:  # fmt: skip
    words = _("Invoice %(number)s, %(amount)s") % {"number": invoice.number, "amount": money_exact(amount)}
    data = {"deal": invoice.deal_id, "invoice": invoice.pk, "amount": str(amount)}
    if remainder is not None:
        data["remainder"] = str(remainder)
    record(
        kind, actor=actor, company=invoice.company, person=invoice.deal.person, text=f"{words}. {text}" if text else words,
        source=source or invoice, cycle=invoice.deal.cycle, data=data, now=now,
    )  # fmt: skip
