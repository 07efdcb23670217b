"""Files of the base that take time: made in the background, for who has asked and nobody else, and thrown away after a week."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from companies.bulk import companies_of
from companies.export import counted, file_name, rows, write_file
from companies.models import BaseExport
from core.exceptions import RuleViolation
from core.jobs import enqueue
from operations.enums import JobState
from operations.models import Job
from operations.services import finish_job, open_job, reopen_stale_job, report_progress, start_job

KIND, TASK = "companies.export", "companies.tasks.export"
ACTION = "companies.export_company"
KEPT = timedelta(days=7)
SILENT = timedelta(minutes=3)
PART = 250  # rows between two signs of life


class Stopped(Exception):
    """The person has asked to stop."""


@transaction.atomic
def start_export(
    selection: dict[str, Any], *, actor: User, file_format: str, now: datetime | None = None
) -> BaseExport:
    """Begin to write the selection into a file. Raises RuleViolation for more rows than this person may take, and for none."""
    number = counted(companies_of(selection, user=actor, action=ACTION), actor)
    if not number:
        raise RuleViolation(_("There is no company to export."))
    title = _("Export of the base, %(format)s") % {"format": file_format.upper()}
    job = open_job(kind=KIND, title=title, actor=actor, total=number)
    export = BaseExport.objects.create(
        job=job, actor=actor, selection=selection, file_format=file_format, created_at=now or timezone.now()
    )
    audit("companies.export_asked", actor=actor, subject=file_format, now=now, number=number, job=job.pk)
    enqueue(TASK, job_id=job.pk)
    return export


def work_off(job: Job, *, now: datetime | None = None) -> None:
    """Write the file with the rights the person has now. A repeat after a death begins anew: the file is there as a whole or
    not at all."""
    now = now or timezone.now()
    export = BaseExport.objects.select_related("actor").get(job=job)
    companies = companies_of(export.selection, user=export.actor, action=ACTION)
    try:
        number = counted(companies, export.actor)
        with TemporaryFile() as stream:
            lines = _reported(rows(companies, export.actor), job)
            details = {"actor": export.actor, "file_format": export.file_format, "number": number, "now": now}
            write_file(stream, lines, **details)
            _keep(export, stream, number, now)
    except RuleViolation as refusal:
        finish_job(job, state=JobState.FAILED, message=refusal.message)
    except Stopped:
        finish_job(job, state=JobState.CANCELLED)


def download(export: BaseExport, *, actor: User, now: datetime | None = None) -> File:
    """The file, for whoever has asked for it. Raises RuleViolation for another person's, and for one that is not there."""
    now = now or timezone.now()
    if export.actor_id != actor.pk:
        raise RuleViolation(_("This file is somebody else's."))
    if not export.file or export.kept_until is None or export.kept_until <= now:
        raise RuleViolation(_("The file is not there any more: export once again."))
    audit("companies.export_downloaded", actor=actor, subject=export.file_format, now=now, number=export.number)
    return export.file.open()


def work(job_id: int) -> None:
    """Take the job, if nobody has."""
    for job in Job.objects.filter(pk=job_id, kind=KIND, state=JobState.WAITING):
        if start_job(job):
            work_off(job)


def resume_stale(*, now: datetime | None = None) -> int:
    """Give the exports of dead workers back to the queue."""
    resumed = 0
    for job in Job.objects.filter(kind=KIND, state__in=[JobState.WAITING, JobState.RUNNING]):
        with transaction.atomic():
            if reopen_stale_job(job, silent_since=(now or timezone.now()) - SILENT):
                enqueue(TASK, job_id=job.pk)
                resumed += 1
    return resumed


def forget_old(*, now: datetime | None = None) -> int:
    """Delete the files whose week is over; that they were made stays. Returns how many."""
    old = BaseExport.objects.filter(kept_until__lte=now or timezone.now()).exclude(file="")
    for export in old:
        export.file.delete(save=False)
        export.save(update_fields=["file"])
    return len(old)


def _reported(lines: Iterable[list[Any]], job: Job) -> Iterator[list[Any]]:
    done = 0
    for done, line in enumerate(lines, start=1):
        if done % PART == 0 and not report_progress(job, done=done):
            raise Stopped
        yield line
    if not report_progress(job, done=done):
        raise Stopped


def _keep(export: BaseExport, stream: Any, number: int, now: datetime) -> None:
    with transaction.atomic():
        export.file.save(file_name(export.file_format, now), File(stream), save=False)
        export.number, export.kept_until = number, now + KEPT
        export.save(update_fields=["file", "number", "kept_until"])
        audit("companies.exported", actor=export.actor, subject=export.file_format, now=now, number=number)
        finish_job(export.job)
