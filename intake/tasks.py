"""Background work of imports: ids in, one verb."""

from typing import Any

from celery import Task, shared_task
from django.utils import translation

from intake.enums import ImportState
from intake.models import ImportBatch, RegisterLoad
from intake.services import (
    check_import,
    fail_import,
    load_import,
    read_load,
    resume_stale_imports,
    resume_stale_loads,
    take_import_back,
)
from intake.services.duplicates import resume_stale_scans, run_scan, start_standing_scan, take_scan
from intake.services.duplicates import scan_loaded as scan_loaded_of
from intake.services.merging import merge_exact as merge_exact_pairs
from intake.services.merging import resume_stale_merges
from intake.services.register_loads import fail_load
from operations.models import Job
from operations.services import finish_job, start_job


class OfImport(Task):
    """An error nobody expected ends the import with a word about it instead of repeating for ever."""

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: dict[str, Any], einfo: Any) -> None:
        """Called by the worker when the task has raised."""
        for batch in _batches(kwargs["job_id"]):
            fail_import(batch, message=str(exc))


def _batches(job_id: int) -> list[ImportBatch]:
    """The batch of the job while it is at work; none once it is over, so that a repeated message is harmless."""
    working = ImportBatch.objects.filter(job=job_id, state__in=[ImportState.CHECKING, ImportState.RUNNING])
    return list(working.select_related("job__actor", "source", "created_by"))


@shared_task(base=OfImport)
def check(job_id: int) -> None:
    """Check a large file."""
    for batch in _batches(job_id):
        job = batch.job
        if job is not None and start_job(job):
            with translation.override(job.actor.language):
                check_import(batch)
            finish_job(job)


@shared_task(base=OfImport)
def load(job_id: int) -> None:
    """Load the good rows of a file."""
    for batch in _batches(job_id):
        with translation.override(batch.created_by.language):
            load_import(batch)


@shared_task
def undo(job_id: int) -> None:
    """Take an import back."""
    for batch in ImportBatch.objects.filter(job=job_id, state=ImportState.UNDOING).select_related("job__actor"):
        assert batch.job is not None
        with translation.override(batch.job.actor.language):
            take_import_back(batch)


class OfRegister(Task):
    """An error nobody expected ends the reading with a word about it."""

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: dict[str, Any], einfo: Any) -> None:
        """Called by the worker when the task has raised."""
        for load in RegisterLoad.objects.filter(job=kwargs["job_id"]).select_related("job"):
            fail_load(load, message=str(exc))


@shared_task(base=OfRegister)
def read_register(job_id: int) -> None:
    """Read an archive of the tax service."""
    for load in RegisterLoad.objects.filter(job=job_id).select_related("job__actor"):
        with translation.override(load.job.actor.language):
            read_load(load)


@shared_task
def resume_stale() -> None:
    """Every minute: imports and readings whose worker has died go on."""
    resume_stale_imports()
    resume_stale_loads()


@shared_task
def scan_duplicates(job_id: int) -> None:
    """Look for duplicates, window by window."""
    if scan := take_scan(job_id):
        with translation.override(scan.job.actor.language):
            run_scan(scan)


@shared_task
def scan_loaded(batch_id: int) -> None:
    """Look for duplicates of what an import has brought."""
    for batch in ImportBatch.objects.filter(pk=batch_id).select_related("created_by"):
        with translation.override(batch.created_by.language):
            scan_loaded_of(batch)


@shared_task
def standing_scan() -> None:
    """Every hour: what is new in the base is compared with the rest."""
    start_standing_scan()


@shared_task
def resume_scans() -> None:
    """Every minute: a scan or a merge of many whose worker has died goes on."""
    resume_stale_scans()
    resume_stale_merges()


@shared_task
def merge_exact(job_id: int) -> None:
    """Merge the pairs of which there is no doubt."""
    job = Job.objects.select_related("actor").get(pk=job_id)
    with translation.override(job.actor.language):
        merge_exact_pairs(job)
