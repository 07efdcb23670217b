"""Forms that stand on our own sites: what a visitor sends becomes a company with a person and a line of the history."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from companies.cleaning import clean_phone
from companies.enums import CompanyState, SourceKind
from companies.models import Company, Phone, Source
from companies.normalise import normalise_email
from companies.services import add_phone, register_company
from contacts.enums import Channel
from contacts.models import PersonEmail, PersonPhone
from contacts.services import add_person, record
from core.exceptions import RuleViolation
from intake.models import WebForm, WebLead

LONGEST_MESSAGE = 2_000


@dataclass
class Lead:
    """What a visitor has written."""

    company: str = ""
    person: str = ""
    phone: str = ""
    email: str = ""
    message: str = ""


@transaction.atomic
def create_web_form(*, actor: User, name: str, thanks: str = "", now: datetime | None = None) -> WebForm:
    """A new form with an address of its own; its leads have a source of its name. Raises RuleViolation for a known name."""
    name = " ".join(name.split())[:100]
    if not name:
        raise RuleViolation(_("Give the form a name."))
    if WebForm.objects.filter(name__iexact=name).exists():
        raise RuleViolation(_("There is a form of this name already."))
    source, _is_new = Source.objects.get_or_create(name=name, defaults={"kind": SourceKind.SITE})
    return WebForm.objects.create(
        name=name, thanks=thanks.strip(), source=source, created_by=actor, created_at=now or timezone.now()
    )


@transaction.atomic
def switch_web_form(form: WebForm, *, actor: User, is_active: bool) -> None:
    """Open the form to visitors, or close it; what has come stays."""
    form.is_active = is_active
    form.save(update_fields=["is_active"])


@transaction.atomic
def receive_lead(form: WebForm, lead: Lead, *, page: str = "", now: datetime | None = None) -> WebLead:
    """Put a lead into the base: on the card that has the phone or the e-mail already, else on a new one.

    Raises RuleViolation when there is no way to answer, or the number or the address is none.
    """
    now = now or timezone.now()
    lead = _cleaned(lead)
    company = _known(lead) or register_company(
        actor=None, name=lead.company or lead.person or lead.phone or lead.email, source=form.source, now=now,
        phones=[lead.phone] if lead.phone and not lead.person else [],
        email=lead.email if not lead.person else "",
    )  # fmt: skip
    person = None
    if lead.person:
        numbers, addresses = [lead.phone] if lead.phone else [], [lead.email] if lead.email else []
        person = add_person(
            company, actor=None, full_name=lead.person, phones=numbers, emails=addresses, source=form.source, now=now
        )
    elif lead.phone:
        add_phone(company, actor=None, number=lead.phone, source=form.source, now=now)
    row = WebLead.objects.create(form=form, company=company, values=lead.__dict__, page=page[:500], at=now)
    text = ". ".join(filter(None, [form.name, lead.message]))
    record(
        "intake.web_lead", actor=None, company=company, person=person, channel=Channel.SITE, text=text, source=row,
        data={"url": page[:500]}, now=now,
    )  # fmt: skip
    return row


def _cleaned(lead: Lead) -> Lead:
    phone, email = lead.phone.strip(), lead.email.strip()
    if not phone and not email:
        raise RuleViolation(_("Leave a phone or an e-mail, so that we can answer."))
    try:
        number = clean_phone(phone) if phone else None
        address = normalise_email(email) if email else ""
    except ValueError as error:
        raise RuleViolation(str(error)) from error
    said = (
        f"{number.number} доб. {number.extension}" if number and number.extension else number.number if number else ""
    )
    company, person = (" ".join(text.split())[:200] for text in (lead.company, lead.person))
    return Lead(
        company, person if any(map(str.isalpha, person)) else "", said, address, lead.message.strip()[:LONGEST_MESSAGE]
    )


def _known(lead: Lead) -> Company | None:
    """The company with this very number or address; an ended or merged one is none."""
    number = lead.phone.partition(" ")[0]
    active = Company.objects.filter(state=CompanyState.ACTIVE).order_by("pk")
    ways = [
        active.filter(pk__in=Phone.objects.filter(number=number).values("company")) if number else None,
        active.filter(pk__in=PersonPhone.objects.filter(number=number).values("person__company")) if number else None,
        active.filter(email=lead.email) if lead.email else None,
        active.filter(pk__in=PersonEmail.objects.filter(address=lead.email).values("person__company"))
        if lead.email
        else None,
    ]
    return next((company for way in ways if way is not None and (company := way.first())), None)
