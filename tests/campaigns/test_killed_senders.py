"""Senders are killed in the midst of a mailing (kill -9): nobody gets two copies, nobody is lost without a word."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.engine import drain
from campaigns.enums import CampaignState
from campaigns.ledger import reap
from campaigns.models import Campaign, MailItem
from campaigns.tasks import wake_mailings
from contacts.models import Interaction
from tests.factories.accounts import make_user
from tests.factories.campaigns import make_addressee, make_started
from tests.sinks.smtp import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kill]
LETTERS, SENDERS = 150, 3
LONG = timedelta(hours=1)  # later than any lease
HANGS = 300  # seconds; only a bound, nothing waits for it


@pytest.fixture
def campaign(transactional_db) -> Campaign:
    """A mailing to two hundred and forty."""
    marketer, head = make_user("marketer"), make_user("marketing_head")
    companies = [make_addressee(email=f"a{number}@works.example") for number in range(LETTERS)]
    return make_started(marketer, head, *companies)


def environment(sink: Sink, **more: str) -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "activesales.settings", "EMAIL_URL": sink.url} | more


class Sender:
    """A process of its own that sends: a fork, for a test has no time to import everything again and again."""

    def __init__(self, campaign: Campaign):
        self.pid = os.fork()
        if self.pid == 0:
            self._send(campaign.pk)

    def _send(self, campaign_id: int) -> None:
        """In the child: with a connection of its own; the parent's stays open in a variable, closing it would end it."""
        code = 1
        try:
            parents, connection.connection = connection.connection, None
            drain(campaign_id)
            code = 0 if parents is not connection.connection else 1
        finally:
            os._exit(code)

    def poll(self) -> int | None:
        with suppress(ChildProcessError):
            return None if os.waitpid(self.pid, os.WNOHANG) == (0, 0) else 0
        return 0

    def kill(self) -> None:
        """kill -9."""
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


class Worker(subprocess.Popen):
    """A Celery worker as in production, with its two processes."""

    def kill(self) -> None:
        """kill -9 of all of them at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()


@contextmanager
def killing(processes: list) -> Iterator[None]:
    """Whatever happens, no process outlives the test."""
    try:
        yield
    finally:
        for process in processes:
            process.kill()


def at_letter(sink: Sink, numbers: set[int], act: Callable[[int], None]) -> None:
    """Do it while the server takes the letters of these numbers: after it has written them down, before its 250."""
    sink.on_accepted = lambda number: act(number) if number in numbers else None


def summed(campaign: Campaign) -> dict[str, set[str]]:
    """Addresses by state."""
    found: dict[str, set[str]] = {}
    for state, email in campaign.items.values_list("state", "email"):
        found.setdefault(state, set()).add(email)
    return found


def check_everybody(campaign: Campaign, sink: Sink, killed: int) -> None:
    """M1, M2, M3: one copy or a listed doubt, as many doubts as senders killed at most, each with its line."""
    states = summed(campaign)
    doubtful, accepted = states.pop("in_doubt", set()), states.pop("accepted", set())
    assert states == {}
    assert sink.copies()
    assert max(sink.copies().values()) == 1
    assert accepted <= set(sink.recipients) <= accepted | doubtful
    assert len(doubtful) <= killed
    assert Interaction.objects.filter(kind="campaigns.in_doubt").count() == len(doubtful)
    assert Interaction.objects.filter(kind="campaigns.sent").count() == len(accepted)
    assert len(accepted) + len(doubtful) == LETTERS


def test_senders_killed_again_and_again_send_each_letter_once(campaign, sink):
    running = [Sender(campaign) for _ in range(SENDERS)]
    shots: list[int] = []
    rng = random.Random(7)

    def shoot(number: int) -> None:
        victim = running.pop(rng.randrange(len(running)))
        victim.kill()
        shots.append(number)
        running.append(Sender(campaign))

    aims = {10, 25, 45, 70, 90}
    at_letter(sink, aims, shoot)
    with killing(running):
        wait_for(running)
    finish(campaign)
    assert set(shots) == aims
    check_everybody(campaign, sink, len(shots))


def finish(campaign: Campaign) -> None:
    """What the clock does later: leases run out, the rest is sent."""
    reap(now=timezone.now() + LONG)
    drain(campaign.pk)
    wake_mailings()


def wait_for(processes: list, done: Callable[[], bool] = lambda: False) -> None:
    """Until it is so, or all processes have ended; a hang fails the test."""
    end = time.monotonic() + HANGS
    pause = threading.Event()
    while not done() and any(process.poll() is None for process in list(processes)):
        assert time.monotonic() < end, "the senders hang"
        pause.wait(0.05)


# --- with Celery and Redis as in production ----------------------------------------------------------------------


@pytest.fixture
def queue() -> str:
    """A queue of this test alone."""
    return f"mailings-{os.getpid()}-{random.randrange(10**6)}"


def worker(sink: Sink, queue: str) -> Worker:
    command = [sys.executable, "-m", "celery", "-A", "activesales", "worker", "-c", "2", "-Q", queue, "-l", "WARNING"]
    mixed = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return Worker([*command, *mixed], env=environment(sink, CELERY_QUEUE=queue), start_new_session=True)


def wake(queue: str) -> None:
    """What beat does every thirty seconds."""
    from activesales.celery import app

    app.send_task("campaigns.tasks.wake_mailings", queue=queue)


def forget_everything() -> None:
    """The broker loses all that it knew."""
    from activesales.celery import app

    with app.connection_for_write() as broker:
        broker.default_channel.client.flushdb()


def test_a_celery_worker_killed_in_mid_sending_and_a_flushed_redis_cost_no_letter_and_double_none(
    campaign, sink, queue
):
    workers = [worker(sink, queue)]
    shots: list[int] = []

    def shoot(number: int) -> None:
        workers[-1].kill()
        shots.append(number)

    at_letter(sink, {40, 90}, shoot)
    with killing(workers):
        for life in (1, 2, 3):
            wake(queue)
            wait_for(workers[-1:], lambda life=life: len(shots) == life or is_sent(campaign))
            if life < 3:
                forget_everything()  # M12
                reap(now=timezone.now() + LONG)
                workers.append(worker(sink, queue))
    until_recorded()
    assert len(shots) == 2
    check_everybody(campaign, sink, killed=2 * 2)  # two processes each
    assert Campaign.objects.get(pk=campaign.pk).state == CampaignState.CALLBACK


def until_recorded() -> None:
    """The clock goes on: rows that the server still holds for a killed worker are written at one of the next ticks."""
    end = time.monotonic() + HANGS
    wake_mailings()
    while MailItem.objects.unrecorded().exists():
        assert time.monotonic() < end, "the history stays unwritten"
        wake_mailings()


def is_sent(campaign: Campaign) -> bool:
    return not campaign.items.open().exists()


def test_two_starts_of_the_clock_and_four_senders_make_one_copy_of_each(campaign, sink):
    running = [Sender(campaign) for _ in range(4)]
    wake_mailings()
    wake_mailings()
    with killing(running):
        wait_for(running)
    assert len(sink.recipients) == len(set(sink.recipients)) == LETTERS
    assert summed(campaign).keys() == {"accepted"}
