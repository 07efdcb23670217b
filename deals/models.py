"""Stages 5 and 6: products, deals, proposals, invoices, payments, shipments. Money is Decimal, in roubles."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PermittedQuerySet
from agenda.models import Meeting, Task
from companies.models import Company
from contacts.models import Cycle, NextContact, Person
from deals.enums import DealKind, DealState, LossReason, NumberKind, ProposalState
from deals.querysets import (
    DealQuerySet,
    InvoiceQuerySet,
    ProductQuerySet,
    ProposalQuerySet,
    StageQuerySet,
    VatRateQuerySet,
)
from operations.models import LegalEntity

MONEY = {"max_digits": 14, "decimal_places": 2}
PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class VatRate(models.Model):
    """A VAT rate with its time of validity; «без НДС» (percent is null) is not 0 %."""

    code = models.CharField(max_length=20)
    name = models.CharField(_("name"), max_length=40)
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2, null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = VatRateQuerySet.as_manager()

    class Meta:
        ordering = ["-percent"]
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="vat_rate_once")]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """A line of the price list."""

    article = models.CharField(_("article"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    details = models.CharField(_("details"), max_length=300, blank=True)
    group = models.CharField(_("group"), max_length=100, blank=True)
    unit = models.CharField(_("unit"), max_length=20, default="шт.")
    price = models.DecimalField(_("price with VAT, ₽"), validators=[MinValueValidator(0)], **MONEY)
    cost = models.DecimalField(_("cost without VAT, ₽"), default=0, validators=[MinValueValidator(0)], **MONEY)
    vat_code = models.CharField(_("VAT"), max_length=20, default="general")
    is_active = models.BooleanField(_("on sale"), default=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["group", "name"]
        verbose_name = _("product")

    def __str__(self) -> str:
        return self.name


class Pipeline(models.Model):
    """A way of a deal."""

    name = models.CharField(_("name"), max_length=100, unique=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """A column of the board."""

    pipeline = models.ForeignKey(Pipeline, models.CASCADE, related_name="stages")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)  # meeting, proposal, agreement, contract, payment: verbs move a deal by it
    name = models.CharField(_("name"), max_length=60)
    probability = models.PositiveSmallIntegerField(_("probability, %"), validators=[MaxValueValidator(100)])
    stalls_after_days = models.PositiveSmallIntegerField(default=10)

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ["pipeline", "order"]
        constraints = [models.UniqueConstraint(fields=["pipeline", "code"], name="deal_stage_once")]

    def __str__(self) -> str:
        return self.name


class Deal(models.Model):
    """A possible sale; an open one always has its next step with a date."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="deals")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="deals")
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=DealKind, default=DealKind.PRIMARY)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deals", verbose_name=_("manager"))
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="deals", verbose_name=_("stage"))
    stage_since = models.DateTimeField()
    state = models.CharField(_("state"), max_length=10, choices=DealState, default=DealState.OPEN)
    amount = models.DecimalField(_("sum, ₽"), default=0, validators=[MinValueValidator(0)], **MONEY)
    next_step = models.CharField(_("next step"), max_length=150, blank=True)
    next_step_at = models.DateTimeField(_("when"), null=True, blank=True)
    next_contact = models.ForeignKey(
        NextContact, models.SET_NULL, null=True, blank=True, related_name="deals"
    )  # the step on the company's card
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, blank=True, related_name="deals")
    cycle = models.ForeignKey(Cycle, models.SET_NULL, null=True, blank=True, related_name="deals")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    loss_reason = models.CharField(_("why lost"), max_length=15, choices=LossReason, blank=True)
    loss_text = models.CharField(max_length=300, blank=True)

    objects = DealQuerySet.as_manager()

    class Meta:
        ordering = ["next_step_at", "pk"]
        verbose_name = _("deal")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="open") | (models.Q(next_step_at__isnull=False) & ~models.Q(next_step="")),
                name="open_deal_has_next_step",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="lost") | ~models.Q(loss_reason=""), name="lost_deal_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "next_step_at", "id"], condition=models.Q(state="open"), name="deal_board"),
            models.Index(fields=["owner", "state"], name="deal_of_owner"),
        ]

    def __str__(self) -> str:
        return self.title


class NumberCounter(models.Model):
    """The last number given: changed in the transaction of the document, so that numbers have no gaps and no doubles."""

    entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=NumberKind)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity", "kind", "year"], name="number_counter_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class Line(models.Model):
    """A line of a document. Prices include VAT; sums are rounded per line, half up (core.money)."""

    order = models.PositiveSmallIntegerField()
    section = models.CharField(_("section"), max_length=100, blank=True)
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    details = models.CharField(_("details"), max_length=300, blank=True)
    unit = models.CharField(_("unit"), max_length=20, default="шт.")
    quantity = models.DecimalField(
        _("quantity"), max_digits=10, decimal_places=3, validators=[MinValueValidator(Decimal("0.001"))]
    )
    price = models.DecimalField(_("price with VAT, ₽"), validators=[MinValueValidator(0)], **MONEY)
    discount = models.DecimalField(_("discount, %"), max_digits=5, decimal_places=2, default=0, validators=PERCENT)
    vat_percent = models.DecimalField(
        _("VAT, %"), max_digits=5, decimal_places=2, null=True, blank=True
    )  # null = without VAT
    total = models.DecimalField(_("sum, ₽"), default=0, **MONEY)
    vat = models.DecimalField(_("VAT in it, ₽"), default=0, **MONEY)

    class Meta:
        abstract = True
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Proposal(models.Model):
    """A commercial proposal (КП); an edit of a sent one makes a new version."""

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="proposals")
    entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="proposals")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="proposals")
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(_("state"), max_length=12, choices=ProposalState, default=ProposalState.DRAFT)
    title = models.CharField(_("about what"), max_length=200)
    intro = models.TextField(_("introduction"), blank=True)
    payment_terms = models.TextField(_("payment"), blank=True)
    delivery_terms = models.TextField(_("delivery"), blank=True)
    valid_until = models.DateField(_("valid until"))
    total = models.DecimalField(_("total, ₽"), default=0, **MONEY)
    vat = models.DecimalField(_("VAT in it, ₽"), default=0, **MONEY)
    discount_reason = models.CharField(_("why the discount"), max_length=300, blank=True)
    approval_task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposals")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )  # whose discount limit counts
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    sent_to = models.EmailField(_("e-mail"), blank=True)
    mailed_at = models.DateTimeField(
        null=True
    )  # when the letter left: the queue of letters is sent_at without mailed_at

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("proposal")
        constraints = [
            models.UniqueConstraint(fields=["entity", "year", "number", "version"], name="proposal_number_once"),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | (~models.Q(approved_by=models.F("created_by")) & ~models.Q(approved_by=models.F("changed_by"))),
                name="nobody_approves_own_discount",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sent_at"],
                condition=models.Q(sent_at__isnull=False, mailed_at__isnull=True),
                name="proposal_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class ProposalLine(Line):
    """A line of a proposal; cost and margin never leave the house."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="lines")
    cost = models.DecimalField(default=0, **MONEY)  # of one unit, without VAT
    list_price = models.DecimalField(null=True, **MONEY)  # of the price list that day: a lower price is a discount too

    class Meta(Line.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "order"], name="proposal_line_order", deferrable=models.Deferrable.DEFERRED
            )
        ]


class Invoice(models.Model):
    """A bill with a gap-free number per legal entity and year."""

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="invoices")
    company = models.ForeignKey(Company, models.PROTECT, related_name="invoices")
    entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="invoices")
    proposal = models.ForeignKey(Proposal, models.SET_NULL, null=True, related_name="invoices")
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    issued_on = models.DateField(_("issued"))
    due_on = models.DateField(_("pay by"))
    total = models.DecimalField(_("total, ₽"), **MONEY)
    vat = models.DecimalField(_("VAT in it, ₽"), default=0, **MONEY)
    paid = models.DecimalField(_("paid, ₽"), default=0, **MONEY)  # sum of its allocations, kept by record_payment
    cancelled_at = models.DateTimeField(null=True)  # the number stays: a series has no gaps
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="invoices")

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-number"]
        verbose_name = _("invoice")
        constraints = [
            models.UniqueConstraint(fields=["entity", "year", "number"], name="invoice_number_once"),
            models.CheckConstraint(
                condition=models.Q(paid__gte=0) & models.Q(paid__lte=models.F("total")), name="invoice_not_overpaid"
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at__isnull=True) | models.Q(paid=0), name="cancelled_invoice_unpaid"
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=models.Q(paid__lt=models.F("total")), name="invoice_unpaid")
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def remainder(self) -> Decimal:
        """What is still to be paid, ₽."""
        return Decimal(0) if self.cancelled_at else self.total - self.paid

    def overdue_days(self, today: date) -> int:
        """Days past the term of payment with something unpaid; 0 when in time."""
        return max(0, (today - self.due_on).days) if self.remainder else 0


class InvoiceLine(Line):
    """A line of an invoice."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")

    class Meta(Line.Meta):
        constraints = [models.UniqueConstraint(fields=["invoice", "order"], name="invoice_line_order")]


class Payment(models.Model):
    """Money that came. What is earned is decided by payments."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="payments")
    amount = models.DecimalField(_("sum, ₽"), validators=[MinValueValidator(Decimal("0.01"))], **MONEY)
    paid_on = models.DateField(_("date"))
    document = models.CharField(_("payment order №"), max_length=30, blank=True)
    purpose = models.CharField(_("purpose"), max_length=250, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payments_recorded")
    recorded_at = models.DateTimeField()

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-paid_on", "-pk"]
        verbose_name = _("payment")
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_positive")]
        indexes = [models.Index(fields=["paid_on"], name="payment_day")]

    def __str__(self) -> str:
        return f"{self.amount}"


class Allocation(models.Model):
    """The part of a payment that pays an invoice."""

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="allocations")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="allocations")
    amount = models.DecimalField(**MONEY)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "invoice"], name="allocation_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="allocation_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class Shipment(models.Model):
    """Goods that left, or are planned to leave."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="shipments")
    company = models.ForeignKey(Company, models.PROTECT, related_name="shipments")
    amount = models.DecimalField(_("sum, ₽"), validators=[MinValueValidator(Decimal("0.01"))], **MONEY)
    planned_on = models.DateField(_("planned"))
    shipped_on = models.DateField(_("shipped"), null=True, blank=True)
    document = models.CharField(_("waybill №"), max_length=30, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="shipments_recorded")

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_on", "-pk"]
        verbose_name = _("shipment")
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="shipment_positive")]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.planned_on}"
