"""Verbs of background jobs and of the mail catcher."""

from datetime import date, datetime
from email import message_from_bytes, policy
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Function
from accounts.models import Team, User
from accounts.services import audit, hire_user
from core.exceptions import RuleViolation
from operations import workdays
from operations.enums import JobState
from operations.models import CalendarDay, CaughtMail, Job, LegalEntity


def store_caught_mail(*, raw: bytes, envelope_from: str, envelope_to: list[str]) -> CaughtMail:
    """Keep one letter that the catcher accepted over SMTP."""
    message = message_from_bytes(raw, policy=policy.default)
    return CaughtMail.objects.create(
        at=timezone.now(),
        sender=envelope_from,
        recipients=envelope_to,
        subject=str(message.get("Subject", "")).strip()[:500],
        message_id=str(message.get("Message-ID", ""))[:250],
        raw=raw,
    )


def open_job(*, kind: str, title: str, actor: User, total: int = 0) -> Job:
    """A job row in state «waiting»; the caller enqueues the task that works on it."""
    return Job.objects.create(kind=kind, title=title, actor=actor, total=total)


def start_job(job: Job) -> bool:
    """Take the job for this worker; False when somebody else has taken or ended it."""
    now = timezone.now()
    taken = Job.objects.filter(pk=job.pk, state=JobState.WAITING).update(
        state=JobState.RUNNING, started_at=now, beat_at=now
    )
    job.refresh_from_db()
    return bool(taken)


def report_progress(job: Job, *, done: int, message: str = "") -> bool:
    """Write progress and a sign of life; False when the user asked to cancel."""
    Job.objects.filter(pk=job.pk).update(done=done, message=message, beat_at=timezone.now())
    job.refresh_from_db(fields=["cancel_requested", "done", "message"])
    return not job.cancel_requested


def finish_job(job: Job, *, state: JobState = JobState.DONE, message: str = "") -> None:
    """End the job; a final state is never changed again."""
    final = Job.objects.filter(pk=job.pk, state__in=[JobState.WAITING, JobState.RUNNING])
    final.update(state=state, message=message, finished_at=timezone.now())
    job.refresh_from_db()


def reopen_stale_job(job: Job, *, silent_since: datetime) -> bool:
    """Give a job back to the queue whose worker gave no sign of life since then, or whose message was lost; False when
    it is alive, over, or another sweep was quicker."""
    died = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, beat_at__lt=silent_since)
    lost = Job.objects.filter(pk=job.pk, state=JobState.WAITING, created_at__lt=silent_since)
    lost = lost.filter(Q(beat_at__isnull=True) | Q(beat_at__lt=silent_since))
    return bool((died | lost).update(state=JobState.WAITING, beat_at=timezone.now()))


@transaction.atomic
def cancel_job(job: Job, *, actor: User) -> None:
    """Ask a running job to stop after its current batch; a waiting one is cancelled at once."""
    Job.objects.filter(pk=job.pk, state=JobState.WAITING).update(state=JobState.CANCELLED, finished_at=timezone.now())
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested=True)


@transaction.atomic
def open_department(*, department: str, requisites: dict[str, Any], **person: Any) -> User:
    """Make the departments, the first person and the own requisites of an empty installation.

    Raises RuleViolation when somebody was first, ValidationError for a weak password or a bad login.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE accounts_user IN EXCLUSIVE MODE")  # two browsers at once must not both be first
    if User.objects.exists():
        raise RuleViolation(_("The product is set up already."))
    own = Team.objects.create(name=department, function=Function.CONTROL)
    others = [Function.MARKETING, Function.COMMUNICATIONS, Function.SALES]
    Team.objects.bulk_create(
        Team(name=str(function.label), function=function) for function in others if function.label != department
    )
    LegalEntity.objects.create(is_main=True, **requisites)
    return hire_user(actor=None, team=own, **person)


@transaction.atomic
def change_requisites(entity: LegalEntity, *, actor: User, **fields: Any) -> LegalEntity:
    """Change own requisites; issued documents keep the PDF they were sent with."""
    for name, value in fields.items():
        setattr(entity, name, value)
    entity.full_clean()
    entity.save()
    audit("operations.requisites_changed", actor=actor, subject=entity.name)
    return entity


@transaction.atomic
def change_workday(day: date, *, actor: User, is_working: bool, note: str = "", now: datetime | None = None) -> None:
    """Work on a day off, or rest on a working day. Raises RuleViolation when the calendar says so anyway."""
    if workdays.is_usual_working_day(day) == is_working:
        words = _("This is a working day anyway.") if is_working else _("This is a day off anyway.")
        raise RuleViolation(words)
    CalendarDay.objects.update_or_create(day=day, defaults={"is_working": is_working, "note": note.strip()[:150]})
    audit("operations.workday_changed", actor=actor, subject=f"{day:%Y-%m-%d}", is_working=is_working, now=now)
    transaction.on_commit(workdays.announce)


@transaction.atomic
def restore_workday(day: CalendarDay, *, actor: User, now: datetime | None = None) -> None:
    """Let the calendar of the state hold again for this day."""
    audit("operations.workday_restored", actor=actor, subject=f"{day.day:%Y-%m-%d}", now=now)
    day.delete()
    transaction.on_commit(workdays.announce)
