"""One human in several companies: a row in each, held together by the identity."""

from datetime import date, datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from companies.enums import CompanyState
from companies.models import Company
from contacts.models import Person
from contacts.services.history import record
from contacts.services.people import add_person, add_person_email, add_person_phone, change_person
from core.exceptions import RuleViolation


@transaction.atomic
def add_post(
    person: Person,
    *,
    actor: User | None,
    company: Company,
    position: str = "",
    decision_role: str = "",
    started_at: date | None = None,
    now: datetime | None = None,
) -> Person:
    """The person works in this company too: with the own name, phones and mailboxes, but a role and dates of this place.

    Somebody of the same name who is known there becomes the same person. Raises RuleViolation for the same company, for a
    card of a private person, and for a person who is erased or is known there already.
    """
    now = now or timezone.now()
    row = Person.objects.select_for_update(of=["self"]).select_related("company").get(pk=person.pk)
    _refuse_place(row, company)
    identity = row.identity or uuid4()
    post = add_person(company, actor=actor, full_name=row.full_name, source=row.source, position=position.strip()[:150],
                      decision_role=decision_role, now=now)  # fmt: skip
    for phone in row.phones.filter(is_invalid=False):
        number = f"{phone.number} доб. {phone.extension}" if phone.extension else phone.number
        add_person_phone(post, actor=actor, number=number, source=phone.source, now=now)
    for email in row.emails.filter(is_invalid=False):
        add_person_email(post, actor=actor, address=email.address, source=email.source, now=now)
    if started_at:
        change_person(post, actor=actor, started_at=started_at, now=now)
    Person.objects.filter(identity=post.identity, identity__isnull=False).update(identity=identity)
    Person.objects.filter(pk__in=[row.pk, post.pk]).update(identity=identity)
    for one, other in ((row, post), (post, row)):
        text = other.company.title
        record("contacts.post_found", actor=actor, company=one.company, person=one, source=other, text=text, now=now)
    person.identity = post.identity = identity
    return post


@transaction.atomic
def part_person(person: Person, *, actor: User | None, now: datetime | None = None) -> Person:
    """It is another human after all: the row stands alone again. Raises RuleViolation for one that stands alone."""
    row = Person.objects.select_for_update(of=["self"]).select_related("company").get(pk=person.pk)
    rest = Person.objects.select_for_update(of=["self"]).filter(identity=row.identity).exclude(pk=row.pk)
    rest = rest.exclude(company__state=CompanyState.MERGED)
    others = list(rest) if row.identity else []
    if not others:
        raise RuleViolation(_("No other company is known where this person works."))
    alone = [row.pk, *(other.pk for other in others if len(others) == 1)]
    Person.objects.filter(pk__in=alone).update(identity=None)
    record("contacts.post_parted", actor=actor, company=row.company, person=row, source=row, now=now)
    person.identity = None
    return person


def _refuse_place(row: Person, company: Company) -> None:
    if row.erased_at:
        raise RuleViolation(_("The data of this person are erased."))
    if company.pk == row.company_id:
        raise RuleViolation(_("The person works there: change the position instead."))
    if company.is_private:
        raise RuleViolation(_("Nobody works at a private person."))
    if row.identity and Person.objects.working().filter(company=company, identity=row.identity).exists():
        raise RuleViolation(_("It is known already that this person works there."))
