"""An exchange for tests: speaks the manager interface of Asterisk over real TCP and says what transcripts say.

Each connection that signs in with events takes the next of `sessions`; after the first look at the channels (`CoreShowChannels`) the
peer says the transcript and closes its side, as an exchange does that is restarted. `done` is set when the last has been heard.
"""

import contextlib
import hashlib
import socketserver
import threading
from dataclasses import dataclass, field

from callcenter.providers.ami import Message, message

VERSION = b"Asterisk Call Manager/9.0.0\r\n"


@dataclass
class Session:
    """What one connection is told."""

    transcript: str = ""
    live: tuple[str, ...] = ()  # the Linkedids of the channels that stand


@dataclass
class Exchange:
    """What was asked of it, and how it behaves."""

    user: str
    secret: str
    port: int = 0
    has_challenge: bool = True
    refuses: str = ""  # the reason that orders are refused with
    sessions: list[Session] = field(default_factory=list)
    orders: list[Message] = field(default_factory=list)
    logins: list[Message] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


class Talk(socketserver.StreamRequestHandler):
    """One connection."""

    exchange: Exchange
    session: Session | None = None

    def handle(self) -> None:
        self.wfile.write(VERSION)
        with contextlib.suppress(OSError):
            while asked := self.read():
                getattr(self, f"on_{asked['Action'].lower()}", self.on_order)(asked)
        if self.session and not self.exchange.sessions:
            self.exchange.done.set()

    def read(self) -> Message | None:
        lines = []
        while line := self.rfile.readline():
            if line == b"\r\n":
                return message(b"".join(lines))
            lines.append(line)
        return None

    def say(self, **fields: str) -> None:
        self.wfile.write(("".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n").encode())

    def on_challenge(self, asked: Message) -> None:
        if self.exchange.has_challenge:
            self.say(Response="Success", ActionID=asked["ActionID"], Challenge="126545")
        else:
            self.say(Response="Error", ActionID=asked["ActionID"], Message="Permission denied")

    def on_login(self, asked: Message) -> None:
        key = hashlib.md5(f"126545{self.exchange.secret}".encode(), usedforsecurity=False).hexdigest()
        is_right = asked.get("Key") == key or asked.get("Secret") == self.exchange.secret
        self.exchange.logins.append(asked)
        if not (is_right and asked["Username"] == self.exchange.user):
            self.say(Response="Error", ActionID=asked["ActionID"], Message="Authentication failed")
            if not self.exchange.sessions:
                self.exchange.done.set()
            return
        self.say(Response="Success", ActionID=asked["ActionID"], Message="Authentication accepted")
        self.say(Event="FullyBooted", Privilege="system,all", Uptime="3600", Status="Fully Booted")
        if asked["Events"] == "on":
            self.session = self.exchange.sessions.pop(0)

    def on_coreshowchannels(self, asked: Message) -> None:
        number, live = asked["ActionID"], self.session.live if self.session else ()
        self.say(Response="Success", ActionID=number, EventList="start", Message="Channels will follow")
        for linked in live:
            self.say(
                Event="CoreShowChannel", ActionID=number, Channel="PJSIP/101-0000002a", Uniqueid=linked, Linkedid=linked
            )
        self.say(Event="CoreShowChannelsComplete", ActionID=number, EventList="Complete", ListItems=str(len(live)))
        if self.session:
            self.wfile.write(self.session.transcript.replace("\n", "\r\n").encode())
            self.connection.shutdown(1)

    def on_ping(self, asked: Message) -> None:
        self.say(Response="Success", ActionID=asked["ActionID"], Ping="Pong", Timestamp="1795510800.000000")

    def on_order(self, asked: Message) -> None:
        self.exchange.orders.append(asked)
        if self.exchange.refuses:
            self.say(Response="Error", ActionID=asked["ActionID"], Message=self.exchange.refuses)
        else:
            self.say(Response="Success", ActionID=asked["ActionID"], Message="Originate successfully queued")

    def on_logoff(self, asked: Message) -> None:
        self.say(Response="Goodbye", ActionID=asked.get("ActionID", ""), Message="Thanks for all the fish.")
        raise OSError


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextlib.contextmanager
def running(exchange: Exchange):
    """The exchange on a port of the loopback."""
    handler = type("OneTalk", (Talk,), {"exchange": exchange})
    with Server(("127.0.0.1", 0), handler) as server:
        exchange.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield exchange
        finally:
            server.shutdown()
            thread.join()
