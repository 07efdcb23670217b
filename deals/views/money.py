"""Invoices, payments, shipments and receivables."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.models import Company
from core.htmx import fragment, go
from core.views import acts, get_permitted, shows
from deals.documents import invoice_pdf
from deals.forms import InvoiceForm, PaymentForm, ReasonForm, ShipmentForm, ShippedForm, posted
from deals.models import Deal, Invoice, Shipment
from deals.receivables import receivables_for
from deals.services import cancel_invoice, issue_invoice, plan_shipment, record_payment, record_shipment


def _dialog(request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
    return fragment(request, "deals/form.html", {"form": form, **context}, status=422 if form.is_bound else 200)


def _back(request: HttpRequest, deal: Deal, message: str) -> HttpResponse:
    """To the page where the person was: the deal, or the receivables when the dialog was opened there."""
    if "/receivables/" in request.headers.get("HX-Current-URL", ""):
        return go(request, "deals:receivables", message=message)
    return go(request, "deals:detail", pk=deal.pk, message=message)


@acts("deals.issue_invoice", methods=("GET", "POST"))
def issue(request: HttpRequest, deal_pk: int) -> HttpResponse:
    """Bill a proposal that the client has."""
    deal = get_permitted(Deal.objects.select_related("company"), request.user, "deals.issue_invoice", pk=deal_pk)
    form = InvoiceForm(posted(request), proposals=deal.proposals.with_client())
    if not form.is_valid():
        return _dialog(request, form, title=_("New invoice"), submit=_("Issue"))
    invoice = issue_invoice(deal, actor=request.user, **form.cleaned_data)
    return _back(request, deal, _("Invoice %(number)s is issued.") % {"number": invoice.number})


@shows("deals.view_invoice")
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper with the bank block and the code."""
    related = Invoice.objects.select_related("company", "entity", "proposal", "created_by")
    invoice = get_permitted(related, request.user, "deals.view_invoice", pk=pk)
    response = HttpResponse(invoice_pdf(invoice), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="invoice-{invoice.year}-{invoice.number}.pdf"'
    return response


@acts("deals.issue_invoice", methods=("GET", "POST"))
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invoice back."""
    invoice = get_permitted(Invoice.objects.select_related("deal"), request.user, "deals.issue_invoice", pk=pk)
    form = ReasonForm(posted(request))
    if not form.is_valid():
        return _dialog(
            request,
            form,
            title=_("Cancel invoice %(number)s") % {"number": invoice.number},
            submit=_("Cancel the invoice"),
        )
    cancel_invoice(invoice, actor=request.user, **form.cleaned_data)
    return _back(request, invoice.deal, _("The invoice is cancelled."))


@acts("deals.record_payment", methods=("GET", "POST"))
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down money that came."""
    invoice = get_permitted(
        Invoice.objects.select_related("deal", "company"), request.user, "deals.record_payment", pk=pk
    )
    form = PaymentForm(posted(request), initial={"amount": invoice.remainder})
    if not form.is_valid():
        return _dialog(
            request,
            form,
            title=_("Payment of invoice %(number)s") % {"number": invoice.number},
            invoice=invoice,
            submit=_("Record"),
        )
    record_payment(invoice, actor=request.user, **form.cleaned_data)
    return _back(request, invoice.deal, _("The payment is recorded."))


@acts("deals.ship", methods=("GET", "POST"))
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a shipment by an invoice."""
    invoice = get_permitted(Invoice.objects.select_related("deal"), request.user, "deals.ship", pk=pk)
    form = ShipmentForm(posted(request), initial={"amount": invoice.total})
    if not form.is_valid():
        return _dialog(
            request, form, title=_("Shipment by invoice %(number)s") % {"number": invoice.number}, submit=_("Plan")
        )
    plan_shipment(invoice, actor=request.user, **form.cleaned_data)
    return _back(request, invoice.deal, _("The shipment is planned."))


@acts("deals.ship", methods=("GET", "POST"))
def ship(request: HttpRequest, pk: int) -> HttpResponse:
    """The goods have left."""
    shipment = get_permitted(Shipment.objects.select_related("invoice__deal"), request.user, "deals.ship", pk=pk)
    form = ShippedForm(posted(request))
    if not form.is_valid():
        return _dialog(request, form, title=_("Goods have left"), submit=_("Record"))
    record_shipment(shipment, actor=request.user, **form.cleaned_data)
    return _back(request, shipment.invoice.deal, _("The shipment is recorded."))


@shows("deals.view_receivables")
def receivables(request: HttpRequest) -> HttpResponse:
    """Who owes us, how much and for how long."""
    found = receivables_for(request.user, today=timezone.localdate())
    view = request.GET.get("view", "late")
    rows = {"late": found.overdue, "week": found.this_week, "all": found.debts}.get(view, found.overdue)
    return render(
        request, "deals/receivables.html", {"found": found, "rows": rows, "view": view, "now": timezone.now()}
    )


@shows("deals.view_receivables")
def company_debt(request: HttpRequest, pk: int) -> HttpResponse:
    """What a company owes, on its card."""
    company = get_permitted(Company, request.user, "companies.view_company", pk=pk)
    today = timezone.localdate()
    unpaid = Invoice.objects.unpaid().permitted(request.user, "deals.view_receivables").filter(company=company)
    rows = [(invoice, invoice.overdue_days(today)) for invoice in unpaid.select_related("deal").order_by("due_on")]
    context = {"company": company, "rows": rows, "debt": sum(invoice.remainder for invoice, _days in rows)}
    return fragment(request, "deals/_company_debt.html", context)
