"""A mail server for the tests of mailings."""

import pytest

from tests.sinks.smtp import Sink, smtp_sink


@pytest.fixture
def sink(settings, tmp_path):
    """A recording mail server; letters of the product go there."""
    with smtp_sink(tmp_path / "letters.txt") as running:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 5
        yield running


__all__ = ["Sink"]
