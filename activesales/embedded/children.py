"""The processes a supervisor watches: each has a log, and comes back when it falls."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from activesales.embedded.logs import Log
from activesales.embedded.processes import end, signal_group, spawn

SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY = 60.0  # whoever ran this long starts again without the pauses of earlier falls
TROUBLE = re.compile(rb"\b(ERROR|CRITICAL|FATAL|PANIC)\b")


def say(text: str) -> None:
    """Tell the console; it may be gone, and a closed terminal must not keep the servers from stopping."""
    try:
        print(text, flush=True)
    except (OSError, ValueError):
        sys.stdout = None  # type: ignore[assignment]


class Child:
    """A process with a name, a way to start it again and a log."""

    def __init__(self, name: str, launch: Callable[[], subprocess.Popen], log: Path) -> None:
        self.name = name
        self.launch = launch
        self.log = log
        self.process: subprocess.Popen | None = None
        self.started = 0.0
        self.due = 0.0
        self.falls = 0

    def start(self) -> None:
        self.process = self.launch()
        self.started = time.monotonic()

    @property
    def has_fallen(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def watch(self) -> None:
        """Notice a fall, and start again when its pause is over."""
        if self.process and self.has_fallen:
            signal_group(self.process, signal.SIGKILL)  # what it has left behind would meet its successor
            self._fall(reason(self.process.returncode))
        elif self.process is None and time.monotonic() >= self.due:
            try:
                self.start()
            except OSError as error:
                self._fall(str(error))

    def _fall(self, why: str) -> None:
        now = time.monotonic()
        self.falls = 1 if now - self.started > STEADY else self.falls + 1
        pause = min(SHORTEST_PAUSE * 2 ** (self.falls - 1), LONGEST_PAUSE)
        self.due, self.process = now + pause, None
        say(f"{self.name} stopped ({why}) and starts again in {pause:.0f} s; its log is {self.log}.")


class Program(Child):
    """A child of our own making; its lines go to its log, and those that speak of trouble to the console as well."""

    patience = 15.0

    def __init__(
        self,
        name: str,
        command: list[str],
        environment: dict[str, str],
        home: Path,
        listener: socket.socket | None = None,
    ) -> None:
        """A listener is a port that the program serves, and that is ours while the program is down."""
        self.lines = Log(home, name)
        self.descriptors = [listener.fileno()] if listener else []
        super().__init__(name, lambda: self._launch(command, environment), self.lines.path)

    def _launch(self, command: list[str], environment: dict[str, str]) -> subprocess.Popen:
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        process = spawn(command, stop_signal=signal.SIGTERM, env=environment, pass_fds=self.descriptors, **pipes)
        self.copier = threading.Thread(target=self._copy, args=(process.stdout,), daemon=True)
        self.copier.start()
        return process

    def _copy(self, source: IO[bytes]) -> None:
        for line in source:
            with contextlib.suppress(OSError, ValueError):  # a full disk must not stop the program that reports it
                self.lines.write(line)
            if TROUBLE.search(line):
                say(f"{self.name:<7}| {line.decode(errors='replace').rstrip()}")

    def stop(self) -> None:
        if self.process:
            end(self.process, number=signal.SIGTERM, patience=self.patience)


def reason(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
