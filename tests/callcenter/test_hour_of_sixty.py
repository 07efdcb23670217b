"""Sixty operators in simulated time, their server killed again and again: the board says what the log says, to the second.

The suite plays the first minutes; the whole hour is `SIMULATED_MINUTES=60 make test ARGS=tests/callcenter/test_hour_of_sixty.py`.
"""

import heapq
import json
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from itertools import count

import pytest

from callcenter.board import open_board
from callcenter.doing import times_of
from callcenter.enums import ItemState, ListKind, OperatorState
from callcenter.models import CallAttempt, CardClaim, OperatorEvent, QueueItem
from callcenter.services import open_list
from companies.models import Company
from tests.callcenter.clock import NOON
from tests.factories.accounts import make_user
from tests.factories.callcenter import make_callable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kill]
MINUTES = int(os.environ.get("SIMULATED_MINUTES", "8"))
OPERATORS, CARDS, KILLS = 60, 80 + 12 * MINUTES, 1 + MINUTES // 8
HOUR = timedelta(minutes=MINUTES)
RESULTS = {"no_answer": 40, "secretary": 25, "refusal": 15, "letter_received": 20}


class Server:
    """The server of the desk; a request that dies with it is sent again, as a browser does."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.requests = rng, 0
        self.deadly = set(rng.sample(range(60, 30 * MINUTES), KILLS))
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.callcenter.desk_server"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.answer() == "ready"

    def answer(self):
        line = self.process.stdout.readline()
        assert line, "the server has fallen"
        return json.loads(line)

    def ask(self, **request):
        self.requests += 1
        self.send(request)
        if self.requests in self.deadly:
            threading.Event().wait(self.rng.uniform(0, 0.012))  # somewhere inside the verb
            self.stop()
            self.start()
            self.send(request)
        return self.answer()

    def send(self, request) -> None:
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Hour:
    """The browsers of sixty people: each plans what its person does next."""

    def __init__(self, server: Server, people, rng: random.Random) -> None:
        self.server, self.rng, self.now = server, rng, NOON
        self.order, self.agenda = count(), []
        self.finished: Counter = Counter()
        for person in people:
            self.soon(1, 240, self.come, person.pk)
        for minute in range(1, MINUTES):
            self.plan(timedelta(minutes=minute), self.reap)

    def plan(self, delay: timedelta, action, *details) -> None:
        heapq.heappush(self.agenda, (self.now + delay, next(self.order), action, details))

    def soon(self, low: float, high: float, action, *details) -> None:
        self.plan(timedelta(seconds=self.rng.uniform(low, high)), action, *details)

    def ask(self, verb: str, operator: int | None = None, **details):
        return self.server.ask(verb=verb, operator=operator, at=self.now.isoformat(), **details)

    def play(self) -> None:
        while self.agenda and self.agenda[0][0] < NOON + HOUR:
            self.now, _order, action, details = heapq.heappop(self.agenda)
            action(*details)

    def reap(self) -> None:
        self.ask("reap")

    def come(self, operator: int) -> None:
        self.ask("ready", operator)
        self.take(operator)

    def take(self, operator: int) -> None:
        card = self.ask("claim", operator)
        if not card["claim"]:
            self.soon(20, 40, self.take, operator)
        elif card["dialed"]:  # what was left when the browser died
            self.soon(5, 20, self.finish, operator, card["claim"])
        elif self.rng.random() < 0.03:
            self.soon(2, 5, self.pause, operator)
        else:
            self.soon(5, 45, self.dial, operator, card["claim"])

    def pause(self, operator: int) -> None:
        self.ask("pause", operator, reason=self.rng.choice(["rest", "training", "technics"]))
        self.soon(120, 500, self.come, operator)

    def dial(self, operator: int, claim: str) -> None:
        self.ask("dial", operator, claim=claim)
        if self.rng.random() < 0.02:  # the browser dies; its person is back when the lease is over
            self.soon(250, 420, self.come, operator)
            return
        talk = self.rng.uniform(15, 400)
        for beat in range(60, int(talk), 60):
            self.plan(timedelta(seconds=beat), self.beat, operator, claim)
        self.plan(timedelta(seconds=talk), self.hang_up, operator, claim)

    def beat(self, operator: int, claim: str) -> None:
        self.ask("beat", operator, claim=claim)

    def hang_up(self, operator: int, claim: str) -> None:
        self.ask("hang_up", operator, claim=claim)
        self.soon(3, 60, self.finish, operator, claim)

    def finish(self, operator: int, claim: str) -> None:
        result = self.rng.choices(list(RESULTS), list(RESULTS.values()))[0]
        self.ask("finish", operator, claim=claim, result=result)
        self.finished[operator, result] += 1
        self.take(operator)


@pytest.fixture
def people(transactional_db):
    for _ in range(CARDS):
        make_callable()
    open_list(
        actor=make_user("callcenter_head"),
        name="Все",
        kind=ListKind.CALLBACK,
        companies=Company.objects.all(),
        now=NOON - HOUR,
    )
    return [make_user("operator") for _ in range(OPERATORS)]


def seconds_by_state(events: list[OperatorEvent]) -> Counter:
    """An oracle that shares nothing with the code: what does the person do in each second, one by one?"""
    seconds, state = Counter(), ""
    said = [((event.at.replace(microsecond=0) - NOON).total_seconds(), event.state) for event in events]
    for second in range(int(HOUR.total_seconds())):
        while said and said[0][0] <= second:
            state = said.pop(0)[1]
        seconds[state] += 1
    return seconds


def test_the_board_says_what_the_log_says_though_servers_are_killed(people):
    rng = random.Random(60)
    server = Server(rng)
    hour = Hour(server, people, rng)
    try:
        hour.play()
    finally:
        server.stop()
    assert server.requests > max(server.deadly), "every planned kill has happened"
    until = NOON + HOUR
    board, shifts = open_board("", until), times_of([person.pk for person in people], NOON, until)
    attempts = list(CallAttempt.objects.select_related("result"))
    assert Counter((row.operator_id, row.result.code) for row in attempts) == hour.finished  # each result once
    rows = {row.person.pk: row for row in board.rows}
    for person in people:
        own = [row for row in attempts if row.operator_id == person.pk]
        events = list(OperatorEvent.objects.filter(operator=person).order_by("at", "pk"))
        seconds = seconds_by_state(events)
        assert rows[person.pk].figures["calls"] == len(own)
        assert rows[person.pk].figures["talks"] == sum(row.result.is_human for row in own)
        assert rows[person.pk].figures["deciders"] == sum(row.result.is_decider for row in own)
        at_work = bool(events) and events[-1].state != OperatorState.OFF
        assert rows[person.pk].since == (events[-1].at if at_work or rows[person.pk].card else None)
        spent = shifts[person.pk]
        for state in OperatorState.values:
            assert spent.spent(state) == timedelta(seconds=seconds[state]), (person.pk, state)
        assert spent.login == timedelta(seconds=sum(seconds[s] for s in OperatorState.values if s != OperatorState.OFF))
        begun = [row for row in own if row.started_at >= NOON]
        assert spent.calls >= len(begun)  # one that is not over has no result yet
    assert board.figures["calls"] == len(attempts) == sum(row.figures["calls"] for row in board.rows)
    assert board.waiting + board.asleep == QueueItem.objects.filter(state=ItemState.READY).count()
    assert board.talking == sum(
        1 for person in people if OperatorEvent.objects.filter(operator=person).first().state == OperatorState.CALL
    )
    live = QueueItem.objects.live()
    assert live.values("company").distinct().count() == live.count()
    assert CardClaim.objects.filter(token__in=[row.claim for row in attempts]).count() == len(attempts)
