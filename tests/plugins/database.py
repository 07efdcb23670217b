"""A database per pytest process, cloned from a template that is migrated once for all runs.

Two templates are kept: one per state of the migrations, and one per state of the source with the reference data loaded.
Tests that commit are cleaned up after by deleting rows and putting the reference data back, which is quicker than a
flush and leaves ids as they were.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command, get_commands
from django.db import connection, transaction
from django.test import TransactionTestCase
from psycopg2 import sql

from tests.addresses import address_of
from tests.plugins.environment import WORKER

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_SOURCE = {"tests", "tools", "node_modules", "static", "docs", "var"}
COPIES = "reference_copies"  # the schema that keeps the reference data of a test database


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Give this process a database of its own; replaces the fixture of pytest-django."""
    with django_db_blocker.unblock(), server() as cursor:
        name = f"test_{WORKER}_{os.getpid()}"
        lock(cursor, name)
        with locked(cursor, "templates"):
            template = reference_template(cursor)
            drop_abandoned(cursor)
            clone(cursor, name, template)
        use(name)
        statements = keep_reference_data()
        cache.clear()
        import_module("operations.workdays").working_days(date.today(), 1)  # read once: no test is to count this query
        TransactionTestCase._fixture_teardown = lambda _case: restore_reference_data(statements)
        yield
        connection.close()
        run(cursor, "DROP DATABASE {} WITH (FORCE)", name)


@contextmanager
def server() -> Iterator["psycopg2.extensions.cursor"]:
    """A connection to the server itself: databases are made and dropped from it, and its locks last until it closes."""
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    for name in ("cursor_factory", "context", "options"):
        parameters.pop(name, None)
    with closing(psycopg2.connect(**parameters)) as maintenance:
        maintenance.autocommit = True
        with maintenance.cursor() as cursor:
            yield cursor


def reference_template(cursor: "psycopg2.extensions.cursor") -> str:
    """The name of a database with all tables and the reference data, made if the source has changed."""
    migrated = f"migrated_{digest([*sorted(ROOT.glob('*/migrations/*.py')), ROOT / 'uv.lock'])}"
    complete = f"reference_{digest(source_files())}"
    make(cursor, migrated, "template1", lambda: call_command("migrate", verbosity=0))
    make(cursor, complete, migrated, load_reference)
    cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^(migrated|reference)_[0-9a-f]{16}'")
    for (name,) in cursor.fetchall():
        if name not in (migrated, complete):
            run(cursor, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    return complete


def digest(files: list[Path]) -> str:
    text = hashlib.sha256()
    for file in files:
        text.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return text.hexdigest()[:16]


def source_files() -> list[Path]:
    """Whatever may change what `load_reference` loads."""
    apps = sorted(place for place in ROOT.iterdir() if place.is_dir() and not place.name.startswith("."))
    kinds = ("*.py", "*.csv", "*.json", "*.txt", "*.toml")
    return [file for app in apps if app.name not in NOT_SOURCE for kind in kinds for file in sorted(app.rglob(kind))]


def load_reference() -> None:
    if "load_reference" in get_commands():
        call_command("load_reference", verbosity=0)


def make(cursor: "psycopg2.extensions.cursor", name: str, template: str, fill: Callable[[], None]) -> None:
    """Make a database under another name and rename it: one cut short is never taken for a whole one."""
    cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
    if cursor.rowcount:
        return
    unfinished = f"{name}_unfinished"
    run(cursor, "DROP DATABASE IF EXISTS {} WITH (FORCE)", unfinished)
    clone(cursor, unfinished, template)
    use(unfinished)
    fill()
    connection.close()
    run(cursor, "ALTER DATABASE {} RENAME TO {}", unfinished, name)


def clone(cursor: "psycopg2.extensions.cursor", name: str, template: str) -> None:
    """Copy a database; nobody needs its commits after a power cut, so they need not wait for the disk."""
    run(cursor, "CREATE DATABASE {} TEMPLATE {}", name, template)
    run(cursor, "ALTER DATABASE {} SET synchronous_commit TO off", name)


def use(name: str) -> None:
    """Let Django, and programs that a test starts, work on this database."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    os.environ["DATABASE_URL"] = address_of(name)


def drop_abandoned(cursor: "psycopg2.extensions.cursor") -> None:
    """Drop the databases of processes that are gone: a living one holds the lock of its name."""
    cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^test_'")
    for (name,) in cursor.fetchall():
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
        if cursor.fetchone() == (True,):
            run(cursor, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


def lock(cursor: "psycopg2.extensions.cursor", name: str) -> None:
    cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])


@contextmanager
def locked(cursor: "psycopg2.extensions.cursor", name: str) -> Iterator[None]:
    lock(cursor, name)
    yield
    cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


def run(cursor: "psycopg2.extensions.cursor", statement: str, *names: str) -> None:
    cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> 'django_migrations' ORDER BY c.relname
"""
COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""


def keep_reference_data() -> list[sql.Composable]:
    """Copy every table that has rows aside, into a schema that Django does not see; return how to put the rows back."""
    restore = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}")
    statements = []
    with connection.cursor() as cursor:
        run(cursor, "CREATE SCHEMA {}", COPIES)
        for table in filled_tables(cursor):
            run(cursor, "CREATE TABLE {}.{} AS TABLE {}", COPIES, table, table)
            cursor.execute(COLUMNS, [f'"{table}"'])
            columns = sql.SQL(", ").join(sql.Identifier(column) for (column,) in cursor.fetchall())
            statements.append(restore.format(sql.Identifier(table), columns, columns, sql.Identifier(COPIES, table)))
    return statements


def restore_reference_data(statements: list[sql.Composable]) -> None:
    """Empty what a committing test has filled and put the reference data back, past triggers and foreign keys."""
    connection.close()  # a broken transaction of the test ends here
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role TO replica")
        for table in filled_tables(cursor):
            run(cursor, "DELETE FROM {}", table)
        for statement in statements:
            cursor.execute(statement)
    cache.clear()


def filled_tables(cursor: "psycopg2.extensions.cursor") -> list[str]:
    cursor.execute(TABLES)
    tables = [table for (table,) in cursor.fetchall()]
    question = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    cursor.execute(sql.SQL(" UNION ALL ").join(question.format(sql.Literal(t), sql.Identifier(t)) for t in tables))
    return [table for (table,) in cursor.fetchall()]
