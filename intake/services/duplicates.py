"""The standing search for duplicates, and what a person decides about a pair."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from companies.models import Company
from contacts.models import Interaction
from core.exceptions import RuleViolation
from core.jobs import enqueue
from intake.duplicate_keys import QUEUE, candidates, judged, run, write_keys
from intake.enums import PairState, ScanPhase
from intake.models import DuplicatePair, DuplicateScan, ImportBatch
from operations.enums import JobState
from operations.services import finish_job, open_job, reopen_stale_job, report_progress, start_job

AT_ONCE = 5_000
WORKER_SILENT = timedelta(minutes=3)
LATE_COMMITS = 10_000  # lines of the history that a slow transaction may still write below the newest number
# After these a company may look like another one.
CHANGES = [
    "companies.registered",
    "companies.changed",
    "intake.imported",
    "intake.correction_accepted",
    "intake.merged",
    "intake.merge_undone",
]


def start_scan(*, actor: User, whole: bool = False) -> DuplicateScan:
    """Look for duplicates among what is new since the last scan, or in the whole base.

    Raises RuleViolation while another scan is at work.
    """
    with transaction.atomic():
        if unfinished_scans().exists():
            raise RuleViolation(_("The search for duplicates is under way already."))
        scan = _scan_from(None if whole else _last_scan())
        scan.job = open_job(
            kind="intake.duplicates", title=_("Search for duplicates"), actor=actor, total=_size(scan) * 2
        )
        scan.save()
        enqueue("intake.tasks.scan_duplicates", job_id=scan.job_id)
    return scan


def run_scan(scan: DuplicateScan, *, now: datetime | None = None) -> int:
    """Write the keys of every company in question, then compare those with equal keys. Returns the pairs found.

    Each step is one transaction with its place in the base, so a killed scan goes on where it was.
    """
    while scan.phase == ScanPhase.KEYS:
        if not _step(scan, ScanPhase.PAIRS, now=now):
            return scan.found
    while _step(scan, ScanPhase.PAIRS, now=now):
        if scan.position >= scan.last_company:
            break
    finish_job(scan.job, message=_("Pairs found: %(number)d") % {"number": scan.found})
    return scan.found


@transaction.atomic
def scan_companies(companies: Iterable[int], *, now: datetime | None = None) -> int:
    """Look for duplicates of these companies at once (the importer calls this with what it has loaded, a form with one number).

    Returns how many pairs were put into the queue or counted anew.
    """
    ids = sorted(companies)
    found = 0
    for start in range(0, len(ids), AT_ONCE):
        write_keys(ids[start : start + AT_ONCE])
    for start in range(0, len(ids), AT_ONCE):
        found += _queue(candidates(ids[start : start + AT_ONCE]), now=now)
    return found


def scan_loaded(batch: ImportBatch, *, now: datetime | None = None) -> int:
    """Look for duplicates of what an import has brought: of a part of the base at once, of a large file by a scan of its own,
    or by the one that is under way. Returns how many pairs were put into the queue at once."""
    loaded = batch.rows.filter(applied_at__isnull=False, company__isnull=False).order_by()
    companies = set(loaded.values_list("company", flat=True)[: AT_ONCE + 1])
    if len(companies) <= AT_ONCE:
        return scan_companies(companies, now=now)
    if not unfinished_scans().exists():
        start_scan(actor=batch.created_by)
    return 0


def start_standing_scan() -> DuplicateScan | None:
    """The scan of the clock, in the name of the first person who may merge; nothing while another one is at work."""
    actor = User.objects.holding("intake.merge_companies").order_by("pk").first()
    if actor is None or unfinished_scans().exists():
        return None
    scan = _scan_from(_last_scan())
    return start_scan(actor=actor) if _size(scan) else None


def resume_stale_scans(*, now: datetime | None = None) -> int:
    """Give scans whose worker has died to a new worker. Returns how many."""
    silent_since = (now or timezone.now()) - WORKER_SILENT
    resumed = 0
    for scan in unfinished_scans():
        with transaction.atomic():
            if reopen_stale_job(scan.job, silent_since=silent_since):
                enqueue("intake.tasks.scan_duplicates", job_id=scan.job_id)
                resumed += 1
    return resumed


def unfinished_scans() -> QuerySet[DuplicateScan]:
    """Scans that wait or run."""
    return DuplicateScan.objects.filter(job__state__in=[JobState.WAITING, JobState.RUNNING]).select_related("job")


@transaction.atomic
def reject_pair(pair: DuplicatePair, *, actor: User, now: datetime | None = None) -> DuplicatePair:
    """These are two companies; the pair is never offered again. Raises RuleViolation for one that is merged."""
    return _decide(pair, PairState.REJECTED, actor=actor, now=now)


@transaction.atomic
def postpone_pair(pair: DuplicatePair, *, actor: User, now: datetime | None = None) -> DuplicatePair:
    """Not clear yet: out of the queue, into the pile of those put off."""
    return _decide(pair, PairState.LATER, actor=actor, now=now)


@transaction.atomic
def reopen_pair(pair: DuplicatePair, *, actor: User, now: datetime | None = None) -> DuplicatePair:
    """Back into the queue."""
    return _decide(pair, PairState.NEW, actor=actor, now=now)


def pair_of(one: Company, two: Company, *, now: datetime | None = None) -> DuplicatePair:
    """The pair of two companies that a person has found by eye; made if the scan has not met it."""
    first, second = sorted((one.pk, two.pk))
    if first == second:
        raise RuleViolation(_("A company is no duplicate of itself."))
    verdict = judged([(first, second)]).get((first, second))
    defaults = {
        "score": verdict.score if verdict else 0,
        "reasons": verdict.reasons if verdict else [],
        "found_at": now or timezone.now(),
    }
    return DuplicatePair.objects.get_or_create(first_id=first, second_id=second, defaults=defaults)[0]


# --- the parts of these verbs -------------------------------------------------------------------------------------


def _decide(pair: DuplicatePair, state: PairState, *, actor: User, now: datetime | None) -> DuplicatePair:
    row = DuplicatePair.objects.select_for_update().get(pk=pair.pk)
    if row.state == PairState.MERGED:
        raise RuleViolation(_("These two are merged already."))
    row.state, row.decided_by, row.decided_at = state, actor, now or timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
    return row


def _last_scan() -> DuplicateScan | None:
    return DuplicateScan.objects.filter(job__state=JobState.DONE).order_by("-pk").first()


def _scan_from(last: DuplicateScan | None) -> DuplicateScan:
    newest = Company.objects.aggregate(top=Max("pk"))["top"] or 0
    written = Interaction.objects.aggregate(top=Max("pk"))["top"] or 0
    return DuplicateScan(
        after_company=last.last_company if last else 0,
        after_interaction=max(0, last.last_interaction - LATE_COMMITS) if last else written,
        last_company=newest,
        last_interaction=written,
    )


# Both halves are read in the order of an index and end with the window.
WINDOW = """
    SELECT id FROM (
        (SELECT id FROM companies_company WHERE id > greatest(%(position)s, %(new)s) AND id <= %(last)s ORDER BY id LIMIT %(rows)s)
        UNION
        (SELECT DISTINCT company_id FROM contacts_interaction
         WHERE id > %(since)s AND kind = ANY(%(kinds)s) AND company_id > %(position)s AND company_id <= %(last)s
         ORDER BY company_id LIMIT %(rows)s)
    ) changed ORDER BY id LIMIT %(rows)s
"""


def _window(scan: DuplicateScan, rows: int) -> list[int]:
    values: dict[str, Any] = {
        "position": scan.position,
        "new": scan.after_company,
        "last": scan.last_company,
        "since": scan.after_interaction,
        "kinds": CHANGES,
        "rows": rows,
    }
    with connection.cursor() as cursor:
        cursor.execute(WINDOW, values)
        return [row[0] for row in cursor.fetchall()]


def _size(scan: DuplicateScan) -> int:
    if not scan.after_company:
        return Company.objects.count()
    return len(_window(scan, 1_000_000))


def _step(scan: DuplicateScan, then: ScanPhase, *, now: datetime | None) -> bool:
    """One window; False when the user has asked to stop."""
    with transaction.atomic():
        ids = _window(scan, AT_ONCE)
        if scan.phase == ScanPhase.KEYS:
            write_keys(ids)
        else:
            scan.found += _queue(candidates(ids, older=not scan.after_company), now=now)
        scan.position = ids[-1] if ids else scan.last_company
        if scan.phase == ScanPhase.KEYS and scan.position >= scan.last_company:
            scan.phase, scan.position = then, 0
        scan.save(update_fields=["phase", "position", "found"])
        goes_on = report_progress(
            scan.job, done=scan.job.done + len(ids), message=str(ScanPhase(scan.phase).label).capitalize()
        )
    if not goes_on:
        finish_job(scan.job, state=JobState.CANCELLED)
    return goes_on


def take_scan(job_id: int) -> DuplicateScan | None:
    """The scan of this job for this worker; nothing if another one has it or it is over."""
    scan = unfinished_scans().filter(job=job_id).select_related("job__actor").first()
    return scan if scan and start_job(scan.job) else None


def _queue(pairs: Sequence[tuple[int, int]], *, now: datetime | None) -> int:
    verdicts = judged(pairs)
    if not verdicts:
        return 0
    return run(
        QUEUE,
        {
            "first": [first for first, _second in verdicts],
            "second": [second for _first, second in verdicts],
            "score": [verdict.score for verdict in verdicts.values()],
            "reasons": [json.dumps(verdict.reasons) for verdict in verdicts.values()],
            "state": [PairState.NEW.value] * len(verdicts),
            "at": [now or timezone.now()] * len(verdicts),
        },
    )
