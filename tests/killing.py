"""A worker as in production, to be killed with -9 in the middle of its work."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

HANGS = 300  # seconds; only a bound, nothing waits for it


class Worker(subprocess.Popen):
    """A Celery worker with a queue of its own."""

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

    def until(self, done: Callable[[], bool]) -> None:
        """Watch until it is so; fails when the worker ends or hangs."""
        end, pause = time.monotonic() + HANGS, threading.Event()
        while not done():
            assert self.poll() is None, "the worker has ended"
            assert time.monotonic() < end, "the work hangs"
            pause.wait(0.02)


@contextmanager
def worker_of(task: str, **arguments: Any) -> Iterator[Worker]:
    """A worker that is given this task; at the end it is killed, whatever it does."""
    from activesales.celery import app

    queue = f"killed-{os.getpid()}-{random.randrange(10**6)}"
    worker = Worker(queue)
    try:
        app.send_task(task, kwargs=arguments, queue=queue)
        yield worker
    finally:
        worker.kill()
