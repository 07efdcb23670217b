"""An operator's shift by the keyboard alone, with the network going away; the supervisor sees it in another browser."""

import pytest
from playwright.sync_api import CDPSession, Page, Request, expect

from callcenter.enums import ListKind
from callcenter.models import CallAttempt, QueueItem
from callcenter.services import open_list
from companies.models import Company
from tests.factories.callcenter import make_callable
from tests.factories.contacts import make_person
from tests.journeys.conftest import Site, press, until

pytestmark = pytest.mark.journey
CALLS = 30
# digit of the result, what is typed into the note
RESULTS = [("1", ""), ("2", ""), ("3", ""), ("5", "Решат на неделе"), ("8", "Закупают у соседей")]
RUSSIAN = {"KeyQ": "й", "KeyW": "ц", "KeyE": "у", "KeyR": "к"}
REGIONS = ".call-desk-center, .call-desk-result, .call-form, .call-flow, .call-finish"


@pytest.fixture
def queue(site: Site) -> None:
    for _ in range(CALLS + 2):
        company = make_callable()
        for role in ("decides", "influences", ""):  # with the common number as many lines as the screen shows
            make_person(company, phone="+73515550199", email="boss@zavod.example", decision_role=role)
    head = site.staff.one("callcenter_head")
    open_list(actor=head, name="Обзвон", kind=ListKind.CALLBACK, companies=Company.objects.all())


def begin(site: Site) -> Page:
    page = site.sign_in(site.staff.one("operator").username)
    press(page, "Control+Enter")
    opened(page)
    return page


def opened(page: Page) -> str:
    """The card on the page, when it is ready for keys."""
    expect(page.locator("#call-form[data-is-open]")).to_be_visible()
    return page.locator("#main").get_attribute("data-token")


class Keyboard:
    """Keys by their place; in the Russian layout they give Russian letters, as the system does."""

    def __init__(self, page: Page, *, is_russian: bool) -> None:
        self.page, self.is_russian = page, is_russian
        self.wire: CDPSession = page.context.new_cdp_session(page)

    def press(self, code: str) -> None:
        if not (self.is_russian and code in RUSSIAN):
            return press(self.page, code)
        self.page.wait_for_load_state()
        for kind in ("keyDown", "keyUp"):
            event = {"type": kind, "code": code, "key": RUSSIAN[code], "windowsVirtualKeyCode": ord(code[-1])}
            self.wire.send("Input.dispatchKeyEvent", event)
        return None


def answers_of(page: Page) -> str:
    return page.locator("[name=path]").input_value()


def call(page: Page, keys: Keyboard, digit: str, note: str) -> None:
    """Dial, two answers of the script, the result, the note, and the next card."""
    token = opened(page)
    press(page, "Shift+Digit1")
    before = answers_of(page)
    keys.press("KeyQ")
    assert answers_of(page) != before
    keys.press("KeyE")
    press(page, f"Digit{digit}")
    expect(page.locator(f"[data-result].is-active kbd >> text={digit}")).to_be_visible()
    fits(page)
    press(page, "Tab")
    page.keyboard.type(note)
    press(page, "Control+Enter")
    expect(page.locator(f"#main[data-token='{token}']")).to_have_count(0)


def fits(page: Page) -> None:
    """Nothing on the screen has to be scrolled."""
    long = page.evaluate(
        """(regions) => [document.documentElement, ...document.querySelectorAll(regions)]
            .filter((each) => each.scrollHeight > each.clientHeight + 1)
            .map((each) => `${each.className} ${each.scrollHeight} ${each.clientHeight}`)""",
        REGIONS,
    )
    assert long == []


def asked(page: Page) -> list[str]:
    """Requests to the server that are no pictures, styles or signs of life."""
    seen: list[str] = []

    def note(request: Request) -> None:
        if "/calls/" in request.url and not request.url.endswith("/beat/"):
            seen.append(request.url)

    page.on("request", note)
    return seen


def test_thirty_calls_by_keyboard_alone_and_the_supervisor_sees_them(site: Site, queue: None) -> None:
    supervisor = site.sign_in(site.staff.one("callcenter_head").username)
    supervisor.goto("/calls/board/")
    page = begin(site)
    page.evaluate("document.addEventListener('mousedown', () => (window.hasMouse = true))")
    requests = asked(page)
    for number in range(CALLS):
        keys = Keyboard(page, is_russian=number % 2 == 1)
        call(page, keys, *RESULTS[number % len(RESULTS)])
    opened(page)
    assert len(requests) <= 2 * CALLS
    assert not page.evaluate("window.hasMouse")
    assert CallAttempt.objects.count() == CALLS
    assert CallAttempt.objects.exclude(path=[]).count() == CALLS
    operator = CallAttempt.objects.first().operator
    row = supervisor.locator(".operator-board tr", has_text=operator.short_name)
    expect(row.locator(".calls-figure b")).to_have_text(str(CALLS))  # nobody has pressed anything in that browser


def test_the_network_goes_and_comes_back_and_the_result_arrives_once(site: Site, queue: None) -> None:
    page = begin(site)
    token = opened(page)
    press(page, "Shift+Digit1")
    page.context.set_offline(True)
    press(page, "KeyQ")
    press(page, "Digit8")
    press(page, "Tab")
    page.keyboard.type("Уже купили")
    press(page, "Control+Enter")
    expect(page.locator("[data-network-result]")).to_be_visible()
    assert not CallAttempt.objects.exists()
    page.keyboard.type(", довольны")
    page.context.set_offline(False)
    attempt = until(lambda: CallAttempt.objects.first())
    assert (str(attempt.claim), attempt.note, attempt.result.code) == (token, "Уже купили, довольны", "refusal")
    expect(page.locator(f"#main[data-token='{token}']")).to_have_count(0)
    opened(page)
    expect(page.locator("[data-network]")).to_be_hidden()
    assert CallAttempt.objects.count() == 1
    assert page.evaluate(f"localStorage.getItem('outbox:{token}')") is None


def test_a_crash_of_the_browser_brings_the_same_card_with_what_was_typed_and_the_saved_result(
    site: Site, queue: None
) -> None:
    page = begin(site)
    token = opened(page)
    press(page, "Shift+Digit1")
    until(lambda: QueueItem.objects.filter(dialed_at__isnull=False).exists())
    press(page, "KeyQ")
    way = answers_of(page)
    press(page, "Digit3")
    press(page, "Tab")
    page.keyboard.type("Инженер в отпуске")
    context = page.context
    page.close()
    again = context.new_page()
    again.goto("/calls/")
    assert opened(again) == token
    expect(again.locator("[name=note]")).to_have_value("Инженер в отпуске")
    assert answers_of(again) == way
    context.set_offline(True)
    press(again, "Control+Enter")
    expect(again.locator("[data-network-result]")).to_be_visible()
    again.close()
    context.set_offline(False)
    third = context.new_page()
    third.goto("/calls/")
    attempt = until(lambda: CallAttempt.objects.first())
    assert (str(attempt.claim), attempt.note, attempt.result.code) == (token, "Инженер в отпуске", "secretary")
    assert CallAttempt.objects.count() == 1
