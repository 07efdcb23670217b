"""The market a department sells to: plausible companies that do not exist, in several regions and time zones.

Numbers have right check digits and belong to nobody, phones are of the 555 ranges, sites and mailboxes are in `.example`;
mailboxes in `.invalid` do not exist, and the catcher refuses letters to them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from activesales.simulation.names import FORMS, FullName, company_name, latin, person_name
from core.identifiers import fictitious_inn, fictitious_kpp, fictitious_ogrn


@dataclass(frozen=True)
class Town:
    """Where companies are: code of the region in the tax register, name, dialling code, weight in the market."""

    region: str
    name: str
    code: str
    weight: int


NORTH_WEST = [
    Town("78", "Санкт-Петербург", "812", 34), Town("47", "Гатчина", "813", 6), Town("53", "Великий Новгород", "816", 6),
    Town("60", "Псков", "811", 4), Town("10", "Петрозаводск", "814", 4), Town("35", "Вологда", "817", 6),
    Town("29", "Архангельск", "818", 5), Town("51", "Мурманск", "815", 4), Town("39", "Калининград", "401", 8),
]  # fmt: skip
FAR = [
    Town("77", "Москва", "495", 8), Town("63", "Самара", "846", 4), Town("74", "Челябинск", "351", 7),
    Town("66", "Екатеринбург", "343", 6), Town("54", "Новосибирск", "383", 6), Town("24", "Красноярск", "391", 5),
    Town("38", "Иркутск", "395", 4), Town("27", "Хабаровск", "421", 3), Town("25", "Владивосток", "423", 5),
    Town("41", "Петропавловск-Камчатский", "415", 2),
]  # fmt: skip
DEAD_MAIL = 0.03  # of the companies have changed their mail domain since the source was made
STREETS = [
    "Заводская",
    "Промышленная",
    "Складская",
    "Железнодорожная",
    "Портовая",
    "Литейная",
    "Механическая",
    "Кирпичная",
]
SEGMENTS = {
    "Машиностроение": ("28", 22), "Металлургия": ("24", 9), "Пищевая промышленность": ("10", 16), "Химия и пластики": ("22", 11),
    "Стройматериалы": ("23", 12), "Деревообработка и мебель": ("16", 10), "Полиграфия и упаковка": ("18", 7),
    "Транспорт и логистика": ("52", 8), "Энергетика": ("35", 5),
}  # fmt: skip
ABOUT = {
    "Машиностроение": "Механическая обработка, сборка узлов, два цеха.",
    "Металлургия": "Литьё и прокат, работают в три смены.",
    "Пищевая промышленность": "Розлив и упаковка, воздух нужен чистый и сухой.",
    "Химия и пластики": "Литьё изделий под давлением, выдув тары.",
    "Стройматериалы": "Бетон и сухие смеси, пневмотранспорт цемента.",
    "Деревообработка и мебель": "Пилорама, сушка, участок покраски.",
    "Полиграфия и упаковка": "Офсетная печать и высечка коробки.",
    "Транспорт и логистика": "Ремонтная зона, шиномонтаж, мойка.",
    "Энергетика": "Котельные и тепловые пункты, служба КИП.",
}
DECIDERS = [
    "Главный инженер",
    "Технический директор",
    "Директор по производству",
    "Генеральный директор",
    "Главный энергетик",
]
OTHERS = [
    "Главный механик",
    "Начальник отдела снабжения",
    "Специалист по закупкам",
    "Инженер-энергетик",
    "Секретарь",
    "Финансовый директор",
]
SOURCES = {"Справочник предприятий": 40, "ЕГРЮЛ": 25, "Сайт компании": 20, "Выставка": 10, "Рекомендация": 5}


@dataclass(frozen=True)
class Contact:
    """A person of a company as the marketer finds them, or as an operator hears of them."""

    name: FullName
    position: str
    phone: str
    email: str
    decides: bool


@dataclass
class Draft:
    """A company as open sources describe it. What they do not tell is found out by calls."""

    form: str
    name: str
    inn: str
    kpp: str
    ogrn: str
    town: Town
    segment: str
    activity: str
    headcount: int | None
    about: str
    site: str
    email: str
    phones: list[str]
    address: str
    postcode: str
    source: str
    persons: list[Contact] = field(default_factory=list)


class Market:
    """Gives companies that were not given before: no name, INN or phone comes twice."""

    def __init__(self, rng: Random, towns: list[Town]) -> None:
        self.rng, self.towns = rng, towns
        self.used: set[str] = set()

    def companies(self) -> Iterator[Draft]:
        """One after another, without end."""
        while True:
            yield self.company()

    def company(self) -> Draft:
        rng = self.rng
        town = rng.choices(self.towns, [town.weight for town in self.towns])[0]
        name = self._fresh(self._name)
        host = f"{latin(name)}.example"
        mail_host = host if rng.random() > DEAD_MAIL else f"{latin(name)}.invalid"
        segment = rng.choices(list(SEGMENTS), [weight for _code, weight in SEGMENTS.values()])[0]
        known = rng.random
        return Draft(
            form=rng.choice(FORMS),
            name=name,
            inn=self._fresh(lambda: fictitious_inn(rng, town.region)),
            kpp=fictitious_kpp(rng, town.region),
            ogrn=fictitious_ogrn(rng, town.region, year=rng.randint(2003, 2023)),
            town=town,
            segment=segment,
            activity=SEGMENTS[segment][0],
            headcount=rng.choice([25, 40, 60, 90, 120, 180, 250, 400, 700]) if known() < 0.6 else None,
            about=ABOUT[segment] if known() < 0.5 else "",
            site=host if known() < 0.8 else "",
            email=f"info@{mail_host}" if known() < 0.75 else "",
            phones=[self.phone(town) for _each in range(rng.choice([1, 1, 1, 2]))],
            address=f"{town.name}, {rng.choice(STREETS)} ул., д. {rng.randint(1, 120)}",
            postcode=f"{rng.randint(101, 690)}{rng.randint(0, 999):03}",
            source=rng.choices(list(SOURCES), list(SOURCES.values()))[0],
            persons=[self.person(town, mail_host)] if known() < 0.65 else [],
        )

    def person(self, town: Town, host: str, *, decides: bool | None = None) -> Contact:
        """A person who works there; open sources name who decides in two cases of five."""
        rng = self.rng
        name = person_name(rng)
        if decides is None:
            decides = rng.random() < 0.4
        phone = self.phone(town) if rng.random() < 0.4 else self.mobile() if rng.random() < 0.5 else ""
        box = f"{latin(name.first)[0]}.{latin(name.last)}@{host}" if decides or rng.random() < 0.6 else ""
        return Contact(name, rng.choice(DECIDERS if decides else OTHERS), phone, box, decides)

    def phone(self, town: Town) -> str:
        """A landline of the town, in the range that films use."""
        return self._fresh(lambda: f"+7{town.code}555{self.rng.randrange(10**4):04}")

    def mobile(self) -> str:
        return self._fresh(
            lambda: f"+79{self.rng.choice('0126')}{self.rng.randrange(10)}555{self.rng.randrange(10**4):04}"
        )

    def _name(self) -> str:
        """When the short names are taken, a town or a number sets the next one apart."""
        name = company_name(self.rng)
        return name if name not in self.used else f"{name}-{self.rng.randint(2, 99)}"

    def _fresh(self, make) -> str:
        while (value := make()) in self.used:
            pass
        self.used.add(value)
        return value
