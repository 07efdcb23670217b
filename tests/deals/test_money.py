"""Invoices, payments and shipments."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from contacts.models import Interaction
from core.exceptions import RuleViolation
from deals.enums import DealState, ProposalState
from deals.models import Invoice, Payment
from deals.services import cancel_invoice, issue_invoice, plan_shipment, record_payment, record_shipment, win_deal
from tests.factories.deals import make_deal, make_invoice, make_proposal, make_sent_proposal


def test_an_invoice_bills_the_proposal_the_client_has(cast):
    deal = make_deal(owner=cast.manager)
    make_proposal(deal, lines=[{"name": "Черновик", "price": 9}])
    sent = make_sent_proposal(deal)
    invoice = issue_invoice(deal, actor=cast.manager)
    deal.refresh_from_db()
    assert (invoice.total, invoice.vat, invoice.proposal, invoice.number) == (sent.total, sent.vat, sent, 1)
    assert [line.name for line in invoice.lines.all()] == ["Осушитель ОВ-160"]
    assert deal.stage.code == "contract"
    assert Interaction.objects.of_kind("deals.invoiced").exists()


def test_a_won_deal_is_billed_and_stays_won(cast):
    deal = make_deal(owner=cast.manager)
    make_sent_proposal(deal)
    win_deal(deal, actor=cast.manager)
    record_payment(issue_invoice(deal, actor=cast.manager), actor=cast.sales_admin, amount=1220)
    deal.refresh_from_db()
    assert deal.state == DealState.WON


def test_a_proposal_is_billed_once_until_its_invoice_is_cancelled(cast):
    deal = make_deal(owner=cast.manager)
    make_sent_proposal(deal)
    first = issue_invoice(deal, actor=cast.manager)
    with pytest.raises(RuleViolation):
        issue_invoice(deal, actor=cast.manager)
    cancel_invoice(first, actor=cast.manager, reason="Не та фирма")
    assert issue_invoice(deal, actor=cast.manager).number == 2


def test_what_cannot_be_billed_is_refused_and_takes_no_number(cast):
    lost, empty = make_deal(owner=cast.manager, state="lost", loss_reason="price"), make_deal(owner=cast.manager)
    make_sent_proposal(lost)
    make_proposal(empty)
    for deal in (lost, empty):
        with pytest.raises(RuleViolation):
            issue_invoice(deal, actor=cast.manager)
    make_sent_proposal(empty)
    with pytest.raises(RuleViolation):
        issue_invoice(empty, actor=cast.manager, due_on=timezone.localdate() - timedelta(days=1))
    assert issue_invoice(empty, actor=cast.manager).number == 1


def test_payments_add_up_to_the_invoice_and_never_above_it(cast):
    invoice = make_invoice(make_deal(owner=cast.manager))
    record_payment(invoice, actor=cast.sales_admin, amount=Decimal("720.50"), document="4418")
    with pytest.raises(RuleViolation, match="499,50"):
        record_payment(invoice, actor=cast.sales_admin, amount=500)
    record_payment(invoice, actor=cast.sales_admin, amount=Decimal("499.50"))
    invoice.refresh_from_db()
    assert (invoice.paid, invoice.remainder, Payment.objects.count()) == (Decimal(1220), 0, 2)
    with pytest.raises(RuleViolation):
        record_payment(invoice, actor=cast.sales_admin, amount=Decimal("0.01"))


@pytest.mark.django_db(transaction=True)
def test_two_payments_at_once_do_not_overpay(cast):
    invoice = make_invoice(make_deal(owner=cast.manager))

    def pay(_order: int) -> bool:
        try:
            record_payment(Invoice.objects.get(pk=invoice.pk), actor=cast.sales_admin, amount=1000)
            return True
        except RuleViolation:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(pay, range(8))) == 1
    invoice.refresh_from_db()
    assert invoice.paid == 1000


@pytest.mark.parametrize(("amount", "days"), [(0, 0), (-5, 0), (10, 1)], ids=["nothing", "negative", "tomorrow"])
def test_a_wrong_payment_is_refused(cast, amount, days):
    invoice = make_invoice(make_deal(owner=cast.manager))
    with pytest.raises(RuleViolation):
        record_payment(
            invoice, actor=cast.sales_admin, amount=amount, paid_on=timezone.localdate() + timedelta(days=days)
        )
    assert not Payment.objects.exists()


def test_a_payment_carries_an_open_deal_to_payment_and_tells_what_is_left(cast):
    deal = make_deal(owner=cast.manager)
    record_payment(make_invoice(deal), actor=cast.sales_admin, amount=20)
    deal.refresh_from_db()
    assert deal.stage.code == "payment"
    assert Interaction.objects.of_kind("deals.paid").get().data["remainder"] == "1200.00"


def test_a_partly_paid_invoice_past_its_date_is_overdue(cast):
    today = timezone.localdate()
    invoice = make_invoice(
        make_deal(owner=cast.manager), issued_on=today - timedelta(days=20), due_on=today - timedelta(days=12)
    )
    record_payment(invoice, actor=cast.sales_admin, amount=700)
    overdue = Invoice.objects.overdue(today).get()
    assert (overdue.remainder, overdue.overdue_days(today)) == (Decimal(520), 12)


def test_a_paid_or_cancelled_invoice_is_no_debt(cast):
    today = timezone.localdate()
    past = {"issued_on": today - timedelta(days=20), "due_on": today - timedelta(days=12)}
    record_payment(make_invoice(make_deal(owner=cast.manager), **past), actor=cast.sales_admin, amount=1220)
    cancel_invoice(make_invoice(make_deal(owner=cast.manager), **past), actor=cast.manager, reason="Ошибка")
    assert not Invoice.objects.overdue(today).exists()


def test_a_paid_invoice_cannot_be_cancelled_nor_a_cancelled_one_paid(cast):
    paid, cancelled = make_invoice(make_deal(owner=cast.manager)), make_invoice(make_deal(owner=cast.manager))
    record_payment(paid, actor=cast.sales_admin, amount=1)
    cancel_invoice(cancelled, actor=cast.manager, reason="Ошибка")
    with pytest.raises(RuleViolation):
        cancel_invoice(paid, actor=cast.manager, reason="Ошибка")
    with pytest.raises(RuleViolation):
        record_payment(cancelled, actor=cast.sales_admin, amount=1)
    with pytest.raises(RuleViolation):
        cancel_invoice(make_invoice(make_deal(owner=cast.manager)), actor=cast.manager, reason=" ")


def test_shipments_do_not_exceed_the_invoice(cast):
    invoice = make_invoice(make_deal(owner=cast.manager))
    today = timezone.localdate()
    first = plan_shipment(invoice, actor=cast.manager, amount=1000, planned_on=today)
    with pytest.raises(RuleViolation, match="220,00"):
        plan_shipment(invoice, actor=cast.manager, amount=221, planned_on=today)
    plan_shipment(invoice, actor=cast.manager, amount=220, planned_on=today)
    shipped = record_shipment(first, actor=cast.sales_admin, document="УПД 12")
    assert (shipped.shipped_on, shipped.document) == (today, "УПД 12")
    with pytest.raises(RuleViolation):
        record_shipment(first, actor=cast.sales_admin)


@pytest.mark.parametrize(("amount", "days"), [(0, 1), (10, -1)], ids=["nothing", "yesterday"])
def test_a_wrong_shipment_is_refused(cast, amount, days):
    invoice = make_invoice(make_deal(owner=cast.manager))
    with pytest.raises(RuleViolation):
        plan_shipment(
            invoice, actor=cast.manager, amount=amount, planned_on=timezone.localdate() + timedelta(days=days)
        )


def test_a_declined_proposal_is_not_billed(cast):
    deal = make_deal(owner=cast.manager)
    declined = make_sent_proposal(deal, state=ProposalState.DECLINED)
    with pytest.raises(RuleViolation):
        issue_invoice(deal, actor=cast.manager, proposal=declined)
