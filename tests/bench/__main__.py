"""`make bench` and `make bench ONLY=base,import`: run benchmarks, print `name value unit` lines, merge them into var/bench.json.

A benchmark is a generator in tests/bench/<subject>.py under `@bench("<name>")`. It runs on a base of its own, so that
figures are comparable from run to run, and measures its baseline in the same run.
"""

import importlib
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import django
from django.core.management import call_command

from tests.bench.registry import BENCHMARKS, Figure

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = ROOT / "var" / "bench.json"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "activesales.settings")
    django.setup()
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        importlib.import_module(f"tests.bench.{path.stem}")
    chosen = [name for argument in sys.argv[1:] for name in argument.split(",")] or sorted(BENCHMARKS)
    if unknown := set(chosen) - BENCHMARKS.keys():
        print(
            f"There is no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(sorted(BENCHMARKS)) or 'none yet'}"
        )
        return 2
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    for name in chosen:
        for figure in BENCHMARKS[name]():
            print(f"{figure.name} {figure.value:g} {figure.unit}", flush=True)
            merge(figure)
    return 0


def merge(figure: Figure) -> None:
    """Keep the newest value of each name; figures that were not measured this time stay."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    kept[figure.name] = {
        "value": figure.value,
        "unit": figure.unit,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    unfinished = RESULTS.with_suffix(".new")
    unfinished.write_text(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    unfinished.replace(RESULTS)


if __name__ == "__main__":
    sys.exit(main())
