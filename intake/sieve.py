"""Records of the register that are surely not wanted are cut out of a file before a parser sees it.

Nearly all of the register is unwanted in nearly every run, and looking for three attributes in the bytes of a record costs a
tenth of parsing it. A record is cut only when its bytes leave no doubt; whatever is written in another way than the tax service
writes it (comments, single quotes, other encodings) goes to the parser as it is. What is left is parsed in one piece, so the
frame of the file is checked and a declaration in it is refused as ever."""

import re
from collections.abc import Callable
from functools import lru_cache

from companies.regions import subject

ENCODINGS = {b"utf-8": "utf-8", b"windows-1251": "cp1251"}
DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^<>]*?encoding=[\"']([\w-]+)[\"'][^<>]*\?>")
LONGEST_CODE = 16  # with the closing quote
SINGLE_QUOTED = re.compile(rb"=\s*'")

Doubtless = Callable[[bytes], bool]  # of the bytes of a record: it is surely not wanted


@lru_cache(1_000)
def region_code(code: str) -> str:
    """The code of a region; former regions are where they have gone."""
    known = subject(code)
    return known.code if known else code


class Sieve:
    """Cuts records that a filter does not let through."""

    def __init__(
        self, *, categories: frozenset[str], regions: frozenset[str], activities: tuple[str, ...], with_persons: bool
    ):
        self.tests: dict[str, list[Doubtless]] = {}
        for encoding in ENCODINGS.values():
            tests: list[Doubtless] = []  # the filter that lets least through comes first
            if regions:
                tests.append(_other("<СведМН ", "КодРегион", encoding, lambda code: region_code(code) in regions))
            if activities:
                tests.append(_other("<СвОКВЭДОсн ", "КодОКВЭД", encoding, lambda code: code.startswith(activities)))
            if not with_persons:
                tests.append(_lacks("<ОргВклМСП", encoding))
            if categories:
                tests.append(_other("", "КатСубМСП", encoding, lambda code: code in categories))
            self.tests[encoding] = tests

    def cut(self, xml: bytes) -> tuple[bytes, int]:
        """(the file without the records that are surely unwanted, how many they were)."""
        declared = DECLARED.match(xml)
        encoding = ENCODINGS.get(declared[1].lower(), "") if declared else "utf-8"
        tests = self.tests.get(encoding)
        if not tests or _has(xml, b"<!") or _has(xml, b"<?", declared.end() if declared else 0):
            return xml, 0
        return _cut(xml, "<Документ ".encode(encoding), "</Документ>".encode(encoding), tests)


def _has(xml: bytes, mark: bytes, after: int = 0) -> bool:
    """The second sign of the mark is rare, which makes looking for it alone much quicker."""
    return xml.find(mark[1:], after) >= 0 and xml.find(mark, after) >= 0


def _cut(xml: bytes, start: bytes, end: bytes, tests: list[Doubtless]) -> tuple[bytes, int]:
    head, *records = xml.split(start)
    kept, dropped, rest = [head], 0, b""
    for record in records:
        if rest and rest.strip():  # something stands between two records
            return xml, 0
        body, found, rest = record.partition(end)
        if not found or end in rest:
            return xml, 0
        if any(is_unwanted(body) for is_unwanted in tests) and not (b"'" in body and SINGLE_QUOTED.search(body)):
            dropped += 1
        else:
            kept += [start, body, found]
    return b"".join([*kept, rest]), dropped


def _lacks(element: str, encoding: str) -> Doubtless:
    tag = element.encode(encoding)
    return lambda record: tag not in record


def _other(element: str, attribute: str, encoding: str, is_wanted: Callable[[str], bool]) -> Doubtless:
    """Whether the attribute of the first such element says another thing; "" is the record's own tag. A value that is not
    plain digits, or a sign that hides the end of the tag, leaves a doubt."""
    tag, name = element.encode(encoding), f' {attribute}="'.encode(encoding)
    wanted: dict[bytes, bool] = {}

    def is_other(record: bytes) -> bool:
        begins = record.find(tag)
        place = record.find(name, begins, record.find(b">", begins)) if begins >= 0 else -1
        if place < 0:
            return False
        value, quote, _rest = record[place + len(name) : place + len(name) + LONGEST_CODE].partition(b'"')
        if not quote or not value.replace(b".", b"").isdigit():
            return False
        if value not in wanted:
            wanted[value] = is_wanted(value.decode("ascii"))
        return not wanted[value]

    return is_other
