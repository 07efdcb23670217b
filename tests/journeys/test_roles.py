"""Each role comes in on its own working screen, in both languages of the menu and without a word of complaint."""

import pytest
from django.urls import reverse

from accounts import policy
from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey


def test_each_role_lands_on_its_own_screen(site: Site) -> None:
    for role, (_label, _function, home, *_rest) in policy.ROLES.items():
        person = site.staff.one(role)
        page = site.sign_in(person.username)
        assert page.url == site.url + reverse(home), role
        assert page.locator("main#main").is_visible(), role
        assert page.locator("main#main").inner_text().strip(), role
        page.context.close()


def test_scripts_keep_to_the_policy_of_the_pages(site: Site) -> None:
    """No page asks another host, breaks the content policy or throws."""
    complaints: list[str] = []
    for role in policy.ROLES:
        page = site.sign_in(site.staff.one(role).username)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: None if request.url.startswith((site.url, "data:")) else complaints.append(request.url),
        )
        page.reload()
        page.wait_for_load_state("networkidle")
        page.context.close()
    assert complaints == []
