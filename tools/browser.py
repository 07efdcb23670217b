"""Print the path of a Chromium for the browser journeys; where there is none, install Debian's if this account may.

Without a browser the journeys are skipped with a word; on a CI machine (CI=true) that is a failure.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW = "The browser journeys need Chromium: install it (on Debian, as root: apt-get install chromium), or name one in CHROMIUM."


def main() -> int:
    browser = find() or (install() and find())
    if browser:
        print(browser)
        return 0
    print(HOW, file=sys.stderr)
    return 1 if os.environ.get("CI") == "true" else 0


def find() -> str | None:
    """What CHROMIUM names, what the system has, or what Playwright has downloaded."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    installed = (shutil.which(name) for name in NAMES)
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    downloaded = (str(path) for path in sorted(cache.glob("chromium-*/chrome-linux*/chrome"), reverse=True))
    return next((path for path in (*installed, *downloaded) if path), None)


def install() -> bool:
    """Debian's package, quietly; False where that is not ours to do."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("Installing Chromium for the browser journeys…", file=sys.stderr, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            print(done.stdout[-2000:], file=sys.stderr)
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
