"""Verbs of products, deals, proposals, invoices, payments and shipments."""

from deals.services.deals import change_deal, lose_deal, move_deal, open_deal, plan_next_step, win_deal
from deals.services.invoices import cancel_invoice, issue_invoice, record_payment
from deals.services.numbers import next_number
from deals.services.products import add_product, change_product
from deals.services.proposals import (
    accept_proposal,
    approve_discount,
    change_proposal,
    change_proposal_lines,
    create_proposal,
    decline_discount,
    mail_proposal,
    request_discount,
    send_proposal,
)
from deals.services.shipments import plan_shipment, record_shipment

__all__ = [
    "accept_proposal",
    "add_product",
    "approve_discount",
    "cancel_invoice",
    "change_deal",
    "change_product",
    "change_proposal",
    "change_proposal_lines",
    "create_proposal",
    "decline_discount",
    "issue_invoice",
    "lose_deal",
    "mail_proposal",
    "move_deal",
    "next_number",
    "open_deal",
    "plan_next_step",
    "plan_shipment",
    "record_payment",
    "record_shipment",
    "request_discount",
    "send_proposal",
    "win_deal",
]
