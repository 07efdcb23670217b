"""Persons in the window of Ctrl+K: each leads to its company's card, at the person."""

import re
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies.search import PHONE_LIKE, cleaned, persons_called, phone_prefix
from contacts.models import Person
from core import palette
from core.palette import ROWS, Found

ACTION = "contacts.view_person"
SHORTEST = 3
SHOWN = ["last_name", "first_name", "middle_name", "name_key", "position", "company__name"]


def register_own() -> None:
    """Called once from ContactsConfig.ready."""
    palette.register("persons", _("Persons"), "user", ACTION, find)


def find(user: Any, text: str) -> list[Found]:
    """By surname, full name, phone in any spelling, or mailbox."""
    text = cleaned(text)
    if len(text) < SHORTEST or (PHONE_LIKE.match(text) and not re.search(r"\d{3}", re.sub(r"\D", "", text))):
        return []
    persons = _called(Person.objects.permitted(user, ACTION).order_by(), text)
    shown = persons.select_related("company").only(*SHOWN)[:ROWS]
    return [
        Found(
            person.full_name,
            f"{reverse('companies:detail', args=[person.company_id])}#person-{person.pk}",
            " · ".join(filter(None, [person.company.name, person.position])),
        )
        for person in sorted(shown, key=lambda person: person.name_key)
    ]


def _called(persons: QuerySet, text: str) -> QuerySet:
    if PHONE_LIKE.match(text):
        return persons.filter(phones__number__startswith=phone_prefix(text)).distinct()
    if "@" in text:
        return persons.filter(emails__address__startswith=text.lower()).distinct()
    return persons_called(persons, text)
