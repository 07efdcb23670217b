"""Open data of the tax service: the register of small and medium enterprises, and the sets of headcount and income.

Each is a ZIP of XML files with up to a thousand records, millions in all. They are read as a stream by the parser of
the standard library, which is told to refuse what such files never hold (DTD, entities); a record is thrown away before
the next one is read, and only what is wanted ever becomes an object."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from companies.regions import subject
from core.exceptions import RuleViolation

MOST_PART = 200 * 1024 * 1024  # one XML of an honest archive is about four megabytes
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


def read_register(stream: IO[bytes], wanted: Wanted) -> Iterator[Enterprise]:
    """The wanted enterprises. Raises RuleViolation for what is not the register."""
    for record in read_records(stream):
        if wanted.takes(record) and (found := _enterprise(record, with_persons=wanted.with_persons)):
            yield found


def read_records(stream: IO[bytes]) -> Iterator[Record]:
    """The records of a ZIP with XML files, or of one XML. Raises RuleViolation for what is neither."""
    try:
        start = stream.read(2)
        stream.seek(0)
        if start != b"PK":
            yield from _records(stream)
            return
        with zipfile.ZipFile(stream) as archive:
            for part in archive.infolist():
                if part.file_size > MOST_PART:
                    raise RuleViolation(_("The archive unpacks to far more than the register holds."))
                if part.filename.lower().endswith(".xml"):
                    with archive.open(part) as xml:
                        yield from _records(xml)
    except (expat.ExpatError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise RuleViolation(_("This is not the register: a ZIP with XML files is expected.")) from error


class _Parser:
    """Collects what is needed of one record after another. The end of an element is never asked for: a record is whole
    when the next one begins, and half of the calls are spared."""

    def __init__(self) -> None:
        self.done: list[Record] = []
        self.record: Record = {}
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._open
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        if name not in NEEDED:
            return
        if name == RECORD:
            self.record = {RECORD: attributes}
            self.done.append(self.record)
        elif name not in self.record:
            self.record[name] = attributes

    def take(self, *, is_end: bool = False) -> list[Record]:
        """The records that are whole."""
        whole = len(self.done) if is_end else len(self.done) - 1
        records, self.done = self.done[: max(whole, 0)], self.done[max(whole, 0) :]
        return records

    def _refuse(self, *_declaration: Any) -> None:
        raise expat.ExpatError("no declarations here")


def _records(stream: Any) -> Iterator[Record]:
    reader = _Parser()
    while piece := stream.read(PIECE):
        reader.parser.Parse(piece, False)
        yield from reader.take()
    reader.parser.Parse(b"", True)
    yield from reader.take(is_end=True)


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
    code = record.get("СведМН", {}).get("КодРегион", "")
    known = subject(code)
    return known.code if known else code


# --- headcount and income -----------------------------------------------------------------------------------------------


@dataclass
class Size:
    """How large a firm is, by its INN; None for what the set does not say."""

    inn: str
    headcount: int | None = None
    revenue: str | None = None


def read_sizes(stream: IO[bytes]) -> Iterator[Size]:
    """Headcounts or incomes, whichever set it is."""
    for record in read_records(stream):
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
