"""Which numbers and addresses of a card are refused, and whom one may still call."""

from collections.abc import Iterable
from typing import Any

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
