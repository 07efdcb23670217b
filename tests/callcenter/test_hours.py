"""Calling hours are the client's: 9:00–18:00 of the own clock on working days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter import hours
from operations.workdays import is_working_day

pytestmark = pytest.mark.django_db  # the production calendar has a table
zones = st.sampled_from(hours.RUSSIAN_ZONES)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))


def local(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone))


@given(zones, moments)
def test_nobody_is_called_outside_working_hours_of_his_own_clock(zone, moment):
    clock = moment.astimezone(ZoneInfo(zone))
    if hours.is_open(zone, moment):
        assert time(9) <= clock.time() < time(18)
        assert is_working_day(clock.date())  # a Saturday too, if the government has made it one
        assert hours.closes_at(zone, moment) > moment


@given(zones, moments)
def test_the_next_opening_is_the_first_moment_that_is_open(zone, moment):
    opening = hours.next_opening(zone, moment)
    assert opening >= moment
    assert hours.is_open(zone, opening)
    assert opening == moment or not hours.is_open(zone, opening - timedelta(seconds=1))


@given(zones, moments)
def test_an_offered_time_of_the_next_contact_is_in_the_future_and_in_hours(zone, moment):
    for offered in (
        hours.in_an_hour(zone, moment),
        hours.next_working_morning(zone, moment),
        hours.next_working_morning(zone, moment, days=7),
    ):
        assert offered > moment
        assert hours.is_open(zone, offered)


@pytest.mark.parametrize("zone", hours.RUSSIAN_ZONES)
def test_the_edges_of_the_day_are_nine_inclusive_and_eighteen_exclusive(zone):
    assert not hours.is_open(zone, local(zone, 2026, 11, 24, 8, 59, 59))
    assert hours.is_open(zone, local(zone, 2026, 11, 24, 9))
    assert hours.is_open(zone, local(zone, 2026, 11, 24, 17, 59, 59))
    assert not hours.is_open(zone, local(zone, 2026, 11, 24, 18))


def test_holidays_and_weekends_are_closed_all_day():
    for day in (date(2026, 11, 4), date(2026, 1, 9), date(2026, 11, 21), date(2026, 11, 22)):
        assert not is_working_day(day)
        assert not hours.is_open("Europe/Moscow", datetime.combine(day, time(12), ZoneInfo("Europe/Moscow")))


def test_zones_open_one_after_another_as_the_day_moves_west():
    morning = local("Europe/Moscow", 2026, 11, 24, 9)
    everywhere = [hours.Window(0, zone, hours.USUAL) for zone in hours.RUSSIAN_ZONES]
    open_now = {window.zone for window in hours.open_windows(everywhere, morning)}
    assert "Europe/Moscow" in open_now
    assert "Asia/Yekaterinburg" in open_now
    assert "Europe/Kaliningrad" not in open_now
    assert "Asia/Kamchatka" not in open_now


def test_after_a_long_holiday_the_next_opening_is_found():
    assert hours.next_opening("Europe/Moscow", local("Europe/Moscow", 2025, 12, 31, 20)) == local(
        "Europe/Moscow", 2026, 1, 12, 9
    )


def test_kaliningrad_is_an_hour_behind_moscow_and_kamchatka_nine_ahead():
    winter, summer = local("Europe/Moscow", 2026, 1, 20, 12), local("Europe/Moscow", 2026, 7, 20, 12)
    for moment in (winter, summer):
        assert hours.hours_from_moscow("Europe/Kaliningrad", moment) == -1
        assert hours.hours_from_moscow("Asia/Kamchatka", moment) == 9
