"""Who may be called: the register of opt-outs against companies and numbers. Asked at the opening of a list, at the
claim, at the dialling and at the result: an opt-out works at once, wherever the card is."""

from dataclasses import dataclass
from itertools import chain

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from companies.enums import CompanyState
from companies.models import Company, Phone
from companies.normalise import InvalidPhone, normalise_phone
from contacts.consents import has_agreed, may_be_addressed
from contacts.enums import Channel
from contacts.models import OptOut, Person, PersonPhone
from contacts.suppression import spellings
from core.formats import short_date


@dataclass(frozen=True)
class Line:
    """A number that may be dialled, and whose it is; without a person it is the company's."""

    number: str
    extension: str
    label: str
    person: Person | None


def callable_companies(companies: QuerySet[Company]) -> QuerySet[Company]:
    """Working companies with a phone that have not asked to be left alone; private persons who have agreed to calls."""
    silent = OptOut.objects.filter(channel=Channel.PHONE, value="", company=OuterRef("pk"))
    own = Phone.objects.filter(company=OuterRef("pk"), is_invalid=False)
    personal = PersonPhone.objects.filter(
        person__company=OuterRef("pk"), is_invalid=False, person__left_at__isnull=True
    )
    may_be_called = may_be_addressed(Channel.PHONE)
    return companies.filter(may_be_called, Exists(own) | Exists(personal), ~Exists(silent), state=CompanyState.ACTIVE)


def may_be_called(company: Company) -> bool:
    """Whether any number of a working company may be dialled now. Two queries for a firm: the claim asks it of every card."""
    if company.state != CompanyState.ACTIVE or not has_agreed(company, Channel.PHONE):
        return False
    own = Phone.objects.filter(company=company, is_invalid=False).order_by().values_list("number")
    personal = PersonPhone.objects.filter(
        person__company=company, person__left_at__isnull=True, is_invalid=False
    ).order_by()
    numbers = {number: set(spellings(number)) for (number,) in own.union(personal.values_list("number"))}
    asked = OptOut.objects.filter(channel=Channel.PHONE).order_by().values_list("value")
    of_numbers = asked.filter(value__in=list(chain.from_iterable(numbers.values())))
    refused = {value for (value,) in asked.filter(value="", company=company).union(of_numbers)}  # each by its index
    return "" not in refused and any(not known & refused for known in numbers.values())


def has_opted_out(company: Company) -> bool:
    """Whether the whole company has asked not to be called, or is a private person who has not agreed to it."""
    return (
        not has_agreed(company, Channel.PHONE)
        or OptOut.objects.filter(channel=Channel.PHONE, value="", company=company).exists()
    )


def is_refused(company: Company, number: str) -> bool:
    """Whether this number of the company may not be dialled."""
    return bool(refusal_of(company, number))


def refusal_of(company: Company | None, number: str) -> str:
    """Why this number, in any spelling, may not be dialled: a sentence; "" for one that may. Asked by the desk, by the API
    and by everything that makes a telephone ring."""
    if company and not has_agreed(company, Channel.PHONE):
        return _("This number may not be called: a private person has not agreed to calls.")
    asked = Q(value__in=spellings(_e164(number))) if number else Q(pk__in=[])
    if company:
        asked |= Q(value="", company=company)
    found = OptOut.objects.filter(asked, channel=Channel.PHONE).order_by("at").first()
    if found is None:
        return ""
    words = {"day": short_date(found.at), "reason": found.reason}
    if found.reason:
        return _("This number may not be called: the client has asked not to, %(day)s: %(reason)s") % words
    return _("This number may not be called: the client has asked not to, %(day)s.") % words


def _e164(number: str) -> str:
    """One spelling for all; a text that is no number stays itself."""
    try:
        return normalise_phone(number).number
    except InvalidPhone:
        return number


def lines_of(company: Company) -> list[Line]:
    """Every number that may be dialled, of persons first (who decides above), then of the company."""
    people = company.persons.working().filter(phones__is_invalid=False).distinct().prefetch_related("phones")
    lines = [
        Line(phone.number, phone.extension, "", person)
        for person in sorted(people, key=lambda person: not person.decides)
        for phone in person.phones.all()
        if not phone.is_invalid
    ]
    lines += [Line(p.number, p.extension, p.label, None) for p in company.phones.all() if not p.is_invalid]
    refused = refused_numbers(line.number for line in lines)
    return [line for line in lines if line.number not in refused]


def refused_numbers(numbers) -> set[str]:
    """Those of the numbers that are in the register."""
    known = {spelling: number for number in numbers for spelling in spellings(number)}
    refused = OptOut.objects.filter(channel=Channel.PHONE, value__in=list(known)).values_list("value", flat=True)
    return {known[value] for value in refused}
