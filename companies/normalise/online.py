"""E-mail addresses and sites."""

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

WORD = re.compile(r"[^\s,;|<>()\[\]\"«»/]+")
AROUND_AT = re.compile(r"\s*@\s*")
HOST_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
CYRILLIC_LOOKALIKES = str.maketrans("асеорхукмтвн", "aceopxykmtbh")
LATIN = re.compile(r"[a-z]")
LONGEST_SITE = 200

# Boxes read by a function and not by a person: no personal data, and the right address for a first letter.
_ROLE_WORDS = """
    info inform sales sale zakaz zakazy order orders office ofis mail email e-mail post pochta contact contacts
    kontakt secretary sekretar reception priem priemnaya reklama marketing market pr press buh buhg buhgalter
    buhgalteria
    glavbuh account accounting finance fin hr job jobs kadry ok rabota personal support help helpdesk service servis
    admin administrator webmaster postmaster shop store opt snab snabzhenie supply tender tenders zakupki zakup
    sbyt commerce com komm torg td dispatcher disp logist logistic logistics sklad client clients manager hello
    company firma zavod noreply no-reply
"""
ROLE_WORDS = frozenset(_ROLE_WORDS.split())

# Hosts that say nothing about who owns an address on them.
_PUBLIC_HOSTS = """
    mail.ru bk.ru list.ru inbox.ru internet.ru xmail.ru yandex.ru ya.ru yandex.com yandex.kz yandex.by narod.ru
    gmail.com googlemail.com rambler.ru lenta.ru ro.ru myrambler.ru autorambler.ru outlook.com hotmail.com live.com
    live.ru
    icloud.com me.com mac.com yahoo.com proton.me protonmail.com pochta.ru qip.ru ukr.net tut.by mail.kz vk.com vk.ru
    ok.ru t.me telegram.me wa.me youtube.com rutube.ru dzen.ru instagram.com facebook.com 2gis.ru avito.ru hh.ru
    tiu.ru satom.ru pulscen.ru all.biz deal.by prom.ua tilda.ws wixsite.com ucoz.ru ucoz.net blogspot.com taplink.cc
    sites.google.com docs.google.com
"""
PUBLIC_HOSTS = frozenset(_PUBLIC_HOSTS.split())

_validate_email = EmailValidator()
# What nearly every cell holds, in its one spelling already; the long way gives the same, ten times as slowly.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"(?:(?!xn--){_LABEL}\.){{1,4}}[a-z]{{2,24}}"
USUAL_EMAIL = re.compile(rf"[a-z0-9_]+(?:[.+-][a-z0-9_]+){{0,6}}@{_HOST}")
USUAL_SITE = re.compile(rf"(https?://)?({_HOST})/?")


class InvalidEmail(ValueError):
    """The message is a sentence for the user."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class InvalidSite(ValueError):
    """The message is a sentence for the user."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class EmailsInCell(NamedTuple):
    found: list[str]
    rejected: list[str]


def normalise_email(text: object) -> str:
    """Lower case, without mailto: and brackets; a Russian domain is kept in letters a person can read."""
    if isinstance(text, str) and len(text) <= 254 and USUAL_EMAIL.fullmatch(text):
        return text
    cell = unicodedata.normalize("NFKC", "" if text is None else str(text)).strip()
    typed = unquote(re.sub(r"^mailto:", "", cell, flags=re.IGNORECASE)).partition("?")[0]
    words = [word for word in WORD.findall(AROUND_AT.sub("@", typed)) if "@" in word]
    if len(words) != 1:
        raise InvalidEmail(_("“%(text)s” is not an e-mail address") % {"text": cell[:60]})
    local, _at, domain = words[0].lower().strip(".:'").partition("@")
    address = f"{_latin_again(local)}@{_readable_host(domain)}"
    try:
        _validate_email(address)
    except ValidationError as error:
        raise InvalidEmail(_("“%(text)s” is not an e-mail address") % {"text": cell[:60]}) from error
    return address


def split_emails(text: object) -> EmailsInCell:
    """Every address of a cell in its order, once; what has an @ and is no address comes back in `rejected`."""
    if isinstance(text, str) and len(text) <= 254 and USUAL_EMAIL.fullmatch(text):
        return EmailsInCell([text], [])
    result = EmailsInCell([], [])
    cell = AROUND_AT.sub("@", "" if text is None else str(text))
    for word in WORD.findall(cell):
        if "@" not in word:
            continue
        try:
            address = normalise_email(word)
        except InvalidEmail:
            result.rejected.append(word)
            continue
        if address not in result.found:
            result.found.append(address)
    return result


def is_role_box(address: str) -> bool:
    """info@, sales2@, zakaz.ural@ — a function reads it, not a person."""
    local = address.partition("@")[0].lower()
    words = [word.strip("0123456789") for word in (local, *re.split(r"[._-]", local)[:1])]
    return any(word in ROLE_WORDS for word in words)


def normalise_site(text: object) -> str:
    """https://example.ru/path: with a scheme, the host in lower case and readable letters, no slash at the end."""
    if isinstance(text, str) and (usual := USUAL_SITE.fullmatch(text)) and len(text) <= LONGEST_SITE - 8:
        return f"{usual[1] or 'https://'}{usual[2]}"
    cell = unicodedata.normalize("NFKC", "" if text is None else str(text)).strip().strip(".,;")
    first = re.split(r"[\s,;]", cell, maxsplit=1)[0]
    typed = first if SCHEME.match(first) else f"https://{first.lstrip('/')}"
    try:
        parts = urlsplit(typed)
        host, port = _readable_host(parts.hostname or ""), parts.port
    except ValueError as error:
        raise InvalidSite(_("“%(text)s” is not the address of a site") % {"text": cell[:60]}) from error
    if parts.scheme.lower() not in ("http", "https") or parts.username is not None or not _is_host(host):
        raise InvalidSite(_("“%(text)s” is not the address of a site") % {"text": cell[:60]})
    path = f"{parts.path.rstrip('/')}{'?' + parts.query if parts.query else ''}"
    return f"{parts.scheme.lower()}://{host}{f':{port}' if port else ''}{path}"[:LONGEST_SITE]


def site_host(text: object) -> str:
    """example.ru for any page of it, without www; nothing if it is no site."""
    if isinstance(text, str) and (usual := USUAL_SITE.fullmatch(text)):
        return usual[2].removeprefix("www.")
    try:
        site = normalise_site(text)
    except InvalidSite:
        return ""
    return (urlsplit(site).hostname or "").removeprefix("www.")


def own_domain(address_or_site: object) -> str:
    """The domain by which two records may be one company; nothing for public mail, networks and catalogues."""
    typed = "" if address_or_site is None else str(address_or_site)
    try:
        host = normalise_email(typed).partition("@")[2] if "@" in typed else site_host(typed)
    except InvalidEmail:
        return ""
    labels = host.split(".")
    is_public = any(".".join(labels[place:]) in PUBLIC_HOSTS for place in range(len(labels)))
    return "" if is_public else host


def _latin_again(local: str) -> str:
    """A Russian о inside a Latin name is a slip of the keyboard."""
    return local.translate(CYRILLIC_LOOKALIKES) if LATIN.search(local) else local


def _readable_host(host: str) -> str:
    host = host.lower().rstrip(".")
    if "xn--" not in host:
        return host
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _is_host(host: str) -> bool:
    labels = host.split(".")
    top = labels[-1]
    return (
        len(labels) > 1
        and len(host) <= 253
        and len(top) > 1
        and not top.isdigit()
        and all(map(HOST_LABEL.fullmatch, labels))
    )
