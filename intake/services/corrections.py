"""What an operator found out waits here until a marketer decides; only an accepted correction changes a card."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as stores
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from companies.models import Company
from companies.services import verify_company
from contacts.models import Interaction, Person
from contacts.services import record
from core.exceptions import RuleViolation
from intake.cards import OF_PERSON, Change, cleaned, decider_of, present_value, same, shown, still_says, write
from intake.enums import CorrectedField, CorrectionState
from intake.models import Correction

UNDECIDED = (CorrectionState.NEW, CorrectionState.CONFLICT)


@dataclass
class Decision:
    """What has come of a bunch of corrections."""

    accepted: list[Correction] = stores(default_factory=list)
    conflicts: list[Correction] = stores(default_factory=list)  # the card has changed meanwhile: nothing was written
    refused: list[tuple[Correction, str]] = stores(default_factory=list)  # the base does not take the value, and why


@transaction.atomic
def propose_correction(
    company: Company,
    *,
    actor: User,
    field: str,
    new_value: str,
    old_value: str | None = None,
    person: Person | None = None,
    evidence: str = "",
    interaction: Interaction | None = None,
    now: datetime | None = None,
) -> Correction:
    """Write what was found out; the card stays as it is. The same finding twice is one correction.

    Two different findings about one field are a conflict. Raises RuleViolation for an empty or impossible value, and
    for one that the card has already.
    """
    now = now or timezone.now()
    Company.objects.select_for_update(of=("self",)).get(pk=company.pk)  # two operators at once see each other's finding
    if field in OF_PERSON:
        person = person or decider_of(company)
    new = cleaned(field, new_value)[:400]
    old = present_value(company, person, field) if old_value is None else " ".join(old_value.split())
    if same(field, old, new):
        raise RuleViolation(_("The card says the same already."))
    rivals = list(Correction.objects.undecided().of_same_thing(company.pk, person.pk if person else None, field))
    if known := next((rival for rival in rivals if same(field, rival.new_value, new)), None):
        return known
    correction = Correction.objects.create(
        company=company,
        person=person,
        field=field,
        old_value=old[:400],
        new_value=new,
        evidence=evidence.strip()[:200],
        state=CorrectionState.CONFLICT if rivals else CorrectionState.NEW,
        interaction=interaction,
        proposed_by=actor,
        proposed_at=now,
    )
    Correction.objects.filter(pk__in=[rival.pk for rival in rivals]).update(state=CorrectionState.CONFLICT)
    _record("intake.correction_proposed", correction, actor=actor, now=now)
    return correction


@transaction.atomic
def accept_corrections(corrections: Iterable[Correction], *, actor: User, now: datetime | None = None) -> Decision:
    """Write the new values on the cards. One whose card has changed meanwhile becomes a conflict and writes nothing.

    Raises RuleViolation when nothing could be accepted because the base refuses the values.
    """
    now = now or timezone.now()
    decision = Decision()
    for correction in _locked(corrections, states=[CorrectionState.NEW]):
        if correction.field in OF_PERSON:
            correction.refresh_from_db(fields=["person", "old_value"])  # the decision maker may have just been replaced
        _accept(correction, decision, actor=actor, now=now)
    if decision.refused and not decision.accepted and not decision.conflicts:
        raise RuleViolation(decision.refused[0][1])
    _verify_decided([correction.company for correction in decision.accepted], actor=actor, now=now)
    return decision


@transaction.atomic
def choose_variant(correction: Correction, *, actor: User, now: datetime | None = None) -> Correction:
    """Settle a conflict: this value is right, whatever the card says; the other findings about the field are rejected.

    Raises RuleViolation for one that is decided, or for a value that the base refuses.
    """
    now = now or timezone.now()
    chosen = next(iter(_locked([correction], states=UNDECIDED)), None)
    if chosen is None:
        raise RuleViolation(_("This correction is decided already."))
    _write(chosen, old=present_value(chosen.company, chosen.person, chosen.field), actor=actor, now=now)
    rivals = Correction.objects.undecided().of_same_thing(chosen.company_id, chosen.person_id, chosen.field)
    _reject(rivals.exclude(pk=chosen.pk), actor=actor, reason=_("Another value was chosen."), now=now)
    _verify_decided([chosen.company], actor=actor, now=now)
    return chosen


@transaction.atomic
def reject_corrections(
    corrections: Iterable[Correction], *, actor: User, reason: str = "", now: datetime | None = None
) -> int:
    """Leave the cards as they are. Returns how many were rejected; decided ones stay decided."""
    now = now or timezone.now()
    rejected = _reject(corrections, actor=actor, reason=reason, now=now)
    _reopen_lonely(rejected)
    _verify_decided([correction.company for correction in rejected], actor=actor, now=now)
    return len(rejected)


# --- the parts of these verbs -----------------------------------------------------------------------------------


def _locked(corrections: Iterable[Correction], *, states: Iterable[str]) -> list[Correction]:
    """Those still to be decided, held until the end; always in one order, so that two marketers never deadlock."""
    keys = [correction.pk for correction in corrections]
    rows = Correction.objects.select_for_update(of=("self",)).filter(pk__in=keys, state__in=list(states))
    found = rows.select_related("company", "person").order_by("company", "pk")
    return sorted(found, key=lambda row: (row.company_id, row.field != CorrectedField.PERSON))


def _accept(correction: Correction, decision: Decision, *, actor: User, now: datetime) -> None:
    company, person = correction.company, correction.person
    if not still_says(company, person, correction.field, correction.old_value):
        correction.state = CorrectionState.CONFLICT
        correction.base_value = present_value(company, person, correction.field)[:400]
        correction.save(update_fields=["state", "base_value"])
        decision.conflicts.append(correction)
        return
    try:
        with transaction.atomic():
            _write(correction, old=correction.old_value, actor=actor, now=now)
    except RuleViolation as error:
        decision.refused.append((correction, error.message))
    else:
        decision.accepted.append(correction)


def _write(correction: Correction, *, old: str, actor: User, now: datetime) -> None:
    change = Change(correction.company, correction.person, correction.field, old, correction.new_value, actor, now)
    _follow_decider(correction, write(change))
    _decide(correction, CorrectionState.ACCEPTED, actor=actor, now=now)
    _record("intake.correction_accepted", correction, actor=actor, now=now)


def _follow_decider(correction: Correction, person: Person | None) -> None:
    """Another decision maker: what else the same call found out about «the decision maker» is about the new one."""
    if correction.field != CorrectedField.PERSON or person is None or person.pk == correction.person_id:
        return
    same_call = Correction.objects.undecided().filter(
        company=correction.company_id, person=correction.person_id, interaction=correction.interaction_id
    )
    same_call.filter(proposed_by=correction.proposed_by_id).exclude(pk=correction.pk).update(
        person=person, old_value=""
    )


def _reject(corrections: Iterable[Correction], *, actor: User, reason: str, now: datetime) -> list[Correction]:
    rejected = _locked(corrections, states=UNDECIDED)
    for correction in rejected:
        _decide(correction, CorrectionState.REJECTED, actor=actor, reason=reason, now=now)
        _record("intake.correction_rejected", correction, actor=actor, now=now)
    return rejected


def _decide(correction: Correction, state: str, *, actor: User, now: datetime, reason: str = "") -> None:
    correction.state, correction.decided_by, correction.decided_at = state, actor, now
    correction.reason = reason.strip()[:200]
    correction.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _reopen_lonely(rejected: list[Correction]) -> None:
    """When only one finding about a field is left and the card has not changed, there is no conflict any more."""
    for correction in rejected:
        rivals = Correction.objects.undecided().of_same_thing(
            correction.company_id, correction.person_id, correction.field
        )
        if rivals.count() == 1:
            rivals.filter(state=CorrectionState.CONFLICT, base_value="").update(state=CorrectionState.NEW)


def _verify_decided(companies: Iterable[Company], *, actor: User, now: datetime) -> None:
    """A company whose check has gone through and whose last correction is decided becomes verified."""
    for key in {company.pk for company in companies}:
        company = Company.objects.get(pk=key)
        checked = company.checked_at and (company.verified_at is None or company.checked_at > company.verified_at)
        if checked and not Correction.objects.undecided().filter(company=company).exists():
            verify_company(company, actor=actor, now=now)


def _record(kind: str, correction: Correction, *, actor: User, now: datetime) -> None:
    """«Phone: +7 (351) 555-01-40 → +7 (351) 555-01-77» in the history of the company."""
    old, new = shown(correction.field, correction.old_value), shown(correction.field, correction.new_value)
    label = CorrectedField(correction.field).label
    record(
        kind,
        actor=actor,
        company=correction.company,
        person=correction.person,
        result=correction.field,
        text=f"{label}: {old} → {new}" if old else f"{label}: {new}",
        source=correction,
        data={
            "field": correction.field,
            "old": correction.old_value,
            "new": correction.new_value,
            "evidence": correction.evidence,
        },
        now=now,
    )
