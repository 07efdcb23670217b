"""One connection to the mail server for many letters, and what each answer of the server means.

The line that matters is the reply to DATA: before it nothing can have been delivered, after it a silence may mean
anything, and such a letter is in doubt for ever or until a person decides.
"""

import contextlib
import re
import smtplib
from dataclasses import dataclass
from enum import Enum

from django.core.mail import get_connection

from campaigns.letters import Envelope

LOST = (OSError, smtplib.SMTPException)  # the connection, a timeout, or a reply that is none
MANY = 500  # letters of one connection; then a new one, as servers like it
NO_SUCH_BOX = re.compile(r"\b5\.1\.[0-36]\b")
ENHANCED = re.compile(r"^[245]\.\d{1,3}\.\d{1,3}\b")
BAD_BOX_CODES = {550, 551, 553}


class Fate(Enum):
    """What became of a letter that was handed over."""

    ACCEPTED = "accepted"
    LATER = "later"  # the server asks to come again
    REFUSED = "refused"
    NOT_TAKEN = "not taken"  # the connection was lost before the letter was given: nothing has happened
    SENDER_REFUSED = "sender refused"  # every other letter would meet the same
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """The fate of a letter with the server's words."""

    fate: Fate
    words: str
    is_bad_address: bool = False


class Unreachable(Exception):
    """The mail server cannot be connected to, or does not let us in."""


class Courier:
    """Carries letters over a connection that is opened when needed and kept."""

    def __init__(self) -> None:
        self._backend = get_connection("django.core.mail.backends.smtp.EmailBackend")
        self._carried = 0

    def __enter__(self) -> "Courier":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye, if there is anybody."""
        smtp, self._backend.connection, self._carried = self._backend.connection, None, 0
        if smtp is not None:
            with contextlib.suppress(*LOST):
                smtp.quit()
            smtp.close()

    def connect(self) -> None:
        """Make sure that somebody listens, before a letter is marked as on its way. Raises Unreachable."""
        if self._carried >= MANY or (self._backend.connection is not None and not self._is_alive()):
            self.close()
        if self._backend.connection is None:
            try:
                self._backend.open()
                self._backend.connection.ehlo_or_helo_if_needed()  # strict servers take no letter from a stranger
            except LOST as error:
                self.close()
                raise Unreachable(str(error)) from error

    def carry(self, envelope: Envelope) -> Answer:
        """Hand one letter over. Never raises: whatever happens is an answer."""
        self._carried += 1
        if early := self._introduce(envelope):
            return early
        smtp = self._backend.connection
        try:
            smtp.send(_stuffed(envelope.data))
            code, words = smtp.getreply()
        except LOST as error:
            self.close()
            return Answer(Fate.UNKNOWN, str(error)[:300])
        return self._judged(code, words, Fate.ACCEPTED)

    def _is_alive(self) -> bool:
        try:
            return self._backend.connection.rset()[0] == 250
        except LOST:
            return False

    def _introduce(self, envelope: Envelope) -> Answer | None:
        """Sender, recipient, DATA; an answer if it does not come to the letter itself."""
        smtp = self._backend.connection
        options = ["BODY=8BITMIME"] if smtp.has_extn("8bitmime") else []
        try:
            code, words = smtp.mail(envelope.sender, options)
            if code >= 500:
                return Answer(Fate.SENDER_REFUSED, _said(code, words))
            if code == 250:
                code, words = smtp.rcpt(envelope.recipient)
                if code in (250, 251):
                    code, words = smtp.docmd("DATA")
                    if code == 354:
                        return None
        except LOST as error:
            self.close()
            return Answer(Fate.NOT_TAKEN, str(error)[:300])
        return self._judged(code, words, Fate.LATER)

    def _judged(self, code: int, words: bytes, good: Fate) -> Answer:
        said = _said(code, words)
        if code == 421 or code < 0:
            self.close()
        if 200 <= code < 300:
            return Answer(good, said)
        if 500 <= code < 600:
            return Answer(Fate.REFUSED, said, is_bad_address=_is_bad_address(code, said))
        return Answer(Fate.UNKNOWN if code < 0 and good is Fate.ACCEPTED else Fate.LATER, said)


def _is_bad_address(code: int, said: str) -> bool:
    """Whether the box does not exist; a refusal of the letter's content says nothing about the box."""
    enhanced = ENHANCED.match(said.partition(" ")[2])
    return bool(NO_SUCH_BOX.match(enhanced[0])) if enhanced else code in BAD_BOX_CODES


def _said(code: int, words: bytes) -> str:
    return f"{code} {words.decode('utf-8', 'replace')}".replace("\n", " ").replace("\x00", "")[:300]


def _stuffed(data: bytes) -> bytes:
    """RFC 5321 4.5.2: a line that begins with a dot gets another one; the letter ends with a dot alone."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    body = re.sub(rb"(?m)^\.", b"..", lines)
    return body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n"
