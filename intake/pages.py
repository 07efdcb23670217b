"""What a page of a site says about its owner: phones, e-mails, INN and the name, from HTML or from copied text."""

import csv
import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from phonenumbers import Leniency, PhoneNumberMatcher

from companies.normalise import normalise_phone, own_domain, split_emails
from core.identifiers import clean_kpp, is_inn, is_ogrn
from intake.enums import ImportField
from intake.workbook import UNSTORABLE

MOST_TEXT = 400_000
MOST_FOUND = 8
SILENT = frozenset({"script", "style", "noscript", "template", "svg", "iframe"})
BLOCKS = frozenset({"p", "div", "br", "li", "td", "tr", "h1", "h2", "h3", "address", "section", "footer", "header"})
FIRM = re.compile(
    r"(?<!\w)(?:ООО|АО|ПАО|ЗАО|ОАО|НПО|НПП|ФГУП|МУП)\s*[«\"“„]([^»\"”“\n]{2,120})[»\"”“]|(?<!\w)ИП\s+([А-ЯЁ][а-яё]+(?:\s+[А-ЯЁ][а-яё.]*){1,2})"
)
NUMBER = {
    "inn": re.compile(r"ИНН\D{0,12}(\d{12}|\d{10})(?!\d)", re.IGNORECASE),
    "kpp": re.compile(r"КПП\D{0,12}(\d{9})(?!\d)", re.IGNORECASE),
    "ogrn": re.compile(r"ОГРН(?:ИП)?\D{0,12}(\d{15}|\d{13})(?!\d)", re.IGNORECASE),
}
MAILBOX = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")


class Reader(HTMLParser):
    """The text of a page, its title, and what its links call or write to."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.title = ""
        self.links: list[str] = []
        self._silent = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        self._in_title = tag == "title"
        given = dict(attrs)
        link = given.get("href") or ""
        if link.lower().startswith(("tel:", "mailto:")):
            self.links.append(link)
        if tag == "meta" and given.get("property") == "og:site_name" and given.get("content"):
            self.title = given["content"] or ""
        if tag in BLOCKS:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in SILENT))
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title = self.title or " ".join(data.split())
        elif not self._silent:
            self.text.append(data)


@dataclass
class Facts:
    """What was found."""

    name: str = ""
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.phones or self.emails or self.numbers)


def read_page(page: str) -> Facts:
    """Facts of HTML or of plain text, the first ones first. Never raises."""
    reader = Reader()
    reader.feed(page[:MOST_TEXT])
    text = UNSTORABLE.sub(" ", "".join(reader.text))
    firm = FIRM.search(text)
    name = " ".join((firm[0] if firm else reader.title).split())[:200]
    return Facts(name, _phones(text, reader.links), _emails(text, reader.links), _numbers(text))


def as_table(facts: Facts, url: str = "") -> bytes:
    """The facts as a file of one row, for the usual way into the base."""
    cells = {
        ImportField.NAME: facts.name,
        ImportField.INN: facts.numbers.get("inn", ""),
        ImportField.KPP: facts.numbers.get("kpp", ""),
        ImportField.OGRN: facts.numbers.get("ogrn", ""),
        ImportField.PHONES: "; ".join(facts.phones),
        ImportField.EMAIL: "; ".join(facts.emails),
        ImportField.SITE: own_domain(url) if url else "",  # a page of a catalogue is nobody's site
        ImportField.URL: url,
    }
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerow([str(column.label) for column in cells])
    writer.writerow(list(cells.values()))
    return stream.getvalue().encode("utf-8-sig")


def _phones(text: str, links: list[str]) -> list[str]:
    called = [link[4:] for link in links if link.lower().startswith("tel:")]
    matches = PhoneNumberMatcher(text, "RU", leniency=Leniency.VALID, max_tries=2_000)
    found: list[str] = []
    for raw in [*called, *(match.raw_string for match in matches)]:
        try:
            phone = normalise_phone(raw)
        except ValueError:
            continue
        found.append(f"{phone.number} доб. {phone.extension}" if phone.extension else phone.number)
    return list(dict.fromkeys(found))[:MOST_FOUND]


def _emails(text: str, links: list[str]) -> list[str]:
    written = [link[7:].partition("?")[0] for link in links if link.lower().startswith("mailto:")]
    return list(dict.fromkeys(split_emails(" ".join([*written, *MAILBOX.findall(text)])).found))[:MOST_FOUND]


def _numbers(text: str) -> dict[str, str]:
    """The first number of each kind whose check digits are right."""
    found = {}
    proves = {"inn": is_inn, "ogrn": is_ogrn, "kpp": lambda number: bool(clean_kpp(number))}
    for kind, pattern in NUMBER.items():
        for number in pattern.findall(text):
            if kind not in found and not number.startswith("00") and proves[kind](number):
                found[kind] = number
    return found
