"""An import of a large workbook, end to end, beside what else there is: django-import-export with `use_bulk` on the same
rows, and plain COPY of the same rows into the same tables with their indexes alive."""

import io
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from import_export import fields, resources
from import_export.widgets import ForeignKeyWidget
from openpyxl import Workbook
from tablib import Dataset

from accounts.models import User
from companies.models import Address, Company, Phone
from contacts.models import Person
from core.identifiers import is_inn
from intake.models import ImportBatch
from intake.progress import totals_of
from tests.bench.registry import Figure, bench
from tests.factories.accounts import make_user

ROWS = 100_000
PEER_ROWS = 4_000  # the peer's speed does not grow with the file, and a hundred thousand rows would take minutes
BAD, REPEATED = 0.05, 0.10
HEADERS = ["Наименование", "ИНН", "Город", "Адрес", "Телефон", "E-mail", "Численность", "ФИО", "Должность"]
TOWNS = ("Челябинск", "Миасс", "Реж", "Екатеринбург", "Пермь", "Тюмень", "Златоуст", "Курган")
AREAS = ("351", "343", "342", "345", "352", "347", "846", "831")
SURNAMES = ("Рябов", "Зимин", "Котов", "Титов", "Панов", "Гусев", "Фомин", "Белов", "Серов", "Носов")
NAMES = ("Сергей", "Пётр", "Савелий", "Иван", "Олег", "Антон", "Юрий")
PATRONYMICS = ("Иванович", "Павлович", "Жанович", "Олегович")
WORDS = ("Завод", "Металл", "Урал", "Прибор", "Машина", "Насос", "Кабель", "Инструмент", "Механика", "Сталь")


def inn_of(number: int) -> str:
    """A number of its own for each company; inspection 00 registers nobody."""
    digits = f"{74 + number // 100_000}00{number % 100_000:05}"
    return next(inn for key in range(10) if is_inn(inn := f"{digits}{key}"))


def make_rows(count: int, seed: int = 7) -> list[list[Any]]:
    """Companies with a phone, an address and a person; some wrong, some named twice."""
    rng = random.Random(seed)
    rows: list[list[Any]] = []
    for number in range(count):
        if rows and rng.random() < REPEATED:
            rows.append(list(rng.choice(rows[-500:])))
            continue
        town = rng.choice(TOWNS)
        inn = inn_of(number)
        wrong = f"{inn[:-1]}{(int(inn[-1]) + 1) % 10}"
        rows.append([
            f"ООО «{rng.choice(WORDS)}-{rng.choice(WORDS)} {number}»", wrong if rng.random() < BAD else inn, town,
            f"{rng.randrange(454000, 457000)}, г. {town}, ул. {rng.choice(SURNAMES)}а, д. {rng.randrange(1, 200)}",
            f"8 ({AREAS[number % 8]}) {200 + number // 8 // 10_000}-{number // 800 % 100:02}-{number // 8 % 100:02}",
            f"info@firm{number}.example", rng.randrange(5, 900),
            f"{rng.choice(SURNAMES)} {rng.choice(NAMES)} {rng.choice(PATRONYMICS)}", "Главный инженер",
        ])  # fmt: skip
    return rows


def workbook(rows: list[list[Any]]) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet("Компании")
    page.append(HEADERS)
    for row in rows:
        page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE companies_company, intake_importbatch CASCADE")
        cursor.execute("VACUUM ANALYZE companies_company")


# --- the product ------------------------------------------------------------------------------------------------------


def product(path: str) -> tuple[float, float]:
    """(seconds, peak of the worker and its reader together in megabytes)."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "tests.bench.import_once", path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return time.perf_counter() - began, float(done.stdout.split()[-1])


# --- django-import-export, set up as well as its manual says ------------------------------------------------------------


class Bulk(resources.ModelResource):
    """Everything that its manual offers for speed."""

    class Meta:
        use_bulk = True
        batch_size = 1000
        skip_diff = True
        skip_unchanged = False
        report_skipped = False
        force_init_instance = False
        import_id_fields = ("id",)


class CompanyResource(Bulk):
    class Meta(Bulk.Meta):
        model = Company
        import_id_fields = ("inn", "name")
        fields = ("inn", "name", "name_key", "city", "email", "headcount", "created_at", "time_zone")


class PhoneResource(Bulk):
    company = fields.Field("company", "company", ForeignKeyWidget(Company, "inn"))

    class Meta(Bulk.Meta):
        model = Phone
        import_id_fields = ("company", "number")
        fields = ("company", "number", "seen_at", "is_main")


class AddressResource(Bulk):
    company = fields.Field("company", "company", ForeignKeyWidget(Company, "inn"))

    class Meta(Bulk.Meta):
        model = Address
        import_id_fields = ("company", "text")
        fields = ("company", "text", "postcode", "seen_at")


class PersonResource(Bulk):
    company = fields.Field("company", "company", ForeignKeyWidget(Company, "inn"))

    class Meta(Bulk.Meta):
        model = Person
        import_id_fields = ("company", "name_key")
        fields = ("company", "last_name", "first_name", "middle_name", "name_key", "position", "seen_at")


def load_into(resource_class: type[Bulk], rows: Dataset) -> None:
    """Import; what the library refuses is a mistake of this benchmark."""
    resource_class().import_data(rows, raise_errors=True)


def peer(content: bytes) -> float:
    """Rows a second of a library that does the same for these rows: reads the workbook, looks every row up, writes the
    four tables. It neither cleans nor compares nor writes a history, and stumbles over a company that a batch names twice,
    so that it is spared those rows. The
    file names companies by INN, and so they are found, as its manual has it: by ForeignKeyWidget."""
    began = time.perf_counter()
    sheet = list({row[1]: row for row in Dataset().load(content, format="xlsx")}.values())
    now = f"{timezone.localtime():%Y-%m-%d %H:%M:%S}"
    companies = Dataset(headers=["inn", "name", "name_key", "city", "email", "headcount", "created_at", "time_zone"])
    for row in sheet:
        companies.append([row[1], row[0], row[0].lower(), row[2], row[5], row[6], now, "Europe/Moscow"])
    load_into(CompanyResource, companies)
    phones = Dataset(headers=["company", "number", "seen_at", "is_main"])
    addresses = Dataset(headers=["company", "text", "postcode", "seen_at"])
    persons = Dataset(headers=["company", "last_name", "first_name", "middle_name", "name_key", "position", "seen_at"])
    for row in sheet:
        company = row[1]
        phones.append([company, row[4].translate(SIGNS)[:16], now, "1"])
        addresses.append([company, row[3], row[3][:6], now])
        persons.append([company, *row[7].split(), row[7].lower(), row[8], now])
    for resource_class, rows in ((PhoneResource, phones), (AddressResource, addresses), (PersonResource, persons)):
        load_into(resource_class, rows)
    return len(sheet) / (time.perf_counter() - began)


SIGNS = str.maketrans("", "", " ()-")


# --- plain COPY of the same rows --------------------------------------------------------------------------------------

TABLES = ("companies_company", "companies_phone", "companies_address", "contacts_person")


def plain_copy() -> float:
    """Rows of the file a second when what the product has written is copied out and into the same tables again, with
    all their indexes: the fastest way there is. Needs the base that the product has filled."""
    with connection.cursor() as cursor:
        kept = {}
        for table in TABLES:
            kept[table] = io.StringIO()
            cursor.copy_expert(f"COPY {table} TO STDOUT", kept[table])
        cursor.execute("TRUNCATE companies_company CASCADE")
        began = time.perf_counter()
        for table, rows in kept.items():
            rows.seek(0)
            cursor.copy_expert(f"COPY {table} FROM STDIN", rows)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return ROWS / (time.perf_counter() - began)


# --- the web meanwhile ------------------------------------------------------------------------------------------------


def list_p95(client: Client, *, until: Callable[[], bool]) -> float:
    """95 % of the first pages of the base are quicker than this, in seconds."""
    times: list[float] = []
    while not until() or len(times) < FEWEST_PAGES:
        began = time.perf_counter()
        answer = client.get("/companies/")
        times.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise RuntimeError(str(answer.status_code))
        time.sleep(PAUSE)
    return statistics.quantiles(times, n=20)[-1]


FEWEST_PAGES = 40
PAUSE = 0.1  # a person reads between two pages


@bench("import")
def imports() -> Iterator[Figure]:
    path = Path(tempfile.mkdtemp(dir=settings.HOME)) / "bench.xlsx"
    rows = make_rows(ROWS)
    path.write_bytes(workbook(rows))
    marketer = User.objects.filter(username="bench-marketer").first() or make_user(
        "marketer", username="bench-marketer"
    )
    empty()
    seconds, peak = product(str(path))
    totals = totals_of(ImportBatch.objects.latest("pk"))
    assert totals.total == len(rows)
    assert totals.left == 0
    speed = ROWS / seconds
    yield Figure("import.rows_per_s", speed, "rows/s")
    yield Figure("import.peak_mb", peak, "MB")
    call_command("collectstatic", verbosity=0, interactive=False)
    client = Client(SERVER_NAME="localhost")
    client.force_login(marketer, backend="accounts.backends.PolicyBackend")
    idle = list_p95(client, until=lambda: True)
    copied = plain_copy()
    yield Figure("import.copy_rows_per_s", copied, "rows/s")
    yield Figure("import.vs_copy", 100 * speed / copied, "%")
    empty()
    others = peer(workbook(rows[:PEER_ROWS]))
    yield Figure("import.use_bulk_rows_per_s", others, "rows/s")
    yield Figure("import.vs_use_bulk", speed / others, "x")
    at_work = threading.Thread(target=product, args=(str(path),))
    at_work.start()
    busy = list_p95(client, until=lambda: not at_work.is_alive())
    at_work.join()
    yield Figure("import.web_slowdown", busy / idle, "x")
    path.unlink()
    empty()
