"""A server that insists on a greeting, as real ones do, takes the letters."""

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller

from activesales.simulation.mail import Sink
from campaigns.courier import Courier, Fate
from campaigns.letters import Envelope
from tests.ports import free_port


@pytest.fixture
def strict_server(settings: object) -> Iterator[None]:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    controller = Controller(Sink(), hostname=settings.EMAIL_HOST, port=settings.EMAIL_PORT)
    controller.start()
    yield
    controller.stop()


def test_the_courier_greets_before_the_first_letter(strict_server: None) -> None:
    letter = Envelope(
        sender="a@firm.example",
        recipient="b@firm.example",
        message_id="<1@firm.example>",
        data=b"Subject: 1\r\n\r\nOne",
    )
    with Courier() as courier:
        for _each in range(2):
            courier.connect()
            assert courier.carry(letter).fate is Fate.ACCEPTED
