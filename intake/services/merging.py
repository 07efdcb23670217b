"""Making one card of two, and two of one again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from companies.enums import CompanyState
from companies.likeness import CERTAIN
from companies.models import Company
from companies.services import hold_groups, is_above
from contacts.models import Person
from contacts.services import record
from contacts.services.planning import refresh_next_contact
from core.exceptions import RuleViolation
from core.jobs import enqueue
from intake import signals
from intake.enums import PairState
from intake.merging import BY_NAME, main_first, proposed, values_for, whole
from intake.models import DuplicatePair, Merge
from intake.querysets import UNDO_DAYS
from intake.relations import change_back, change_row, move, move_back, relations_of
from operations.enums import JobState
from operations.models import Job
from operations.services import finish_job, open_job, reopen_stale_job, report_progress, start_job

WORKER_SILENT = timedelta(minutes=3)
TAKEN_FROM_PERSON = ("position", "gender", "decision_role", "attitude", "salutation", "note", "identity", "started_at")


@dataclass
class Rehearsal:
    """What a merge would do, found out by doing it and taking it back."""

    moved: dict[str, int] = field(default_factory=dict)  # model -> rows
    collided: dict[str, int] = field(default_factory=dict)
    refusal: str = ""
    seconds: float = 0.0
    completeness: int = 0

    @property
    def number(self) -> int:
        """Rows that would move."""
        return sum(self.moved.values())


class TakenBack(Exception):
    """Ends the transaction of a rehearsal."""


@transaction.atomic
def merge_companies(
    kept: Company,
    merged: Company,
    *,
    actor: User | None,
    choices: dict[str, str] | None = None,
    now: datetime | None = None,
) -> Merge:
    """Make one card of two: fields as chosen, every relation of every app to the kept one. The merged card stays in the table,
    leads to the kept one and can be restored for thirty days.

    Raises RuleViolation for one that is merged already, and when an app above cannot agree (an operator is talking).
    """
    now = now or timezone.now()
    hold_groups()
    kept, merged = _both(kept, merged)
    merge = Merge(kept=kept, merged=merged, actor=actor, at=now, choices=choices or proposed(kept, merged))
    if unknown := set(merge.choices) - set(BY_NAME):
        raise TypeError(f"{sorted(unknown)} cannot be chosen")
    merge.pair = DuplicatePair.objects.filter(first=min(kept.pk, merged.pk), second=max(kept.pk, merged.pk)).first()
    chosen = values_for(kept, merged, merge.choices) | _newest(kept, merged)
    _close(merge)
    _change_kept(merge, chosen)
    _move_everything(merge)
    _untie(merge)
    merge.save()
    signals.companies_merged.send(Merge, merge=merge, actor=actor, now=now)
    merge.save(update_fields=["moved", "changed", "collided"])
    _finish(merge, now=now)
    return merge


def rehearse_merge(
    kept: Company, merged: Company, *, actor: User, choices: dict[str, str] | None = None, now: datetime | None = None
) -> Rehearsal:
    """The whole merge, taken back: what it would move, what would collide, and why it may be refused."""
    result, started = Rehearsal(), perf_counter()
    try:
        with transaction.atomic():
            merge = merge_companies(kept, merged, actor=actor, choices=choices, now=now)
            result.moved = _counted(merge.moved)
            result.collided = dict(Counter(entry["model"] for entry in merge.collided))
            result.completeness = Company.objects.get(pk=kept.pk).completeness
            raise TakenBack
    except TakenBack:
        pass
    except RuleViolation as refusal:
        result.refusal = refusal.message
    result.seconds = perf_counter() - started
    return result


@transaction.atomic
def undo_merge(merge: Merge, *, actor: User | None, now: datetime | None = None) -> Company:
    """Two cards again: fields and relations as they were. What was written after the merge stays with the kept card.

    Raises RuleViolation after thirty days, when the kept card is itself merged away, or when the old numbers are taken.
    """
    now = now or timezone.now()
    merge = Merge.objects.select_for_update(of=["self"]).select_related("kept", "merged", "pair").get(pk=merge.pk)
    _guard_undo(merge, now)
    try:
        with transaction.atomic():
            kept_fields = change_back(merge)
            gone = move_back(merge)
    except IntegrityError as error:
        raise RuleViolation(
            _("%(name)s cannot be restored: its numbers or places are taken by now.") % {"name": merge.merged.name}
        ) from error
    merge.undone_at, merge.undone_by = now, actor
    merge.save(update_fields=["undone_at", "undone_by"])
    if merge.pair:
        merge.pair.state, merge.pair.decided_by, merge.pair.decided_at = PairState.REJECTED, actor, now
        merge.pair.save(update_fields=["state", "decided_by", "decided_at"])
    kept, merged = Company.objects.get(pk=merge.kept_id), Company.objects.get(pk=merge.merged_id)
    signals.merge_undone.send(Merge, merge=merge, actor=actor, now=now)
    data = {"merge": merge.pk, "gone": gone, "kept_fields": kept_fields}
    for company, other in ((kept, merged), (merged, kept)):
        refresh_next_contact(company)
        record("intake.merge_undone", actor=actor, company=company, text=other.title, source=merge, data=data, now=now)
    audit("intake.merge_undone", actor=actor, subject=f"{merged.pk} ← {kept.pk}", now=now, merge=merge.pk)
    return merged


# --- many at once ---------------------------------------------------------------------------------------------------


def start_merging_exact(*, actor: User) -> Job:
    """Merge every pair of which there is no doubt, in the background. Raises RuleViolation when there is none."""
    with transaction.atomic():
        number = exact_pairs(actor).count()
        if not number:
            raise RuleViolation(_("There is no pair that is certain."))
        job = open_job(kind="intake.merge", title=_("Merge of exact duplicates"), actor=actor, total=number)
        enqueue("intake.tasks.merge_exact", job_id=job.pk)
    return job


def merge_exact(job: Job, *, now: datetime | None = None) -> int:
    """Merge the certain pairs one by one; the pairs themselves say what is done, so a repeat goes on. Returns how many."""
    if not start_job(job):
        return 0
    refused = 0
    for pk in list(exact_pairs(job.actor).values_list("pk", flat=True)):
        try:
            goes_on = _merge_counted(job, pk, now=now)
        except RuleViolation:
            refused += 1
            goes_on = report_progress(job, done=job.done)
        if not goes_on:
            finish_job(job, state=JobState.CANCELLED)
            return job.done
    finish_job(job, message=_("Merged: %(done)d, refused: %(refused)d") % {"done": job.done, "refused": refused})
    return job.done


@transaction.atomic
def _merge_counted(job: Job, pk: int, *, now: datetime | None) -> bool:
    """A pair with its progress in one transaction: a job that was killed in between has counted what it has done. False when
    the user has asked to stop."""
    merged = _merge_pair(pk, actor=job.actor, now=now)
    return report_progress(job, done=job.done + merged)


def resume_stale_merges(*, now: datetime | None = None) -> int:
    """Give merges of many whose worker has died to a new worker. Returns how many."""
    silent_since = (now or timezone.now()) - WORKER_SILENT
    resumed = 0
    for job in Job.objects.filter(kind="intake.merge", state__in=[JobState.WAITING, JobState.RUNNING]):
        with transaction.atomic():
            if reopen_stale_job(job, silent_since=silent_since):
                enqueue("intake.tasks.merge_exact", job_id=job.pk)
                resumed += 1
    return resumed


def exact_pairs(actor: User) -> Any:
    """Waiting pairs of which there is no doubt, both companies visible to the actor."""
    pairs = DuplicatePair.objects.seen_by(actor).waiting().filter(score__gte=CERTAIN)
    return pairs.permitted(actor, "intake.merge_companies")


@transaction.atomic
def _merge_pair(pk: int, *, actor: User, now: datetime | None) -> bool:
    """False when the pair is done already, or one of its companies has just been merged with a third one."""
    pair = DuplicatePair.objects.waiting().select_related("first", "second").filter(pk=pk).first()
    if pair is None:
        return False
    merge_companies(*main_first(pair.first, pair.second), actor=actor, now=now)
    return True


# --- the parts of these verbs ---------------------------------------------------------------------------------------


def _both(kept: Company, merged: Company) -> tuple[Company, Company]:
    """Both rows as they are now, locked in one order."""
    if kept.pk == merged.pk:
        raise RuleViolation(_("A company is no duplicate of itself."))
    list(Company.objects.select_for_update(of=["self"]).filter(pk__in=[kept.pk, merged.pk]).order_by("pk"))
    rows = whole(Company.objects.filter(pk__in=[kept.pk, merged.pk])).in_bulk()
    for row in rows.values():
        if row.state == CompanyState.MERGED:
            raise RuleViolation(_("%(name)s is merged into another company already.") % {"name": row.name})
    if rows[kept.pk].is_private != rows[merged.pk].is_private:
        raise RuleViolation(_("A firm and a private person are two cards."))
    return rows[kept.pk], rows[merged.pk]


def _newest(kept: Company, merged: Company) -> dict[str, Any]:
    """What nobody chooses: the further stage, the later check and verification, the last contact of both."""
    values: dict[str, Any] = {"stage": max(kept.stage, merged.stage)}
    if merged.verified_at and (kept.verified_at is None or merged.verified_at > kept.verified_at):
        values |= {name: getattr(merged, name) for name in ("verified_at", "verified_by_id", "verified_until")}
    if merged.checked_at and (kept.checked_at is None or merged.checked_at > kept.checked_at):
        values["checked_at"] = merged.checked_at
    if merged.last_contact_at and (kept.last_contact_at is None or merged.last_contact_at > kept.last_contact_at):
        values |= {name: getattr(merged, name) for name in ("last_contact_at", "last_contact_kind")}
    return values


def _close(merge: Merge) -> None:
    """First the merged card leaves: its INN is free then."""
    merged = merge.merged
    change_row(merge, merged, state=CompanyState.MERGED.value, merged_into_id=merge.kept_id, version=merged.version + 1)


def _change_kept(merge: Merge, values: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            change_row(merge, merge.kept, **values)
    except IntegrityError as error:
        raise RuleViolation(_("A company with this INN and KPP is already in the base.")) from error
    Company.objects.filter(pk=merge.kept_id).update(version=merge.kept.version + 1)  # whoever edits it now is told


def _move_everything(merge: Merge) -> None:
    """Persons of one name first become one; then everything else follows the company."""
    doubles = list(_doubles(merge))
    relations = relations_of(Person)
    for double, person in doubles:
        filled = {
            name: getattr(double, name)
            for name in TAKEN_FROM_PERSON
            if getattr(double, name) and not getattr(person, name)
        }
        change_row(merge, person, **filled)
        for relation in relations:
            move(merge, relation, old=double.pk, new=person.pk)
    for relation in relations_of(Company):
        besides = [double.pk for double, _person in doubles] if relation.model is Person else ()
        if relation.model is Company:
            besides = [merge.merged_id]
        move(merge, relation, old=merge.merged_id, new=merge.kept_id, besides=besides)


def _untie(merge: Merge) -> None:
    """The merged card may have stood between the kept one and its head: nobody stands above itself."""
    kept = Company.objects.get(pk=merge.kept_id)
    if kept.parent and is_above(kept, kept.parent):
        change_row(merge, kept, parent_id=None)


def _doubles(merge: Merge) -> Iterable[tuple[Person, Person]]:
    """Working persons of the merged card whose namesake works in the kept one."""
    known = {person.name_key: person for person in Person.objects.working().filter(company=merge.kept_id)}
    for person in Person.objects.working().filter(company=merge.merged_id):
        if person.name_key in known:
            yield person, known[person.name_key]


def _finish(merge: Merge, *, now: datetime) -> None:
    kept = Company.objects.get(pk=merge.kept_id)
    refresh_next_contact(kept)
    if merge.pair:
        DuplicatePair.objects.filter(pk=merge.pair.pk).update(
            state=PairState.MERGED, decided_by=merge.actor, decided_at=now
        )
    data = {"merged": merge.merged_id, "moved": _counted(merge.moved), "collided": len(merge.collided)}
    text = merge.merged.title
    record("intake.merged", actor=merge.actor, company=kept, text=text, source=merge, data=data, now=now)
    subject = f"{merge.merged_id} → {merge.kept_id}"
    audit("intake.companies_merged", actor=merge.actor, subject=subject, now=now, merge=merge.pk)


def _counted(moved: list[dict[str, Any]]) -> dict[str, int]:
    """Rows by model; one that followed both its company and its person counts once."""
    rows: dict[str, set[int]] = {}
    for entry in moved:
        rows.setdefault(entry["model"], set()).update(entry["pks"])
    return {model: len(pks) for model, pks in rows.items()}


def _guard_undo(merge: Merge, now: datetime) -> None:
    if merge.undone_at:
        raise RuleViolation(_("This merge is undone already."))
    if not Merge.objects.undoable(now).filter(pk=merge.pk).exists():
        raise RuleViolation(_("A merge can be undone for %(days)d days.") % {"days": UNDO_DAYS})
    if merge.kept.state == CompanyState.MERGED:
        raise RuleViolation(
            _("%(name)s is merged into another company since: undo that first.") % {"name": merge.kept.name}
        )
    if merge.merged.state != CompanyState.MERGED or merge.merged.merged_into_id != merge.kept_id:
        raise RuleViolation(_("%(name)s leads elsewhere by now.") % {"name": merge.merged.name})
