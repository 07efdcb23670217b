"""Refusals on the card of a company: `{% load reach %}`."""

from typing import Any

from django import template

from companies.models import Company
from contacts.consents import has_agreed
from contacts.enums import Channel
from contacts.models import OptOut
from contacts.reach import mark_card, with_refusals

register = template.Library()


@register.simple_tag
def phones_with_refusals(phones: list[Any]) -> list[Any]:
    """`{% phones_with_refusals phones as lines %}`: each has its `refusal`, or none."""
    return with_refusals(phones)


@register.simple_tag
def callable_phone(company: Company, phones: list[Any]) -> Any:
    """The first phone that works and has not been refused; nothing for a private person who has not agreed to calls."""
    if not has_agreed(company, Channel.PHONE):
        return None
    mark_card(company)
    return next((row for row in with_refusals(phones) if not row.is_invalid and not row.refusal), None)


@register.simple_tag
def mailbox_refusal(company: Company) -> OptOut | None:
    """Who has asked not to be written to at the common mailbox."""
    return mark_card(company)
