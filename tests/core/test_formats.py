"""What the screens show: numbers, money, dates, phones, names (DESIGN §7)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from hypothesis import example, given
from hypothesis import strategies as st

from core import formats
from core.typography import typograf

NOW = datetime(2026, 11, 24, 8, 42, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def in_russian_and_moscow():
    with translation.override("ru"), timezone.override("Europe/Moscow"):
        yield


def shown(text: str) -> str:
    """Write a non-breaking space as ~, as the prototypes do."""
    return text.replace("\u00a0", "~")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1284500, "1~284~500~₽"),
        (Decimal("1284499.50"), "1~284~500~₽"),
        (Decimal("0.5"), "1~₽"),
        (Decimal("-0.4"), "0~₽"),
        (-1200, "−1~200~₽"),
        (0, "0~₽"),
        (None, "—"),
        ("", "—"),
        ("not a number", "—"),
        (float("nan"), "—"),
    ],
)
def test_money_has_groups_and_no_kopecks(value, expected):
    assert shown(formats.money(value)) == expected


def test_exact_money_keeps_kopecks():
    assert shown(formats.money_exact(Decimal("1284500.005"))) == "1~284~500,01~₽"


def test_money_knows_other_currencies():
    assert shown(formats.money(5000, "USD")) == "5~000~$"
    assert shown(formats.money(5000, "AED")) == "5~000~AED"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (9_999_999, "9~999~999~₽"),
        (10_000_000, "10~млн~₽"),
        (14_249_000, "14,2~млн~₽"),
        (14_250_000, "14,3~млн~₽"),
        (-14_200_000, "−14,2~млн~₽"),
        (999_949_999, "999,9~млн~₽"),
        (999_960_000, "1~млрд~₽"),
        (1_284_500_000, "1,3~млрд~₽"),
        (None, "—"),
    ],
)
def test_summaries_shorten_money_from_ten_million(value, expected):
    assert shown(formats.money_short(value)) == expected


def test_english_sets_money_its_own_way():
    with translation.override("en"):
        assert formats.money(-1284500) == "−₽1,284,500"
        assert formats.money_short(14_200_000) == "₽14.2M"
        assert formats.percent(Decimal("8.6")) == "8.6%"
        assert shown(formats.short_date(TODAY, TODAY)) == "24~Nov"
        assert shown(formats.phone("+73515550142", "114")) == "+7~(351)~555-01-42~ext.~114"


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (1284, None, "1~284"),
        (Decimal("8.60"), None, "8,6"),
        (8.6, None, "8,6"),
        (Decimal("8.65"), 1, "8,7"),
        (Decimal("8"), 2, "8,00"),
        (-0.04, 1, "0,0"),
        (-5, None, "−5"),
        ("1E+100", None, "—"),
    ],
)
def test_numbers_have_a_comma_and_a_real_minus(value, places, expected):
    assert shown(formats.number(value, places)) == expected


def test_percent_stands_off_by_a_non_breaking_space():
    assert shown(formats.percent(Decimal("8.61"))) == "8,6~%"
    assert shown(formats.percent(100)) == "100~%"


def test_a_share_of_nothing_is_no_number():
    assert shown(formats.share(43, 500)) == "8,6~%"
    assert formats.share(1, 0) == "—"
    assert formats.share(None, 5) == "—"


@given(st.integers(0, 10**6))
def test_plural_follows_the_russian_rule(count):
    word = formats.plural(count, "день", "дня", "дней")
    if count % 100 in (11, 12, 13, 14):
        assert word == "дней"
    else:
        assert word == {1: "день", 2: "дня", 3: "дня", 4: "дня"}.get(count % 10, "дней")


def test_plural_takes_two_english_forms_and_fractions():
    assert formats.plural(1, "day", "days") == "day"
    assert formats.plural(21, "day", "days") == "days"
    assert formats.plural(Decimal("1.5"), "день", "дня", "дней") == "дня"
    assert shown(formats.counted(1005, "день", "дня", "дней")) == "1~005~дней"


def test_a_date_shows_its_year_only_when_it_is_another():
    assert shown(formats.short_date(date(2026, 5, 3), TODAY)) == "3~мая"
    assert shown(formats.short_date(date(2025, 3, 14), TODAY)) == "14~мар~2025"
    assert shown(formats.weekday_date(TODAY, TODAY)) == "вт~24~ноя"
    assert formats.short_date(None) == "—"


def test_a_moment_is_dated_in_the_users_zone():
    late_evening = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    assert shown(formats.short_date(late_evening, TODAY)) == "24~ноя"
    assert formats.time_of_day(late_evening) == "01:30"


def test_the_clients_clock_comes_before_moscows():
    moment = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    assert shown(formats.client_time(moment, "Asia/Yekaterinburg")) == "10:00~(08:00~мск)"
    assert shown(formats.client_time(moment, "Europe/Kirov")) == "08:00~мск"
    assert formats.client_time(None, "Europe/Kirov") == "—"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (timedelta(seconds=20), "только что"),
        (timedelta(minutes=5), "5~мин назад"),
        (timedelta(hours=2), "сегодня, 09:42"),
        (timedelta(hours=18), "вчера, 17:42"),
        (timedelta(days=5), "чт~19~ноя, 11:42"),
        (timedelta(hours=-30), "завтра, 17:42"),
    ],
)
def test_ago_says_how_long_only_within_the_hour(before, expected):
    assert shown(formats.ago(NOW - before, NOW)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(167, "2:47"), (timedelta(seconds=5), "0:05"), (3767, "1:02:47"), (None, "—"), (0, "0:00"), (-65, "−1:05")],
)
def test_duration_of_a_talk(value, expected):
    assert formats.duration(value) == expected


def test_what_is_late_has_a_minus():
    assert shown(formats.late_days(date(2026, 11, 20), TODAY)) == "−4~дн"
    assert shown(formats.late_days(date(2026, 11, 27), TODAY)) == "3~дн"
    assert formats.late_days(TODAY, TODAY) == "сегодня"


@pytest.mark.parametrize(
    ("text", "extension", "expected"),
    [
        ("+73515550142", "114", "+7~(351)~555-01-42~доб.~114"),
        ("8 351 555 01 42 доб. 114", "", "+7~(351)~555-01-42~доб.~114"),
        ("+79123456789", "", "+7~(912)~345-67-89"),
        ("+375172222222", "", "+375~17~222-22-22"),
        ("спросить Петра", "", "спросить~Петра"),
        ("", "", "—"),
        (None, "", "—"),
    ],
)
def test_a_phone_is_never_broken(text, extension, expected):
    assert shown(formats.phone(text, extension)) == expected


def test_names_shorten_to_initials():
    assert shown(formats.initials_name("Рябов", "Савелий", "Жанович")) == "Рябов~С.~Ж."
    assert shown(formats.initials_name("Ким", "Анна-Мария")) == "Ким~А.-М."
    assert formats.initials_name("", "Пётр", "Ильич") == "Пётр Ильич"
    assert formats.full_name("Рябов", "", "Жанович") == "Рябов Жанович"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ООО "Завод "Луч"" ждёт', "ООО «Завод „Луч“» ждёт"),
        ('Труба 12" - 20 шт', 'Труба 12"~— 20~шт'),
        ("Мы в офисе и на складе", "Мы в~офисе и~на~складе"),
        ("20-30 мин", "20–30~мин"),
        ("тел. 555-01-42", "тел.~555-01-42"),
        ("рост -5%", "рост −5~%"),
        ("№5 и № 7", "№~5 и~№~7"),
        ("Рябов С. Ж. согласен", "Рябов~С.~Ж. согласен"),
        ("г. Челябинск, ул. Труда, д. 5", "г.~Челябинск, ул.~Труда, д.~5"),
        ("звонить 9:30-12:30", "звонить 9:30–12:30"),
        ("https://a.example/b%20c?x=1-2", "https://a.example/b%20c?x=1-2"),
        ('He said "yes" - and left', "He said “yes”~– and left"),
    ],
)
def test_typograf_sets_what_a_person_typed(text, expected):
    assert shown(typograf(text)) == expected


@given(st.text(alphabet='авксноЯР "«»„“-–—.…5%№₽ \u00a0\taz()г', max_size=40))
@example('г. "Ромашка" - в с')
def test_typograf_twice_is_typograf_once(text):
    assert typograf(typograf(text)) == typograf(text)


@given(st.text(max_size=80))
def test_typograf_keeps_every_letter_and_digit(text):
    letters = [letter for letter in text if letter.isalnum()]
    assert [letter for letter in typograf(text) if letter.isalnum()] == letters


@given(st.decimals(allow_nan=True, allow_infinity=True) | st.floats() | st.integers() | st.text(max_size=8))
def test_no_value_breaks_a_number(value):
    for show in (formats.number, formats.money, formats.money_exact, formats.money_short, formats.percent):
        assert show(value)


def test_filters_are_the_same_functions():
    person = SimpleNamespace(last_name="Рябов", first_name="Савелий", middle_name="Жанович")
    template = Template(
        "{% load formats %}{{ sum|money }}|{{ n|counted:'день,дня,дней' }}|{{ person|initials_name }}|"
        "{{ moment|client_time:'Asia/Yekaterinburg' }}|{{ note|typograf }}|{{ missing|short_date }}|{{ missing|money }}"
    )
    page = template.render(Context({"sum": 1200, "n": 2, "person": person, "moment": NOW, "note": "<b>1 - 2 и 3</b>"}))
    assert shown(page) == "1~200~₽|2~дня|Рябов~С.~Ж.|13:42~(11:42~мск)|&lt;b&gt;1~— 2 и~3&lt;/b&gt;|—|—"
