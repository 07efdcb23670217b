"""The call queue at full size: half a million cards of which four fifths lie outside calling hours, sixty operators.

The cards stand on the base of 100 000 companies (tests/bench/big_base.py): five lists have each company once, so that the
same company waits in several lists, and the closed cards have the higher priority. «Open» and «closed» are spans of hours,
and the days around the run are working days: the bench says the same at any hour of any day.
"""

import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPConnection
from importlib import import_module
from multiprocessing import get_context
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Team, User
from accounts.services import hire_user
from activesales.embedded.prepare import collect_static
from callcenter import claim as sql
from callcenter import hours, mix
from callcenter.enums import ListKind
from callcenter.models import CallAttempt, CallList, QueueItem, Script
from callcenter.services import claim_next, go_on_line
from callcenter.services.cards import COMPANY_BUSY
from operations import workdays
from operations.models import CalendarDay
from tests.addresses import address_of
from tests.bench.base import SMALL, p95
from tests.bench.big_base import have_base
from tests.bench.registry import Figure, bench
from tests.ports import free_port, somebody_listens

LISTS, OPERATORS = 5, 60
OPEN, CLOSED = "00:00-23:59", "03:00-03:01"
PROCESSES, SECONDS, ROUNDS = 4, 4, 5  # of several short rounds the one in the middle: a machine has its moods
SHIFT = 120  # seconds of sixty operators over HTTP
PAUSE = (15, 35)  # seconds of a call: three times quicker than people
LOOKS = 2  # seconds between two looks at the board, as its page has it
CSRF = "b" * 32

CARDS = """
    INSERT INTO callcenter_queueitem (call_list_id, company_id, tier, priority, pool, time_zone, hours, due_at, state,
        is_offered, dialed_number, attempts, last_result)
    SELECT %(list)s, id, 3, CASE WHEN id %% 5 = 0 THEN 50 ELSE 90 END, 0, (%(zones)s::text[])[1 + id %% 11],
        CASE WHEN id %% 5 = 0 THEN %(open)s ELSE %(closed)s END, %(now)s - id * interval '1 second', 'ready', true, '', 0, ''
    FROM companies_company
"""
EMPTY = """TRUNCATE callcenter_queueitem, callcenter_calllist, callcenter_cardclaim, callcenter_callattempt,
    callcenter_operatorevent, callcenter_listshare RESTART IDENTITY CASCADE"""
# a card given twice without having been called in between, and a company in two hands at one time
DOUBLES = """
    WITH held AS (
        SELECT q.company_id, c.item_id, c.at, coalesce(a.ended_at, now()) AS until
        FROM callcenter_cardclaim c
        JOIN callcenter_queueitem q ON q.id = c.item_id
        LEFT JOIN callcenter_callattempt a ON a.claim = c.token
    )
    SELECT count(*) FROM held one JOIN held other
    ON one.company_id = other.company_id AND one.at < other.at AND other.at < one.until
"""


@bench("queue")
def call_queue() -> Iterator[Figure]:
    """Claims against the bare statements, then a shift of sixty operators through the web server."""
    have_base(SMALL)
    operators = _prepare()
    pairs = [(_rate(_bare_claims, operators), _rate(_verb_claims, operators)) for _round in range(ROUNDS)]
    bare, verb = sorted(pairs, key=lambda pair: pair[1] / pair[0])[ROUNDS // 2]
    yield Figure("queue.bare_sql_claims_per_s", round(bare, 1), "claims/s")
    yield Figure("queue.claims_per_s", round(verb, 1), "claims/s")
    yield Figure("queue.vs_bare_sql", round(verb / bare, 2), "times")
    operators = _prepare()
    shift = Shift(operators)
    shift.play()
    yield Figure("queue.claims", len(shift.claims), "claims")
    yield Figure("queue.claim_p95_ms", round(p95(shift.claims), 1), "ms")
    yield Figure("queue.page_p95_ms", round(p95(shift.answers), 1), "ms")
    yield Figure("queue.board_lag_p95_s", round(p95(shift.lags()), 2), "s")
    with connection.cursor() as cursor:
        cursor.execute(DOUBLES)
        yield Figure("queue.doubles", cursor.fetchone()[0], "cards")
        cursor.execute(EMPTY)


def _prepare() -> list[User]:
    """Half a million waiting cards, sixty operators on the line, working days around today."""
    now = timezone.now()
    today = timezone.localdate(now)
    CalendarDay.objects.all().delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=today + timedelta(days=shift), is_working=True) for shift in (-1, 0, 1)
    )
    workdays.announce()
    operators = _operators()
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
        for number in range(LISTS):
            call_list = CallList.objects.create(
                name=f"Список {number}",
                kind=ListKind.CALLBACK,
                script=Script.objects.filter(kind=ListKind.CALLBACK).first(),
                created_by=operators[0],
                created_at=now,
            )
            values = {"list": call_list.pk, "zones": list(hours.RUSSIAN_ZONES), "now": now}
            cursor.execute(CARDS, values | {"open": OPEN, "closed": CLOSED})
        cursor.execute("VACUUM ANALYZE callcenter_queueitem")
    for operator in operators:
        go_on_line(operator)
    return operators


def _operators() -> list[User]:
    known = {user.username: user for user in User.objects.filter(username__startswith="bench_operator")}
    team = Team.objects.filter(function="communications").first()
    for number in range(OPERATORS):
        name = f"bench_operator{number}"
        if name not in known:
            known[name] = hire_user(
                actor=None, username=name, password="x", roles=["operator"], team=team, check_password=False
            )
    return list(known.values())


# --- claims against bare statements ------------------------------------------------------------------------------


def _rate(work: Callable[[list[User], float], tuple[int, float]], operators: list[User]) -> float:
    """Claims a second of several processes; only the time of the claims themselves is counted."""
    connection.close()
    share = len(operators) // PROCESSES
    teams = [operators[place * share : (place + 1) * share] for place in range(PROCESSES)]
    with get_context("fork").Pool(PROCESSES) as pool:
        parts = pool.starmap(work, [(team, time.time() + SECONDS) for team in teams])
    return sum(number / spent for number, spent in parts)


def _bare_claims(operators: list[User], until: float) -> tuple[int, float]:
    """The statements that cannot be left out, and nothing of Django: which windows wait, lock the next card, take it."""
    number, spent = 0, 0.0
    while time.time() < until:
        operator, now = operators[number % len(operators)], timezone.now()
        began = time.perf_counter()
        windows = hours.open_windows(sql.waiting_windows(), now)
        with transaction.atomic():
            found = sql.lock_nearest(operator.pk, windows, mix.EVERYBODY, now, 64)
            assert found, "the queue is not empty"
            is_taken = _bare_take(found, operator, now)
        spent += time.perf_counter() - began
        number += is_taken
        if is_taken:
            QueueItem.objects.filter(pk=found).update(state="done", held_by=None, claim=None)
    return number, spent


def _bare_take(item: int, operator: User, now: datetime) -> bool:
    """A company that is on the line in another list is put off, as the verb does."""
    try:
        with transaction.atomic():
            return sql.take(item, operator.pk, uuid4(), now)
    except IntegrityError:
        QueueItem.objects.filter(pk=item).update(due_at=now + COMPANY_BUSY)
        return False


def _verb_claims(operators: list[User], until: float) -> tuple[int, float]:
    number, spent = 0, 0.0
    while time.time() < until:
        operator = operators[number % len(operators)]
        began = time.perf_counter()
        card = claim_next(operator)
        spent += time.perf_counter() - began
        assert card, "the queue is not empty"
        number += 1
        QueueItem.objects.filter(pk=card.pk).update(state="done", held_by=None, claim=None)
    return number, spent


# --- a shift through the web server ------------------------------------------------------------------------------


@dataclass
class Shift:
    """Sixty operators and a supervisor, each with a connection of his own to the web server as it runs in production."""

    operators: list[User]
    claims: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    finished: list[float] = field(default_factory=list)  # moments
    seen: list[tuple[float, int]] = field(default_factory=list)  # (moment, calls on the board)
    port: int = field(default_factory=free_port)

    def play(self) -> None:
        """Start the server, let everybody work, stop the server."""
        collect_static()
        size = ["--workers", "2", "--threads", "4", "--preload", "--timeout", "60"]
        command = [sys.executable, "-m", "gunicorn", "activesales.wsgi:application", "--bind", f"127.0.0.1:{self.port}"]
        surroundings = {"ALLOWED_HOSTS": "localhost", "DATABASE_URL": address_of(connection.settings_dict["NAME"])}
        server = subprocess.Popen([*command, *size], env=os.environ | surroundings)
        try:
            while not somebody_listens(self.port):
                assert server.poll() is None, "the web server has not started"
                time.sleep(0.1)
            self._work()
        finally:
            server.terminate()
            server.wait(timeout=30)

    def _work(self) -> None:
        until = time.monotonic() + SHIFT
        head = User.objects.holding("callcenter.view_board").first()
        assert head
        threads = [threading.Thread(target=self._operate, args=(_session(user), until)) for user in self.operators]
        is_over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(_session(head), is_over))
        for thread in (watcher, *threads):
            thread.start()
        for thread in threads:
            thread.join()
        time.sleep(2 * LOOKS)  # the last calls are to be seen too
        is_over.set()
        watcher.join()

    def _operate(self, session: str, until: float) -> None:
        chance = random.Random(session)
        time.sleep(chance.uniform(0, PAUSE[1]))
        page = self._ask(session, "POST", "/calls/ready/")
        while time.monotonic() < until:
            token = re.search(r"/calls/cards/([0-9a-f-]{36})/finish/", page)
            assert token, "no card on the page"
            number = re.search(r'name="number" value="(\+\d+)"|data-number="(\+\d+)"', page)
            self._ask(
                session, "POST", f"/calls/cards/{token[1]}/dial/", f"number={number[1] or number[2] if number else ''}"
            )
            time.sleep(chance.uniform(*PAUSE))
            result = "result=no_answer&contact=hour" if chance.random() < 0.6 else "result=letter_received&contact=week"
            page = self._ask(session, "POST", f"/calls/cards/{token[1]}/finish/", f"{result}&note=bench")
            self.finished.append(time.monotonic())

    def _watch(self, session: str, is_over: threading.Event) -> None:
        """As the board's page does."""
        while not is_over.wait(LOOKS):
            page = self._ask(session, "GET", "/calls/board/")
            calls = re.search(r'data-calls="(\d+)"', page)
            assert calls, "the board does not tell its calls"
            self.seen.append((time.monotonic(), int(calls[1])))

    def _ask(self, session: str, method: str, path: str, body: str = "") -> str:
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        headers = {"Host": "localhost", "Cookie": cookie, "X-CSRFToken": CSRF, "HX-Request": "true"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        caller = HTTPConnection("127.0.0.1", self.port, timeout=60)
        began = time.perf_counter()
        caller.request(method, path, body.replace("+", "%2B"), headers)
        answer = caller.getresponse()
        page = answer.read().decode()
        caller.close()
        assert answer.status in (200, 204), f"{method} {path}: {answer.status} {page[:300]}"
        if claimed := re.search(r"claim;dur=([\d.]+)", answer.getheader("Server-Timing") or ""):
            self.claims.append(float(claimed[1]))
            self.answers.append((time.perf_counter() - began) * 1000)
        return page

    def lags(self) -> list[float]:
        """From the end of each call to the first look at the board that counts it, in seconds."""
        found = []
        for number, moment in enumerate(sorted(self.finished), start=1):
            looks = [at for at, calls in self.seen if calls >= number and at >= moment]
            if looks:
                found.append(looks[0] - moment)
        assert len(found) >= 0.9 * len(self.finished), "the board lost calls"
        assert CallAttempt.objects.count() == len(self.finished)
        return found


def _session(user: User) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), "accounts.backends.PolicyBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return store.session_key
