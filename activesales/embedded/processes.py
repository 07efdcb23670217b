"""Starting and ending other programs so that none outlives the process that started it."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Ask the kernel to send the child `number` when this process dies, even by `kill -9`."""
    parent = os.getpid()

    def prepare() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # it died before the kernel was asked
            os.kill(os.getpid(), number)

    return prepare


def spawn(
    command: list[str], *, stop_signal: signal.Signals, account: pwd.struct_passwd | None = None, **options: Any
) -> subprocess.Popen:
    """Start a program (as `account`, if given) in its own group, where a Ctrl+C in the terminal does not reach it."""
    if account:
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return subprocess.Popen(command, start_new_session=True, preexec_fn=die_with_parent(stop_signal), **options)


def signal_group(process: subprocess.Popen, number: signal.Signals) -> None:
    """Signal everything the process started; its group may be gone already."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def end(process: subprocess.Popen, *, number: signal.Signals, patience: float) -> None:
    """Ask the process to stop; after `patience` seconds it and all its children are killed."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(number)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    signal_group(process, signal.SIGKILL)
    process.wait()


def processes_in(folder: Path, program: str) -> Iterator[int]:
    """Processes of `program` that work in `folder`: both servers change into their data folder when they start."""
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is another account's
            if (entry / "cwd").readlink() == folder and (entry / "comm").read_text().strip() == program:
                yield int(entry.name)


def end_leftovers(folder: Path, program: str, number: signal.Signals, patience: float = 60) -> None:
    """Stop a server whose owner was killed; the caller holds the lock of the data folder, so it is nobody's."""
    deadline = time.monotonic() + patience
    while leftovers := list(processes_in(folder, program)):
        if time.monotonic() > deadline:
            number = signal.SIGKILL
        for pid in leftovers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        time.sleep(0.2)
