"""Whether the system has the libraries that documents are set with; read before anything is installed, so it imports nothing."""

import ctypes

# What WeasyPrint loads, and the Debian package that brings it.
NEEDED = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}


def missing() -> str:
    """A sentence that says what to install, or nothing."""
    packages = [package for library, package in NEEDED.items() if not loads(library)]
    if not packages:
        return ""
    command = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    return f"Documents are set with Pango, which is not installed: as root, run `{command}` (or your system's packages of these names)."


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
