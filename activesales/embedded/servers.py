"""The servers of a data folder: started by the first command that needs them, shared by those that come meanwhile."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from activesales.embedded.logs import log_path
from activesales.embedded.postgres import Postgres
from activesales.embedded.problems import Problem
from activesales.embedded.quarters import take_quarters
from activesales.embedded.redis import Redis

Server = Postgres | Redis


def needed_servers(home: Path) -> list[Server]:
    """The embedded servers that no outside one replaces."""
    replaceable = {"DATABASE_URL": Postgres, "REDIS_URL": Redis}
    kinds = [kind for variable, kind in replaceable.items() if not os.environ.get(variable)]
    quarters = take_quarters(home) if kinds else None
    return [kind(quarters, log_path(home, kind.name)) for kind in kinds] if quarters else []


@contextmanager
def owned_servers(home: Path) -> Iterator[list[Server]]:
    """Start the servers for this process alone; they stop with it, whoever else still uses them."""
    with ExitStack() as stack:
        if not stack.enter_context(lock(home / "owner.lock")):
            raise Problem(f"{home} is in use: stop the other start first, or set ACTIVESALES_HOME to another folder.")
        yield start(needed_servers(home), stack)


@contextmanager
def shared_servers(home: Path) -> Iterator[list[Server]]:
    """Start the servers, or join those that another command on the same data folder has started.

    Whoever started them stops them, after the last guest has left.
    """
    with ExitStack() as stack:
        while True:
            with ExitStack() as attempt:
                owner = attempt.enter_context(lock(home / "owner.lock"))
                guest = not owner and attempt.enter_context(lock(home / "guests.lock", fcntl.LOCK_SH))
                servers = needed_servers(home)
                if owner or (guest and all(server.answers() for server in servers)):
                    stack.push(attempt.pop_all())
                    break
            time.sleep(0.2)
        if owner:
            start(servers, stack)
            stack.callback(wait_for_guests, home, stack)
        yield servers


def start(servers: list[Server], stack: ExitStack) -> list[Server]:
    """Start each server and let the stack stop it."""
    for server in servers:
        stack.callback(server.stop)
        server.start()
    return servers


def wait_for_guests(home: Path, stack: ExitStack) -> None:
    """Wait until no other command uses the servers, and let none in while they stop."""
    told = False
    while not stack.enter_context(lock(home / "guests.lock")):
        if not told:
            print("Waiting for another command that uses the same servers.", flush=True)
            told = True
        time.sleep(0.2)


@contextmanager
def lock(path: Path, kind: int = fcntl.LOCK_EX) -> Iterator[bool]:
    """Take the lock of a file at once or not at all; the kernel gives it back however the process ends."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
