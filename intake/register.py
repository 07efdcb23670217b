"""Open data of the tax service: the register of small and medium enterprises, and the sets of headcount and income.

Each is a ZIP of XML files with up to a thousand records, millions in all. What is surely unwanted is cut out first (see
intake.sieve); the rest is read by the parser of the standard library, which is told to refuse what such files never hold
(DTD, entities). A file is forgotten before the next one is read, and only what is wanted ever becomes an object."""

import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from core.exceptions import RuleViolation
from intake.sieve import Sieve, region_code

MOST_PART = 200 * 1024 * 1024  # one XML of an honest archive is about four megabytes
MOST_UNPACKED = 60 * 1024**3  # three times the register of today
MOST_PARTS = 50_000
SMALL_PART = 20 * 1024 * 1024  # below this no density is suspicious
MOST_PACKED_TIMES = 200  # honest files shrink some thirty times
MOST_CUT = 16 * 1024 * 1024  # a larger file is parsed as a stream
PIECE = 1 << 20
RECORD = "Документ"
NEEDED = frozenset({
    RECORD, "ОргВклМСП", "ИПВклМСП", "ФИОИП", "СведМН", "Город", "НаселПункт", "СвОКВЭДОсн", "ССЧР", "СведНП", "СведССЧР",
    "СведДохРасх",
})  # fmt: skip

Record = dict[str, dict[str, str]]  # the first element of each name -> its attributes


@dataclass(frozen=True)
class Wanted:
    """What of the register is wanted; an empty set is everything."""

    regions: frozenset[str] = frozenset()
    activities: tuple[str, ...] = ()  # beginnings of codes
    categories: frozenset[str] = frozenset()  # 1 micro, 2 small, 3 medium
    with_persons: bool = False  # entrepreneurs are persons: their data are protected

    def sieve(self) -> Sieve:
        """What can be told before parsing."""
        return Sieve(
            categories=self.categories, regions=self.regions, activities=self.activities, with_persons=self.with_persons
        )

    def takes(self, record: Record) -> bool:
        """Whether a record is wanted; the cheapest question first."""
        if self.categories and record[RECORD].get("КатСубМСП") not in self.categories:
            return False
        if self.activities and not record.get("СвОКВЭДОсн", {}).get("КодОКВЭД", "").startswith(self.activities):
            return False
        return not self.regions or region_of(record) in self.regions


@dataclass
class Enterprise:
    """A record of the register in our words."""

    name: str
    inn: str
    ogrn: str = ""
    region: str = ""
    city: str = ""
    activity: str = ""
    headcount: str = ""


@dataclass
class Passed:
    """How much of an archive has been read; a reader calls back with it after each file."""

    records: int = 0
    parts: int = 0
    of_parts: int = 1


def not_watched(_passed: Passed) -> None:
    """Nobody wants to know."""


def read_register(
    stream: IO[bytes], wanted: Wanted, watch: Callable[[Passed], None] = not_watched
) -> Iterator[Enterprise]:
    """The wanted enterprises. Raises RuleViolation for what is not the register, and what `watch` raises to stop."""
    for record in read_records(stream, watch=watch, sieve=wanted.sieve()):
        if wanted.takes(record) and (found := _enterprise(record, with_persons=wanted.with_persons)):
            yield found


def read_records(
    stream: IO[bytes], *, watch: Callable[[Passed], None] = not_watched, sieve: Sieve | None = None
) -> Iterator[Record]:
    """The records of a ZIP with XML files, or of one XML. Raises RuleViolation for what is neither."""
    passed = Passed()
    try:
        for xml in _files(stream, passed):
            yield from _records(xml, sieve, passed)
            passed.parts += 1
            watch(passed)
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise RuleViolation(_("This is not the register: a ZIP with XML files is expected.")) from error


def _files(stream: IO[bytes], passed: Passed) -> Iterator[IO[bytes]]:
    start = stream.read(2)
    stream.seek(0)
    if start != b"PK":
        yield stream
        return
    with zipfile.ZipFile(stream) as archive:
        parts = [part for part in archive.infolist() if part.filename.lower().endswith(".xml")]
        _guard_size(parts, stream.seek(0, os.SEEK_END))
        passed.of_parts = len(parts)
        for part in parts:
            if part.flag_bits & 1:
                raise zipfile.BadZipFile("encrypted")
            with archive.open(part) as xml:
                yield xml


def _guard_size(parts: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse an archive that unpacks to what no register holds: by the sizes of its files, by their density, and by parts
    that lie over each other. A file that lies about its size ends with a wrong checksum."""
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    dense = any(
        part.file_size > SMALL_PART and part.file_size > MOST_PACKED_TIMES * part.compress_size for part in parts
    )
    too_large = unpacked > MOST_UNPACKED or any(part.file_size > MOST_PART for part in parts)
    if (
        dense
        or too_large
        or packed > size
        or len(parts) > MOST_PARTS
        or unpacked > MOST_PACKED_TIMES * size + SMALL_PART
    ):
        raise RuleViolation(_("The archive unpacks to far more than the register holds."))


class _Parser:
    """Collects what is needed of one record after another. The end of an element is never asked for: a record is whole
    when the next one begins, and half of the calls are spared."""

    def __init__(self) -> None:
        self.done: list[Record] = []
        self.record: Record = {}
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True  # a list costs less than a dictionary, and most elements are passed by
        self.parser.StartElementHandler = self._open
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse

    def _open(self, name: str, attributes: list[str]) -> None:
        if name not in NEEDED:
            return
        if name == RECORD:
            self.record = {RECORD: dict(zip(attributes[::2], attributes[1::2], strict=True))}
            self.done.append(self.record)
        elif name not in self.record:
            self.record[name] = dict(zip(attributes[::2], attributes[1::2], strict=True))

    def take(self, *, is_end: bool = False) -> list[Record]:
        """The records that are whole."""
        whole = len(self.done) if is_end else len(self.done) - 1
        records, self.done = self.done[: max(whole, 0)], self.done[max(whole, 0) :]
        return records

    def _refuse(self, *_declaration: Any) -> None:
        raise expat.ExpatError("no declarations here")


def _records(stream: Any, sieve: Sieve | None, passed: Passed) -> Iterator[Record]:
    reader = _Parser()
    for piece in _pieces(stream, sieve, passed):
        reader.parser.Parse(piece, False)
        records = reader.take()
        passed.records += len(records)
        yield from records
    reader.parser.Parse(b"", True)
    records = reader.take(is_end=True)
    passed.records += len(records)
    yield from records


def _pieces(stream: Any, sieve: Sieve | None, passed: Passed) -> Iterator[bytes]:
    """An ordinary file in one piece, without the records that are not wanted; a larger one as it is, in many."""
    if sieve is None:
        yield from iter(lambda: stream.read(PIECE), b"")
        return
    start = stream.read(MOST_CUT)
    if len(start) == MOST_CUT:
        yield from chain([start], iter(lambda: stream.read(PIECE), b""))
        return
    left, cut = sieve.cut(start)
    passed.records += cut
    yield left


def _enterprise(record: Record, *, with_persons: bool) -> Enterprise | None:
    firm, person = record.get("ОргВклМСП"), record.get("ИПВклМСП")
    if firm is not None:
        found = Enterprise(
            firm.get("НаимОргСокр") or firm.get("НаимОрг", ""), firm.get("ИННЮЛ", ""), firm.get("ОГРН", "")
        )
    elif person is not None and with_persons:
        names = record.get("ФИОИП", {})
        words = " ".join(filter(None, (names.get(part, "") for part in ("Фамилия", "Имя", "Отчество"))))
        found = Enterprise(f"ИП {words.title()}", person.get("ИННФЛ", ""), person.get("ОГРНИП", ""))
    else:
        return None
    found.activity = record.get("СвОКВЭДОсн", {}).get("КодОКВЭД", "")
    found.region = region_of(record)
    town = record.get("Город") or record.get("НаселПункт") or {}
    found.city = town.get("Наим", "").title()
    found.headcount = record[RECORD].get("ССЧР", "") or record.get("ССЧР", {}).get("КолРаб", "")
    return found if found.name and found.inn else None


def region_of(record: Record) -> str:
    """The code of the region; former regions are where they have gone."""
    return region_code(record.get("СведМН", {}).get("КодРегион", ""))


# --- headcount and income -----------------------------------------------------------------------------------------------


@dataclass
class Size:
    """How large a firm is, by its INN; None for what the set does not say."""

    inn: str
    headcount: int | None = None
    revenue: str | None = None


def read_sizes(stream: IO[bytes], watch: Callable[[Passed], None] = not_watched) -> Iterator[Size]:
    """Headcounts or incomes, whichever set it is."""
    for record in read_records(stream, watch=watch):
        people = record.get("СведССЧР", {}).get("КолРаб", "")
        income = record.get("СведДохРасх", {}).get("СумДоход", "")
        is_income = income.replace(".", "", 1).isdigit()
        size = Size(
            record.get("СведНП", {}).get("ИННЮЛ", ""),
            int(people) if people.isdigit() and len(people) < 8 else None,
            income if is_income and len(income) < 15 else None,
        )
        if size.inn.isdigit() and (size.headcount is not None or size.revenue is not None):
            yield size
