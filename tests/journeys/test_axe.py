"""axe-core finds nothing against WCAG 2 A and AA on any screen, light or dark, with a department's data on it."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Page

from activesales.simulation.mail import mail_arrives
from activesales.simulation.play import Play
from activesales.simulation.scenarios import NISSA
from campaigns.models import Campaign
from companies.models import Company
from deals.models import Deal, Proposal
from intake.models import ImportBatch
from tests.journeys.conftest import Site
from tests.ports import free_port

pytestmark = pytest.mark.journey

AXE = Path(settings.BASE_DIR, "node_modules", "axe-core", "axe.min.js")
COLOURS = ["color-contrast", "link-in-text-block"]
RUN = """async (options) => (await axe.run(document, options)).violations.map(
  (violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`)"""
SCREENS = {
    "project_lead": ["/reports/", "/reports/dials/", "/reports/figures/", "/deals/", "/calls/board/"],
    "marketing_head": ["/companies/fields/", "/companies/exports/", "/intake/forms/", "/intake/merges/", "/intake/taken/"],
    "marketer1": ["/companies/", "/companies/new/", "/companies/{company}/", "/companies/changes/",
                  "/intake/imports/", "/intake/imports/{batch}/", "/intake/imports/new/", "/intake/imports/page/",
                  "/intake/imports/registers/", "/intake/duplicates/", "/intake/corrections/", "/campaigns/",
                  "/campaigns/{campaign}/", "/campaigns/new/"],
    "callcenter_head": ["/calls/board/", "/calls/lists/", "/calls/quality/", "/calls/stop-list/", "/calls/unknown/",
                        "/calls/results/", "/calls/scripts/"],
    "operator1": ["/calls/"],
    "manager1": ["/agenda/day/", "/agenda/meetings/", "/deals/", "/deals/list/", "/deals/{deal}/", "/deals/proposals/{proposal}/"],
    "sales_head": ["/deals/products/"],
    "sales_admin": ["/deals/receivables/"],
    "db_admin": ["/people/rights/", "/people/", "/people/journal/", "/people/me/", "/contacts/access/", "/calls/telephony/",
                 "/system/calendar/", "/system/settings/", "/system/outbox/", "/system/jobs/"],
}  # fmt: skip


@pytest.fixture
def played(clock: datetime, browser: object, transactional_db: None, live_server: object) -> Site:
    play = Play(NISSA, weeks=2, seed=1, companies=40, password="demo", until=datetime.now(ZoneInfo("Europe/Moscow")))
    with override_settings(EMAIL_PORT=free_port()), mail_arrives():
        for _day in play.run():
            pass
    return Site(live_server.url, browser, play.staff)


def addresses(site: Site, login: str, patterns: list[str]) -> list[str]:
    """The screens with numbers of rows that this person may see; one without a row is left out."""
    mine = Deal.objects.filter(owner__username=login)
    rows = {
        "company": Company.objects.first(), "batch": ImportBatch.objects.first(), "campaign": Campaign.objects.first(),
        "deal": mine.first(), "proposal": Proposal.objects.filter(deal__in=mine).first(),
    }  # fmt: skip
    known = {name: row.pk for name, row in rows.items() if row}
    return [
        pattern.format(**known)
        for pattern in patterns
        if "{" not in pattern or pattern[pattern.index("{") + 1 : pattern.index("}")] in known
    ]


def test_no_screen_shuts_anybody_out_in_either_theme(played: Site) -> None:
    found: list[str] = []
    strangers = played.page(bypass_csp=True)
    strangers.goto("/accounts/login/")
    found += audit(strangers)
    for login, patterns in SCREENS.items():
        page = played.sign_in(login, bypass_csp=True)
        for address in addresses(played, login, patterns):
            answer = page.goto(address)
            assert answer, address
            found += audit(page) if answer.status == 200 else [f"{login} gets {answer.status} at {address}"]
        page.context.close()
    assert not found, "\n".join(found)


def audit(page: Page) -> list[str]:
    """Every rule in the light theme, and what depends on colours once more in the dark one."""
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    light = page.evaluate(RUN, {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    dark = page.evaluate(RUN, {"runOnly": {"type": "rule", "values": COLOURS}})
    return [f"{page.url} {line}" for line in [*light, *(f"dark {line}" for line in dark)]]
