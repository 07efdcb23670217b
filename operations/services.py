"""Verbs of background jobs and of the mail catcher."""

from email import message_from_bytes, policy

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from operations.enums import JobState
from operations.models import CaughtMail, Job


def store_caught_mail(*, raw: bytes, envelope_from: str, envelope_to: list[str]) -> CaughtMail:
    """Keep one letter that the catcher accepted over SMTP."""
    message = message_from_bytes(raw, policy=policy.default)
    return CaughtMail.objects.create(
        at=timezone.now(),
        sender=envelope_from,
        recipients=envelope_to,
        subject=str(message.get("Subject", ""))[:500],
        message_id=str(message.get("Message-ID", ""))[:250],
        raw=raw,
    )


def open_job(*, kind: str, title: str, actor: User, total: int = 0) -> Job:
    """A job row in state «waiting»; the caller enqueues the task that works on it."""
    return Job.objects.create(kind=kind, title=title, actor=actor, total=total)


def start_job(job: Job) -> bool:
    """Take the job for this worker; False when somebody else has taken or ended it."""
    now = timezone.now()
    taken = Job.objects.filter(pk=job.pk, state=JobState.WAITING).update(state=JobState.RUNNING, started_at=now, beat_at=now)
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


@transaction.atomic
def cancel_job(job: Job, *, actor: User) -> None:
    """Ask a running job to stop after its current batch; a waiting one is cancelled at once."""
    Job.objects.filter(pk=job.pk, state=JobState.WAITING).update(state=JobState.CANCELLED, finished_at=timezone.now())
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested=True)
