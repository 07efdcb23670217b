"""An import taken back: in the background, for a week, and never over somebody's work."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from core.exceptions import RuleViolation
from core.jobs import enqueue
from intake.enums import ImportState
from intake.models import ImportBatch
from intake.undoing import Undo
from operations.enums import JobState
from operations.services import finish_job, open_job, report_progress, start_job

UNDO_LASTS = timedelta(days=7)
LOADED = (ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED)
PART = 500


@transaction.atomic
def undo_import(batch: ImportBatch, *, actor: User, now: datetime | None = None) -> ImportBatch:
    """Start taking an import back. Raises RuleViolation for one that is at work, too old, or brought nothing."""
    now = now or timezone.now()
    row = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if row.state not in LOADED:
        raise RuleViolation(
            _("This import is %(state)s, this cannot be done with it.") % {"state": row.get_state_display()}
        )
    if row.finished_at is None or row.finished_at < now - UNDO_LASTS:
        raise RuleViolation(_("An import can be taken back for a week, and the week is over."))
    total = row.rows.filter(applied_at__isnull=False).count()
    if not total:
        raise RuleViolation(_("The import brought nothing: there is nothing to take back."))
    title = _("Taking back of %(file)s") % {"file": row.file_name}
    row.job = open_job(kind="intake.undo", title=title, actor=actor, total=total)
    row.state = ImportState.UNDOING
    row.save(update_fields=["job", "state"])
    enqueue("intake.tasks.undo", job_id=row.job.pk)
    batch.__dict__.update(row.__dict__)
    return batch


def take_import_back(batch: ImportBatch, *, now: datetime | None = None) -> bool:
    """The work of the worker. A killed one is gone on with from the beginning: what is undone is not undone again."""
    job = batch.job
    if job is None or not start_job(job):
        return False
    undo, last, done = Undo(batch, job.actor, now or timezone.now()), 0, 0
    applied = batch.rows.filter(applied_at__isnull=False).order_by("number")
    while rows := list(applied.filter(number__gt=last)[:PART]):
        with transaction.atomic():
            undo.take_back(rows)
        last, done = rows[-1].number, done + len(rows)
        report_progress(job, done=done)
    _finish(undo)
    return True


@transaction.atomic
def _finish(undo: Undo) -> None:
    assert undo.batch.job is not None
    said = {"removed": undo.removed, "kept": len(undo.kept)}
    message = _("Companies removed: %(removed)s. Kept, because somebody has worked on them since: %(kept)s.") % said
    finish_job(undo.batch.job, state=JobState.DONE, message=message)
    ImportBatch.objects.filter(pk=undo.batch.pk).update(state=ImportState.UNDONE)
    undo.batch.state = ImportState.UNDONE
    audit("intake.import_undone", actor=undo.actor, subject=undo.batch.file_name, now=undo.now, **said)
