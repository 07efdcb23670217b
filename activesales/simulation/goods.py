"""What the department sells: a price list of compressed air, and how a proposal is put together from it."""

from random import Random
from typing import Any

from accounts.models import User
from deals.models import Product
from deals.services import add_product

MACHINES, AROUND, WORKS = "Компрессоры", "Подготовка воздуха", "Работы и сервис"
# article, name, details, group, unit, price with VAT, cost without VAT
PRICES = [
    ("ВК-11", "Компрессор винтовой ВК-11", "11 кВт, 8 бар, 1,6 м³/мин, на ресивере 270 л", MACHINES, "шт.", 412_000, 262_000),
    ("ВК-22", "Компрессор винтовой ВК-22", "22 кВт, 8 бар, 3,4 м³/мин", MACHINES, "шт.", 648_000, 418_000),
    ("ВК-37Ч", "Компрессор винтовой ВК-37Ч", "37 кВт, 8 бар, 6,1 м³/мин, частотный привод", MACHINES, "шт.", 1_086_000, 706_000),
    ("ВК-75Ч", "Компрессор винтовой ВК-75Ч", "75 кВт, 8 бар, 12,4 м³/мин, частотный привод", MACHINES, "шт.", 1_843_000, 1_215_000),
    ("ПК-5", "Компрессор поршневой ПК-5", "5,5 кВт, 10 бар, 0,7 м³/мин", MACHINES, "шт.", 128_000, 81_000),
    ("ОВ-30", "Осушитель рефрижераторный ОВ-30", "3 м³/мин, точка росы +3 °C", AROUND, "шт.", 118_500, 77_000),
    ("ОВ-160", "Осушитель рефрижераторный ОВ-160", "16 м³/мин, точка росы +3 °C", AROUND, "шт.", 391_400, 262_000),
    ("РВ-500", "Ресивер вертикальный РВ-500", "0,5 м³, 10 бар, с паспортом сосуда", AROUND, "шт.", 96_800, 61_500),
    ("РВ-1000", "Ресивер вертикальный РВ-1000", "1 м³, 10 бар, с паспортом сосуда", AROUND, "шт.", 224_200, 146_000),
    ("ФМ-60", "Фильтр магистральный ФМ-60", "Пара: 1 мкм и 0,01 мкм", AROUND, "компл.", 34_600, 18_900),
    ("ФМ-160", "Фильтр магистральный ФМ-160", "Пара: 1 мкм и 0,01 мкм", AROUND, "компл.", 63_000, 34_500),
    ("ДР-80", "Датчик расхода и точки росы ДР-80", "Modbus, вывод на пульт энергетика", AROUND, "шт.", 193_000, 121_000),
    ("АУДИТ", "Аудит пневмосети", "Замер расхода, давления и утечек за 7 суток, отчёт с окупаемостью", WORKS, "усл.", 74_000, 38_000),
    ("МОНТАЖ", "Монтаж и обвязка", "Трубопровод до 24 м, без остановки цеха", WORKS, "компл.", 186_000, 114_000),
    ("ПНР", "Пусконаладка и обучение смены", "2 дня, 6 человек, журнал обучения", WORKS, "усл.", 84_000, 39_000),
    ("СЕРВИС", "Сервис с выездом за 24 часа", "Фильтры и масло включены, за год", WORKS, "год", 199_800, 96_000),
]  # fmt: skip
INSTALLED = [
    "Компрессор поршневой, 1998 г.", "Компрессор винтовой 22 кВт", "Компрессор винтовой 37 кВт", "Осушитель адсорбционный",
    "Ресивер 0,9 м³", "Пневмосеть, около 200 м",
]  # fmt: skip


def write_price_list(actor: User) -> None:
    """The head of sales fills in the price list."""
    for article, name, details, group, unit, price, cost in PRICES:
        add_product(
            actor=actor, article=article, name=name, details=details, group=group, unit=unit, price=price, cost=cost
        )


def compose(rng: Random, *, discount: int) -> list[dict[str, Any]]:
    """Lines of a proposal: a machine, what it needs around it, and works; the discount is on the equipment."""
    products = {product.article: product for product in Product.objects.on_sale()}
    machine = rng.choices(["ПК-5", "ВК-11", "ВК-22", "ВК-37Ч", "ВК-75Ч"], [24, 32, 26, 13, 5])[0]
    is_large = machine in ("ВК-37Ч", "ВК-75Ч")
    around = ["ОВ-160", "РВ-1000", "ФМ-160"] if is_large else ["ОВ-30", "РВ-500", "ФМ-60"]
    chosen = [
        machine,
        *rng.sample(around, rng.randint(1, 3)),
        *rng.sample(["МОНТАЖ", "ПНР", "СЕРВИС"], rng.randint(0, 2)),
    ]
    if is_large and rng.random() < 0.5:
        chosen.insert(0, "АУДИТ")
    return [_line(products[article], discount) for article in chosen]


def _line(product: Product, discount: int) -> dict[str, Any]:
    return {"product": product, "quantity": 1, "discount": 0 if product.group == WORKS else discount}
