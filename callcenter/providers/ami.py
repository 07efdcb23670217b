"""The manager interface of Asterisk (AMI): blocks of `Name: value` lines, each block closed by an empty line.

Protocol: https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Manager-Interface-AMI/. One thread speaks with one peer.
"""

import hashlib
import itertools
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from callcenter.providers.base import TIMEOUT, TelephonyError

END = b"\r\n\r\n"
GREETING = b"Asterisk Call Manager/"
LARGEST = 1 << 20  # bytes without an end of a block: this is no manager interface
MOST = 100_000  # blocks that may pass before an answer comes
Message = dict[str, str]


class Ami:
    """One connection. Every failure of the line or of the peer is a TelephonyError."""

    def __init__(self, host: str, port: int, *, timeout: float = TIMEOUT) -> None:
        self.timeout = timeout
        self.waiting: deque[Message] = deque()
        self.numbers = itertools.count(1)
        self.buffer = b""
        try:
            self.line = socket.create_connection((host, port), timeout)
        except OSError as error:
            raise TelephonyError(f"Asterisk: {error}") from error
        if not self._cut(b"\r\n").startswith(GREETING):
            self.close()
            raise TelephonyError("Asterisk: this is no manager interface")

    def login(self, user: str, secret: str, *, events: bool) -> None:
        """By an answer to a challenge, so that the secret is not sent; in plain words where challenges are switched off."""
        challenge = self.ask("Challenge", AuthType="MD5")
        if challenge["Response"] == "Success":
            key = hashlib.md5(f"{challenge['Challenge']}{secret}".encode(), usedforsecurity=False).hexdigest()
            proof = {"AuthType": "MD5", "Key": key}
        else:
            proof = {"Secret": secret}
        self.order("Login", Username=user, Events="on" if events else "off", **proof)

    def order(self, action: str, **fields: str) -> Message:
        """Ask, and take nothing but a yes."""
        answer = self.ask(action, **fields)
        if answer["Response"] == "Error":
            raise TelephonyError(f"Asterisk: {answer.get('Message', 'refused')}")
        return answer

    def ask(self, action: str, **fields: str) -> Message:
        """The answer to an action; events that come in between wait for `next`."""
        number = fields.setdefault("ActionID", str(next(self.numbers)))
        self._send({"Action": action} | fields)
        for _ in range(MOST):
            said = self._read(self.timeout)
            if said is None:
                break
            if "Response" in said and "Event" not in said and said.get("ActionID") == number:
                return said
            self.waiting.append(said)
        raise TelephonyError(f"Asterisk: no answer to {action}")

    def listed(self, action: str) -> list[Message]:
        """The events of an action that answers with a list."""
        number = self.order(action)["ActionID"]
        rows: list[Message] = []
        others: list[Message] = []
        while said := self.next(self.timeout):
            if said.get("ActionID") != number:
                others.append(said)
            elif said.get("EventList") == "Complete":
                self.waiting.extendleft(reversed(others))
                return rows
            else:
                rows.append(said)
        raise TelephonyError(f"Asterisk: the list of {action} has no end")

    def next(self, patience: float) -> Message | None:
        """The next event; None when nothing was said for so many seconds."""
        return self.waiting.popleft() if self.waiting else self._read(patience)

    def close(self) -> None:
        """Say good-bye if the line still stands."""
        with suppress(OSError, TelephonyError):
            self._send({"Action": "Logoff"})
        self.line.close()

    def _send(self, fields: Message) -> None:
        if any(mark in value for value in fields.values() for mark in "\r\n"):
            raise TelephonyError("Asterisk: a value holds an end of line")
        text = "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n"
        try:
            self.line.settimeout(self.timeout)
            self.line.sendall(text.encode())
        except OSError as error:
            raise TelephonyError(f"Asterisk: {error}") from error

    def _read(self, patience: float) -> Message | None:
        try:
            return message(self._cut(END, patience))
        except TimeoutError:
            return None

    def _cut(self, end: bytes, patience: float | None = None) -> bytes:
        self.line.settimeout(patience or self.timeout)
        while end not in self.buffer:
            try:
                more = self.line.recv(65536)
            except TimeoutError:
                if patience is None:
                    raise TelephonyError("Asterisk: no greeting") from None
                raise
            except OSError as error:
                raise TelephonyError(f"Asterisk: {error}") from error
            if not more or len(self.buffer) > LARGEST:
                raise TelephonyError("Asterisk: the connection was closed")
            self.buffer += more
        block, self.buffer = self.buffer.split(end, 1)
        return block


def message(block: bytes) -> Message:
    """A block as a mapping; a name that stands several times (variables of the channel) has its values on lines."""
    said: Message = {}
    for line in block.decode(errors="replace").split("\r\n"):
        name, mark, value = line.partition(":")
        name = name.partition("(")[0]
        if mark:
            said[name] = f"{said[name]}\n{value.strip()}" if name in said else value.strip()
    return said


@contextmanager
def session(host: str, port: int, *, user: str, secret: str, events: bool = False) -> Iterator[Ami]:
    """A connection that has signed in. Raises TelephonyError."""
    ami = Ami(host, port)
    try:
        ami.login(user, secret, events=events)
        yield ami
    finally:
        ami.close()
