"""The client base at full size: how long the server thinks about a page, for one user, through the whole stack.

Two databases of one kind, 100 000 and 1 000 000 companies (tests/bench/big_base.py), are asked the same questions. They
are kept between runs. Caches are warm, as they are in an office at work; every question has other words.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from activesales.wsgi import application as _as_the_server  # noqa: F401 (its collector rests as the server's does)
from companies.models import Company, Phone, Region, Segment
from contacts.models import Person, PersonPhone
from core.formats import phone as phone_shown
from tests.bench.big_base import have_base
from tests.bench.registry import Figure, bench

SMALL, FULL = 100_000, 1_000_000
REQUESTS = 60  # per figure and person
WARM_UP = 8
TRANSACTION = {"BEGIN", "COMMIT"}  # told by the driver, asks nothing
PEOPLE = ("marketing_head", "manager7")  # who sees everything, and who sees own companies


@dataclass
class Question:
    """One kind of request: how to put it, and what it took."""

    name: str
    ask: Callable[["Words"], str]
    people: tuple[str, ...] = PEOPLE
    times: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    seq_scans: int = 0  # reading the whole table of companies


class Words:
    """Words that occur in the base at hand."""

    def __init__(self, user: User) -> None:
        self.rng = Random(5)
        seen = Company.objects.active().permitted(user, "companies.view_base")
        keys = list(seen.order_by().values_list("pk", flat=True)[:200_000])
        self.keys = self.rng.sample(keys, 300)
        self.rows = list(Company.objects.filter(pk__in=self.keys).exclude(inn=""))
        self.regions = list(Region.objects.filter(companies__in=self.keys).distinct().values_list("pk", flat=True))
        self.segments = list(Segment.objects.values_list("pk", flat=True))
        self.persons = list(Person.objects.filter(company__in=self.keys).values_list("last_name", "first_name"))
        phones = Phone.objects.filter(company__in=self.keys).values_list("number", flat=True)
        persons = PersonPhone.objects.filter(person__company__in=self.keys).values_list("number", flat=True)
        self.phones = [*phones, *persons]

    def company(self) -> Company:
        return self.rng.choice(self.rows)

    def part_of_name(self) -> str:
        """Some letters in a row of a word: three that thousands of names have, or nine that a few have."""
        word = max(re.findall(r"\w+", self.company().name), key=len)
        length = self.rng.randint(3, 9)
        start = self.rng.randrange(max(1, len(word) - length + 1))
        return word[start : start + length]

    def phone(self) -> str:
        """A whole number or its beginning, as people type it."""
        number = self.rng.choice(self.phones)
        spellings = [number, f"8{number[2:]}", phone_shown(number), number[2:], number[:8]]
        return self.rng.choice(spellings)

    def person(self) -> str:
        last, first = self.rng.choice(self.persons)
        return self.rng.choice((last, f"{last} {first}"))


LIST = reverse("companies:list")
SORTS = ["name", "verified", "-verified", "completeness", "-completeness", "last", "-last", "next"]


def _list(words: Words) -> str:
    return f"{LIST}?sort={words.rng.choice(SORTS)}"


def _deep(words: Words) -> str:
    """The page that begins after some company far from the beginning, and the farthest page that has a number."""
    sort = words.rng.choice(SORTS)
    if words.rng.random() < 0.3:
        return f"{LIST}?sort={sort}&page={words.rng.randint(100, 200)}"
    return f"{LIST}?sort={sort}&after={words.company().pk}&page={words.rng.randint(500, 15_000)}"


def _filter(words: Words) -> str:
    rng = words.rng
    parts = [
        f"stage={rng.randint(1, 6)}",
        f"region={rng.choice(words.regions)}",
        f"segment={rng.choice(words.segments)}",
        f"verified={rng.choice(('30', '90', 'old', 'never'))}",
        f"gap={rng.choice(('decider', 'incomplete', 'inn', 'next', 'sleeping'))}",
        f"owner={rng.choice(('none', words.company().owner_id or 'none'))}",
    ]
    chosen = rng.sample(parts, rng.choice((1, 1, 2, 3)))
    return f"{LIST}?{'&'.join(chosen)}&sort={rng.choice(SORTS)}"


def _searched(words: Words, text: str) -> str:
    return f"{LIST}?q={text}"


def _palette(words: Words) -> str:
    whole = words.company()
    texts = (words.part_of_name(), whole.name, whole.inn, words.phone(), words.person(), whole.email or whole.site_host)
    return f"{reverse('companies:search')}?q={words.rng.choice([text for text in texts if text])}"


QUESTIONS = [
    ("list", _list),
    ("deep_page", _deep),
    ("filter", _filter),
    ("search", lambda words: _searched(words, words.part_of_name())),
    ("inn", lambda words: _searched(words, words.company().inn[: words.rng.randint(4, 10)])),
    ("phone", lambda words: _searched(words, words.phone())),
    ("card", lambda words: reverse("companies:detail", args=[words.rng.choice(words.keys)])),
    ("palette", _palette),
]


def measured(size: int) -> dict[tuple[str, str], Question]:
    """Every question to the base of this size, by name and person."""
    have_base(size)
    answers = {}
    for username in PEOPLE:
        user = User.objects.get(username=username)
        client, words = Client(SERVER_NAME="localhost"), Words(user)
        client.force_login(user, backend="accounts.backends.PolicyBackend")
        for name, ask in QUESTIONS:
            question = answers[name, username] = Question(name, ask)
            for number in range(WARM_UP + REQUESTS):
                _put(client, question, ask(words), is_counted=number >= WARM_UP)
    return answers


def _put(client: Client, question: Question, url: str, *, is_counted: bool) -> None:
    began = time.perf_counter()
    response = client.get(url.replace("+", "%2B"))
    spent = (time.perf_counter() - began) * 1000
    assert response.status_code == 200, url
    if not is_counted:
        return
    question.times.append(spent)
    if len(question.times) % 10 == 0:  # counting costs time itself: not in the timed request
        with CaptureQueriesContext(connection) as captured:
            client.get(url.replace("+", "%2B"))
        asked = [query["sql"] for query in captured.captured_queries if query["sql"] not in TRANSACTION]
        question.queries.append(len(asked))
        question.seq_scans += sum(_reads_everything(sql) for sql in asked if "companies_company" in sql)


def _reads_everything(sql: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}" if sql.startswith(("SELECT", "(SELECT")) else "SELECT ''")
        return any("Seq Scan on companies_company" in line for (line,) in cursor.fetchall())


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95) - 1]


@bench("base")
def client_base() -> Iterator[Figure]:
    """The figures of the full base, and how much slower it is than a tenth of it."""
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name the files of a release
    small, full = measured(SMALL), measured(FULL)
    lead, owner = PEOPLE
    for name, _ask in QUESTIONS:
        yield Figure(f"base.{name}_p95_ms", round(p95(full[name, lead].times), 1), "ms")
    yield Figure("base.own_rows_p95_ms", round(max(p95(full[name, owner].times) for name, _ask in QUESTIONS), 1), "ms")
    yield Figure("base.queries_max", max(max(question.queries) for question in full.values()), "queries")
    yield Figure("base.seq_scans", sum(question.seq_scans for question in full.values()), "queries")
    growth = max(p95(full[key].times) / p95(small[key].times) for key in full)
    yield Figure("base.growth_100k_1m", round(growth, 2), "times")
