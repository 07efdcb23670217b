"""A file on its way into the base: uploaded, its columns understood, checked row by row, loaded in parts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from companies.enums import SourceKind
from companies.models import Source
from core.exceptions import RuleViolation
from core.jobs import enqueue
from intake.checking import judge_rows, numbered, rows_of, stage_rows
from intake.enums import ImportField, ImportState, MatchPolicy, Outcome, Resolution
from intake.headers import map_columns
from intake.loading import Part
from intake.models import ImportBatch, ImportPreset, ImportRow
from intake.questions import label_of, targets
from intake.readers import read_table
from intake.staging import refresh_statistics
from operations.enums import JobState
from operations.services import cancel_job, finish_job, open_job, reopen_stale_job, report_progress, start_job

PART = 5_000  # rows in one transaction: what a killed worker loses at the most
CHECKED_AT_ONCE = 2_000  # larger files are checked in the background
STAGED_AT_ONCE = 5_000
SAMPLED_ROWS = 200
WORKER_SILENT = timedelta(minutes=2)
TASKS = {  # what works on an import in this state
    ImportState.CHECKING: "intake.tasks.check",
    ImportState.RUNNING: "intake.tasks.load",
    ImportState.UNDOING: "intake.tasks.undo",
}
CHANGEABLE = (ImportState.UPLOADED, ImportState.CHECKING, ImportState.CHECKED)


# --- the file -----------------------------------------------------------------------------------------------------


def upload_import(
    *,
    actor: User,
    file: Any,
    source: Source | None = None,
    source_name: str = "",
    source_kind: str = "",
    file_name: str = "",
    match_policy: str = MatchPolicy.FILL,
    now: datetime | None = None,
) -> ImportBatch:
    """Take a file in and understand its columns; nothing is loaded. Raises RuleViolation for what is no table."""
    content = file.read()
    table = read_table(content)
    header, rows = numbered(table)
    sample, total = _looked_through(rows)
    if not total:
        raise RuleViolation(_("There is a header in the file, and not a single row below it."))
    name = (file_name or file.name).replace("\\", "/").rpartition("/")[2][:200]
    with transaction.atomic():
        batch = ImportBatch(
            file_name=name,
            file_size=len(content),
            sheet=table.sheet,
            source=source or _named_source(source_name, source_kind),
            header_row=header.number,
            columns=header.names,
            mapping=map_columns(header.names),
            sample=sample,
            total_rows=total,
            match_policy=match_policy,
            created_by=actor,
            created_at=now or timezone.now(),
        )
        batch.file.save("table.bin", ContentFile(content), save=False)  # the name of a stranger never reaches the disk
        batch.save()
    return batch


@transaction.atomic
def change_mapping(batch: ImportBatch, *, actor: User, mapping: dict[str, str], match_policy: str = "") -> ImportBatch:
    """Say what the columns are and what to do with known companies; the check has to be made anew.

    Raises RuleViolation when no column holds the name, or one field stands in two columns.
    """
    row = _locked(batch, CHANGEABLE)
    fields = {name: mapping.get(name, "") for name in row.columns}
    _guard_mapping(fields)
    if match_policy and match_policy not in MatchPolicy.values:
        raise RuleViolation(_("Choose what to do with known companies."))
    row.mapping, row.match_policy, row.state = fields, match_policy or row.match_policy, ImportState.UPLOADED
    row.save(update_fields=["mapping", "match_policy", "state"])
    return _copied(batch, row)


@transaction.atomic
def save_preset(*, actor: User, name: str, mapping: dict[str, str]) -> ImportPreset:
    """Remember which column is what, for the next file of this kind; the same name is overwritten."""
    if not name.strip():
        raise RuleViolation(_("Give the template a name."))
    preset, _is_new = ImportPreset.objects.update_or_create(name=name.strip()[:100], defaults={"mapping": mapping})
    return preset


def apply_preset(batch: ImportBatch, *, actor: User, preset: ImportPreset) -> ImportBatch:
    """Take the columns known to the template from it; the others stay as they are, as do those of a question that is asked
    no more."""
    taken, possible = preset.mapping, targets()
    mapping = {
        name: taken[name] if name in taken and taken[name] in possible else known
        for name, known in batch.mapping.items()
    }
    return change_mapping(batch, actor=actor, mapping=mapping)


# --- the check ----------------------------------------------------------------------------------------------------


def check_import(batch: ImportBatch, *, actor: User | None = None, now: datetime | None = None) -> dict[str, int]:
    """Give every row its outcome; nothing is loaded. Returns how many rows have which outcome, nothing when somebody has
    cancelled the check or started another one."""
    with transaction.atomic():
        row = _locked(batch, CHANGEABLE)
        _guard_mapping(row.mapping)
        ImportRow.objects.filter(batch=row).delete()
    rows, staged = rows_of(row), 0
    while part := _stage_part(row, rows):
        staged += part
        if row.job is not None and not report_progress(row.job, done=staged):
            return _give_check_up(batch)
    refresh_statistics()
    with transaction.atomic():
        row = _locked_check(row)
        judge_rows(row, now=now or timezone.now())
        row.state, row.total_rows = ImportState.CHECKED, staged
        row.save(update_fields=["state", "total_rows"])
    _copied(batch, row)
    return {outcome: count for outcome, count in row.rows.outcomes() if count}


@transaction.atomic
def _stage_part(batch: ImportBatch, rows: Iterator[tuple[int, dict[str, str]]]) -> int:
    """The next rows of the file, as long as this check is the one that counts."""
    _locked_check(batch)
    return stage_rows(batch, rows, at_once=STAGED_AT_ONCE)


def _locked_check(batch: ImportBatch) -> ImportBatch:
    """The batch held, if nobody has started another check of it meanwhile. Raises RuleViolation if somebody has."""
    row = _locked(batch, CHANGEABLE)
    if row.job_id != batch.job_id:
        raise RuleViolation(_("The columns have been changed meanwhile: the file is checked once more."))
    return row


@transaction.atomic
def _give_check_up(batch: ImportBatch) -> dict[str, int]:
    row = _locked(batch, CHANGEABLE)
    row.rows.all().delete()
    row.state = ImportState.UPLOADED
    row.save(update_fields=["state"])
    _copied(batch, row)
    return {}


@transaction.atomic
def start_check(batch: ImportBatch, *, actor: User) -> None:
    """Check a small file at once, a large one in the background."""
    if batch.total_rows <= CHECKED_AT_ONCE:
        check_import(batch, actor=actor)
        return
    row = _locked(batch, CHANGEABLE)
    _guard_mapping(row.mapping)
    title = _("Check of %(file)s") % {"file": row.file_name}
    row.job = open_job(kind="intake.check", title=title, actor=actor, total=row.total_rows)
    row.state = ImportState.CHECKING
    row.save(update_fields=["job", "state"])
    _copied(batch, row)
    enqueue("intake.tasks.check", job_id=row.job.pk)


@transaction.atomic
def resolve_conflicts(batch: ImportBatch, *, actor: User, resolution: str, numbers: list[int] | None = None) -> int:
    """Settle conflicts of the file: all of them, or those of these rows. Returns how many were settled."""
    if resolution not in Resolution.values:
        raise RuleViolation(_("Choose what to take."))
    row = _locked(batch, [ImportState.CHECKED])
    conflicts = row.rows.filter(outcome=Outcome.CONFLICT)
    if numbers is not None:
        conflicts = conflicts.filter(number__in=numbers)
    return conflicts.update(resolution=resolution)


# --- the load -----------------------------------------------------------------------------------------------------


@transaction.atomic
def run_import(
    batch: ImportBatch, *, actor: User, expected: int | None = None, now: datetime | None = None
) -> ImportBatch:
    """Start loading the good rows in the background. Rows with errors and open conflicts are never loaded.

    `expected` is the number on the button. Raises RuleViolation when it is another one now, or nothing can be loaded.
    """
    row = _locked(batch, [ImportState.CHECKED])
    total = row.rows.waiting().count()
    if not total:
        raise RuleViolation(_("There is nothing to load: no row has passed the check."))
    if expected is not None and expected != total:
        raise RuleViolation(_("The number of rows has changed: look at it again before loading."))
    title = _("Loading of %(file)s") % {"file": row.file_name}
    row.job = open_job(kind="intake.import", title=title, actor=actor, total=total)
    row.state = ImportState.RUNNING
    row.save(update_fields=["job", "state"])
    enqueue("intake.tasks.load", job_id=row.job.pk)
    return _copied(batch, row)


def load_import(batch: ImportBatch, *, now: datetime | None = None) -> bool:
    """The work of the worker: part by part until nothing waits or somebody cancels. A resumed one goes on where the
    killed one stopped. False when another worker has it."""
    job = batch.job
    if job is None or not start_job(job):
        return False
    done = job.total - batch.rows.waiting().count()
    report_progress(job, done=done)
    last = 0
    while not job.cancel_requested:
        taken, last = load_part(batch, after=last, now=now)
        if not taken:
            break
        done += taken
        report_progress(job, done=done)
    _finish(batch, cancelled=job.cancel_requested, now=now)
    return True


def load_part(batch: ImportBatch, *, after: int = 0, size: int = 0, now: datetime | None = None) -> tuple[int, int]:
    """The next rows in one transaction: in the base and marked, or neither. Returns how many were taken, and the number
    of the last. A part with a row that the base refuses is tried in halves until only that row is left out."""
    assert batch.job is not None
    size = size or PART
    part = Part(batch, batch.job.actor, now or timezone.now())
    try:
        with transaction.atomic():
            return part.load(after=after, size=size)
    except (IntegrityError, DataError):
        if size > 1:
            return load_part(batch, after=after, size=size // 2, now=now)
    return _refuse_next(batch, after)


def _refuse_next(batch: ImportBatch, after: int) -> tuple[int, int]:
    row = batch.rows.waiting().filter(number__gt=after).order_by("number").first()
    assert row is not None
    row.outcome, row.message, row.company = Outcome.ERROR, _("A cell holds more than its field can."), None
    row.save(update_fields=["outcome", "message", "company"])
    return 1, row.number


@transaction.atomic
def cancel_import(batch: ImportBatch, *, actor: User) -> None:
    """Stop after the part that is being checked or loaded; what is in the base stays there."""
    row = _locked(batch, [ImportState.RUNNING, ImportState.CHECKING])
    if row.job is not None:
        cancel_job(row.job, actor=actor)
        row.job.refresh_from_db()
    if row.job is None or row.job.is_over:
        was_loading = row.state == ImportState.RUNNING
        row.state = ImportState.CANCELLED if was_loading else ImportState.UPLOADED
        row.finished_at = timezone.now() if was_loading else None
        row.save(update_fields=["state", "finished_at"])
    _copied(batch, row)


@transaction.atomic
def fail_import(batch: ImportBatch, *, message: str = "", now: datetime | None = None) -> None:
    """The worker has met what it cannot get past: the import ends, loaded rows stay, the rest can be loaded anew."""
    row = _locked(batch, [ImportState.RUNNING, ImportState.CHECKING])
    if row.job is not None:
        finish_job(row.job, state=JobState.FAILED, message=message[:500])
    was_loading = row.state == ImportState.RUNNING
    row.state, row.finished_at = (ImportState.FAILED if was_loading else ImportState.UPLOADED), now or timezone.now()
    row.save(update_fields=["state", "finished_at"])
    _copied(batch, row)


def resume_stale_imports(*, now: datetime | None = None) -> int:
    """Give imports whose worker has died (or whose message was lost) to a new worker. Returns how many."""
    silent_since = (now or timezone.now()) - WORKER_SILENT
    unfinished = ImportBatch.objects.filter(state__in=TASKS)
    resumed = 0
    for batch in unfinished.select_related("job"):
        path = TASKS[ImportState(batch.state)]
        with transaction.atomic():
            if batch.job is not None and reopen_stale_job(batch.job, silent_since=silent_since):
                enqueue(path, job_id=batch.job.pk)
                resumed += 1
    return resumed


# --- the parts of these verbs -------------------------------------------------------------------------------------


def _locked(batch: ImportBatch, states: Any) -> ImportBatch:
    """The batch as it is now, held until the end. Raises RuleViolation when it is past this step."""
    row = ImportBatch.objects.select_for_update(of=("self",)).select_related("job", "source").get(pk=batch.pk)
    if row.state not in states:
        raise RuleViolation(
            _("This import is %(state)s, this cannot be done with it.") % {"state": row.get_state_display()}
        )
    return row


def _copied(batch: ImportBatch, row: ImportBatch) -> ImportBatch:
    batch.__dict__.update(row.__dict__)
    return batch


def _named_source(name: str, kind: str) -> Source:
    """The source of that name; data without a source are not taken."""
    name = " ".join(name.split())[:150]
    if not name:
        raise RuleViolation(_("Say where the data are from: it is kept with every company."))
    kind = kind if kind in SourceKind.values else SourceKind.OTHER
    return Source.objects.get_or_create(name=name, defaults={"kind": kind})[0]


def _guard_mapping(mapping: dict[str, str]) -> None:
    if unknown := set(mapping.values()) - targets():
        raise RuleViolation(_("There is no such field: %(field)s.") % {"field": label_of(sorted(unknown)[0])})
    if ImportField.NAME not in mapping.values():
        raise RuleViolation(_("Choose the column that holds the name of the company."))


def _looked_through(rows: Iterator[tuple[int, dict[str, str]]]) -> tuple[dict[str, str], int]:
    """The first cell of each column that is not empty, and how many rows there are."""
    sample: dict[str, str] = {}
    total = 0
    for total, (_number, raw) in enumerate(rows, start=1):
        if total <= SAMPLED_ROWS:
            for name, cell in raw.items():
                sample.setdefault(name, cell[:100])
    return sample, total


def _finish(batch: ImportBatch, *, cancelled: bool, now: datetime | None) -> None:
    assert batch.job is not None
    with transaction.atomic():
        finish_job(batch.job, state=JobState.CANCELLED if cancelled else JobState.DONE)
        batch.state, batch.finished_at = (
            (ImportState.CANCELLED if cancelled else ImportState.DONE),
            now or timezone.now(),
        )
        batch.save(update_fields=["state", "finished_at"])
        enqueue("intake.tasks.scan_loaded", batch_id=batch.pk)
