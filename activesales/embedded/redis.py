"""One Redis per data folder: broker and cache, on a unix socket that only its account (and root) can open."""

import os
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import redis

from activesales.embedded.problems import Problem
from activesales.embedded.processes import end, end_leftovers, spawn
from activesales.embedded.quarters import Quarters, redis_programs


class Redis:
    """The broker of a data folder; it writes every command to a file that is synced once a second."""

    name = "redis"
    stop_signal = signal.SIGTERM
    patience = 30.0

    def __init__(self, quarters: Quarters, log: Path) -> None:
        self.quarters = quarters
        self.log = log
        self.programs = redis_programs()
        self.data = quarters.room("redis")
        self.socket = quarters.socket_folder("redis", "redis.sock") / "redis.sock"
        self.process: subprocess.Popen | None = None

    def environment(self) -> dict[str, str]:
        """What the settings of the product read; Celery writes the number of the database in its own way."""
        path = quote(str(self.socket))
        return {"REDIS_URL": f"unix://{path}?db=0", "CELERY_BROKER_URL": f"redis+socket://{path}?virtual_host=0"}

    def answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self.socket)) as client:
                return bool(client.ping())
        except (redis.ConnectionError, redis.BusyLoadingError):
            return False

    def start(self) -> None:
        self.launch()
        while self.process and self.process.poll() is None:
            if self.answers():
                return
            time.sleep(0.05)
        raise Problem(f"Redis did not start: see {self.log}.")

    def launch(self) -> subprocess.Popen:
        """Start the process only; the supervisor does so again when the server has crashed."""
        end_leftovers(self.data, "redis-server", self.stop_signal)
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "databases": "32",
            "maxmemory-policy": "noeviction",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        with self.log.open("ab") as log:
            self.process = spawn(
                [str(self.programs / "redis-server"), *options, "--save", ""],
                stop_signal=self.stop_signal,
                account=self.quarters.account,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.data,
                env={"PATH": os.environ.get("PATH", os.defpath)},
            )
        return self.process

    def stop(self) -> None:
        if self.process:
            end(self.process, number=self.stop_signal, patience=self.patience)
