"""The production calendar: state holidays from the library, own exceptions from the page."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from callcenter import hours
from core.exceptions import RuleViolation
from operations import workdays
from operations.models import CalendarDay
from operations.services import change_workday, restore_workday

pytestmark = pytest.mark.django_db
WEDNESDAY, SUNDAY, HOLIDAY = date(2026, 11, 25), date(2026, 11, 29), date(2026, 11, 4)
AT_NOON = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh():
    workdays.announce()
    yield
    workdays.announce()


def test_without_exceptions_the_state_decides():
    assert [workdays.is_working_day(day) for day in (WEDNESDAY, SUNDAY, HOLIDAY)] == [True, False, False]
    assert workdays.is_working_day(date(2024, 12, 28)), "a Saturday moved by the government"


def test_an_own_day_off_stops_the_calls_of_that_day(cast, django_capture_on_commit_callbacks):
    assert hours.is_open("Europe/Moscow", AT_NOON)
    with django_capture_on_commit_callbacks(execute=True):
        change_workday(WEDNESDAY, actor=cast.db_admin, is_working=False, note="Переезд")
    assert not hours.is_open("Europe/Moscow", AT_NOON)
    assert workdays.working_days(WEDNESDAY, 1) == [date(2026, 11, 26)]
    with django_capture_on_commit_callbacks(execute=True):
        restore_workday(CalendarDay.objects.get(), actor=cast.db_admin)
    assert hours.is_open("Europe/Moscow", AT_NOON)
    assert set(AuditEntry.objects.values_list("event", flat=True)) >= {
        "operations.workday_changed",
        "operations.workday_restored",
    }


@pytest.mark.parametrize(("day", "is_working"), [(WEDNESDAY, True), (SUNDAY, False), (HOLIDAY, False)])
def test_what_the_calendar_says_anyway_is_refused(cast, day, is_working):
    with pytest.raises(RuleViolation):
        change_workday(day, actor=cast.db_admin, is_working=is_working)
    assert not CalendarDay.objects.exists()


def test_the_page_shows_the_year_adds_a_day_and_takes_it_back(cast, client_of):
    client = client_of(cast.db_admin)
    page = reverse("operations:calendar")
    assert "Ноябрь".lower() in client.get(page, {"year": "2026"}).content.decode().lower()
    answer = client.post(page, {"day": "2026-11-29", "is_working": "1", "note": "Инвентаризация"})
    assert answer.status_code == 302
    shown = client.get(page, {"year": "2026"}).content.decode()
    assert "Инвентаризация" in shown
    client.post(reverse("operations:restore-day", args=[CalendarDay.objects.get().pk]))
    assert not CalendarDay.objects.exists()


def test_a_needless_exception_is_a_sentence_at_the_day(cast, client_of):
    answer = client_of(cast.db_admin).post(reverse("operations:calendar"), {"day": "2026-11-25", "is_working": "1"})
    assert answer.status_code == 422
    assert "Это и так рабочий день" in answer.content.decode()


def test_a_marketer_does_not_see_the_calendar(cast, client_of):
    assert client_of(cast.marketer).get(reverse("operations:calendar")).status_code == 404
