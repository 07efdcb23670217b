"""What is known about a company in its six information blocks, kept on the company where the list shows it."""

import json
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
OF_FIRMS = {"inn", "site", "activity_id", "segment_id", "headcount", "revenue", "about"}  # nobody asks a private person
WEIGHTS = {"1": 25, "2": 30, "3": 10, "4": 15, "5": 10, "6": 10}
ENOUGH_NEEDS, ENOUGH_EQUIPMENT, FRESH_DAYS = 3, 3, 90
NOTHING_KNOWN: dict[str, Any] = dict.fromkeys(COMPANY_FACTS) | {
    "is_private": False,
    "has_phone": False, "has_address": False, "has_person": False, "decider_phone": False, "decider_email": False,
    "has_next": False, "has_technical": False, "need_count": 0, "equipment": 0, "deciders": 0, "last_contact_at": None,
}  # fmt: skip


def refresh_summary(company: Company, *, now: datetime | None = None) -> None:
    """Count again how complete the card is, and how many decision makers are known. Two queries, whatever the card."""
    summary = summary_of(_facts(company), now or timezone.now())
    Company.objects.filter(pk=company.pk).update(**summary)
    for field, value in summary.items():
        setattr(company, field, value)


def refresh_summaries(companies: list[int], *, now: datetime | None = None) -> None:
    """The same for many companies at once: two queries, however many they are."""
    now = now or timezone.now()
    rows = Company.objects.order_by().annotate(**_known()).filter(pk__in=companies).values("pk", *_names())
    summaries = [(facts["pk"], summary_of(facts, now)) for facts in rows]
    parameters = [
        [pk for pk, _summary in summaries],
        [summary["completeness"] for _pk, summary in summaries],
        [summary["decision_makers"] for _pk, summary in summaries],
        [json.dumps(summary["blocks"]) for _pk, summary in summaries],
    ]
    with connection.cursor() as cursor:
        cursor.execute(WRITE_SUMMARIES, parameters)


WRITE_SUMMARIES = """
    UPDATE companies_company AS company
    SET completeness = new.completeness, decision_makers = new.decision_makers, blocks = new.blocks::jsonb
    FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::text[]) AS new (id, completeness, decision_makers, blocks)
    WHERE company.id = new.id
"""


def summary_of(facts: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Completeness by block and in all, and the number of decision makers; a fact that is not there is not known."""
    facts = NOTHING_KNOWN | facts
    asked = [field for field in COMPANY_FACTS if not (facts["is_private"] and field in OF_FIRMS)]
    blocks = {
        "1": _share([bool(facts[field]) for field in asked] + [facts["has_phone"], facts["has_address"]]),
        "2": _scheme(facts),
        "3": max(_portion(facts["equipment"], ENOUGH_EQUIPMENT), 100 if facts["has_technical"] else 0),
        "4": _portion(facts["need_count"], ENOUGH_NEEDS),
        "5": 100 if facts["has_next"] else 0,
        "6": _freshness(facts["last_contact_at"], now),
    }
    return {
        "blocks": blocks,
        "completeness": sum(blocks[block] * weight for block, weight in WEIGHTS.items()) // 100,
        "decision_makers": facts["deciders"],
    }


def _facts(company: Company) -> dict[str, Any]:
    """Everything the blocks are counted from, in one query."""
    names, statement, parameters = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, company.pk])
        return dict(zip(names, cursor.fetchone(), strict=True))


@cache
def _statement() -> tuple[list[str], str, tuple[Any, ...]]:
    """(names, SQL, parameters before the company's): put together once, for nearly every verb counts a card again."""
    names = _names()
    here = Company.objects.order_by().annotate(**_known()).filter(pk=0).values(*names)
    statement, parameters = here.query.sql_with_params()
    return names, statement, parameters[:-1]


def _names() -> list[str]:
    return [*COMPANY_FACTS, "is_private", "last_contact_at", *_known()]


def _known() -> dict[str, Any]:
    """What stands in other tables, as annotations of a company."""
    persons = Person.objects.working().filter(company=OuterRef("pk"))
    deciders = persons.filter(decision_role=DecisionRole.DECIDES)
    reachable = {"person__company": OuterRef("pk"), "person__decision_role": DecisionRole.DECIDES, "is_invalid": False}
    return {
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
