"""Figures of one import for its pages; each is a query over the rows, so pages and reality never differ."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.formats import number as shown
from intake.enums import ImportState, Outcome, Resolution
from intake.models import ImportBatch, ImportRow

LATELY = timedelta(seconds=20)
RECENT_ROWS = 8
LOGGED_ERRORS = 12


@dataclass
class Totals:
    """What will come, and what has come, of the rows of a file. The first five add up to all rows."""

    create: int = 0
    update: int = 0
    conflict: int = 0
    error: int = 0
    skip: int = 0
    settled: int = 0  # conflicts that somebody has settled: they will be loaded
    created: int = 0
    updated: int = 0

    @property
    def total(self) -> int:
        """All rows of the file."""
        return self.create + self.update + self.conflict + self.error + self.skip

    @property
    def loadable(self) -> int:
        """The number on the button."""
        return self.create + self.update + self.settled

    @property
    def loaded(self) -> int:
        """Rows that are in the base."""
        return self.created + self.updated

    @property
    def left(self) -> int:
        """Good rows that a stopped import has not reached."""
        return self.loadable - self.loaded

    @property
    def unloaded(self) -> int:
        """Rows of the file of errors."""
        return self.error + self.conflict - self.settled


def totals_of(batch: ImportBatch) -> Totals:
    """One query for all figures."""
    is_new = Q(outcome=Outcome.CREATE) | Q(resolution=Resolution.NEW)
    counts = {outcome.value: Count("pk", filter=Q(outcome=outcome)) for outcome in Outcome}
    settled = Count("pk", filter=Q(outcome=Outcome.CONFLICT) & ~Q(resolution=""))
    created = Count("pk", filter=Q(applied_at__isnull=False) & is_new)
    updated = Count("pk", filter=Q(applied_at__isnull=False) & ~is_new)
    return Totals(**batch.rows.aggregate(**counts, settled=settled, created=created, updated=updated))


@dataclass
class Progress:
    """How an import is getting on."""

    done: int
    total: int
    average: float  # rows a second since the start
    lately: float
    seconds_left: int | None
    ends_at: datetime | None
    recent: list[ImportRow]
    failed: list[ImportRow]


def progress_of(batch: ImportBatch, *, now: datetime | None = None) -> Progress:
    """Done, speed, what is left; from the marks on the rows."""
    now = now or timezone.now()
    applied = batch.rows.filter(applied_at__isnull=False).select_related("company").order_by("-applied_at", "-number")
    job = batch.job
    done, total = (job.done, job.total) if job else (0, 0)
    running_for = (now - job.started_at).total_seconds() if job and job.started_at else 0
    average = done / running_for if running_for > 0 else 0.0
    lately = applied.order_by().filter(applied_at__gte=now - LATELY).count() / LATELY.total_seconds()
    left = round((total - done) / average) if average else None
    return Progress(
        done=done,
        total=total,
        average=average,
        lately=lately if running_for > LATELY.total_seconds() else average,
        seconds_left=left,
        ends_at=now + timedelta(seconds=left) if left is not None else None,
        recent=list(applied[:RECENT_ROWS]),
        failed=list(
            batch.rows.filter(outcome=Outcome.ERROR)
            .exclude(company__isnull=False)
            .with_questions()
            .order_by("-number")[:LOGGED_ERRORS]
        ),
    )


def steps_of(batch: ImportBatch, totals: Totals) -> list[dict[str, str]]:
    """The strip over the page: file, columns, check, loading, result."""
    known = sum(1 for field in batch.mapping.values() if field)
    columns = _("%(known)s of %(all)s understood") % {"known": known, "all": len(batch.columns)}
    place = {
        ImportState.UPLOADED: 1,
        ImportState.CHECKING: 2,
        ImportState.CHECKED: 2,
        ImportState.RUNNING: 3,
    }.get(ImportState(batch.state), 4)
    notes = [
        (_("File"), _rows(batch.total_rows)),
        (_("Columns"), columns),
        (
            _("Check"),
            _("%(number)s with questions") % {"number": shown(totals.conflict + totals.error)} if place > 1 else "",
        ),
        (pgettext("step", "Loading"), _rows(totals.loadable) if place > 1 else ""),
        (_("Result"), str(batch.get_state_display()) if place == 4 else ""),
    ]
    states = ["done" if number < place else "now" if number == place else "" for number in range(5)]
    return [{"label": label, "note": note, "state": state} for (label, note), state in zip(notes, states, strict=True)]


def _rows(count: int) -> str:
    return ngettext("%(number)s row", "%(number)s rows", count) % {"number": shown(count)}
