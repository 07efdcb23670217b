"""One PostgreSQL cluster per data folder, reached through a unix socket that only its account (and root) can open."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from activesales.embedded.problems import Problem
from activesales.embedded.processes import end, end_leftovers, spawn
from activesales.embedded.quarters import Quarters, postgres_programs

USER = DATABASE = "activesales"
PORT = 5432  # only part of the socket's name: no address is listened on
EXTENSIONS = ("pg_trgm", "unaccent")

# What an administrator may change later in postgresql.conf.
INITIAL_SETTINGS = {
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "max_connections": "200",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Postgres:
    """The database server of a data folder."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes everything down
    patience = 60.0

    def __init__(self, quarters: Quarters, log: Path) -> None:
        self.quarters = quarters
        self.log = log
        self.programs = postgres_programs()
        self.data = quarters.room("postgres") / "data"
        self.sockets = quarters.socket_folder("postgres", f".s.PGSQL.{PORT}")
        self.process: subprocess.Popen | None = None

    def environment(self) -> dict[str, str]:
        """What the settings of the product read."""
        # Only in the form `user@//folder/database` does django-environ take a socket's folder as it is written.
        return {"DATABASE_URL": f"postgres://{USER}@/{quote(str(self.sockets))}/{DATABASE}"}

    def connect(self, database: str = DATABASE) -> "psycopg2.extensions.connection":
        return psycopg2.connect(host=str(self.sockets), port=PORT, user=USER, dbname=database, connect_timeout=5)

    def answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def start(self) -> None:
        """Start the server and wait until it takes commands; a cluster that was killed recovers first."""
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()
        self._write_access_rules()
        self.launch()
        self._wait()
        self._create_database()

    def launch(self) -> subprocess.Popen:
        """Start the process only; the supervisor does so again when the server has crashed."""
        end_leftovers(self.data, "postgres", self.stop_signal)
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # its number may be another's by now
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": '"{}"'.format(str(self.sockets).replace('"', '""')),
            "unix_socket_permissions": "0700",
            "fsync": "on",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.process = self._spawn("postgres", "-D", str(self.data), "-p", str(PORT), *options)
        return self.process

    def stop(self) -> None:
        if self.process:
            end(self.process, number=self.stop_signal, patience=self.patience)

    def recreate_database(self) -> None:
        """Throw the product's database away and make an empty one."""
        self._order("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._create_database()

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """Let commits return before they are on the disk (it still is synced): for a base that is made anew if cut short."""
        self._order("ALTER DATABASE {} SET synchronous_commit TO off")
        yield
        self._order("ALTER DATABASE {} RESET synchronous_commit")

    def _order(self, statement: str) -> None:
        connection = self.connect("postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(DATABASE)))
        connection.close()

    def _spawn(self, program: str, *arguments: str) -> subprocess.Popen:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_MESSAGES": "C"}
        with self.log.open("ab") as log:
            return spawn(
                [str(self.programs / program), *arguments],
                stop_signal=self.stop_signal,
                account=self.quarters.account,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.data.parent,
                env=environment,
            )

    def _create_cluster(self) -> None:
        """Make the cluster beside its place and rename it: one cut short is never taken for a whole one."""
        unfinished = self.data.with_name("data.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        settings = [part for name, value in INITIAL_SETTINGS.items() for part in ("--set", f"{name}={value}")]
        # The built-in provider compares by code points, so that plain indexes serve prefixes, and knows Cyrillic;
        # full-text and trigram functions ask libc what a letter is, hence the first C.UTF-8.
        locale = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        process = self._spawn("initdb", "-D", str(unfinished), "-U", USER, "--auth=peer", *locale, *settings)
        try:
            if process.wait() != 0:
                raise Problem(f"The database could not be created ({last_line(self.log)}): see {self.log}.")
        finally:
            end(process, number=signal.SIGTERM, patience=10)
        unfinished.rename(self.data)

    def _write_access_rules(self) -> None:
        """Let in by the socket whoever started the server, and root; nobody else, and nothing by network."""
        names = sorted({pwd.getpwuid(os.geteuid()).pw_name, "root"})
        self._write("pg_hba.conf", "local all all peer map=quarters\n")
        self._write("pg_ident.conf", "".join(f'quarters "{name}" {USER}\n' for name in names))

    def _write(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text(text, encoding="utf-8")
        if self.quarters.account:
            os.chown(path, self.quarters.account.pw_uid, self.quarters.account.pw_gid)

    def _wait(self) -> None:
        while self.process and self.process.poll() is None:
            try:
                self.connect("postgres").close()
            except psycopg2.OperationalError as error:
                if "authentication failed" in str(error):
                    raise Problem(f"The database does not let this account in: see {self.log}.") from error
                time.sleep(0.05)
            else:
                return
        raise Problem(f"The database did not start ({last_line(self.log)}): see {self.log}.")

    def _create_database(self) -> None:
        """Extensions go into template1, so that every later database has them."""
        connection = self.connect("template1")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.rowcount:
                for extension in EXTENSIONS:
                    cursor.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        connection.close()


def last_line(path: Path) -> str:
    """The end of a log, for a sentence that must hold the reason."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
    return (fatal or lines or ["no message"])[-1]
