"""Make docs/pictures: the first screen of each role of a running demo. `python tools/screenshots.py [ADDRESS]`"""

import os
import sys
from pathlib import Path

from browser import find
from playwright.sync_api import Browser, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
LOGINS = [
    "project_lead",
    "director",
    "marketing_head",
    "marketer1",
    "callcenter_head",
    "operator1",
    "sales_head",
    "manager1",
    "sales_admin",
    "db_admin",
]
SIZE = {"width": 1440, "height": 900}


def main() -> int:
    address = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    path = find()
    if not path:
        print("A Chromium is needed: name one in CHROMIUM.", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for login in LOGINS:
            take(browser, address, login)
            print(login)
        browser.close()
    return 0


def take(browser: Browser, address: str, login: str) -> None:
    """Sign in and take what is seen first; an operator goes on the line before."""
    context = browser.new_context(base_url=address, viewport=SIZE, locale="ru-RU", timezone_id="Europe/Moscow")
    page = context.new_page()
    page.goto("/")
    page.fill("#id_login", login)
    page.fill("#id_password", os.environ.get("DEMO_PASSWORD") or "demo")
    page.press("#id_password", "Enter")
    page.wait_for_load_state("networkidle")
    if page.locator("form[action$='/calls/ready/'] .btn-primary").count():
        page.click("form[action$='/calls/ready/'] .btn-primary")
        page.wait_for_load_state("networkidle")
    for notice in page.get_by_role("status").get_by_role("button").all():
        notice.click()
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    page.screenshot(path=PICTURES / f"{login}.png")
    context.close()


if __name__ == "__main__":
    sys.exit(main())
