"""The built-in mail catcher: a real SMTP server on the loopback that keeps every letter instead of sending it on."""

import asyncio
import logging
import signal
import socket
from argparse import ArgumentParser
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections

from operations.services import store_caught_mail

LARGEST_LETTER = 40 * 1024 * 1024
TRY_LATER = "451 4.3.0 The letter could not be kept, try again later"
NO_SUCH_MAILBOX = "550 5.1.1 No such mailbox"
log = logging.getLogger(__name__)


class Keeper:
    """Answers for a letter only when it is in the database: whoever sent it tries again later otherwise."""

    async def handle_RCPT(  # noqa: N802 (a name of aiosmtpd)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        return take_recipient(envelope, address)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        return await asyncio.to_thread(keep, envelope)

    async def handle_exception(self, error: Exception) -> str:
        """A letter that cannot be read is a reason to look at the log, and no reason to lose it."""
        log.error("A letter could not be taken", exc_info=error)
        return TRY_LATER


def take_recipient(envelope: Envelope, address: str) -> str:
    """Every mailbox exists but those of the domain that RFC 2606 keeps for what does not: so refusals can be tried too."""
    if address.lower().endswith(".invalid"):
        return NO_SUCH_MAILBOX
    envelope.rcpt_tos.append(address)
    return "250 2.1.5 Recipient taken"


def keep(envelope: Envelope) -> str:
    """Store the letter and say so in the words of SMTP."""
    close_old_connections()
    try:
        store_caught_mail(
            raw=bytes(envelope.content or b""), envelope_from=envelope.mail_from or "", envelope_to=envelope.rcpt_tos
        )
    except Error:
        log.exception("A letter could not be kept")
        return TRY_LATER
    finally:
        close_old_connections()
    return "250 2.0.0 Kept"


class Command(BaseCommand):
    help = "Receive letters over SMTP on the loopback and keep them, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.EMAIL_CATCHER_PORT)
        parser.add_argument("--descriptor", type=int, help="a socket that listens already, by its number")

    def handle(self, *args: Any, **options: Any) -> None:
        descriptor = options["descriptor"]
        listener = (
            socket.socket(fileno=descriptor) if descriptor else socket.create_server(("127.0.0.1", options["port"]))
        )
        asyncio.run(self.serve(listener))

    async def serve(self, listener: socket.socket) -> None:
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd would write down every address
        loop = asyncio.get_running_loop()
        stopped = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopped.set)
        server = await loop.create_server(
            lambda: SMTP(Keeper(), data_size_limit=LARGEST_LETTER, enable_SMTPUTF8=True), sock=listener
        )
        self.stdout.write(f"Letters are caught at 127.0.0.1:{listener.getsockname()[1]}")
        await stopped.wait()
        server.close()
