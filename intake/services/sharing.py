"""«Занята ли компания?»: a masked answer for those who may not see it, and the request to share a client."""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Scope
from accounts.models import AuditEntry, User
from accounts.services import audit
from companies.models import Company
from companies.normalise import own_domain, split_phones
from contacts.services import record
from core.exceptions import RuleViolation
from core.identifiers import InvalidIdentifier, clean_inn
from intake import signals
from intake.enums import SharingState
from intake.models import SharingRequest

CHECKED = "intake.taken_checked"
MOST_A_DAY = 100  # questions of one person; more is fishing for somebody else's clients
SHOWN = 5
ANSWER_LIVES = 3600  # seconds in which one may ask to share what was found
SALT = "intake.sharing"


@dataclass(frozen=True)
class Answer:
    """What a person may know of a company found by its INN, phone or domain: never its name, unless it may be seen anyway."""

    is_visible: bool
    company: Company | None  # only when visible
    department: str  # whose client it is; "" when nobody's
    ticket: str  # names the company to `request_sharing`, and only for who has asked
    is_asked: bool


def check_taken(query: str, *, actor: User, now: datetime | None = None) -> list[Answer]:
    """Is a company with this INN, phone or domain in the base, and whose is it? Every question is written into the journal.

    Raises RuleViolation for what is none of these, and above a hundred questions a day.
    """
    now = now or timezone.now()
    found = _search(query)
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    if AuditEntry.objects.filter(actor=actor, event=CHECKED, at__gte=start).count() >= MOST_A_DAY:
        raise RuleViolation(_("That is enough questions for one day: %(number)d.") % {"number": MOST_A_DAY})
    companies = list(found.select_related("owner__team")[:SHOWN])
    audit(CHECKED, actor=actor, subject=query.strip(), now=now, companies=[company.pk for company in companies])
    return _answers(companies, actor)


@transaction.atomic
def request_sharing(
    ticket: str, *, actor: User, text: str = "", searched: str = "", now: datetime | None = None
) -> SharingRequest:
    """Ask whoever the client belongs to (else the heads) to share it. Raises RuleViolation for an old answer or a second request."""
    company = _company_of(ticket, actor)
    if Company.objects.permitted(actor, "companies.view_company").filter(pk=company.pk).exists():
        raise RuleViolation(_("You see this company already."))
    owner = company.owner if company.owner and company.owner.is_active else None
    try:
        with transaction.atomic():
            asked = SharingRequest.objects.create(
                company=company,
                asked_by=actor,
                asked_at=now or timezone.now(),
                searched=searched.strip()[:200],
                text=text.strip()[:300],
                decider=owner,
            )
    except IntegrityError as error:
        raise RuleViolation(_("You have asked for this company already.")) from error
    record("intake.sharing_asked", actor=actor, company=company, text=asked.text, source=asked, now=now)
    signals.sharing_asked.send(SharingRequest, request=asked, now=now or timezone.now())
    return asked


@transaction.atomic
def accept_sharing(request: SharingRequest, *, actor: User, now: datetime | None = None) -> SharingRequest:
    """Let the colleague work with the client as with an own one. Raises RuleViolation for one's own request or a decided one."""
    row = _open(request, actor)
    row.granted_to = row.asked_by
    return _decide(row, SharingState.ACCEPTED, "intake.shared", actor=actor, now=now)


@transaction.atomic
def refuse_sharing(
    request: SharingRequest, *, actor: User, reason: str = "", now: datetime | None = None
) -> SharingRequest:
    """Keep the client. Raises RuleViolation without a reason: the colleague has to be told something."""
    if not reason.strip():
        raise RuleViolation(_("Say why the client is not shared."))
    row = _open(request, actor)
    row.reason = reason.strip()[:200]
    return _decide(row, SharingState.REFUSED, "intake.sharing_refused", actor=actor, now=now)


@transaction.atomic
def end_sharing(request: SharingRequest, *, actor: User, now: datetime | None = None) -> SharingRequest:
    """Take the client back. Raises RuleViolation for one that is not shared."""
    row = SharingRequest.objects.select_for_update(of=["self"]).select_related("company", "asked_by").get(pk=request.pk)
    if row.granted_to_id is None:
        raise RuleViolation(_("This client is not shared."))
    row.granted_to = None
    return _decide(row, SharingState.REFUSED, "intake.sharing_ended", actor=actor, now=now)


def deciders_of(request: SharingRequest) -> list[User]:
    """Whom to tell: whose client it is; of a client of nobody those who decide about all."""
    if request.decider:
        return [request.decider]
    holders = User.objects.holding("intake.decide_sharing").exclude(pk=request.asked_by_id).order_by("pk")
    return [user for user in holders if user.scope_of("intake.decide_sharing") == Scope.ALL]


# --- the parts of these verbs ---------------------------------------------------------------------------------------


def _search(query: str) -> QuerySet[Company]:
    """By INN, phone, or the domain of a site or an e-mail. Raises RuleViolation for anything else: names would be guessed."""
    typed = query.strip()[:200]
    base = Company.objects.exclude(state="merged")
    try:
        return base.filter(inn=clean_inn(typed))
    except InvalidIdentifier:
        pass
    if numbers := [phone.number for phone in split_phones(typed).found]:
        known = Q(phones__number__in=numbers) | Q(persons__phones__number__in=numbers)
        return base.filter(pk__in=base.filter(known).values("pk"))
    if domain := own_domain(typed):
        return base.filter(Q(site_host=domain) | Q(email__endswith=f"@{domain}"))
    raise RuleViolation(_("Type an INN, a phone, a site or an e-mail of the company."))


def _answers(companies: list[Company], actor: User) -> list[Answer]:
    keys = [company.pk for company in companies]
    visible = set(
        Company.objects.permitted(actor, "companies.view_company").filter(pk__in=keys).values_list("pk", flat=True)
    )
    asked = set(
        SharingRequest.objects.filter(asked_by=actor, state=SharingState.ASKED, company__in=keys).values_list(
            "company_id", flat=True
        )
    )
    return [
        Answer(
            is_visible=company.pk in visible,
            company=company if company.pk in visible else None,
            department=company.owner.team.name if company.owner and company.owner.team else "",
            ticket=signing.dumps([company.pk, actor.pk], salt=SALT),
            is_asked=company.pk in asked,
        )
        for company in companies
    ]


def _company_of(ticket: str, actor: User) -> Company:
    try:
        company, asker = signing.loads(ticket, salt=SALT, max_age=ANSWER_LIVES)
    except signing.BadSignature as error:
        raise RuleViolation(_("Look the company up once more: the answer is too old.")) from error
    if asker != actor.pk:
        raise RuleViolation(_("Look the company up once more: the answer is too old."))
    return Company.objects.select_related("owner").get(pk=company)


def _open(request: SharingRequest, actor: User) -> SharingRequest:
    row = SharingRequest.objects.select_for_update(of=["self"]).select_related("company", "asked_by").get(pk=request.pk)
    if row.state != SharingState.ASKED:
        raise RuleViolation(_("This request is decided already."))
    if row.asked_by_id == actor.pk:
        raise RuleViolation(_("Nobody decides an own request."))
    return row


def _decide(row: SharingRequest, state: str, kind: str, *, actor: User, now: datetime | None) -> SharingRequest:
    row.state, row.decided_by, row.decided_at = state, actor, now or timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at", "reason", "granted_to"])
    record(kind, actor=actor, company=row.company, text=row.asked_by.short_name, source=row, now=now)
    signals.sharing_decided.send(SharingRequest, request=row, actor=actor, now=row.decided_at)
    return row
