"""The register of the tax service: filtered before anything is written, and sizes joined by INN."""

import io
import zipfile

import pytest
from django.core.management import call_command

from companies.models import Company
from companies.services import register_company
from core.exceptions import RuleViolation
from intake.register import Wanted, read_register
from intake.services import check_import, fill_sizes, import_register, load_import, run_import
from tests.bench.registers import document, register

pytestmark = pytest.mark.django_db
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def packed(*files: str) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, text in enumerate(files):
            archive.writestr(f"VO_RRMSPSV_{number}.xml", text)
    stream.seek(0)
    return stream


@pytest.fixture
def archive() -> io.BytesIO:
    return packed(
        register(document(1, "7707083893", "ООО «НАСОС»", region="74", town="МИАСС", activity="28.13", category="2")),
        register(
            document(2, "7728168971", "АО «КЛАПАН»", region="66", activity="25.6", category="1"),
            document(3, "500100732259", "ЗИМИН", region="74", activity="28.13", category="1", is_person=True),
        ),
    )


@pytest.mark.parametrize(
    ("wanted", "inns"),
    [
        (Wanted(), ["7707083893", "7728168971"]),
        (Wanted(regions=frozenset({"74"})), ["7707083893"]),
        (Wanted(activities=("25", "30")), ["7728168971"]),
        (Wanted(categories=frozenset({"1"})), ["7728168971"]),
        (Wanted(regions=frozenset({"74"}), with_persons=True), ["7707083893", "500100732259"]),
    ],
)
def test_only_what_is_wanted_comes_through(archive, wanted, inns):
    assert [found.inn for found in read_register(archive, wanted)] == inns


def test_the_register_goes_the_way_of_every_file(archive, cast):
    batch = import_register(archive, actor=cast.marketer, wanted=Wanted(regions=frozenset({"74"})))
    assert all(batch.mapping.values())
    check_import(batch)
    run_import(batch, actor=cast.marketer)
    load_import(batch)
    company = Company.objects.get()
    assert (company.name, company.inn, company.city, company.region_id) == ("НАСОС", "7707083893", "Миасс", "74")
    assert (company.activity_id, company.headcount, company.source.kind) == ("28.13", 15, "register")


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04broken", b"<a><b></a>", b"%PDF", f"{HEAD}<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>".encode()],
)
def test_what_is_not_the_register_is_refused(content):
    with pytest.raises(RuleViolation):
        list(read_register(io.BytesIO(content), Wanted()))


def test_sizes_are_joined_by_inn_and_overwrite_nothing(cast):
    known = register_company(actor=cast.marketer, name="Насос", inn="7707083893", headcount=10)
    other = register_company(actor=cast.marketer, name="Клапан", inn="7728168971")
    lines = "".join(
        f'<Документ><СведНП НаимОрг="А" ИННЮЛ="{inn}"/><{tag} {name}="{value}"/></Документ>'
        for inn, tag, name, value in [
            ("7707083893", "СведССЧР", "КолРаб", "15"),
            ("7728168971", "СведССЧР", "КолРаб", "7"),
            ("7728168971", "СведДохРасх", "СумДоход", "120000.50"),
        ]
    )
    assert fill_sizes(io.BytesIO(f"{HEAD}<Файл>{lines}</Файл>".encode()), actor=cast.marketer) >= 1
    known.refresh_from_db()
    other.refresh_from_db()
    assert (known.headcount, other.headcount) == (10, 7)
    assert other.revenue is None or str(other.revenue) == "120000.50"


def test_the_command_makes_a_checked_import(archive, cast, tmp_path, capsys):
    path = tmp_path / "data.zip"
    path.write_bytes(archive.getvalue())
    call_command("load_register", str(path), "--user", cast.marketer.username, "--region", "66")
    assert "1 rows" in capsys.readouterr().out
