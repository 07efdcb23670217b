"""`python -m activesales.embedded.prepare`: what must be done in the database and the data folder before anybody is let in.

Runs in a process of its own, after the servers are up, for this is where Django's settings are read.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import Redis, RedisError

from activesales.embedded import ALREADY_SAID, BASE_IS_EMPTY

# What packages bring and no page of ours links to: compressing it would only make the first start longer.
NOT_SERVED = ["redoc", "rest_framework", "import_export", "django_htmx"]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "activesales.settings")
    django.setup()
    if sentence := silent_server():
        print(sentence, file=sys.stderr)
        return ALREADY_SAID
    migrate()
    call_command("load_reference", verbosity=0)
    collect_static()
    from django.contrib.auth import get_user_model  # noqa: PLC0415, models exist only now

    return 0 if get_user_model().objects.exists() else BASE_IS_EMPTY


def silent_server() -> str:
    """A sentence about an outside server that does not answer; our own have answered by now."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).splitlines()[0]
        return f"The database of DATABASE_URL does not answer ({reason}): start it, or correct the address."
    try:
        Redis.from_url(settings.REDIS_URL).ping()
    except RedisError as error:
        return f"The Redis of REDIS_URL does not answer ({error}): start it, or correct the address."
    return ""


def migrate() -> None:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        print(f"Bringing the database up to date ({len(plan)} migrations)…", flush=True)
        call_command("migrate", verbosity=0, interactive=False)


def collect_static() -> None:
    """Gather and compress what browsers fetch, if it is not what was gathered last time."""
    stamp = settings.HOME / "static.stamp"
    digest = served_digest()
    if settings.STATIC_ROOT.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return
    print("Gathering styles, scripts and icons…", flush=True)
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=NOT_SERVED)
    stamp.write_text(digest, encoding="ascii")


def served_digest() -> str:
    """Of our own files, and of the lock files that say which files of others there are."""
    root = settings.BASE_DIR
    files = [*sorted(Path(root, "static").rglob("*")), root / "package-lock.json", root / "uv.lock"]
    text = hashlib.sha256()
    for file in files:
        if file.is_file():
            text.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return text.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
