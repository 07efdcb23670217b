"""A service on the web that answers what was recorded of the real one, and remembers what it was asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire."""

    path: str  # with its query
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What a body of JSON said."""
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        """What a body of a form said; of a repeated field the first value."""
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


class Service(HTTPServer):
    """Answers every request alike, until told to answer otherwise."""

    def __init__(self, answer: Any) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[Asked] = []
        self.answers(answer)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"

    def answers(self, answer: Any, *, status: int = 200) -> None:
        """From now on. Bytes are sent as they are, anything else as JSON."""
        self.status = status
        self.body = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append(Asked(self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.end_headers()
        self.wfile.write(self.server.body)

    do_POST = do_GET  # noqa: N815 - the library looks for this name

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def serving(answer: Any) -> Iterator[Service]:
    """The service, while it is asked."""
    service = Service(answer)
    thread = Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.shutdown()
        thread.join()
        service.server_close()
