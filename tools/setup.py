"""Install what the lock files name and build what is served; each step is skipped while its inputs are what they were.

Runs on a bare Python: nothing but the standard library is imported.
"""

import fcntl
import hashlib
import json
import os
import runpy
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRIVATE = ROOT / ".tools"  # uv lives here, away from the system's Python and from ours
BIN = ROOT / ".venv" / "bin"
STAMPS = ROOT / ".venv" / ".stamps.json"
LOG = PRIVATE / "setup.log"
UV = "0.13.9"
OLDEST_NODE = 18
SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
NEEDED_SPACE = 2_000_000_000


class SetupError(Exception):
    """One sentence that says what to do."""


def main() -> int:
    PRIVATE.mkdir(exist_ok=True)
    with (PRIVATE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            set_up()
        except SetupError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


def set_up() -> None:
    with_node = not has_node()
    environment = [ROOT / "uv.lock", ROOT / "pyproject.toml"]
    step(
        "Installing the Python packages",
        lambda: install_python(with_node),
        environment,
        f"{sys.version}{with_node}{UV}",
        BIN / "python",
    )
    front_end = [ROOT / "package.json", ROOT / "package-lock.json"]
    step("Installing the front-end packages", install_front_end, front_end, "", ROOT / "node_modules")
    sources = sorted(path for app in ROOT.glob("*/__init__.py") for path in app.parent.rglob("*.py"))
    static = [*front_end, *files("static", "templates", "tools"), *sources]  # any of them may name an icon
    step("Building the styles and icons", lambda: run_tool("build_static.py"), static, "", ROOT / "static" / "build")
    catalogues = sorted(ROOT.glob("*/locale/*/LC_MESSAGES/*.po"))
    compiled = [path.with_suffix(".mo") for path in catalogues]
    step("Compiling the translations", lambda: run_tool("catalogues.py", "compile"), catalogues, "", *compiled)
    if sentence := runpy.run_path(str(ROOT / "activesales" / "embedded" / "libraries.py"))["missing"]():
        raise SetupError(sentence)


def step(title: str, action: Callable[[], None], inputs: list[Path], more: str, *outputs: Path) -> None:
    """Run the action if an input has changed since it last succeeded, or an output is missing."""
    digest = hashlib.sha256(more.encode())
    for path in inputs:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    stamps = json.loads(STAMPS.read_text(encoding="utf-8")) if STAMPS.exists() else {}
    if stamps.get(title) == digest.hexdigest() and all(output.exists() for output in outputs):
        return
    if shutil.disk_usage(ROOT).free < NEEDED_SPACE and not BIN.exists():
        raise SetupError(f"The installation needs {NEEDED_SPACE // 10**9} GB: free some disk space under {ROOT}.")
    print(f"{title}…", flush=True)
    action()
    STAMPS.write_text(json.dumps(stamps | {title: digest.hexdigest()}, ensure_ascii=False), encoding="utf-8")


def files(*names: str) -> Iterator[Path]:
    """The files under these folders in a fixed order, without what is built."""
    for name in names:
        place = ROOT / name
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path for path in found if path.is_file() and ROOT / "static" / "build" not in path.parents)


def has_node() -> bool:
    """Whether the machine has a Node of its own that is young enough, with npm."""
    try:
        version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
        subprocess.run(["npm", "--version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return int(version.lstrip("v").split(".")[0]) >= OLDEST_NODE


def install_python(with_node: bool) -> None:
    install_uv()
    command = [str(PRIVATE / "bin" / "uv"), "sync", "--frozen", "--python", sys.executable]
    run([*command, *(["--group", "node"] if with_node else [])], "The Python packages could not be installed")


def install_uv() -> None:
    """By pip, or by the pip of a new environment where the system's Python comes without one."""
    uv = PRIVATE / "bin" / "uv"
    if uv.exists() and UV in subprocess.run([uv, "--version"], capture_output=True, text=True).stdout.split():
        return
    pip = [sys.executable, "-m", "pip"]
    place = ["--target", str(PRIVATE), "--upgrade"]
    if not succeeds([*pip, "--version"]):
        pip, place = [str(PRIVATE / "bin" / "python"), "-m", "pip"], []
        if not succeeds([sys.executable, "-m", "venv", str(PRIVATE)]):
            raise SetupError(f"{sys.executable} has neither pip nor venv: on Debian, apt-get install python3-venv.")
    run([*pip, "install", *place, f"uv=={UV}"], "uv could not be installed")


def install_front_end() -> None:
    run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], "The front-end packages could not be installed")


def run_tool(name: str, *arguments: str) -> None:
    run([str(BIN / "python"), str(ROOT / "tools" / name), *arguments], f"tools/{name} failed")


def succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def run(command: list[str], trouble: str) -> None:
    """Run a program quietly; what it said is shown when it fails."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, cwd=ROOT, env=surroundings(), **pipes)
    LOG.write_text(done.stdout, encoding="utf-8")
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-8:]), file=sys.stderr)
        raise SetupError(f"{trouble}: see {LOG.relative_to(ROOT)}, check the network and disk space, and start again.")


def surroundings() -> dict[str, str]:
    """The environment of the installers: our own Node where there is no other, the system's certificates, no questions."""
    ours = {"UV_PYTHON_DOWNLOADS": "never", "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    others = {
        name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT")
    }
    others["PATH"] = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{BIN}"
    certificates = ssl.get_default_verify_paths().cafile or SYSTEM_CERTIFICATES
    if Path(certificates).exists():  # a firm's own proxy is known to the system, and to nobody else
        ours |= {"UV_SYSTEM_CERTS": "1"}
        others.setdefault("NODE_EXTRA_CA_CERTS", certificates)
    return others | ours


if __name__ == "__main__":
    sys.exit(main())
