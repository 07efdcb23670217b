"""A base of full size, loaded by COPY: `python -m tests.bench.big_base 1000000` makes the database and fills it.

Per company 1.5 persons and 3 interactions, with phones, mailboxes, addresses, needs, equipment and next contacts. The
same seed gives the same rows (their dates count back from the day of loading). Slices are independent of each other, so
that two processes write them. A database that is loaded already is only brought to the newest migrations.
"""

import argparse
import io
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any

import django
from django.conf import settings

SLICE = 20_000
VERSION = 1  # a change of what is written loads the base anew
MANAGERS, TEAMS, OPERATORS = 40, 4, 20
NOTHING = "\\N"


def main() -> int:
    """The script: size, seed and processes as arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("companies", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "activesales.settings")
    django.setup()
    began = time.monotonic()
    name = have_base(arguments.companies, seed=arguments.seed, processes=arguments.processes)
    print(f"{name} is ready after {time.monotonic() - began:.0f} s")
    return 0


def have_base(companies: int, *, seed: int = 1, processes: int = 2) -> str:
    """Connect to the database of this size, made and loaded if need be; the name of the database."""
    name = f"{settings.DATABASES['default']['NAME'].partition('_base_')[0]}_base_{companies}"
    _use(_server_database())
    stamp = f"{VERSION} {companies} {seed}"
    if _stamp_of(name) != stamp:
        _create(name)
        _use(name)
        _prepare()
        load(companies, seed=seed, processes=processes)
        _order(f"COMMENT ON DATABASE {name} IS '{stamp}'")
    _use(name)
    _prepare()
    return name


def load(companies: int, *, seed: int = 1, processes: int = 2) -> None:
    """Write every slice into the connected, empty database; indexes are made after the rows."""
    from django.db import connection

    make_people(seed)
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    slices = [
        (number, start, min(SLICE, companies - start), seed, day)
        for number, start in enumerate(range(0, companies, SLICE))
    ]
    indexes = _drop_indexes()
    connection.close()
    context = multiprocessing.get_context("fork")
    with context.Pool(processes) as pool:
        for done, _each in enumerate(pool.imap_unordered(_write, slices), start=1):
            print(f"slice {done} of {len(slices)}", file=sys.stderr, flush=True)
    for statement in indexes:
        _order("SET maintenance_work_mem = '512MB'", statement)
    _set_sequences()
    _order("SELECT companies_fill_parts()")  # triggers were off
    _order("VACUUM ANALYZE")


# --- the database ----------------------------------------------------------------------------------------------


def _server_database() -> str:
    return settings.DATABASES["default"]["NAME"].partition("_base_")[0]


def _use(name: str) -> None:
    from django.core.cache import cache as shared
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name
    shared.clear()  # counts and menus are of the other base


def _order(*statements: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _stamp_of(name: str) -> str | None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
        return (cursor.fetchone() or [None])[0]


def _create(name: str) -> None:
    _order(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")


def _prepare() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)


def _tables() -> list[str]:
    return [model._meta.db_table for model in _models().values()]


def _drop_indexes() -> list[str]:
    """Plain indexes of our tables, dropped; the statements that make them again."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = 'public' AND i.tablename = ANY(%s)"
            " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)",
            [_tables()],
        )
        found = cursor.fetchall()
        for index, _definition in found:
            cursor.execute(f'DROP INDEX "{index}"')
    return [definition for _index, definition in found]


def _set_sequences() -> None:
    for table in _tables():
        _order(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 1) FROM {table}))")


@cache
def _models() -> dict[str, Any]:
    from django.apps import apps

    names = "companies.Company companies.Phone companies.Address companies.TechnicalItem contacts.Person"
    names += " contacts.PersonPhone contacts.PersonEmail contacts.Need contacts.Interaction contacts.NextContact"
    return {name.partition(".")[2].lower(): apps.get_model(name) for name in names.split()}


# --- people ----------------------------------------------------------------------------------------------------


def make_people(seed: int) -> None:
    """Departments, one person of each role, and the managers and operators whose rows the base holds."""
    from accounts import policy
    from tests.factories.accounts import make_team, make_user

    functions = {row[1] for row in policy.ROLES.values()}
    teams = {function: make_team(function, f"Отдел {function}") for function in sorted(functions)}
    for role, row in policy.ROLES.items():
        make_user(role, team=teams[row[1]], **_named(Random(f"{seed} {role}"), role))
    sales = [make_team("sales", f"Отдел продаж {number}") for number in range(1, TEAMS + 1)]
    for number in range(MANAGERS):
        name = f"manager{number + 1}"
        make_user("manager", team=sales[number % TEAMS], **_named(Random(f"{seed} {name}"), name))
    for number in range(OPERATORS):
        name = f"operator{number + 1}"
        make_user("operator", team=teams["communications"], **_named(Random(f"{seed} {name}"), name))


def _named(rng: Random, username: str) -> dict[str, str]:
    from activesales.simulation.names import person_name

    name = person_name(rng)
    return {
        "username": username,
        "email": f"{username}@firm.example",
        "last_name": name.last,
        "first_name": name.first,
        "middle_name": name.middle,
    }


# --- writing ---------------------------------------------------------------------------------------------------


def _write(part: tuple[int, int, int, int, datetime]) -> None:
    """One slice, in one transaction."""
    from django.db import connection, transaction

    from tests.bench.big_rows import rows_of

    number, start, size, seed, day = part
    tables = rows_of(Random(f"{seed} {number}"), start, size, day, _reference())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off; SET LOCAL session_replication_role = replica")
        for name, rows in tables.items():
            _copy(cursor, _models()[name], rows)
    connection.close()


@cache
def _reference() -> dict[str, list]:
    """Keys that the rows point at."""
    from accounts.models import User
    from companies.models import Segment, Source

    keys = {
        "managers": User.objects.filter(assignments__role="manager", username__startswith="manager"),
        "operators": User.objects.filter(assignments__role="operator"),
        "segments": Segment.objects.order_by("pk"),
        "sources": Source.objects.order_by("pk"),
    }
    return {name: list(found.order_by("pk").values_list("pk", flat=True)) for name, found in keys.items()}


def _copy(cursor: Any, model: type, rows: list[dict[str, Any]]) -> None:
    """COPY the rows; columns that they do not name get the defaults of the model."""
    if not rows:
        return
    given = list(rows[0])
    left = {field.column: _default(field) for field in model._meta.concrete_fields if _is_left(field, given)}
    columns = [*given, *left]
    tail = "".join(f"\t{_text(value)}" for value in left.values()) + "\n"
    stream = io.StringIO("".join(_lines(rows, tail)))
    names = ", ".join(f'"{column}"' for column in columns)
    cursor.copy_expert(f"COPY {model._meta.db_table} ({names}) FROM STDIN", stream)


def _is_left(field: Any, given: list[str]) -> bool:
    return field.column not in given and not field.primary_key and not field.generated and not field.null


def _default(field: Any) -> Any:
    return field.get_default() if field.has_default() else ""


def _lines(rows: Iterable[dict[str, Any]], tail: str) -> Iterator[str]:
    for row in rows:
        yield "\t".join([NOTHING if value is None else str(value) for value in row.values()]) + tail


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value)
    return str(int(value)) if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    sys.exit(main())
