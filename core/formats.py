"""Numbers, money, dates, phones and names as the screens, letters and papers show them (DESIGN §7).

Everything follows the active language and returns plain text with non-breaking spaces; templates reach the same
functions through `{% load formats %}`. A missing value is «—», a zero is «0»."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language

from core.typography import MINUS, NBSP, NOTHING, current, typograf

__all__ = [
    "ago",
    "client_time",
    "counted",
    "days",
    "duration",
    "full_name",
    "initials_name",
    "late_days",
    "money",
    "money_exact",
    "money_short",
    "number",
    "percent",
    "phone",
    "plural",
    "share",
    "short_date",
    "time_of_day",
    "typograf",
    "weekday_date",
    "when",
]

Numeric = int | float | Decimal | str | None

SYMBOLS = {"RUB": "₽", "USD": "$", "EUR": "€", "CNY": "¥", "KZT": "₸", "BYN": "Br"}
MILLION = Decimal(10) ** 6
BILLION = Decimal(10) ** 9
SHORT_FROM = 10 * MILLION
LONGEST = 40  # digits; longer "numbers" are somebody's mistyped cells
WIDE = Context(prec=80)
MOSCOW = ZoneInfo("Europe/Moscow")


# --- numbers and money ----------------------------------------------------------------------------------------


def number(value: Numeric, places: int | None = None) -> str:
    """1 284 500; with `places` rounded half up to exactly so many digits, without it as many as the value has."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    digits = _digits(abs(amount) if places is None else _rounded(abs(amount), places), trim=places is None)
    return f"{_sign(amount, digits)}{digits}"


def percent(value: Numeric, places: int = 1) -> str:
    """8,6 %. The value is in percent already; for a part of a whole use `share`."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    digits = _digits(_rounded(abs(amount), places), trim=True)
    return current().percent.format(f"{_sign(amount, digits)}{digits}")


def share(part: Numeric, whole: Numeric, places: int = 1) -> str:
    """What percentage `part` is of `whole`; of nothing there is no percentage."""
    numerator, denominator = _decimal(part), _decimal(whole)
    if numerator is None or not denominator:
        return NOTHING
    return percent(numerator * 100 / denominator, places)


def money(value: Numeric, currency: str = "RUB") -> str:
    """1 284 500 ₽, rounded to whole units: a screen compares sums, a paper states them (`money_exact`)."""
    return _money(value, currency, places=0)


def money_exact(value: Numeric, currency: str = "RUB") -> str:
    """1 284 500,00 ₽, for papers and payments."""
    return _money(value, currency, places=2)


def money_short(value: Numeric, currency: str = "RUB") -> str:
    """14,2 млн ₽ from ten million on, for summaries; smaller sums in full."""
    amount = _decimal(value)
    if amount is None or abs(amount) < SHORT_FROM:
        return money(value, currency)
    billions = abs(amount) >= BILLION - MILLION / 20
    digits = _digits(_rounded(abs(amount) / (BILLION if billions else MILLION), 1), trim=True)
    unit = current().billion if billions else current().million
    return _with_symbol(amount, unit.format(digits), currency)


def plural(count: Numeric, *forms: str) -> str:
    """The right word for a number: three forms by the Russian rule (день, дня, дней), two by the English one."""
    amount = abs(_decimal(count) or Decimal(0))
    if len(forms) < 3:
        return forms[0] if amount == 1 else forms[-1]
    if amount != int(amount):
        return forms[1]
    tail, last = int(amount) % 100, int(amount) % 10
    if 11 <= tail <= 14 or last == 0 or last >= 5:
        return forms[2]
    return forms[0] if last == 1 else forms[1]


def counted(count: Numeric, *forms: str) -> str:
    """5 дней: the number and its word, never on two lines."""
    return f"{number(count)}{NBSP}{plural(count, *forms)}"


def _decimal(value: Numeric) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount.adjusted() < LONGEST else None


def _rounded(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, WIDE)


def _digits(amount: Decimal, *, trim: bool) -> str:
    """Groups of three and the decimal mark of the language; `trim` drops zeros that say nothing."""
    whole, _, fraction = f"{amount:f}".partition(".")
    fraction = fraction.rstrip("0") if trim else fraction
    grouped = f"{int(whole):,}".replace(",", current().group)
    return f"{grouped}{current().decimal}{fraction}" if fraction else grouped


def _sign(amount: Decimal, digits: str) -> str:
    """A minus only if something is left of the number after rounding: −0 is 0."""
    return MINUS if amount < 0 and any(digit in "123456789" for digit in digits) else ""


def _money(value: Numeric, currency: str, *, places: int) -> str:
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    return _with_symbol(amount, _digits(_rounded(abs(amount), places), trim=False), currency)


def _with_symbol(amount: Decimal, digits: str, currency: str) -> str:
    symbol = SYMBOLS.get(currency, currency)
    return current().money.format(sign=_sign(amount, digits), amount=digits, symbol=symbol)


# --- dates and times ------------------------------------------------------------------------------------------


def short_date(value: date | datetime | None, today: date | None = None) -> str:
    """24 ноя; the year only if it is another one: 14 мар 2025."""
    if value is None:
        return NOTHING
    day = _local_day(value)
    text = f"{day.day}{NBSP}{current().months[day.month - 1]}"
    return text if day.year == (today or timezone.localdate()).year else f"{text}{NBSP}{day.year}"


def month_inside(value: date | datetime) -> str:
    """The month inside a sentence: «ноябрь», but November."""
    name = date_format(_local_day(value), "F")
    return name.lower() if (get_language() or "ru").startswith("ru") else name


def weekday_date(value: date | datetime | None, today: date | None = None) -> str:
    """вт 24 ноя."""
    if value is None:
        return NOTHING
    return f"{current().weekdays[_local_day(value).weekday()]}{NBSP}{short_date(value, today)}"


def time_of_day(value: datetime | None) -> str:
    """13:42 in the user's zone."""
    return NOTHING if value is None else f"{_local(value):%H:%M}"


def client_time(moment: datetime | None, zone: str) -> str:
    """10:00 (08:00 мск): the client's clock first, Moscow's beside it when it shows another time."""
    if moment is None:
        return NOTHING
    theirs, ours = f"{moment.astimezone(ZoneInfo(zone)):%H:%M}", f"{moment.astimezone(MOSCOW):%H:%M}"
    moscow = f"{ours}{NBSP}{current().moscow}"
    return moscow if theirs == ours else f"{theirs}{NBSP}({moscow})"


def when(moment: datetime | None, now: datetime | None = None) -> str:
    """вчера, 17:40 · сегодня, 11:20 · завтра, 9:00 by name, other days as вт 24 ноя, 11:42."""
    if moment is None:
        return NOTHING
    today = _local_day(now or timezone.now())
    names = {-1: current().yesterday, 0: current().today, 1: current().tomorrow}
    day = names.get((_local_day(moment) - today).days) or weekday_date(moment, today)
    return f"{day}, {time_of_day(moment)}"


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """только что · 3 мин назад within the hour, then as `when` says it."""
    if moment is None:
        return NOTHING
    now = now or timezone.now()
    minutes = (now - moment).total_seconds() / 60
    if not 0 <= minutes < 60:
        return when(moment, now)
    return current().minutes_ago.format(int(minutes)) if minutes >= 1 else current().just_now


def duration(value: timedelta | float | None) -> str:
    """2:47 of a talk; 1:02:47 when it was a long one."""
    if value is None:
        return NOTHING
    seconds = round(value.total_seconds() if isinstance(value, timedelta) else value)
    sign, seconds = (MINUS, -seconds) if seconds < 0 else ("", seconds)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{sign}{hours}:{minutes:02}:{rest:02}" if hours else f"{sign}{minutes}:{rest:02}"


def days(count: Numeric) -> str:
    """97 дн."""
    amount = _decimal(count)
    return NOTHING if amount is None else current().day.format(number(amount))


def late_days(due: date | datetime | None, today: date | None = None) -> str:
    """−4 дн for what was due four days ago, 4 дн for what is ahead."""
    if due is None:
        return NOTHING
    left = (_local_day(due) - (today or timezone.localdate())).days
    return days(left) if left else current().today


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def _local_day(value: date | datetime) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


# --- phones and people ----------------------------------------------------------------------------------------


def phone(text: str | None, extension: str = "") -> str:
    """+7 (351) 555-01-42 доб. 114, never broken between lines. What is no phone is shown as it was typed."""
    if not text:
        return NOTHING
    printed, own_extension = _phone_parts(str(text))
    added = extension or own_extension
    return f"{printed}{NBSP}{current().extension}{NBSP}{added}" if added else printed


@lru_cache(maxsize=4096)
def _phone_parts(text: str) -> tuple[str, str]:
    try:
        parsed = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException:
        return text.replace(" ", NBSP), ""
    bare = phonenumbers.PhoneNumber(
        country_code=parsed.country_code,
        national_number=parsed.national_number,
        italian_leading_zero=parsed.italian_leading_zero,
        number_of_leading_zeros=parsed.number_of_leading_zeros,
    )
    printed = phonenumbers.format_number(bare, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    country, _, rest = printed.partition(" ")
    code, _, subscriber = rest.partition(" ")
    if country == "+7" and subscriber:
        printed = f"{country} ({code}) {subscriber}"
    return printed.replace(" ", NBSP), parsed.extension or ""


def initials_name(last_name: str, first_name: str = "", middle_name: str = "") -> str:
    """Рябов С. Ж. — the surname with initials, on one line. Without a surname the given names stand in full."""
    given = [part.strip() for part in (first_name, middle_name) if part and part.strip()]
    if not (last_name or "").strip():
        return " ".join(given)
    return NBSP.join((last_name.strip(), *_initials(given)))


def _initials(names: list[str]) -> Iterator[str]:
    for name in names:
        yield "-".join(f"{part[0].upper()}." for part in name.split("-") if part)


def full_name(last_name: str, first_name: str = "", middle_name: str = "") -> str:
    """Рябов Савелий Жанович, leaving out what is unknown."""
    return " ".join(part.strip() for part in (last_name, first_name, middle_name) if part and part.strip())
