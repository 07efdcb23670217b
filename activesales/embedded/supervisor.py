"""The one process behind `make run` and `make demo`: it starts the product, watches it, and leaves nothing running."""

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

import psycopg2

from activesales.embedded import ALREADY_SAID, BASE_IS_EMPTY
from activesales.embedded.children import Child, Program, say
from activesales.embedded.machine import check_machine, listen, listen_for_mail, listening_address, terminal_is_there
from activesales.embedded.postgres import Postgres
from activesales.embedded.problems import Problem
from activesales.embedded.processes import end, signal_group, spawn
from activesales.embedded.servers import Server, owned_servers

ROOT = Path(__file__).resolve().parent.parent.parent
ASK_TELEPHONY = 10.0  # seconds between looks at which telephone system is connected
WANTS_LISTENER = "SELECT EXISTS (SELECT FROM callcenter_phoneaccount WHERE is_active AND provider = 'asterisk')"
FIRST_ANSWER = 300.0  # seconds a slow and busy machine may take to the first page
DEMO = ["simulate", "--scenario", "nissa", "--weeks", "4", "--seed", "1"]


class Stopped(BaseException):
    """Somebody pressed Ctrl+C, closed the terminal, or asked the process to end."""


def serve(home: Path, *, demo: bool) -> int:
    """Run the product until somebody stops it."""
    host, port = listening_address()
    check_machine(home)
    with ExitStack() as stack:
        listener = stack.enter_context(listen(host, port))
        programs: list[Program] = []
        stack.enter_context(until_stopped(programs))
        servers = stack.enter_context(owned_servers(home))
        stack.callback(stop, programs)
        Supervisor(home, listener, servers, programs).run(demo=demo)
    return 0


@contextmanager
def until_stopped(programs: list[Program]) -> Iterator[None]:
    """Turn the signals that mean "stop" into an orderly end; a second one ends the programs (not the servers) at once."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # `nohup` wants to outlive its terminal
        numbers.append(signal.SIGHUP)

    def hurry(_number: int, _frame: FrameType | None) -> None:
        for program in programs:
            if program.process:
                signal_group(program.process, signal.SIGKILL)

    def begin_to_stop(_number: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, hurry)
        raise Stopped

    for number in numbers:
        signal.signal(number, begin_to_stop)
    try:
        yield
    except Stopped:
        say("Stopped.")


def stop(programs: list[Program]) -> None:
    """All at once: a worker may need its patience to finish what it is at."""
    for program in programs:
        if program.process:
            with contextlib.suppress(ProcessLookupError):
                program.process.terminate()
    for program in programs:
        program.stop()


class Supervisor:
    """One running product: its servers, its programs and the surroundings they are started in."""

    def __init__(self, home: Path, listener: socket.socket, servers: list[Server], programs: list[Program]) -> None:
        self.home, self.listener = home, listener
        self.servers, self.programs = servers, programs
        self.port = listener.getsockname()[1]
        self.has_terminal = signal.getsignal(signal.SIGHUP) != signal.SIG_IGN and terminal_is_there()
        self.environment = {"SITE_URL": f"http://localhost:{self.port}", **os.environ, "PYTHONUNBUFFERED": "1"}
        for server in servers:
            self.environment |= server.environment()
        self.mail_listener = None if self.environment.get("EMAIL_URL") else listen_for_mail()
        if self.mail_listener:
            self.environment["EMAIL_CATCHER_PORT"] = str(self.mail_listener.getsockname()[1])

    def run(self, *, demo: bool) -> None:
        """The first page comes before the background work: somebody is waiting for it."""
        if self.prepare() and demo:
            self.play_demo()
        self.start_web()
        self.wait_for_answer()
        self.start_catcher()
        self.start_workers()
        say(f"\nActive Sales runs at {self.environment['SITE_URL']}, its data are in {self.home}. Ctrl+C stops it.")
        self.run_aloud(manage("print_logins"))
        self.watch()

    @property
    def unfinished_demo(self) -> Path:
        return self.home / "demo.unfinished"

    def prepare(self) -> bool:
        """Bring the base up to date; tell whether it is empty."""
        if self.unfinished_demo.exists():
            self.begin_anew()
        code = self.run_aloud([sys.executable, "-m", "activesales.embedded.prepare"])
        if code == ALREADY_SAID:
            sys.exit(1)
        if code not in (0, BASE_IS_EMPTY):
            raise Problem("The database could not be brought up to date: the reason stands above.")
        return code == BASE_IS_EMPTY

    @property
    def postgres(self) -> Postgres | None:
        """Our own database server, unless an outside one is used."""
        return next((server for server in self.servers if isinstance(server, Postgres)), None)

    def begin_anew(self) -> None:
        """A demo that was interrupted is a department that stopped in mid-sentence: play it from the beginning."""
        if not self.postgres:
            raise Problem(f"The demo was cut short: empty your database, remove {self.unfinished_demo}, start again.")
        say("The demo was cut short while it was played: it begins anew.")
        self.postgres.recreate_database()

    def play_demo(self) -> None:
        """Weeks of a department at work, by the verbs of the product; the catcher takes the letters it sends."""
        self.unfinished_demo.touch()
        with self.postgres.hurried() if self.postgres else nullcontext():
            self.start_catcher()
            if self.run_aloud(manage(*DEMO)):
                raise Problem("The demo department could not be played: the reason stands above.")
        self.unfinished_demo.unlink()

    def run_aloud(self, command: list[str]) -> int:
        """Run a command that talks to the console, and take it along if we are stopped."""
        process = spawn(command, stop_signal=signal.SIGTERM, env=self.environment, cwd=ROOT)
        try:
            while process.poll() is None:
                self.rest()
        finally:
            end(process, number=signal.SIGTERM, patience=5)
        return process.returncode

    def start_catcher(self) -> None:
        runs = any(program.name == "mail" for program in self.programs)
        if self.mail_listener and not runs:
            command = manage("catch_mail", "--descriptor", str(self.mail_listener.fileno()))
            self.start_program("mail", command, self.mail_listener)

    def start_web(self) -> None:
        bind = ["--bind", f"fd://{self.listener.fileno()}", "--no-control-socket"]
        size = ["--workers", "2", "--threads", "4", "--preload", "--timeout", "60", "--graceful-timeout", "10"]
        command = [sys.executable, "-m", "gunicorn", "activesales.wsgi:application", *bind, *size]
        self.start_program("web", command, self.listener)

    def start_workers(self) -> None:
        celery = [sys.executable, "-m", "celery", "--app", "activesales.celery:app"]
        worker = [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"]
        self.start_program("worker", [*worker, "--without-gossip", "--without-mingle"])
        schedule = str(self.home / "beat.schedule")
        self.start_program("beat", [*celery, "beat", "--loglevel", "WARNING", "--schedule", schedule, "--pidfile="])

    def start_program(self, name: str, command: list[str], listener: socket.socket | None = None) -> None:
        program = Program(name, command, self.environment, self.home, listener)
        self.programs.append(program)
        program.start()

    def wait_for_answer(self) -> None:
        """Wait until the first page is served, for the address is only worth printing then."""
        deadline = time.monotonic() + FIRST_ANSWER
        while not self.answers():
            for program in self.programs:
                if program.has_fallen:
                    raise Problem(f"{program.name} did not start: see {program.log}.")
            if time.monotonic() > deadline:
                raise Problem(f"The web server did not answer in {FIRST_ANSWER:.0f} s: see {self.home / 'log'}.")
            self.rest()

    def answers(self) -> bool:
        """Any answer will do: "sign in first" is one too."""
        host = self.listener.getsockname()[0]
        connection = HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, self.port, timeout=2)  # noqa: S104
        try:
            connection.request("GET", "/", headers={"Host": f"localhost:{self.port}"})
            connection.getresponse()
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
        return True

    def watch(self) -> None:
        servers = [self.watched(server) for server in self.servers]
        due = 0.0
        while True:
            for child in [*self.programs, *servers]:
                child.watch()
            if time.monotonic() >= due:
                self.match_telephony()
                due = time.monotonic() + ASK_TELEPHONY
            self.rest()

    def match_telephony(self) -> None:
        """The listener runs only while Asterisk is the telephone system; what cannot be asked now stays as it is."""
        try:
            is_wanted = self.wants_listener()
        except psycopg2.Error:
            return
        running = next((program for program in self.programs if program.name == "phone"), None)
        if is_wanted and not running:
            self.start_program("phone", manage("listen_to_asterisk"))
        elif running and not is_wanted:
            running.stop()
            self.programs.remove(running)

    def wants_listener(self) -> bool:
        """Asked of the base itself: the supervisor is small because it carries no Django."""
        url = self.environment["DATABASE_URL"]
        connection = self.postgres.connect() if self.postgres else psycopg2.connect(url, connect_timeout=5)
        try:
            with connection.cursor() as cursor:
                cursor.execute(WANTS_LISTENER)
                return cursor.fetchone() == (True,)
        finally:
            connection.close()

    def rest(self) -> None:
        """Pause; and notice a closed terminal, of which `make` is told and we are not."""
        time.sleep(0.1)
        if self.has_terminal and not terminal_is_there():
            raise Stopped

    def watched(self, server: Server) -> Child:
        """A server as one of the children: it runs already, and whoever started it stops it."""
        child = Child(server.name, server.launch, server.log)
        child.process = server.process
        child.started = time.monotonic()
        return child


def manage(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), *arguments]
