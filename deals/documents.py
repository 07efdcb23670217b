"""Papers of deals as PDF: the proposal (КП) and the invoice with its payment code."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import segno
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.formats import money_exact, percent
from core.money import kopecks, sum_in_words
from core.papers import render_pdf
from deals.models import Invoice, Line, Proposal

# ГОСТ Р 56042-2014: the order of the obligatory fields is fixed, lengths are limited, «|» divides
QR_LENGTHS = {"Name": 160, "BankName": 45, "Purpose": 210}


@dataclass(frozen=True)
class RateTotal:
    """The VAT of the lines with one rate; without VAT the percent is None."""

    percent: Decimal | None
    vat: Decimal
    gross: Decimal


@dataclass(frozen=True)
class Totals:
    """The foot of a paper."""

    full: Decimal  # before discount
    gross: Decimal
    vat: Decimal
    rates: list[RateTotal]

    @property
    def net(self) -> Decimal:
        """Without VAT."""
        return self.gross - self.vat

    @property
    def discount(self) -> Decimal:
        """What the client saves."""
        return self.full - self.gross

    @property
    def minus(self) -> Decimal:
        """The discount as it is subtracted."""
        return -self.discount

    @property
    def discount_percent(self) -> Decimal:
        """Of the full sum."""
        return self.discount * 100 / self.full if self.full else Decimal(0)


def totals_of(lines: list[Any]) -> Totals:
    """Sums of lines, with VAT by rate, the highest rate first."""
    by_rate: dict[Decimal | None, list[Line]] = {}
    for line in lines:
        by_rate.setdefault(line.vat_percent, []).append(line)
    rates = [
        RateTotal(rate, sum((line.vat for line in group), Decimal(0)), sum((line.total for line in group), Decimal(0)))
        for rate, group in sorted(by_rate.items(), key=lambda pair: -1 if pair[0] is None else pair[0], reverse=True)
    ]
    full = sum((kopecks(line.price * line.quantity) for line in lines), Decimal(0))
    gross = sum((rate.gross for rate in rates), Decimal(0))
    return Totals(full, gross, sum((rate.vat for rate in rates), Decimal(0)), rates)


def proposal_pdf(proposal: Proposal) -> bytes:
    """The proposal as the client gets it; cost and margin are not in it."""
    lines = list(proposal.lines.all())
    person = proposal.person
    older = Proposal.objects.filter(
        entity=proposal.entity_id, year=proposal.year, number=proposal.number, version__lt=proposal.version
    )
    context = {
        "proposal": proposal,
        "entity": proposal.entity,
        "company": proposal.deal.company,
        "person": person,
        "greeting": _greeting(person),
        "lines": lines,
        "totals": totals_of(lines),
        "words": sum_in_words(proposal.total),
        "today": timezone.localdate(proposal.sent_at or proposal.changed_at),
        "author": proposal.created_by,
        "previous": older.order_by("-version").first(),
    }
    return render_pdf("deals/papers/proposal.html", context)


def _greeting(person: Any) -> str:
    with translation.override("ru"):
        if person is None:
            return _("Hello!")
        if person.salutation:
            return person.salutation
        name = " ".join(filter(None, [person.first_name, person.middle_name]))
        return _("%(name)s, hello!") % {"name": name} if name else _("Hello!")


def invoice_pdf(invoice: Invoice) -> bytes:
    """The invoice with the bank block, the code for payment, VAT by rate and the sum in words."""
    lines = list(invoice.lines.all())
    for line in lines:
        line.unit_price = kopecks(line.total / line.quantity)  # after the discount: an invoice has no discounts
    totals = totals_of(lines)
    context = {
        "invoice": invoice,
        "entity": invoice.entity,
        "company": invoice.company,
        "address": invoice.company.addresses.first(),
        "lines": lines,
        "totals": totals,
        "words": sum_in_words(invoice.total),
        "vat_words": _vat_words(totals),
        "purpose": payment_purpose(invoice),
        "qr": _qr(invoice),
        "author": invoice.created_by,
    }
    return render_pdf("deals/papers/invoice.html", context)


def _vat_words(totals: Totals) -> str:
    with translation.override("ru"):
        taxed = [rate for rate in totals.rates if rate.percent is not None]
        if not taxed:
            return _("VAT is not charged")
        listed = ", ".join(f"{percent(rate.percent, 2)} — {money_exact(rate.vat)}" for rate in taxed)
        return _("including VAT %(rates)s") % {"rates": listed}


def payment_purpose(invoice: Invoice) -> str:
    """What the buyer's accountant writes into the payment order."""
    words = {
        "number": invoice.number,
        "date": f"{invoice.issued_on:%d.%m.%Y}",
        "vat": f"{invoice.vat:.2f}".replace(".", ","),
    }
    with translation.override("ru"):
        if invoice.vat:
            return _("Payment of invoice № %(number)s of %(date)s, including VAT %(vat)s") % words
        return _("Payment of invoice № %(number)s of %(date)s, without VAT") % words


def payment_code(invoice: Invoice) -> str:
    """The text of the code: ST00012 (UTF-8), the sum in kopecks. Empty until the bank requisites are complete."""
    entity = invoice.entity
    required = {
        "Name": entity.name,
        "PersonalAcc": entity.account,
        "BankName": entity.bank,
        "BIC": entity.bik,
        "CorrespAcc": entity.correspondent_account,
    }
    if not all(required.values()):
        return ""
    optional = {
        "Sum": str(int(invoice.remainder * 100)),
        "Purpose": payment_purpose(invoice),
        "PayeeINN": entity.inn,
        "KPP": entity.kpp,
    }
    fields = required | {name: value for name, value in optional.items() if value}
    return "ST00012|" + "|".join(
        f"{name}={value.replace('|', '/')[: QR_LENGTHS.get(name, 99)]}" for name, value in fields.items()
    )


def _qr(invoice: Invoice) -> str:
    code = payment_code(invoice)
    return segno.make(code, encoding="utf-8", error="m", micro=False).svg_data_uri(border=0) if code else ""
