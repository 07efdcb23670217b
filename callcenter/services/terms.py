"""How long data are believed: the terms, the day until which a company counts as verified, and who is to be asked anew."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from callcenter.enums import LIVE_STATES, ItemState, ListKind
from callcenter.models import CallList, DatumTerm, QueueItem
from callcenter.services.lists import open_list
from companies.models import Address, Company, Phone
from contacts.models import Person, PersonEmail, PersonPhone
from core.exceptions import RuleViolation
from intake.enums import CorrectedField as Line

SHORTEST, LONGEST = 7, 1095  # days: a week, three years
FARTHEST = 365  # days ahead that a list of re-verification may look
USUAL = 180


@transaction.atomic
def change_terms(*, actor: User, days: Mapping[str, int], now: datetime | None = None) -> None:
    """Other terms, by the kind of datum; what is verified from now on follows them. Raises RuleViolation out of bounds."""
    if any(not SHORTEST <= value <= LONGEST for value in days.values()):
        raise RuleViolation(_("A datum is believed for 7 to 1095 days."))
    changes = {}
    for term in DatumTerm.objects.select_for_update().filter(field__in=days):
        if term.days != days[term.field]:
            changes[term.field] = [term.days, days[term.field]]
            term.days = days[term.field]
            term.save(update_fields=["days"])
    if changes:
        audit("callcenter.terms_changed", actor=actor, subject="", changes=changes, now=now)


def verified_until(company: Company, now: datetime, terms: Mapping[str, int] | None = None) -> datetime:
    """The day on which the first of the company's data goes stale, if all are confirmed now. Two queries at most."""
    terms = dict(DatumTerm.objects.values_list("field", "days")) if terms is None else terms
    people = Person.objects.working().filter(company=OuterRef("pk"))
    known = Company.objects.filter(pk=company.pk).annotate(
        **{
            Line.ADDRESS: Exists(Address.objects.filter(company=OuterRef("pk"))),
            Line.PHONE: Exists(Phone.objects.filter(company=OuterRef("pk"), is_invalid=False)),
            Line.PERSON: Exists(people),
            Line.PERSON_PHONE: Exists(PersonPhone.objects.filter(person__company=OuterRef("pk"), is_invalid=False)),
            Line.PERSON_EMAIL: Exists(PersonEmail.objects.filter(person__company=OuterRef("pk"), is_invalid=False)),
        }
    )
    asked = [Line.ADDRESS, Line.PHONE, Line.PERSON, Line.PERSON_PHONE, Line.PERSON_EMAIL]
    has = dict(zip(asked, known.values_list(*asked).get(), strict=True))
    has |= {Line.NAME: True, Line.INN: bool(company.inn), Line.EMAIL: bool(company.email)}
    shortest = min((terms[line] for line, is_known in has.items() if is_known and line in terms), default=USUAL)
    return now + timedelta(days=shortest)


def follow_terms(company: Company, now: datetime) -> None:
    """The company has just been verified: until when, the terms say."""
    company.verified_until = verified_until(company, now)
    company.save(update_fields=["verified_until"])


def stale_companies(companies: QuerySet[Company], *, within_days: int, now: datetime) -> QuerySet[Company]:
    """Of these, the ones whose verification has run out or runs out soon, and that no open check has yet; the oldest first."""
    asked = QueueItem.objects.filter(
        company=OuterRef("pk"), call_list__kind=ListKind.VERIFICATION, state__in=[ItemState.READY, *LIVE_STATES]
    )
    soon = now + timedelta(days=within_days)
    return companies.filter(~Exists(asked), verified_until__lte=soon).order_by("verified_until")


@transaction.atomic
def open_recheck_list(
    *, actor: User, companies: QuerySet[Company], within_days: int, name: str, now: datetime | None = None
) -> CallList:
    """Check anew whom nobody has checked for too long. Raises RuleViolation when there is nobody, or for a strange term."""
    now = now or timezone.now()
    if not 0 <= within_days <= FARTHEST:
        raise RuleViolation(_("Look 0 to 365 days ahead."))
    stale = stale_companies(companies, within_days=within_days, now=now)
    if not stale.exists():
        raise RuleViolation(_("Nobody's verification runs out by then, or all of them wait for a check already."))
    return open_list(actor=actor, name=name, kind=ListKind.VERIFICATION, companies=stale.order_by(), now=now)


def confirm_lines(company: Company, lines: set[str], person: Person | None, now: datetime) -> None:
    """The client has said that these lines are right: they are as old as the talk."""
    seen: dict[str, QuerySet] = {
        Line.ADDRESS: Address.objects.filter(company=company),
        Line.PHONE: Phone.objects.filter(company=company, is_invalid=False),
        Line.PERSON: Person.objects.filter(pk=person.pk if person else 0),
        Line.PERSON_PHONE: PersonPhone.objects.filter(person=person),
        Line.PERSON_EMAIL: PersonEmail.objects.filter(person=person),
    }
    for line in lines & seen.keys():
        if first := seen[line].first():  # the line of the check shows the first of them
            type(first).objects.filter(pk=first.pk).update(seen_at=now)
