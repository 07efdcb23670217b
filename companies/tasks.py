"""Background work of the base: ids in, one verb."""

from celery import shared_task
from django.utils import translation

from companies import changes, exporting
from operations.models import Job


@shared_task
def change_many(job_id: int) -> None:
    """Work off a change of many companies."""
    for job in Job.objects.filter(pk=job_id).select_related("actor"):
        with translation.override(job.actor.language):
            changes.work(job.pk)


@shared_task
def export(job_id: int) -> None:
    """Write a file of the base."""
    for job in Job.objects.filter(pk=job_id).select_related("actor"):
        with translation.override(job.actor.language):
            exporting.work(job.pk)


@shared_task
def resume_stale() -> None:
    """Every minute: changes and exports whose worker has died go on."""
    changes.resume_stale()
    exporting.resume_stale()


@shared_task
def forget_exports() -> int:
    """Every hour: files of the base are kept for a week."""
    return exporting.forget_old()
