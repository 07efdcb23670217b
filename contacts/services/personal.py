"""Personal data by the law (152-ФЗ): consents, the right to know, the right to be forgotten, and who has looked."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from companies.enums import Stage
from companies.models import Company, Source
from companies.services import forget_private
from contacts import signals
from contacts.enums import AccessKind, Channel, DecisionRole, Purpose, RefusalSource
from contacts.models import Consent, DataAccess, Interaction, OptOut, Person
from contacts.services.history import opt_out, record
from contacts.summary import refresh_summary
from contacts.suppression import digest
from core.exceptions import RuleViolation

LARGEST_PROOF = 10 * 1024 * 1024
PROOFS = {b"%PDF": "pdf", b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}
KEPT_PROSPECTS = timedelta(days=3 * 365)  # nobody has spoken with them since
KEPT_AFTER_WITHDRAWAL = timedelta(days=30)  # 152-ФЗ art. 21 part 5


@transaction.atomic
def record_consent(
    person: Person,
    *,
    actor: User,
    purpose: str,
    channel: str = "",
    text_version: str = "",
    source: Source | None = None,
    given_at: datetime | None = None,
    proof: File | None = None,
    now: datetime | None = None,
) -> Consent:
    """Write down what the person has agreed to. Raises RuleViolation for a day to come, or a proof that is no document."""
    now = now or timezone.now()
    given_at = given_at or now
    if given_at > now:
        raise RuleViolation(_("A consent cannot be given in the future."))
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person.erased_at:
        raise RuleViolation(_("The data of this person are erased."))
    consent = Consent(
        person=person, purpose=purpose, channel=channel, text_version=text_version.strip()[:60], source=source,
        given_at=given_at, recorded_by=actor,
    )  # fmt: skip
    if proof:
        consent.proof.save(f"proof.{_kind_of(proof)}", proof, save=False)
    consent.save()
    record(
        "contacts.consented", actor=actor, company=person.company, person=person, source=consent,
        text=consent.get_purpose_display(), now=now,
    )  # fmt: skip
    return consent


def _kind_of(proof: File) -> str:
    """By its content, never by its name."""
    if proof.size > LARGEST_PROOF:
        raise RuleViolation(_("The proof is larger than 10 MB."))
    head = proof.read(8)
    proof.seek(0)
    for mark, kind in PROOFS.items():
        if head.startswith(mark):
            return kind
    raise RuleViolation(_("A proof is a PDF, PNG or JPEG."))


@transaction.atomic
def withdraw_consent(consent: Consent, *, actor: User | None, reason: str = "", now: datetime | None = None) -> Consent:
    """The person takes the consent back; one for advertising stops calls and letters at once.

    Raises RuleViolation when it has been taken back already.
    """
    now = now or timezone.now()
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    if row.withdrawn_at:
        raise RuleViolation(_("This consent has been taken back already."))
    row.withdrawn_at, row.withdrawn_reason = now, reason.strip()[:200]
    row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    if row.purpose == Purpose.ADVERTISING:
        _leave_alone(row, actor=actor, reason=reason or _("consent withdrawn"), now=now)
    record(
        "contacts.consent_withdrawn", actor=actor, company=row.person.company, person=row.person, source=row,
        text=row.get_purpose_display(), now=now,
    )  # fmt: skip
    return row


def _leave_alone(consent: Consent, *, actor: User | None, reason: str, now: datetime) -> None:
    person = consent.person
    common: dict[str, Any] = {"actor": actor, "company": person.company, "person": person, "reason": reason, "now": now}
    company = person.company
    common_boxes = {company.email} - {""} if company.is_private else set()
    common_numbers = set(company.phones.values_list("number", flat=True)) if company.is_private else set()
    if consent.channel in ("", Channel.EMAIL):
        for address in {*person.emails.values_list("address", flat=True), *common_boxes}:
            opt_out(channel=Channel.EMAIL, value=address, **common)
    if consent.channel in ("", Channel.PHONE):
        for number in {*person.phones.values_list("number", flat=True), *common_numbers}:
            opt_out(channel=Channel.PHONE, value=number, **common)


@transaction.atomic
def erase_person(person: Person, *, actor: User | None, reason: str, now: datetime | None = None) -> Person:
    """Make everything we keep about the human, in every company, say nothing; addresses and numbers stay in the register as digests,
    so that nobody writes or calls when a file brings them again.

    Facts stay without the person: that a call was made, a letter sent. Raises RuleViolation without a reason, or the second time.
    """
    now = now or timezone.now()
    if not reason.strip():
        raise RuleViolation(_("Say on what ground the data are erased."))
    row = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if row.erased_at:
        raise RuleViolation(_("The data of this person are erased."))
    others = list(Person.objects.posts_of([row]))
    _erase_row(row, actor=actor, reason=reason, now=now)
    for other in others:
        _erase_row(other, actor=actor, reason=reason, now=now)
    return row


def _erase_row(row: Person, *, actor: User | None, reason: str, now: datetime) -> None:
    emails = list(row.emails.values_list("address", flat=True))
    phones = list(row.phones.values_list("number", flat=True))
    if row.company.is_private:  # the card is the person
        emails += filter(None, [row.company.email])
        phones += row.company.phones.values_list("number", flat=True)
    signals.person_erased.send(Person, person=row, emails=emails, phones=phones, now=now)
    _suppress(row, emails, phones, actor=actor, now=now)
    _empty(row, now)
    if row.company.is_private:
        Interaction.objects.filter(company=row.company).update(text="", data={})
        forget_private(row.company)
    audit("contacts.person_erased", actor=actor, subject=f"{row.pk}", reason=reason.strip()[:200])
    record("contacts.person_erased", actor=actor, company=row.company, source=row, text=reason.strip()[:200], now=now)
    refresh_summary(row.company, now=now)


def _suppress(person: Person, emails: list[str], phones: list[str], *, actor: User | None, now: datetime) -> None:
    values = [(Channel.EMAIL, value) for value in emails] + [(Channel.PHONE, value) for value in phones]
    OptOut.journal.filter(person=person).exclude(value="").delete()  # the bare values go with the person
    for channel, value in values:
        OptOut.journal.filter(channel=channel, value=value).delete()
        facts = {"at": now, "actor": actor, "reason": _("data erased"), "source": RefusalSource.ERASED}
        OptOut.objects.get_or_create(channel=channel, value=digest(value), defaults=facts)


def _empty(person: Person, now: datetime) -> None:
    for consent in person.consents.exclude(proof=""):
        transaction.on_commit(partial(consent.proof.delete, save=False))
    person.consents.update(proof="")
    person.emails.all().delete()
    person.phones.all().delete()
    Interaction.objects.filter(person=person).update(text="", data={})
    Person.objects.filter(reports_to=person).update(reports_to=None)
    for name in ("first_name", "middle_name", "position", "salutation", "note", "gender", "attitude"):
        setattr(person, name, "")
    person.last_name = _("Erased")
    person.name_key, person.decision_role = person.last_name.lower(), DecisionRole.UNKNOWN
    person.identity, person.reports_to, person.source = None, None, None
    person.erased_at, person.left_at = now, person.left_at or timezone.localdate(now)
    person.save()


def dossier_of(person: Person, *, actor: User, now: datetime | None = None) -> dict[str, Any]:
    """Everything we keep about the person, for the person (152-ФЗ art. 14): ten working days to answer. Journalled."""
    now = now or timezone.now()
    note_access(person.company, actor=actor, kind=AccessKind.EXPORTED, now=now)
    audit("contacts.person_exported", actor=actor, subject=f"{person.pk}", now=now)
    consents = person.consents.values("purpose", "channel", "text_version", "given_at", "withdrawn_at")
    history = person.interactions.order_by("at", "pk").values("at", "kind", "channel", "result", "text")
    return {
        "person": {
            "name": person.full_name, "position": person.position, "company": person.company.title, "note": person.note,
            "decision_role": person.decision_role, "source": str(person.source or ""), "seen_at": person.seen_at,
            "left_at": person.left_at,
        },
        "card": _card_of(person.company) if person.company.is_private else None,
        "other_posts": [
            {"company": post.company.title, "position": post.position, "since": post.started_at, "left": post.left_at}
            for post in Person.objects.posts_of([person])
        ],
        "phones": list(person.phones.values("number", "extension", "is_invalid")),
        "emails": list(person.emails.values("address", "is_invalid")),
        "consents": list(consents),
        "refusals": list(person.opt_outs.values("channel", "value", "reason", "at")),
        "history": list(history),
        "made_at": now,
    }  # fmt: skip


def _card_of(company: Company) -> dict[str, Any]:
    """What the card of a private person says beside the person."""
    return {
        **{
            name: getattr(company, name)
            for name in ("name", "inn", "city", "email", "site", "about", "note", "technical")
        },
        "phones": list(company.phones.values_list("number", flat=True)),
        "addresses": [str(address) for address in company.addresses.all()],
        "bank_accounts": [str(account) for account in company.bank_accounts.all()],
    }


def note_access(company: Company, *, actor: User, kind: str = AccessKind.VIEWED, now: datetime | None = None) -> None:
    """Once a day for a person, a company and a kind: that the data of its people were looked at or taken out."""
    now = now or timezone.now()
    line = DataAccess(user=actor, company=company, kind=kind, day=timezone.localdate(now), at=now)
    DataAccess.objects.bulk_create([line], ignore_conflicts=True)


def erase_expired(*, now: datetime | None = None, most: int = 500) -> int:
    """What the clock does each night: data whose purpose is over are erased. Harmless to repeat; returns how many.

    Over is the purpose of a person whose consent to processing was withdrawn a month ago, and of one in a company that never
    came to a deal with whom nobody has had a contact for three years.
    """
    now = now or timezone.now()
    rows = list(expired_persons(now).order_by("pk")[:most])
    for person in rows:
        if not Person.objects.get(pk=person.pk).erased_at:  # another row of the same human came first
            erase_person(person, actor=None, reason=_("the term of keeping is over"), now=now)
    return len(rows)


def expired_persons(now: datetime) -> Any:
    """Whose data may not be kept any longer."""
    purpose = {"purpose": Purpose.PROCESSING}
    withdrawn = Consent.objects.filter(_of_the_human("person"), withdrawn_at__lt=now - KEPT_AFTER_WITHDRAWAL, **purpose)
    valid = Consent.objects.filter(_of_the_human("person"), withdrawn_at__isnull=True, **purpose)
    since = now - KEPT_PROSPECTS
    talked = Interaction.objects.filter(company=OuterRef("company"), at__gte=since)
    silent = Q(seen_at__lt=since, company__stage__lt=Stage.DEALS) & ~Exists(talked)
    elsewhere = Person.objects.filter(identity=OuterRef("identity"), erased_at__isnull=True).exclude(silent)
    forgotten = silent & ~Exists(elsewhere)
    return Person.objects.filter(erased_at__isnull=True).filter(~Exists(valid)).filter(Exists(withdrawn) | forgotten)


def _of_the_human(path: str) -> Q:
    """The row itself, or the same human in another company."""
    return Q(**{path: OuterRef("pk")}) | Q(**{f"{path}__identity": OuterRef("identity")})
