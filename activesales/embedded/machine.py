"""What the machine must offer before anything is started, said at once and in one sentence each."""

import errno
import os
import shutil
import socket
from pathlib import Path

from activesales.embedded import libraries
from activesales.embedded.problems import Problem

NEEDED_SPACE = 300_000_000
CATCHER_PORT = 1025


def listening_address() -> tuple[str, int]:
    """HOST and PORT; without a HOST other machines are let in only if ALLOWED_HOSTS says by which names they may come."""
    host = os.environ.get("HOST") or ("0.0.0.0" if os.environ.get("ALLOWED_HOSTS") else "127.0.0.1")  # noqa: S104
    port = os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Problem(f"PORT must be a number from 1 to 65535, not {port!r}: start with PORT=8000, for instance.")
    return host, int(port)


def check_machine(home: Path) -> None:
    """Say now what would break the start later."""
    if sentence := libraries.missing():
        raise Problem(sentence)
    if shutil.disk_usage(home).free < NEEDED_SPACE:
        megabytes = NEEDED_SPACE // 10**6
        raise Problem(
            f"Less than {megabytes} MB are free for {home}: free some, or set ACTIVESALES_HOME to another disk."
        )


def listen(host: str, port: int) -> socket.socket:
    """Take a port for as long as we run, so that nobody takes it while a program starts or comes back."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except PermissionError:
        raise Problem(f"Port {port} is for root alone: choose one above 1023, such as PORT=8000.") from None
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise Problem(f"{host} is no address of this machine: set HOST to one, or leave it out.") from None
        raise Problem(
            f"Port {port} is in use: stop what listens there, or choose another, such as PORT={port + 1}."
        ) from None
    listener.listen(512)
    return listener


def listen_for_mail() -> socket.socket:
    """The catcher's usual port, or another where two products run on one machine."""
    try:
        return listen("127.0.0.1", int(os.environ.get("EMAIL_CATCHER_PORT") or CATCHER_PORT))
    except Problem:
        return listen("127.0.0.1", 0)


def is_free(host: str, port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    with listen("127.0.0.1", 0) as listener:
        return listener.getsockname()[1]


def terminal_is_there() -> bool:
    """Whether this process still has the terminal it was started from."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
