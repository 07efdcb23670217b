"""Hears what Asterisk says of calls."""

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from callcenter.services.listening import listen


class Command(BaseCommand):
    help = "Listen to the manager interface of Asterisk while it is the telephone system, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Event()

        def end(_number: int, _frame: Any) -> None:
            stop.set()
            raise SystemExit(0)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        listen(stop)
