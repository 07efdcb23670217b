"""The register of the tax service: filtered before anything is written, and sizes joined by INN."""

import io
import struct
import zipfile
from copy import copy

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from companies.models import Company
from companies.services import register_company
from core.exceptions import RuleViolation
from intake.register import Wanted, read_records, read_register
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


OPEN = Wanted(with_persons=True)  # without a sieve: everything is parsed
FILTERS = st.builds(
    Wanted,
    regions=st.frozensets(st.sampled_from(["74", "66", "01"]), max_size=2),
    activities=st.lists(st.sampled_from(["28", "25.6", "4"]), max_size=2).map(tuple),
    categories=st.frozensets(st.sampled_from("123"), max_size=2),
    with_persons=st.booleans(),
)
NAMES = ["НАСОС", "Д'АРТАНЬЯН", "А &gt; Б", "А > Б", "КатСубМСП=1", "&#34; КатСубМСП=&#34;3&#34;"]
RECORDS = st.builds(
    document,
    st.integers(1, 9),
    st.just("7707083893"),
    st.sampled_from(NAMES),
    region=st.sampled_from(["74", "66", "01", "80", "&#55;4", ""]),
    activity=st.sampled_from(["28.13", "25.6", "46.1", "", "&#50;8"]),
    category=st.sampled_from("123"),
    is_person=st.booleans(),
)
SPELLINGS = [
    lambda text: text,
    lambda text: text.replace("><", ">\n  <"),
    lambda text: text.replace('="', ' = "').replace("'", "&apos;"),
    lambda text: text.replace("'", "&apos;").replace('"', "'"),
    lambda text: text.replace("<СведМН", '<!-- <Документ КатСубМСП="1"> --><СведМН', 1),
    lambda text: text.replace("</Документ>", "<Ещё/></Документ><Пусто/>"),
    lambda text: text.replace("<Документ ", "<Документ\n", 1),
]


@given(
    st.lists(RECORDS, min_size=1, max_size=6), FILTERS, st.sampled_from(SPELLINGS), st.sampled_from(["utf-8", "cp1251"])
)
def test_what_is_cut_before_parsing_is_what_the_filter_refuses(records, wanted, spelling, encoding):
    text = spelling(register(*records)).replace("UTF-8", "windows-1251" if encoding == "cp1251" else "UTF-8")
    content = text.encode(encoding)
    everything = read_records(io.BytesIO(content))
    slowly = [wanted.takes(record) and (wanted.with_persons or "ОргВклМСП" in record) for record in everything]
    seen = []
    quickly = list(read_register(io.BytesIO(content), wanted, lambda passed: seen.append(passed.records)))
    assert len(quickly) == sum(slowly)
    assert seen == [len(records)]


def test_an_unwanted_record_is_not_parsed_at_all():
    xml = register(*(document(n, "7707083893", "А", region="01", activity="1.1", category="1") for n in range(5)))
    left, cut = Wanted(regions=frozenset({"74"})).sieve().cut(xml.encode())
    assert cut == 5
    assert left == register().encode()


def test_after_each_file_somebody_is_told_and_may_stop(archive):
    class Enough(Exception):
        pass

    def watch(passed):
        seen.append((passed.parts, passed.of_parts, passed.records))
        if passed.parts == 2:
            raise Enough

    seen = []
    with pytest.raises(Enough):
        list(read_register(archive, Wanted(), watch))
    assert seen == [(1, 2, 1), (2, 2, 3)]


LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    '<Файл><Документ КатСубМСП="1"><ОргВклМСП НаимОрг="&c;" ИННЮЛ="7707083893"/></Документ></Файл>'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("wanted", [OPEN, Wanted(categories=frozenset({"3"}))])
def test_declarations_and_entities_are_refused_in_any_encoding(encoding, wanted):
    with pytest.raises(RuleViolation):
        list(read_register(io.BytesIO(LAUGHS.encode(encoding)), wanted))


def bomb(parts: int, size: int) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(parts):
            archive.writestr(f"{number}.xml", b" " * size)
    stream.seek(0)
    return stream


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked():
    for stream in (bomb(1, 201 * 2**20), bomb(1, 21 * 2**20), bomb(30, 2**20)):
        with pytest.raises(RuleViolation, match=r"unpacks|распаковывается"):
            next(read_register(stream, Wanted()))


def test_files_that_lie_over_each_other_in_an_archive_are_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("0.xml", register())
        for number in range(1, 20):
            again = copy(archive.infolist()[0])
            again.filename = f"{number}.xml"
            archive.filelist.append(again)
    with pytest.raises(RuleViolation):
        list(read_register(stream, Wanted()))


def test_a_file_that_lies_about_its_size_is_refused(archive):
    content = archive.getvalue()
    size = struct.pack("<L", zipfile.ZipFile(archive).infolist()[0].file_size)
    lying = io.BytesIO(content.replace(size, struct.pack("<L", 100)))
    with pytest.raises(RuleViolation):
        list(read_register(lying, Wanted()))


def test_an_archive_under_a_password_is_refused(archive):
    content = bytearray(archive.getvalue())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(RuleViolation):
        list(read_register(io.BytesIO(bytes(content)), Wanted()))


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
