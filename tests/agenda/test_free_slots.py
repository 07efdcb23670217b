"""When managers are free."""

from datetime import datetime
from zoneinfo import ZoneInfo

from agenda.services import book_meeting
from agenda.slots import free_slots
from tests.factories.companies import make_company

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=MOSCOW)


def test_a_day_has_slots_from_ten_to_six_without_lunch(cast):
    hours = [slot.starts_at.hour for slot in free_slots([cast.manager], start=MONDAY, days=1)]
    assert hours == [10, 11, 12, 14, 15, 16, 17]


def test_a_booked_hour_is_not_offered(cast):
    at = MONDAY.replace(hour=11)
    book_meeting(make_company(), actor=cast.operator, manager=cast.manager, starts_at=at, now=MONDAY)
    assert at not in [slot.starts_at for slot in free_slots([cast.manager], start=MONDAY, days=1)]


def test_holidays_are_not_offered(cast):
    new_year = datetime(2026, 12, 31, 9, tzinfo=MOSCOW)
    assert (
        free_slots([cast.manager], start=new_year, days=1)[0].starts_at.date()
        > datetime(2027, 1, 8, tzinfo=MOSCOW).date()
    )


def test_many_managers_cost_one_query(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        free_slots([cast.manager, cast.manager2, cast.sales_head], start=MONDAY)
