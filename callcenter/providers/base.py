"""The port of telephone systems."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.error import URLError
from urllib.request import Request, urlopen

from callcenter.enums import Direction, PhoneFact

TIMEOUT = 10  # seconds
LARGEST = 65536  # bytes of an answer; none of them needs more
CAUSE_OK = 16
CAUSE_TECHNICAL = 41  # Q.850, temporary failure: the system has lost the call


class TelephonyError(Exception):
    """The telephone system does not answer, or says no; the text is for the journal."""


@dataclass(frozen=True)
class Heard:
    """One thing that a telephone system has said of a call, in our words."""

    call_id: str
    key: str  # unique within the call: a repeated report has the same
    fact: PhoneFact
    at: datetime
    direction: Direction | None = None
    number: str = ""  # the client's, as the system writes it
    extension: str = ""
    cause: int | None = None
    recording: str = ""
    attempt: str = ""


@dataclass(frozen=True)
class Report:
    """A request of the telephone system to our webhook."""

    path: str  # what follows our address, "events/call"
    form: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where the system is; a cloud system needs none of it, and is asked elsewhere if an address is named."""

    host: str = ""
    port: int = 5038
    context: str = ""
    technology: str = ""


PUBLISHED = Place()  # the address that the vendor has published


class TelephonyProvider(Protocol):
    """What an adapter can do. Its constructor takes the key, the secret and the place of the account."""

    senders: tuple[str, ...]  # addresses reports come from, if the system publishes them

    def __init__(self, key: str, secret: str, place: Place = ...) -> None: ...

    def originate(self, *, extension: str, number: str, attempt: str) -> None:
        """Ring the employee, then the client. Raises TelephonyError."""

    def hang_up(self, call_id: str) -> None:
        """End a call. Raises TelephonyError for a system that cannot."""

    def verify(self, report: Report) -> bool:
        """Whether the report was signed with our secret."""

    def parse_event(self, report: Report) -> list[Heard]:
        """What it says; nothing for what does not concern us. Raises ValueError for what cannot be read."""

    def recording_url(self, recording: str) -> str:
        """Where a recording is listened to. Raises TelephonyError."""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """The JSON answer to a POST. Raises TelephonyError."""
    return _asked(Request(url, data=body, headers=dict(headers), method="POST"))  # noqa: S310


def get(url: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """The JSON answer to a GET. Raises TelephonyError."""
    return _asked(Request(url, headers=dict(headers)))  # noqa: S310 - the address is a constant of the adapter


def _asked(request: Request) -> dict[str, Any]:
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - the address is a constant of the adapter
            found = json.loads(answer.read(LARGEST) or b"{}")
    except (URLError, OSError, ValueError) as error:
        raise TelephonyError(str(error)) from error
    return found if isinstance(found, dict) else {}
