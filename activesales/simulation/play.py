"""The clock of a played department: what is to happen waits in order of time and happens one after another.

Each function of the sales cycle adds its events of the day (marketing, calling, selling, control); an event calls verbs
and plans what follows from them. Chance comes from one generator, so that a seed plays the same department again.
"""

import heapq
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone, translation

from accounts.services import audit
from activesales.simulation import calling, collection, control, marketing, selling
from activesales.simulation.goods import write_price_list
from activesales.simulation.market import Market
from activesales.simulation.scenarios import Scenario
from activesales.simulation.staff import hire_staff
from companies.models import Segment, Source
from contacts.models import Cycle
from operations.workdays import is_working_day

OFFICE = ZoneInfo("Europe/Moscow")
MOST_LEFT = 14
PLAYED = "simulation.played"  # the line of the journal by which a demo is known


class Play:
    """A department from its first day until a moment."""

    def __init__(
        self,
        scenario: Scenario,
        *,
        weeks: int,
        seed: int,
        password: str,
        companies: int = 0,
        until: datetime | None = None,
    ) -> None:
        self.scenario, self.weeks, self.seed, self.password = scenario, weeks, seed, password
        self.rng = Random(f"{scenario.code} {seed}")  # noqa: S311 (a game, not a secret)
        self.until = until or timezone.now()
        self.days = working_days(self.until.astimezone(OFFICE).date(), weeks)
        self.now = self.clock(self.days[0], 8) - timedelta(minutes=30)
        self.market = Market(self.rng, scenario.towns)
        wanted = companies or weeks * scenario.companies_a_week
        self.reserve = min(MOST_LEFT, wanted // 4)  # companies found at the very end: there is somebody left to call
        self.companies_left = wanted - self.reserve
        self.order = count()
        self.agenda: list[tuple[datetime, int, Callable[..., None], tuple]] = []
        self.cycle: Cycle | None = None
        self.invoices = 0

    # --- time -----------------------------------------------------------------------------------------------------

    def clock(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A moment of the office's day."""
        return datetime.combine(day, time(hour, minute), OFFICE)

    @property
    def today(self) -> date:
        return self.now.astimezone(OFFICE).date()

    def at(self, moment: datetime, action: Callable[..., None], *details: object) -> None:
        """Something will happen, never before now; what is past the end of the play stays planned for ever."""
        moment = max(moment, self.now)
        heapq.heappush(self.agenda, (moment, next(self.order), action, details))

    def soon(self, low: float, high: float, action: Callable[..., None], *details: object) -> None:
        """In so many minutes."""
        self.at(self.now + timedelta(minutes=self.rng.uniform(low, high)), action, *details)

    def in_days(self, low: int, high: int, action: Callable[..., None], *details: object) -> None:
        """On a later working day, in working hours."""
        self.at(self.later(self.rng.randint(low, high)), action, *details)

    def later(self, days: int) -> datetime:
        """A moment of the office's hours so many working days ahead."""
        day = self.today
        for _each in range(days):
            day += timedelta(days=1)
            while not is_working_day(day):
                day += timedelta(days=1)
        return self.clock(day, self.rng.randint(10, 17), self.rng.randrange(60))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    # --- the play -------------------------------------------------------------------------------------------------

    def run(self) -> Iterator[date]:
        """Play; each finished day is yielded, for the progress bar."""
        with translation.override("ru"), timezone.override(OFFICE), quick_commits():
            self.open()
            for number, day in enumerate(self.days):
                self.plan_day(number, day)
                self.play_until(min(self.clock(day, 23, 59), self.until))
                yield day
            audit(
                PLAYED,
                actor=self.staff.one("project_lead"),
                subject=self.scenario.department,
                seed=self.seed,
                weeks=self.weeks,
            )

    def open(self) -> None:
        """Before the first morning: people, prices, plans."""
        self.staff = hire_staff(self.scenario, rng=self.rng, password=self.password)
        self.segments = {segment.name: segment for segment in Segment.objects.all()}
        self.sources = {source.name: source for source in Source.objects.all()}
        write_price_list(self.staff.one("sales_head"))
        control.set_targets(self)

    def plan_day(self, number: int, day: date) -> None:
        for function in (collection, marketing, calling, selling, control):
            function.plan_day(self, number, day)

    def play_until(self, moment: datetime) -> None:
        while self.agenda and self.agenda[0][0] <= moment:
            self.now, _order, action, details = heapq.heappop(self.agenda)
            action(self, *details)


def working_days(last: date, weeks: int) -> list[date]:
    """The working days of the weeks that end with this day."""
    first = last - timedelta(days=7 * weeks)
    return [day for shift in range(7 * weeks + 1) if is_working_day(day := first + timedelta(days=shift))]


class quick_commits:  # noqa: N801 (reads as a statement)
    """Commits do not wait for the disk: a play that is cut short is begun anew and not recovered."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO off")

    def __exit__(self, *_error: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
