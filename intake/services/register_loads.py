"""An archive of the tax service, uploaded and read in the background: with progress, a way to stop, and counts at the end."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from companies.classifier_data import clean_okved
from companies.regions import subject
from core.exceptions import RuleViolation
from core.jobs import enqueue
from intake.enums import EnterpriseCategory, RegisterKind
from intake.models import RegisterLoad
from intake.register import Passed, Wanted
from intake.services.imports import WORKER_SILENT, start_check
from intake.services.registers import filling_sizes, import_register
from operations.enums import JobState
from operations.models import Job
from operations.services import cancel_job, finish_job, open_job, reopen_stale_job, report_progress, start_job

REPORTED_EVERY = 1.0  # seconds
TASK = "intake.tasks.read_register"


class Stopped(Exception):
    """Somebody has pressed «Stop»."""


@transaction.atomic
def load_register(
    *,
    actor: User,
    file: Any,
    kind: str = RegisterKind.ENTERPRISES,
    regions: Sequence[str] = (),
    activities: Sequence[str] = (),
    categories: Sequence[str] = (),
    now: datetime | None = None,
) -> RegisterLoad:
    """Take the archive in and read it in the background.

    Raises RuleViolation for a file that is too large, or a filter that names what there is not.
    """
    if file.size > settings.REGISTER_MAX_BYTES:
        limit = filesizeformat(settings.REGISTER_MAX_BYTES)
        raise RuleViolation(_("The archive is larger than %(limit)s.") % {"limit": limit})
    name = file.name.replace("\\", "/").rpartition("/")[2][:150]
    load = RegisterLoad(
        kind=kind, file_name=name, file_size=file.size, created_by=actor, created_at=now or timezone.now(),
        **_cleaned_filter(regions, activities, categories),
    )  # fmt: skip
    load.job = open_job(kind="intake.register", title=_("Reading of %(file)s") % {"file": name}, actor=actor)
    load.file.save("register.bin", file, save=False)  # the name of a stranger never reaches the disk
    load.save()
    enqueue(TASK, job_id=load.job.pk)
    return load


def _cleaned_filter(regions: Sequence[str], activities: Sequence[str], categories: Sequence[str]) -> dict[str, Any]:
    codes = [clean_okved(text) for text in activities]
    if "" in codes:
        raise RuleViolation(_("There is no kind of activity «%(code)s».") % {"code": activities[codes.index("")]})
    if unknown := [code for code in regions if subject(code) is None]:
        raise RuleViolation(_("There is no region «%(code)s».") % {"code": unknown[0]})
    if unknown := [code for code in categories if code not in EnterpriseCategory.values]:
        raise RuleViolation(_("There is no category «%(code)s».") % {"code": unknown[0]})
    return {"regions": list(regions), "activities": codes, "categories": list(categories)}


def read_load(load: RegisterLoad, *, now: datetime | None = None) -> bool:
    """The work of the worker. A killed one begins anew: of the register nothing is written before the end, and a size is
    written only where there is none. False when another worker has it."""
    if not start_job(load.job):
        return False
    try:
        with load.file.open("rb") as stream:
            message = _take(load, stream, now)
    except Stopped:
        _end(load, JobState.CANCELLED, _("Stopped. What was filled stays, nothing else has been loaded."))
    except RuleViolation as refusal:
        _end(load, JobState.FAILED, refusal.message)
    else:
        _end(load, JobState.DONE, message)
    return True


def _take(load: RegisterLoad, stream: Any, now: datetime | None) -> str:
    actor, watch = load.job.actor, Watch(load)
    if load.kind == RegisterKind.SIZES:
        for number in filling_sizes(stream, actor=actor, watch=watch, now=now):
            load.taken += number
        return _("Companies that have got a size: %(number)s.") % {"number": load.taken}
    wanted = Wanted(frozenset(load.regions), tuple(load.activities), frozenset(load.categories))
    batch = import_register(stream, actor=actor, wanted=wanted, watch=watch, now=now)
    start_check(batch, actor=actor)
    load.batch, load.taken = batch, batch.total_rows
    return _("Enterprises that the filter lets through: %(number)s.") % {"number": load.taken}


def _end(load: RegisterLoad, state: JobState, message: str) -> None:
    """Of the archive nothing is kept: it has gigabytes, and the tax service keeps it."""
    load.file.delete(save=False)
    with transaction.atomic():
        load.save(update_fields=["records", "taken", "batch", "file"])
        finish_job(load.job, state=state, message=message[:500])


class Watch:
    """Writes how far the reading is, once a second, and stops it when somebody has asked to."""

    def __init__(self, load: RegisterLoad):
        self.load, self.reported_at = load, 0.0

    def __call__(self, passed: Passed) -> None:
        """Called after each file of the archive."""
        self.load.records = passed.records
        if time.monotonic() - self.reported_at < REPORTED_EVERY and passed.parts < passed.of_parts:
            return
        self.reported_at = time.monotonic()
        RegisterLoad.objects.filter(pk=self.load.pk).update(records=passed.records)
        Job.objects.filter(pk=self.load.job_id).update(total=passed.of_parts)
        if not report_progress(self.load.job, done=passed.parts):
            raise Stopped


@transaction.atomic
def stop_load(load: RegisterLoad, *, actor: User) -> None:
    """Stop after the file of the archive that is being read. Raises RuleViolation when it is over."""
    if load.job.is_over:
        raise RuleViolation(_("The reading is over already."))
    cancel_job(load.job, actor=actor)


def fail_load(load: RegisterLoad, *, message: str) -> None:
    """The worker has met what it cannot get past."""
    _end(load, JobState.FAILED, message)


def resume_stale_loads(*, now: datetime | None = None) -> int:
    """Give readings whose worker has died to a new worker. Returns how many."""
    silent_since = (now or timezone.now()) - WORKER_SILENT
    resumed = 0
    for load in RegisterLoad.objects.filter(job__state__in=[JobState.WAITING, JobState.RUNNING]).select_related("job"):
        with transaction.atomic():
            if reopen_stale_job(load.job, silent_since=silent_since):
                enqueue(TASK, job_id=load.job.pk)
                resumed += 1
    return resumed
