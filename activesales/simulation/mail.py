"""A place for the letters of the play to arrive, when nobody listens where the settings send them."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import settings

from operations.management.commands.catch_mail import take_recipient


class Sink:
    """Accepts what the built-in catcher would accept, and keeps nothing."""

    async def handle_RCPT(  # noqa: N802 (a name of aiosmtpd)
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        return take_recipient(envelope, address)

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 (a name of aiosmtpd)
        return "250 Accepted"


def somebody_listens() -> bool:
    try:
        socket.create_connection((settings.EMAIL_HOST, settings.EMAIL_PORT), timeout=5).close()
    except OSError:
        return False
    return True


@contextmanager
def mail_arrives() -> Iterator[None]:
    """Real SMTP all the same: to the server of the settings, to the built-in catcher, or to a sink in its place."""
    if not settings.EMAIL_CAUGHT or somebody_listens():
        yield
        return
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells of every command
    sink = Controller(Sink(), hostname=settings.EMAIL_HOST, port=settings.EMAIL_PORT)
    sink.start()
    try:
        yield
    finally:
        sink.stop()
