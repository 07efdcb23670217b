"""Products, deals and papers for tests. Rows are inserted as the verbs would leave them."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from accounts.models import User
from companies.models import Company
from deals.enums import ProposalState
from deals.models import Deal, Invoice, InvoiceLine, Product, Proposal, ProposalLine, Stage
from deals.services.lines import COPIED, build_lines, write_lines
from operations.models import LegalEntity
from tests.factories.accounts import make_user
from tests.factories.companies import make_company

_numbers = count(1)


def make_entity(**fields) -> LegalEntity:
    """Our own firm with full requisites; the same one every time."""
    fields = {
        "name": "ООО «Пневморесурс»", "inn": "7799555018", "kpp": "779901001", "address": "111000, г. Москва, ул. Воздушная, д. 12",
        "phone": "+74955550310", "email": "office@firm.example", "bank": "АО «Банк Промрасчёт», г. Москва", "bik": "044500555",
        "account": "40702810500000003180", "correspondent_account": "30101810145000000555", "director_name": "Лапин А. О.",
        "director_post": "Генеральный директор", "accountant_name": "Орешкина Т. П.", "is_main": True,
    } | fields  # fmt: skip
    return LegalEntity.objects.filter(inn=fields["inn"]).first() or LegalEntity.objects.create(**fields)


def make_product(**fields) -> Product:
    """A line of the price list: 1 220 ₽ with VAT, 700 ₽ of cost."""
    number = next(_numbers)
    fields = {
        "article": f"А-{number}",
        "name": f"Осушитель {number}",
        "price": Decimal(1220),
        "cost": Decimal(700),
    } | fields
    return Product.objects.create(**fields)


def make_deal(company: Company | None = None, *, owner: User | None = None, stage: str = "meeting", **fields) -> Deal:
    """A deal in work whose next step is tomorrow; its company has the same manager."""
    now = timezone.now()
    owner = owner or (company.owner if company else None) or make_user("manager")
    company = company or make_company(owner=owner, email="client@client.example", inn=f"74{next(_numbers):08}")
    fields = {
        "title": "Замена компрессора", "next_step": "Позвонить", "next_step_at": now + timedelta(days=1), "opened_at": now,
        "stage_since": now, "amount": Decimal(100_000),
    } | fields  # fmt: skip
    if fields.get("state", "open") != "open":
        fields |= {"next_step": "", "next_step_at": None, "closed_at": now}
    return Deal.objects.create(company=company, owner=owner, stage=Stage.objects.get(code=stage), **fields)


def make_proposal(deal: Deal | None = None, *, lines: list[dict] | None = None, **fields) -> Proposal:
    """A draft with one line of 1 220 ₽."""
    deal = deal or make_deal()
    now, today = timezone.now(), timezone.localdate()
    lines = lines if lines is not None else [{"name": "Осушитель ОВ-160", "price": Decimal(1220), "quantity": 1}]
    author = fields.pop("created_by", deal.owner)
    fields = {
        "title": "Замена компрессора", "number": 1000 + next(_numbers), "year": today.year, "valid_until": today + timedelta(days=21),
        "created_by": author, "changed_by": author, "created_at": now, "changed_at": now, "entity": make_entity(),
    } | fields  # fmt: skip
    proposal = Proposal.objects.create(deal=deal, **fields)
    write_lines(proposal, build_lines(lines, day=today))
    proposal.save()
    return proposal


def make_sent_proposal(deal: Deal | None = None, **fields) -> Proposal:
    """A proposal that the client has."""
    return make_proposal(
        deal, **{"state": ProposalState.SENT, "sent_at": timezone.now(), "sent_to": "client@client.example"} | fields
    )


def make_invoice(deal: Deal | None = None, **fields) -> Invoice:
    """An invoice of 1 220 ₽ with one line, due in five days, unpaid."""
    proposal = fields.pop("proposal", None) or make_sent_proposal(deal)
    deal, today = proposal.deal, timezone.localdate()
    fields = {
        "number": 1000 + next(_numbers), "year": today.year, "issued_on": today, "due_on": today + timedelta(days=5),
        "entity": proposal.entity, "total": proposal.total, "vat": proposal.vat, "created_by": deal.owner, "company": deal.company,
    } | fields  # fmt: skip
    invoice = Invoice.objects.create(deal=deal, proposal=proposal, **fields)
    lines = ProposalLine.objects.filter(proposal=proposal)
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, **{name: getattr(line, name) for name in COPIED}) for line in lines
    )
    return invoice
