"""A page of a stranger's site, fetched by the server and by nobody's leave but a person's: only from public addresses, the
very address that was looked at, within limits of time and size."""

import ipaddress
import socket
import ssl
import time
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from core.exceptions import RuleViolation

MOST_REDIRECTS = 4
MOST_BYTES = 2 * 1024 * 1024
MOST_SECONDS = 10.0
PORTS = {"http": 80, "https": 443}
READABLE = ("text/html", "text/plain", "application/xhtml+xml")
REDIRECTS = (301, 302, 303, 307, 308)


class PinnedConnection(HTTPConnection):
    """Connects to the address that has been looked at, whatever the name resolves to a moment later."""

    def __init__(self, host: str, port: int, *, address: str, is_secure: bool, timeout: float):
        super().__init__(host, port, timeout=timeout)
        self.address, self.is_secure = address, is_secure

    def connect(self) -> None:
        """Overridden: no name is resolved here."""
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        if self.is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def fetch_page(url: str) -> tuple[str, str]:
    """(the address where it was found in the end, the text). Raises RuleViolation for what may not or cannot be read."""
    until = time.monotonic() + MOST_SECONDS
    for _attempt in range(MOST_REDIRECTS + 1):
        connection, path = _open(url, until)
        try:
            answer = _ask(connection, path)
            if answer.status in REDIRECTS and (to := answer.getheader("Location")):
                url = urljoin(url, to)
                continue
            return url, _text(answer, until)
        except (OSError, HTTPException) as error:
            raise RuleViolation(_("The page does not answer. Open it in a browser and paste its text.")) from error
        finally:
            connection.close()
    raise RuleViolation(_("The page sends from one address to another without end."))


def _open(url: str, until: float) -> tuple[PinnedConnection, str]:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except (ValueError, UnicodeError) as error:
        raise RuleViolation(_("This is not the address of a page.")) from error
    if parts.scheme not in PORTS or not host or parts.username is not None:
        raise RuleViolation(_("This is not the address of a page."))
    is_trusted = host in settings.IMPORT_FETCH_HOSTS
    if port not in (None, PORTS[parts.scheme]) and not is_trusted:
        raise RuleViolation(_("Only ordinary addresses of sites are read, without a port."))
    port = port or PORTS[parts.scheme]
    address = _address_of(host, port, is_trusted=is_trusted)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    connection = PinnedConnection(
        host, port, address=address, is_secure=parts.scheme == "https", timeout=max(0.1, until - time.monotonic())
    )
    return connection, path


def _address_of(host: str, port: int, *, is_trusted: bool) -> str:
    """The address to connect to. A name is refused if any of its addresses is not a public one."""
    try:
        found = {str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise RuleViolation(_("There is no such site: check the address.")) from error
    if not is_trusted and not all(map(is_public, found)):
        raise RuleViolation(_("This address belongs to an inner network and is not read."))
    return min(found)


def is_public(text: str) -> bool:
    """Whether an address is one of the open Internet; one wrapped into IPv6 is looked at inside."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if wrapped is None and address in NAT64:
            wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(str(wrapped))
    return address.is_global and not address.is_multicast and not address.is_reserved


NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _ask(connection: PinnedConnection, path: str) -> HTTPResponse:
    headers = {"User-Agent": "Mozilla/5.0 (compatible; ActiveSales)", "Accept": ", ".join(READABLE)}
    connection.request(
        "GET", path.encode("ascii", "ignore").decode(), headers=headers | {"Accept-Encoding": "identity"}
    )
    return connection.getresponse()


def _text(answer: HTTPResponse, until: float) -> str:
    if answer.status != 200:
        raise RuleViolation(_("The site answers with the error %(code)s.") % {"code": answer.status})
    if answer.headers.get_content_type() not in READABLE:
        raise RuleViolation(_("This is not a page: files are loaded as files."))
    content = bytearray()
    while chunk := answer.read1(65_536):
        content += chunk
        if len(content) > MOST_BYTES:
            raise RuleViolation(_("The page is too large."))
        if time.monotonic() > until:
            raise RuleViolation(_("The page takes too long. Open it in a browser and paste its text."))
    charset = answer.headers.get_content_charset() or ("cp1251" if b"windows-1251" in content[:2000] else "utf-8")
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")
