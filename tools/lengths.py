"""How long functions, modules and templates are, against the limits of the house; tests and migrations are not counted."""

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEDIAN, P90, LONGEST_FUNCTION, LONGEST_MODULE, LONGEST_TEMPLATE = 8, 25, 50, 400, 130


def main() -> int:
    modules = [path for path in files("*.py") if "migrations" not in path.parts and path.parts[0] != "tests"]
    functions = sorted(function for path in modules for function in lengths(path))
    lines = [length for length, _ in functions]
    median, p90 = statistics.median(lines), lines[int(len(lines) * 0.9)]
    print(
        f"{len(lines)} functions, median {median:.0f} (limit {MEDIAN}), p90 {p90} (limit {P90}), longest {lines[-1]} lines"
    )
    above = [f"function {place}: {length} lines" for length, place in functions if length > LONGEST_FUNCTION]
    above += long_files("module", modules, LONGEST_MODULE)
    above += long_files("template", files("templates/*.html"), LONGEST_TEMPLATE)
    for line in above:
        print(line)
    return 1 if above or median > MEDIAN or p90 > P90 else 0


def files(pattern: str) -> list[Path]:
    """What git knows or would take; paths are relative to the project."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [Path(name) for name in sorted(set(names)) if (ROOT / name).exists()]


def lengths(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield node.end_lineno - node.lineno + 1, f"{path}:{node.lineno} {node.name}"


def long_files(kind: str, paths: list[Path], limit: int) -> list[str]:
    counted = ((len((ROOT / path).read_text(encoding="utf-8").splitlines()), path) for path in paths)
    return [f"{kind} {path}: {length} lines (limit {limit})" for length, path in counted if length > limit]


if __name__ == "__main__":
    sys.exit(main())
