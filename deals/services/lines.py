"""Lines of proposals and invoices: from what a person typed to rows with sums and VAT."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import RuleViolation
from core.money import kopecks, line_amounts
from deals.models import Invoice, InvoiceLine, Line, Product, Proposal, ProposalLine, VatRate

MOST_LINES = 300
DEAREST = Decimal(10) ** 11
COPIED = (
    "order",
    "section",
    "product",
    "name",
    "details",
    "unit",
    "quantity",
    "price",
    "discount",
    "vat_percent",
    "total",
    "vat",
)


def vat_percents(day: date) -> dict[str, Decimal | None]:
    """Code -> percent in force that day; «без НДС» has None."""
    return dict(VatRate.objects.on(day).order_by("valid_from").values_list("code", "percent"))


def build_lines(rows: Iterable[Mapping[str, Any]], *, day: date) -> list[ProposalLine]:
    """Unsaved lines with their sums. Raises RuleViolation with the number of the line that is wrong.

    A row names a product (its price, unit, VAT and cost are taken unless given) or brings its own name and price.
    """
    rows = list(rows)
    if len(rows) > MOST_LINES:
        raise RuleViolation(_("A proposal has at most %(most)s lines.") % {"most": MOST_LINES})
    percents = vat_percents(day)
    products = Product.objects.in_bulk({_product_id(row) for row in rows if row.get("product")})
    return [_line(order, row, products.get(_product_id(row)), percents) for order, row in enumerate(rows, start=1)]


def _product_id(row: Mapping[str, Any]) -> int | None:
    product = row.get("product")
    return product.pk if isinstance(product, Product) else int(product) if product else None


def _line(
    order: int, row: Mapping[str, Any], product: Product | None, percents: dict[str, Decimal | None]
) -> ProposalLine:
    line = ProposalLine(
        order=order,
        product=product,
        section=_text(row, "section", product, "group", 100),
        name=_text(row, "name", product, "name", 200),
        details=_text(row, "details", product, "details", 300),
        unit=_text(row, "unit", product, "unit", 20) or "шт.",
        quantity=_number(row.get("quantity", 1), order),
        price=_number(row.get("price", product.price if product else None), order),
        discount=_number(row.get("discount") or 0, order),
        vat_percent=_vat(row, product, percents, order),
        cost=product.cost if product else 0,
        list_price=product.price if product else None,
    )
    _check(line)
    return count(line)


def count(line: Line) -> Any:
    """Fill in the sum of a line and the VAT in it."""
    amounts = line_amounts(line.price, line.quantity, line.vat_percent, discount_percent=line.discount)
    line.total, line.vat = amounts.gross, amounts.vat
    return line


def _text(row: Mapping[str, Any], key: str, product: Product | None, attribute: str, length: int) -> str:
    value = row.get(key)
    if value is None and product:
        value = getattr(product, attribute)
    return str(value or "").strip()[:length]


def _number(value: Any, order: int) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > DEAREST:
        raise RuleViolation(_("Line %(order)s: this is not a number.") % {"order": order})
    return number


def _vat(
    row: Mapping[str, Any], product: Product | None, percents: dict[str, Decimal | None], order: int
) -> Decimal | None:
    code = row.get("vat_code") or (product.vat_code if product else "general")
    if code not in percents:
        raise RuleViolation(_("Line %(order)s: there is no such VAT rate today.") % {"order": order})
    return percents[code]


def _check(line: ProposalLine) -> None:
    line.price, line.quantity = kopecks(line.price), line.quantity.quantize(Decimal("0.001"))
    line.discount = line.discount.quantize(Decimal("0.01"))
    problem = None
    if not line.name:
        problem = _("Line %(order)s has no name.")
    elif line.quantity <= 0:
        problem = _("Line %(order)s: the quantity must be more than zero.")
    elif line.price < 0:
        problem = _("Line %(order)s: a price cannot be negative.")
    elif not 0 <= line.discount <= 100:
        problem = _("Line %(order)s: a discount is from 0 to 100 %%.")
    elif line.price * line.quantity > DEAREST:
        problem = _("Line %(order)s: the sum is too large.")
    if problem:
        raise RuleViolation(problem % {"order": line.order})


def write_lines(proposal: Proposal, lines: list[ProposalLine]) -> None:
    """Replace the lines of a proposal and put its totals on it; the caller saves `total` and `vat`."""
    proposal.lines.all().delete()
    for line in lines:
        line.proposal = proposal
    ProposalLine.objects.bulk_create(lines)
    proposal.total = sum((line.total for line in lines), Decimal(0))
    proposal.vat = sum((line.vat for line in lines), Decimal(0))


def copy_lines(source: Proposal, target: Proposal) -> None:
    """The same lines in a new version."""
    extra = ("cost", "list_price")
    copies = [ProposalLine(**{name: getattr(line, name) for name in (*COPIED, *extra)}) for line in source.lines.all()]
    write_lines(target, copies)


def invoice_lines(source: Proposal, invoice: Invoice) -> list[InvoiceLine]:
    """The lines of a proposal in an invoice; cost and list price stay at home."""
    return [
        InvoiceLine(invoice=invoice, **{name: getattr(line, name) for name in COPIED}) for line in source.lines.all()
    ]


def line_discount(line: ProposalLine) -> Decimal:
    """How much cheaper than the price list the line is, in percent: a lowered price counts like a discount."""
    if not line.list_price:
        return line.discount
    asked = line.price * (100 - line.discount) / 100
    return max(line.discount, (100 - asked * 100 / line.list_price).quantize(Decimal("0.01")))
