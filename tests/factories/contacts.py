"""Persons, needs, contacts and history lines for tests."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from contacts.enums import Channel
from contacts.models import Cycle, Interaction, Need, NextContact, Person, PersonEmail, PersonPhone
from tests.factories.companies import make_company

_numbers = count(1)


def make_person(company=None, *, phone: str = "", email: str = "", **fields) -> Person:
    """A person who works in the company."""
    number = next(_numbers)
    fields = {
        "last_name": f"Рябов{number}",
        "first_name": "Сергей",
        "middle_name": "Жанович",
        "gender": "m",
        "seen_at": timezone.now(),
    } | fields
    key = (
        " ".join(filter(None, [fields["last_name"], fields["first_name"], fields["middle_name"]]))
        .lower()
        .replace("ё", "е")
    )
    person = Person.objects.create(company=company or make_company(), **{"name_key": key} | fields)
    if phone:
        PersonPhone.objects.create(person=person, number=phone, seen_at=timezone.now())
    if email:
        PersonEmail.objects.create(person=person, address=email, seen_at=timezone.now())
    return person


def make_interaction(company=None, **fields) -> Interaction:
    """A line of the history."""
    fields = {"kind": "contacts.noted", "channel": Channel.PHONE, "at": timezone.now(), "text": "Поговорили."} | fields
    return Interaction.objects.create(company=company or make_company(), **fields)


def make_next_contact(company=None, **fields) -> NextContact:
    """A planned contact, tomorrow unless said otherwise."""
    now = timezone.now()
    fields = {"at": now + timedelta(days=1), "planned_at": now, "text": "Согласовать замеры"} | fields
    return NextContact.objects.create(company=company or make_company(), **fields)


def make_need(company=None, **fields) -> Need:
    """A need found out in a talk."""
    return Need.objects.create(
        company=company or make_company(), **{"text": "Осушитель", "found_at": timezone.now()} | fields
    )


def make_cycle(**fields) -> Cycle:
    """A wave."""
    number = next(_numbers)
    return Cycle.objects.create(**{"name": f"Цикл-{number:02}", "starts_on": timezone.localdate()} | fields)
