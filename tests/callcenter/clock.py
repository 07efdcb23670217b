"""Moments that the tests of the queue live at: a working Tuesday in Moscow, and the Saturday after."""

from datetime import datetime
from zoneinfo import ZoneInfo

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("Europe/Moscow"))
WEEKEND = datetime(2026, 11, 28, 12, 0, tzinfo=ZoneInfo("Europe/Moscow"))
