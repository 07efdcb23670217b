"""Reference data of this app, loaded at each start; what an administrator has edited stays."""

from datetime import date
from decimal import Decimal

from deals.models import Pipeline, Stage, VatRate

# code, name, percent («без НДС» has none: it is not 0 %), valid from, valid to
VAT_RATES: list[tuple[str, str, str | None, date, date | None]] = [
    ("general", "НДС 20 %", "20", date(2019, 1, 1), date(2025, 12, 31)),
    ("general", "НДС 22 %", "22", date(2026, 1, 1), None),  # 425-ФЗ of 28.11.2025
    ("reduced", "НДС 10 %", "10", date(2004, 1, 1), None),
    ("zero", "НДС 0 %", "0", date(2001, 1, 1), None),
    ("none", "Без НДС", None, date(2001, 1, 1), None),
    ("simple5", "НДС 5 % (УСН)", "5", date(2025, 1, 1), None),
    ("simple7", "НДС 7 % (УСН)", "7", date(2025, 1, 1), None),
]
PIPELINE = "Продажа"
# code, name, probability, days after which a deal has stalled
STAGES = [
    ("meeting", "Встреча", 25, 10),
    ("proposal", "КП отправлено", 40, 10),
    ("agreement", "Согласование", 60, 10),
    ("contract", "Договор и счёт", 85, 10),
    ("payment", "Оплата", 95, 14),
]


def load_deals() -> None:
    """Add what is missing."""
    _load_vat_rates()
    pipeline = Pipeline.objects.order_by("pk").first() or Pipeline.objects.create(name=PIPELINE)
    for order, (code, name, probability, stalls) in enumerate(STAGES, start=1):
        defaults = {"order": order, "name": name, "probability": probability, "stalls_after_days": stalls}
        Stage.objects.get_or_create(pipeline=pipeline, code=code, defaults=defaults)


def _load_vat_rates() -> None:
    for code, name, percent, start, end in VAT_RATES:
        defaults = {"name": name, "percent": Decimal(percent) if percent else None, "valid_to": end}
        VatRate.objects.get_or_create(code=code, valid_from=start, defaults=defaults)
