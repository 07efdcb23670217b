"""Wiring: settings, urls, the API router, the timetable, the menu. Imports everybody, imported by nobody."""

from activesales.celery import app as celery_app

__all__ = ["celery_app"]
