"""What is known about a company in its six information blocks, kept on the company where the list shows it."""

from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from companies.models import Address, Company, Phone, TechnicalItem
from contacts.enums import DecisionRole
from contacts.models import Need, NextContact, Person, PersonEmail, PersonPhone

# Block 1: each of these is worth the same. Block 2: what a talk with the decision maker needs.
COMPANY_FACTS = (
    "inn",
    "region_id",
    "city",
    "site",
    "email",
    "activity_id",
    "segment_id",
    "headcount",
    "revenue",
    "about",
)
WEIGHTS = {"1": 25, "2": 30, "3": 10, "4": 15, "5": 10, "6": 10}
ENOUGH_NEEDS, ENOUGH_EQUIPMENT, FRESH_DAYS = 3, 3, 90


def refresh_summary(company: Company, *, now: datetime | None = None) -> None:
    """Count again how complete the card is, and how many decision makers are known. Two queries, whatever the card."""
    now = now or timezone.now()
    facts = _facts(company)
    blocks = {
        "1": _share([bool(facts[field]) for field in COMPANY_FACTS] + [facts["has_phone"], facts["has_address"]]),
        "2": _scheme(facts),
        "3": max(_portion(facts["equipment"], ENOUGH_EQUIPMENT), 100 if facts["has_technical"] else 0),
        "4": _portion(facts["need_count"], ENOUGH_NEEDS),
        "5": 100 if facts["has_next"] else 0,
        "6": _freshness(facts["last_contact_at"], now),
    }
    summary = {
        "blocks": blocks,
        "completeness": sum(blocks[block] * weight for block, weight in WEIGHTS.items()) // 100,
        "decision_makers": facts["deciders"],
    }
    Company.objects.filter(pk=company.pk).update(**summary)
    for field, value in summary.items():
        setattr(company, field, value)


def _facts(company: Company) -> dict[str, Any]:
    """Everything the blocks are counted from, in one query."""
    names, statement, parameters = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, company.pk])
        return dict(zip(names, cursor.fetchone(), strict=True))


@cache
def _statement() -> tuple[list[str], str, tuple[Any, ...]]:
    """(names, SQL, parameters before the company's): put together once, for nearly every verb counts a card again."""
    persons = Person.objects.working().filter(company=OuterRef("pk"))
    deciders = persons.filter(decision_role=DecisionRole.DECIDES)
    reachable = {"person__company": OuterRef("pk"), "person__decision_role": DecisionRole.DECIDES, "is_invalid": False}
    known = {
        "has_phone": Exists(Phone.objects.filter(company=OuterRef("pk"), is_invalid=False)),
        "has_address": Exists(Address.objects.filter(company=OuterRef("pk"))),
        "has_person": Exists(persons),
        "decider_phone": Exists(PersonPhone.objects.filter(person__left_at__isnull=True, **reachable)),
        "decider_email": Exists(PersonEmail.objects.filter(person__left_at__isnull=True, **reachable)),
        "has_next": Exists(NextContact.objects.open().filter(company=OuterRef("pk"))),
        "need_count": _number_of(Need.objects.filter(company=OuterRef("pk"))),
        "equipment": _number_of(TechnicalItem.objects.filter(company=OuterRef("pk"))),
        "deciders": _number_of(deciders),
        "has_technical": ~Q(technical={}),
    }
    names = [*COMPANY_FACTS, "last_contact_at", *known]
    here = Company.objects.order_by().annotate(**known).filter(pk=0).values(*names)
    statement, parameters = here.query.sql_with_params()
    return names, statement, parameters[:-1]


def _number_of(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().values("company").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def _scheme(facts: dict[str, Any]) -> int:
    """Somebody is known 25, who decides 35, their phone 20, their e-mail 20."""
    return (
        25 * facts["has_person"]
        + 35 * bool(facts["deciders"])
        + 20 * facts["decider_phone"]
        + 20 * facts["decider_email"]
    )


def _share(known: list[bool]) -> int:
    return sum(known) * 100 // len(known)


def _portion(count: int, enough: int) -> int:
    return min(count, enough) * 100 // enough


def _freshness(last: datetime | None, now: datetime) -> int:
    """A talk of this quarter tells everything, an older one half."""
    if last is None:
        return 0
    return 100 if (now - last).days <= FRESH_DAYS else 50
