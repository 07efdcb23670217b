"""Changes of many companies in the background: a ledger of rows, worked off in parts, taken back the same way."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from companies.enums import BulkField, CompanyState
from companies.models import BulkChange, BulkChangeRow, Company, Segment, Source
from companies.services import assign_company, change_company
from core.exceptions import RuleViolation
from core.jobs import enqueue
from operations.enums import JobState
from operations.models import Job
from operations.services import finish_job, open_job, reopen_stale_job, report_progress, start_job

PART = 100
SILENT = timedelta(minutes=3)
TASK = "companies.tasks.change_many"
KIND = "companies.bulk_change"
TARGETS: dict[str, type[Model]] = {BulkField.OWNER: User, BulkField.SEGMENT: Segment, BulkField.SOURCE: Source}
LEDGER = "INSERT INTO companies_bulkchangerow (change_id, company_key, target, is_done, is_changed)"
CHANGED = "SELECT %s, company_key, old, false, false FROM companies_bulkchangerow WHERE change_id = %s AND is_changed"


@transaction.atomic
def start_change(
    companies: QuerySet[Company], *, actor: User, field: str, value: Model | None, now: datetime | None = None
) -> BulkChange:
    """Begin to set the field of all these companies. Raises RuleViolation for a person who has left, and for no company."""
    if isinstance(value, User) and not value.is_active:
        raise RuleViolation(_("%(person)s does not work here any more.") % {"person": value.short_name})
    title = f"{BulkField(field).label}: {value or '—'}"
    change = _open(actor=actor, title=title, field=field, value=value and value.pk, now=now)
    try:
        query, values = companies.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        raise RuleViolation(_("There is no company to change.")) from None
    statement = f"{LEDGER} SELECT %s, found.pk, %s, false, false FROM ({query}) AS found (pk)"  # noqa: S608
    _begin(change, statement, [change.pk, change.value, *values])
    return change


@transaction.atomic
def undo_change(change: BulkChange, *, actor: User, now: datetime | None = None) -> BulkChange:
    """Begin to put back what stood there; companies that somebody has changed since stay as they are. Raises RuleViolation
    for a change that is still running, or has been taken back."""
    change = BulkChange.objects.select_for_update(of=("self",)).select_related("job").get(pk=change.pk)
    if not change.job.is_over:
        raise RuleViolation(_("The change is still running: cancel it first."))
    if change.undo_of_id or BulkChange.objects.filter(undo_of=change).exists():
        raise RuleViolation(_("It has been taken back already."))
    title = _("Taken back: %(title)s") % {"title": change.job.title}
    undo = _open(actor=actor, title=title, field=change.field, value=None, undo_of=change, now=now)
    _begin(undo, f"{LEDGER} {CHANGED}", [undo.pk, change.pk])
    return undo


def work_off(job: Job) -> None:
    """Change part after part until the ledger is done or somebody cancels; a repeat goes on where the last part ended."""
    change = BulkChange.objects.select_related("actor", "undo_of").get(job=job)
    done = change.rows.filter(is_done=True).count()
    while part := _work_off_part(change):
        done += part
        if not report_progress(job, done=done):
            finish_job(job, state=JobState.CANCELLED)
            return
    finish_job(job)


def resume_stale(*, now: datetime | None = None) -> int:
    """Give the changes of dead workers back to the queue."""
    stale = Job.objects.filter(kind=KIND, state__in=[JobState.WAITING, JobState.RUNNING])
    resumed = 0
    for job in stale:
        with transaction.atomic():
            if reopen_stale_job(job, silent_since=(now or timezone.now()) - SILENT):
                enqueue(TASK, job_id=job.pk)
                resumed += 1
    return resumed


def work(job_id: int) -> None:
    """Take the job, if nobody has."""
    for job in Job.objects.filter(pk=job_id, kind=KIND, state=JobState.WAITING):
        if start_job(job):
            work_off(job)


def _open(*, actor: User, title: str, now: datetime | None, **fields: Any) -> BulkChange:
    job = open_job(kind=KIND, title=title[:200], actor=actor)
    return BulkChange.objects.create(job=job, actor=actor, created_at=now or timezone.now(), **fields)


def _begin(change: BulkChange, statement: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        total = cursor.rowcount
    if not total:
        raise RuleViolation(_("There is no company to change."))
    Job.objects.filter(pk=change.job_id).update(total=total)
    audit("companies.bulk_change", actor=change.actor, subject=change.job.title, number=total, field=change.field)
    enqueue(TASK, job_id=change.job_id)


@transaction.atomic
def _work_off_part(change: BulkChange) -> int:
    rows = list(change.rows.select_for_update(skip_locked=True).filter(is_done=False).order_by("pk")[:PART])
    companies = Company.objects.filter(state=CompanyState.ACTIVE).in_bulk([row.company_key for row in rows])
    values = TARGETS[change.field]._default_manager.in_bulk({row.target for row in rows} - {None})
    for row in rows:
        _work_off_row(change, row, companies.get(row.company_key), values.get(row.target))
    BulkChangeRow.objects.bulk_update(rows, ["old", "is_done", "is_changed"])
    return len(rows)


def _work_off_row(change: BulkChange, row: BulkChangeRow, company: Company | None, value: Any) -> None:
    row.is_done = True
    if company is None or (row.target is not None and value is None):
        return
    row.old = getattr(company, f"{change.field}_id")
    is_touched = change.undo_of is not None and row.old != change.undo_of.value
    if row.old == row.target or is_touched:
        return
    if change.field == BulkField.OWNER:
        assign_company(company, actor=change.actor, owner=value if value and value.is_active else None)
    else:
        change_company(company, actor=change.actor, **{change.field: value})
    row.is_changed = True
