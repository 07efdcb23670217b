"""The logs of a data folder: one per process, readable by its owner alone, and never longer than a few megabytes."""

from pathlib import Path

LARGEST = 10_000_000


def log_path(home: Path, name: str) -> Path:
    """Where a process writes; what has grown long is set aside first, in place of what was set aside before."""
    path = home / "log" / f"{name}.log"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST:
        path.replace(path.with_suffix(".log.1"))
    return path


class Log:
    """A log that is kept short while it is written, for programs that run for months."""

    def __init__(self, home: Path, name: str) -> None:
        self.home, self.name = home, name
        self._open()

    def _open(self) -> None:
        self.path = log_path(self.home, self.name)
        self.file = self.path.open("ab")

    def write(self, line: bytes) -> None:
        self.file.write(line)
        self.file.flush()
        if self.file.tell() > LARGEST:
            self.file.close()
            self._open()
