"""A mail server for tests: real SMTP over TCP, writes down every letter before it says 250, and fails as it is told.

`sink.script["who@firm.example"] = "rcpt 550 5.1.1 no such user"` answers at that step; the steps are mail, rcpt, data
(before the letter) and dot (after it). Instead of an answer: `close` (drop the connection), `accept-close` (take the
letter, drop the connection without a word), `hang` (say nothing until the sink stops).
"""

import contextlib
import socketserver
import struct
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET
from time import time


@dataclass(frozen=True)
class Delivery:
    """A letter that the server took upon itself."""

    at: float
    sender: str
    recipient: str
    data: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.data.replace(b"\r\n", b"\n"), policy=policy.default)  # type: ignore[return-value]


@dataclass
class Sink:
    """What happened at the server, and what it has been told to do."""

    port: int = 0
    script: dict[str, str] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    connections: int = 0
    on_accepted: Callable[[int], None] | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    journal: Path | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        return [delivery.recipient for delivery in self.deliveries]

    def copies(self) -> Counter:
        """How many letters each address got."""
        return Counter(self.recipients)

    def take(self, delivery: Delivery) -> None:
        """Write the letter down; only then the sender hears of it."""
        with self.lock:
            if self.journal:
                with self.journal.open("a") as file:
                    file.write(f"{delivery.at} {delivery.recipient}\n")
            self.deliveries.append(delivery)
            number = len(self.deliveries)
        if self.on_accepted:
            self.on_accepted(number)


class Hung(Exception):
    """The connection ends here."""


class Talk(socketserver.StreamRequestHandler):
    """One connection."""

    sink: Sink

    def handle(self) -> None:
        self.sink.connections += 1
        with contextlib.suppress(Hung, OSError):
            self.say("220 sink ready")
            self.sender = self.recipient = ""
            while line := self.rfile.readline():
                self.answer(line.decode().strip())

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def answer(self, line: str) -> None:
        verb = line.upper()
        if verb.startswith(("EHLO", "HELO")):
            self.wfile.write(b"250-sink\r\n250 8BITMIME\r\n")
        elif verb.startswith("MAIL FROM:"):
            self.sender, self.recipient = line[10:].split(">")[0].strip("< "), ""
            self.step("mail", "250 2.1.0 ok", who=self.sender)
        elif verb.startswith("RCPT TO:"):
            self.recipient = line[8:].split(">")[0].strip("< ")
            self.step("rcpt", "250 2.1.5 ok")
        elif verb == "DATA":
            if self.step("data", "354 go on"):
                self.receive()
        elif verb == "QUIT":
            self.say("221 bye")
            raise Hung
        else:
            self.say("250 ok")

    def receive(self) -> None:
        lines = []
        if self.sink.script.get(self.recipient) == "mid close":
            self.rfile.readline()
            self.reset()
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise Hung
            lines.append(line[1:] if line.startswith(b".") else line)
        delivery = Delivery(time(), self.sender, self.recipient, b"".join(lines))
        told = self.sink.script.get(self.recipient, "")
        if told in ("", "dot accept-close") or not told.startswith("dot"):
            self.sink.take(delivery)
        self.step("dot", "250 2.0.0 queued")

    def step(self, name: str, good: str, who: str = "") -> bool:
        """Answer as told, or well. Returns whether it went well."""
        told = self.sink.script.get(who or self.recipient, "")
        step, _space, words = told.partition(" ")
        if step != name:
            self.say(good)
            return True
        if words in ("close", "accept-close"):
            self.reset()
        if words == "hang":
            self.sink.stopping.wait()
            raise Hung
        self.say(words)
        if words.startswith("421"):
            raise Hung
        return False

    def reset(self) -> None:
        """RST instead of a goodbye, as of a machine that died."""
        self.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        raise Hung


class Server(socketserver.ThreadingTCPServer):
    """Threads end with the test."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


@contextlib.contextmanager
def smtp_sink(journal: Path | None = None):
    """A running sink on a free port of this machine."""
    sink = Sink(journal=journal)
    handler = type("TalkOfThisSink", (Talk,), {"sink": sink})
    with Server(("127.0.0.1", 0), handler) as server:
        sink.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield sink
        finally:
            sink.stopping.set()
            server.shutdown()
