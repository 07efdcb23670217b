"""The worker of an import is killed in the middle (kill -9): the next one goes on, and the totals reconcile."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from companies.models import Company, Phone
from contacts.models import Interaction, Person
from intake.enums import ImportState
from intake.models import ImportBatch
from intake.progress import totals_of
from intake.services import check_import, resume_stale_imports, run_import, upload_import
from tests.factories.accounts import make_user
from tests.factories.intake import make_source, upload

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kill]
ROWS, WRONG = 12_000, 100
HANGS = 300  # seconds; only a bound, nothing waits for it
LATER = timedelta(hours=1)


class Worker(subprocess.Popen):
    """A Celery worker as in production."""

    def __init__(self, queue: str):
        command = [sys.executable, "-m", "celery", "-A", "activesales", "worker", "-c", "1", "-Q", queue, "-l", "ERROR"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        surroundings = os.environ | {"DJANGO_SETTINGS_MODULE": "activesales.settings", "CELERY_QUEUE": queue}
        super().__init__([*command, *quiet], env=surroundings, start_new_session=True)

    def kill(self) -> None:
        """kill -9 of all its processes at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()


def until(done: Callable[[], bool], worker: Worker) -> None:
    end, pause = time.monotonic() + HANGS, threading.Event()
    while not done():
        assert worker.poll() is None, "the worker has ended"
        assert time.monotonic() < end, "the import hangs"
        pause.wait(0.02)


def send(task: str, batch: ImportBatch, queue: str) -> None:
    from activesales.celery import app

    assert batch.job is not None
    app.send_task(task, kwargs={"job_id": batch.job.pk}, queue=queue)


@pytest.fixture
def batch(transactional_db) -> ImportBatch:
    """A checked file: companies with a phone and a person each, some of them wrong."""
    lines = [
        f"Завод {number};{'1' if number < WRONG else ''};8 351 {number // 10_000 + 200}-{number // 100 % 100:02}-"
        f"{number % 100:02};Зимин Пётр"
        for number in range(ROWS)
    ]
    text = "\n".join(["Наименование;ИНН;Телефон;ФИО", *lines])
    batch = upload_import(actor=make_user("marketer"), file=upload(text, "a.csv"), source=make_source())
    check_import(batch)
    return batch


def test_a_killed_worker_doubles_nothing_and_loses_nothing(batch):
    queue = f"imports-{os.getpid()}-{random.randrange(10**6)}"
    run_import(batch, actor=batch.created_by)
    first = Worker(queue)
    try:
        send("intake.tasks.load", batch, queue)
        until(lambda: batch.rows.filter(applied_at__isnull=False).exists(), first)
    finally:
        first.kill()
    assert 0 < Company.objects.count() < ROWS - WRONG, "it was to be killed in the middle"
    assert Company.objects.count() == batch.rows.filter(applied_at__isnull=False).count()
    assert resume_stale_imports(now=timezone.now() + LATER) == 1
    second = Worker(queue)
    try:
        send("intake.tasks.load", batch, queue)
        until(lambda: ImportBatch.objects.filter(pk=batch.pk, state=ImportState.DONE).exists(), second)
    finally:
        second.kill()
    totals = totals_of(batch)
    assert (totals.total, totals.error, totals.created, totals.left) == (ROWS, WRONG, ROWS - WRONG, 0)
    for model in (Company, Phone, Person):
        assert model.objects.count() == ROWS - WRONG
    assert Interaction.objects.filter(kind="intake.imported").count() == ROWS - WRONG
    assert Company.objects.values("name").distinct().count() == ROWS - WRONG
