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
import redis
from django.conf import settings as project
from django.core.management import call_command
from django.utils import timezone

from campaigns.enums import CampaignState
from campaigns.ledger import reap
from campaigns.models import Campaign
from campaigns.tasks import wake_mailings
from contacts.models import Interaction
from tests.factories.accounts import make_user
from tests.factories.campaigns import make_addressee, make_started
from tests.sinks.smtp import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kill]
LETTERS, SENDERS = 240, 3
LONG = timedelta(hours=1)  # later than any lease
SENDER = "import django; django.setup(); from campaigns.engine import drain; drain({pk})"


@pytest.fixture
def campaign(transactional_db) -> Campaign:
    """A mailing to two hundred and forty."""
    call_command("load_reference", verbosity=0)
    marketer, head = make_user("marketer"), make_user("marketing_head")
    companies = [make_addressee(email=f"a{number}@works.example") for number in range(LETTERS)]
    return make_started(marketer, head, *companies)


def environment(sink: Sink, **more: str) -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "activesales.settings", "EMAIL_URL": sink.url} | more


@contextmanager
def killing(processes: list[subprocess.Popen]) -> Iterator[None]:
    """Whatever happens, no process outlives the test."""
    try:
        yield
    finally:
        for process in processes:
            kill(process)


def kill(process: subprocess.Popen) -> None:
    """The process and all that it has started, without a chance to say goodbye."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def sender(campaign: Campaign, sink: Sink) -> subprocess.Popen:
    """A process of its own that sends."""
    code = SENDER.format(pk=campaign.pk)
    return subprocess.Popen([sys.executable, "-c", code], env=environment(sink), start_new_session=True)


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
    running = [sender(campaign, sink) for _ in range(SENDERS)]
    killed = []
    rng = random.Random(7)

    def shoot(_number: int) -> None:
        victim = rng.choice(running)
        running.remove(victim)
        kill(victim)
        killed.append(victim)
        running.append(sender(campaign, sink))

    at_letter(sink, {20, 45, 80, 110, 150, 190}, shoot)
    with killing(running):
        wait_until(lambda: not campaign.items.filter(state="ready").exists(), running)
        for process in running:
            process.wait(60)
    sink.on_accepted = None
    finish(campaign, sink)
    assert len(killed) == 6
    check_everybody(campaign, sink, len(killed))


def finish(campaign: Campaign, sink: Sink) -> None:
    """What the clock does later: leases run out, the rest is sent."""
    reap(now=timezone.now() + LONG)
    process = sender(campaign, sink)
    with killing([process]):
        process.wait(60)
    wake_mailings()


def wait_until(done: Callable[[], bool], processes: list[subprocess.Popen], seconds: float = 90) -> None:
    """Until it is so, or all processes have ended, or the test hangs."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not done() and any(process.poll() is None for process in processes):
        assert time.monotonic() < end, "the senders hang"
        pause.wait(0.05)


# --- with Celery and Redis as in production ----------------------------------------------------------------------


@pytest.fixture
def queue() -> str:
    """A queue of this test alone."""
    return f"mailings-{os.getpid()}-{random.randrange(10**6)}"


def worker(sink: Sink, queue: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "celery", "-A", "activesales", "worker", "-c", "2", "-Q", queue, "-l", "WARNING"]
    mixed = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return subprocess.Popen([*command, *mixed], env=environment(sink, CELERY_QUEUE=queue), start_new_session=True)


def wake(queue: str) -> None:
    """What beat does every thirty seconds."""
    from activesales.celery import app

    app.send_task("campaigns.tasks.wake_mailings", queue=queue)


def test_a_celery_worker_killed_in_mid_sending_and_a_flushed_redis_cost_no_letter_and_double_none(
    campaign, sink, queue
):
    workers = [worker(sink, queue)]
    broker = redis.Redis.from_url(project.CELERY_BROKER_URL.replace("redis+socket://", "unix://", 1))
    shots: list[int] = []

    def shoot(number: int) -> None:
        kill(workers[-1])
        shots.append(number)

    at_letter(sink, {60, 140}, shoot)
    with killing(workers):
        for _round in range(3):
            wake(queue)
            aims = len(shots)
            wait_until(lambda aims=aims: len(shots) > aims or is_sent(campaign), workers)
            if is_sent(campaign):
                break
            broker.flushdb()
            reap(now=timezone.now() + LONG)
            workers.append(worker(sink, queue))
        wait_until(lambda: is_sent(campaign), workers)
    wake_mailings()
    assert len(shots) == 2
    check_everybody(campaign, sink, killed=2 * 2)  # two processes each
    assert Campaign.objects.get(pk=campaign.pk).state == CampaignState.CALLBACK


def is_sent(campaign: Campaign) -> bool:
    return not campaign.items.open().exists()


def test_two_starts_of_the_clock_and_two_workers_make_one_copy_of_each(campaign, sink):
    running = [sender(campaign, sink) for _ in range(4)]
    wake_mailings()
    wake_mailings()
    with killing(running):
        for process in running:
            process.wait(90)
    assert len(sink.recipients) == len(set(sink.recipients)) == LETTERS
    assert summed(campaign).keys() == {"accepted"}
