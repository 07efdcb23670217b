"""Which numbers and addresses of a card are refused, and whom one may still call."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from companies.models import Company
from contacts.enums import Channel
from contacts.models import OptOut
from contacts.suppression import spellings


def refusals_of(values: Iterable[str], channel: str) -> dict[str, OptOut]:
    """Of these numbers or addresses those that are in the register. One query, none for nothing."""
    known = {spelling: value for value in values if value for spelling in spellings(value)}
    if not known:
        return {}
    found = OptOut.objects.filter(channel=channel, value__in=list(known)).select_related("actor")
    return {known[row.value]: row for row in found}


def mark_card(company: Company) -> OptOut | None:
    """Give every phone of the card its `refusal`; returns that of the common mailbox. One query per card."""
    if not hasattr(company, "mailbox_refusal"):
        phones = list(company.phones.all())
        known = {spelling: row.number for row in phones for spelling in spellings(row.number)}
        mailbox = spellings(company.email) if company.email else []
        asked = Q(channel=Channel.PHONE, value__in=list(known)) | Q(channel=Channel.EMAIL, value__in=mailbox)
        found = list(OptOut.objects.filter(asked).select_related("actor")) if known or mailbox else []
        refused = {known[row.value]: row for row in found if row.channel == Channel.PHONE}
        for phone in phones:
            phone.refusal = refused.get(phone.number)
        company.mailbox_refusal = next((row for row in found if row.channel == Channel.EMAIL), None)
    return company.mailbox_refusal


def with_refusals(phones: Iterable[Any]) -> list[Any]:
    """The phones, each with its `refusal` or none; the register is asked once for a page."""
    rows = list(phones)
    if all(hasattr(row, "refusal") for row in rows):
        return rows
    refused = refusals_of((row.number for row in rows), Channel.PHONE)
    for row in rows:
        row.refusal = refused.get(row.number)
    return rows


def mark_refusals(persons: Iterable[Any]) -> None:
    """Give every phone and mailbox of the persons its `refusal`, and every person the phone one may call (`line`)."""
    people = list(persons)
    with_refusals(phone for person in people for phone in person.phones.all())
    boxes = [email for person in people for email in person.emails.all()]
    refused = refusals_of((email.address for email in boxes), Channel.EMAIL)
    for email in boxes:
        email.refusal = refused.get(email.address)
    for person in people:
        person.line = next((row for row in person.phones.all() if not row.is_invalid and not row.refusal), None)
