"""Background work of the base: ids in, one verb."""

from celery import shared_task
from django.utils import translation

from companies import changes
from operations.models import Job


@shared_task
def change_many(job_id: int) -> None:
    """Work off a change of many companies."""
    for job in Job.objects.filter(pk=job_id).select_related("actor"):
        with translation.override(job.actor.language):
            changes.work(job.pk)


@shared_task
def resume_stale() -> None:
    """Every minute: changes whose worker has died go on."""
    changes.resume_stale()
