"""Each role comes in on its own working screen, and the browser has nothing to complain of."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts import policy
from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey


def test_each_role_lands_on_its_own_screen_without_a_complaint(site: Site) -> None:
    """No page asks another host, breaks the content policy or throws."""
    complaints: list[str] = []
    for role, (_label, _function, home, *_rest) in policy.ROLES.items():
        page = site.sign_in(site.staff.one(role).username)
        assert page.url == site.url + reverse(home), role
        assert page.locator("main#main").inner_text().strip(), role
        listen(page, site, complaints)
        page.reload()
        page.wait_for_load_state("networkidle")
        page.context.close()
    assert complaints == []


def listen(page: Page, site: Site, complaints: list[str]) -> None:
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith((site.url, "data:")) else complaints.append(request.url),
    )
