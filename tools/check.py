"""`make check`: every part runs, and every part that fails shows why; the servers it needs are started around it."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TYPED = ("services", "querysets", "tasks")


def main() -> int:
    python = [sys.executable]
    parts = {
        "types": [*python, "-m", "mypy", *typed_modules()],
        "style": [*python, "-m", "ruff", "check", "--output-format", "concise", "--quiet", "."],
        "format": [*python, "-m", "ruff", "format", "--check", "."],
        "templates": [*python, "-m", "djlint", "--lint", "--quiet", "templates"],
        "layers": [str(BIN / "lint-imports")],
        "migrations": [*python, "manage.py", "makemigrations", "--check", "--dry-run"],
        "settings": [*python, "manage.py", "check"],
        "translations": [*python, "tools/catalogues.py", "check"],
        "lengths": [*python, "tools/lengths.py"],
    }
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        passed = list(pool.map(lambda part: run(*part), parts.items()))
    print(f"{sum(passed)} of {len(passed)} parts passed")
    return 0 if all(passed) else 1


def typed_modules() -> list[str]:
    """Modules and packages of verbs, querysets and tasks, in which every function is annotated."""
    apps = sorted(path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name not in ("tests", "tools"))
    found = (path for app in apps for name in TYPED for path in (app / f"{name}.py", app / name))
    return [str(path.relative_to(ROOT)) for path in found if path.exists()]


def run(name: str, command: list[str]) -> bool:
    began = time.monotonic()
    environment = os.environ | {"ACTIVESALES_TEST": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    passed = done.returncode == 0
    verdict = "passed" if passed else "FAILED"
    # One print, for the parts run side by side.
    print(f"== {name}: {verdict} in {time.monotonic() - began:.0f} s\n" + ("" if passed else done.stdout), flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main())
