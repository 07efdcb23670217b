"""A whole product for the journeys: pages from this process, a real Celery worker, a real mail catcher, a real browser.

Operators may call only in the client's working hours, so the journeys happen at eleven on a working day, whenever they are run.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Browser, Error, Page, sync_playwright

from activesales.simulation.goods import write_price_list
from activesales.simulation.scenarios import NISSA
from activesales.simulation.staff import Staff, hire_staff
from operations.workdays import is_working_day
from tests.ports import free_port, somebody_listens

PASSWORD = "demo"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
# Chromium asks which program to call with, and takes the keyboard away until somebody answers.
NO_TELEPHONE = """document.addEventListener("click", (event) => event.target.closest('a[href^="tel:"]') && event.preventDefault())"""
WORKER = """
import sys, time_machine
time_machine.travel(float(sys.argv[1]) , tick=True).start()
from activesales.celery import app
app.worker_main(["worker", "--pool", "solo", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"])
"""

# Playwright keeps a loop running in this thread; Django's guard against loops does not know that it is not ours.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def working_morning() -> datetime:
    """Eleven in Moscow on the next working day; later than now, so that no cookie has expired."""
    moment = datetime.now(ZoneInfo("Europe/Moscow")).replace(hour=11, minute=0) + timedelta(days=1)
    while not is_working_day(moment.date()):
        moment += timedelta(days=1)
    return moment


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM")
    if not path:
        if os.environ.get("CI") == "true":
            pytest.fail("CHROMIUM names no browser: run the suite by `make test`.")
        pytest.skip("no browser: run the suite by `make test`, or name one in CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@dataclass
class Site:
    """The running product, and a seat in front of it for each person."""

    url: str
    browser: Browser
    staff: Staff

    def page(self, **options: Any) -> Page:
        context = self.browser.new_context(base_url=self.url, locale="ru-RU", timezone_id="Europe/Moscow", **options)
        context.set_default_timeout(30_000)
        context.add_init_script(NO_TELEPHONE)
        page = context.new_page()
        page.on("response", lambda answer: print(answer.status, answer.url) if answer.status >= 400 else None)
        page.on("console", lambda message: print(message.text) if message.type == "error" else None)
        return page

    def sign_in(self, login: str, **options: Any) -> Page:
        """Through the sign-in page, as a person does; lands on the own working screen."""
        page = self.page(**({"viewport": {"width": 1366, "height": 768}} | options))
        page.goto("/")
        page.fill("#id_login", login)
        page.fill("#id_password", PASSWORD)
        page.press("#id_password", "Enter")
        page.wait_for_url(lambda url: "/accounts/login" not in url)
        return page


@pytest.fixture
def clock() -> Iterator[datetime]:
    with time_machine.travel(working_morning(), tick=True) as traveller:
        yield traveller


@pytest.fixture
def site(clock: Any, browser: Browser, transactional_db: None, live_server: Any) -> Iterator[Site]:
    """Pages of an office where everybody is hired and the price list is written; afterwards none stays open and asks on."""
    cache.clear()
    staff = hire_staff(NISSA, rng=Random(1), password=PASSWORD)
    write_price_list(staff.one("sales_head"))
    yield Site(live_server.url, browser, staff)
    for context in browser.contexts:
        context.close()


@pytest.fixture
def backstage(site: Site) -> Iterator[int]:
    """The worker and the mail catcher, as `make run` starts them; gives the catcher's port."""
    port = free_port()
    environment = os.environ | {"EMAIL_CATCHER_PORT": str(port), "SITE_URL": site.url}
    commands = ([sys.executable, "manage.py", "catch_mail"], [sys.executable, "-c", WORKER, str(time.time())])
    started = [subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR) for command in commands]
    until(lambda: somebody_listens(port))
    yield port
    for process in started:
        process.terminate()
    for process in started:
        process.wait(timeout=30)


def visit(page: Page, address: str) -> None:
    """Go there when what was pressed before has been answered: its own redirect may still be on the way."""
    for _attempt in range(5):
        page.wait_for_load_state("networkidle")
        try:
            page.goto(address)
            return
        except Error as cut:
            if "interrupted by another navigation" not in str(cut) and "ERR_ABORTED" not in str(cut):
                raise
    raise AssertionError(f"{address} was never reached")


def press(page: Page, keys: str) -> None:
    """Press when the scripts of the page are there: its text can be read before anybody listens to the keyboard."""
    page.wait_for_load_state()
    page.keyboard.press(keys)


def until(happened: Callable[[], Any], *, seconds: float = 60) -> Any:
    """Wait for what another process does; gives what has come."""
    deadline = time.monotonic() + seconds
    while not (value := happened()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)
    return value
