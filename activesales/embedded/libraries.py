"""Whether the system has the libraries that documents are set with; a bare Python runs this before anything is installed.

`python activesales/embedded/libraries.py` says what is missing, with `--packages` only the names of the packages.
"""

import ctypes
import sys

# What WeasyPrint loads, and the Debian package that brings it.
NEEDED = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}


def missing_packages() -> list[str]:
    return [package for library, package in NEEDED.items() if not loads(library)]


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing() -> str:
    """A sentence that says what to install, or nothing."""
    if not (packages := missing_packages()):
        return ""
    command = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    return f"Documents are set with Pango, which is not complete here: as root, run `{command}` or your system's like of it."


if __name__ == "__main__":
    print(" ".join(missing_packages()) if "--packages" in sys.argv else missing())
    sys.exit(1 if missing() else 0)
