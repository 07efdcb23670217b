"""What stands in the big base: plausible rows of the simulation's vocabulary, one slice of companies at a time.

Numbers are nobody's: inspections «00», phones whose town numbers begin with 0.
"""

import json
from collections import defaultdict
from datetime import datetime
from itertools import accumulate
from random import Random
from typing import Any

from activesales.simulation.market import ABOUT, DECIDERS, FAR, NORTH_WEST, OTHERS, SEGMENTS, STREETS, Town
from activesales.simulation.names import BEGINNINGS, ENDINGS, FORMS, MIDDLES, SURNAMES, latin, person_name
from companies.normalise import name_key
from companies.regions import zone_for
from core.identifiers import INN_ORGANISATION, INN_PERSON_FIRST, INN_PERSON_SECOND, _weighed

Rows = list[dict[str, Any]]

TOWNS = NORTH_WEST + FAR
TOWN_WEIGHTS = list(accumulate(town.weight for town in TOWNS))
ZONES = {town.region: zone_for(town.region) for town in TOWNS}
STAGE_WEIGHTS = list(accumulate([50, 20, 12, 10, 5, 3]))
KINDS_OF_FIRM = ["Завод", "Торговый дом", "Производственная компания", "Фирма", "Группа", "Комбинат", "Мастерская"]
WORDS = ["Позвонили, просили письмо.", "Отправили каталог.", "Просили перезвонить позже.", "Обсудили сроки.", ""]
NEEDS = [
    "Компрессор на 5 кубов",
    "Осушитель",
    "Ремонт насосной",
    "Замена кабеля",
    "Расчёт вентиляции",
    "Тара под розлив",
]
EQUIPMENT = ["Винтовой компрессор", "Пресс", "Котёл", "Линия розлива", "Станок с ЧПУ", "Погрузчик"]
STEPS = ["Перезвонить", "Отправить КП", "Согласовать встречу", "Уточнить ЛПР"]
# kind, channel, share, whether it is a contact with the client
TALKS = [
    ("companies.registered", "system", 20, False), ("callcenter.call", "phone", 40, True),
    ("contacts.noted", "phone", 15, True), ("campaigns.letter_sent", "email", 20, False),
    ("companies.verified", "phone", 5, False),
]  # fmt: skip
TALK_WEIGHTS = list(accumulate(share for _kind, _channel, share, _is_contact in TALKS))


def rows_of(rng: Random, start: int, size: int, day: datetime, keys: dict[str, list]) -> dict[str, Rows]:
    """Table -> rows of the companies start+1 … start+size."""
    return Slice(rng, start, size, day, keys).rows()


class Slice:
    """The rows of some neighbouring companies."""

    def __init__(self, rng: Random, start: int, size: int, day: datetime, keys: dict[str, list]) -> None:
        self.rng, self.start, self.size, self.keys = rng, start, size, keys
        self.now = day.timestamp()
        self.tables: dict[str, Rows] = {"company": []} | {
            name: []
            for name in [
                "phone",
                "address",
                "technicalitem",
                "person",
                "personphone",
                "personemail",
                "need",
                "interaction",
                "nextcontact",
            ]
        }

    def rows(self) -> dict[str, Rows]:
        """Everything, in the order in which tables point at each other."""
        staff = self._shared_out(round(self.size * 1.5), [1.0] * self.size)
        talks = self._shared_out(self.size * 3, [self._activity() for _each in range(self.size)])
        person, talk = round(self.start * 1.5), self.start * 3
        for place in range(self.size):
            self.company(place + self.start + 1, person + 1, staff[place], talk + 1, talks[place])
            person, talk = person + staff[place], talk + talks[place]
        return self.tables

    def _activity(self) -> float:
        """Two companies of five nobody has called; a few are called all the time."""
        return 0.0 if self.rng.random() < 0.4 else self.rng.paretovariate(1.5)

    def _shared_out(self, number: int, weights: list[float]) -> list[int]:
        counts: dict[int, int] = defaultdict(int)
        for place in self.rng.choices(range(self.size), cum_weights=list(accumulate(weights)), k=number):
            counts[place] += 1
        return [counts[place] for place in range(self.size)]

    def _ago(self, days: float) -> str:
        return datetime.fromtimestamp(self.now - days * 86400).astimezone().isoformat()

    def company(self, pk: int, person: int, persons: int, talk: int, talks: int) -> None:
        """One company with everything that belongs to it."""
        rng = self.rng
        town = rng.choices(TOWNS, cum_weights=TOWN_WEIGHTS)[0]
        name = firm_name(rng)
        host = f"{latin(name)[:40]}{pk}.example"
        last, kind = self.interactions(pk, talk, talks, person, persons)
        owner = rng.choice(self.keys["managers"]) if rng.random() < 0.3 else None
        deciders = self.persons(pk, person, persons, town, host)
        self.tables["company"].append(
            self._company(pk, name, town, host, owner)
            | self._progress(last, kind, deciders)
            | self._next_step(pk, owner)
        )
        self._belongings(pk, town)

    def _company(self, pk: int, name: str, town: Town, host: str, owner: int | None) -> dict[str, Any]:
        rng, chance = self.rng, self.rng.random
        has_site = chance() < 0.6
        place = rng.randrange(len(self.keys["segments"]))
        inn, kpp = tax_numbers(rng, town.region, pk) if chance() < 0.92 else ("", "")
        return {
            "id": pk,
            "name": name,
            "legal_form": rng.choice(FORMS) if len(inn) != 12 else "ИП",
            "name_key": name_key(name),
            "inn": inn,
            "kpp": kpp,
            "segment_id": self.keys["segments"][place] if chance() < 0.85 else None,
            "activity_id": rng.choice(list(SEGMENTS.values()))[0] if chance() < 0.7 else None,
            "region_id": town.region,
            "city": town.name,
            "time_zone": ZONES[town.region],
            "site": f"https://{host}" if has_site else "",
            "site_host": host if has_site else "",
            "email": f"info@{host}" if chance() < 0.6 else "",
            "about": rng.choice(list(ABOUT.values())) if chance() < 0.4 else "",
            "headcount": rng.choice([25, 60, 120, 250, 700]) if chance() < 0.5 else None,
            "owner_id": owner,
            "source_id": rng.choice(self.keys["sources"]),
            "created_at": self._ago(rng.uniform(30, 900)),
            "technical": "{}",
        }

    def _progress(self, last: float | None, kind: str, deciders: int) -> dict[str, Any]:
        rng = self.rng
        stage = rng.choices(range(1, 7), cum_weights=STAGE_WEIGHTS)[0]
        age = rng.uniform(1, 400) if stage >= 3 else None
        percent = min(100, 8 * stage + rng.randrange(50))
        return {
            "stage": stage,
            "verified_at": None if age is None else self._ago(age),
            "verified_until": None if age is None else self._ago(age - 180),
            "completeness": percent,
            "blocks": json.dumps({str(block): percent for block in range(1, 7)}),
            "decision_makers": deciders,
            "last_contact_at": None if last is None else self._ago(last),
            "last_contact_kind": kind,
        }

    def _next_step(self, pk: int, owner: int | None) -> dict[str, Any]:
        rng = self.rng
        if rng.random() > 0.25:
            return {"next_contact_at": None, "next_contact_text": ""}
        at, text = self._ago(rng.uniform(-30, 10)), rng.choice(STEPS)
        self.tables["nextcontact"].append(
            {"company_id": pk, "owner_id": owner, "at": at, "text": text, "planned_at": self._ago(20), "state": "open"}
        )
        return {"next_contact_at": at, "next_contact_text": text}

    def _belongings(self, pk: int, town: Town) -> None:
        rng, seen = self.rng, self._ago(100)
        for number in range(rng.choice((1, 1, 1, 2))):
            self.tables["phone"].append(
                {"company_id": pk, "number": landline(rng, town), "is_main": not number, "seen_at": seen}
            )
        street = f"{rng.choice(STREETS)} ул., д. {rng.randint(1, 120)}"
        address = {"company_id": pk, "region_id": town.region, "city": town.name, "street": street, "seen_at": seen}
        self.tables["address"].append(address)
        if rng.random() < 0.2:
            item = {"company_id": pk, "name": rng.choice(EQUIPMENT), "year": rng.randint(1995, 2024), "seen_at": seen}
            self.tables["technicalitem"].append(item)
        if rng.random() < 0.25:
            need = {"company_id": pk, "text": rng.choice(NEEDS), "found_at": self._ago(rng.uniform(1, 300))}
            self.tables["need"].append(need | {"urgency": rng.choice(("acute", "important", "later"))})

    def persons(self, company: int, first: int, number: int, town: Town, host: str) -> int:
        """The people of a company; how many of them decide."""
        deciders, seen = 0, self._ago(90)
        for pk in range(first, first + number):
            decides = self.rng.random() < 0.35
            deciders += decides
            self._person(pk, company, decides, seen, town, host)
        return deciders

    def _person(self, pk: int, company: int, decides: bool, seen: str, town: Town, host: str) -> None:
        rng, name = self.rng, person_name(self.rng)
        self.tables["person"].append(
            {
                "id": pk,
                "company_id": company,
                "last_name": name.last,
                "first_name": name.first,
                "middle_name": name.middle,
                "gender": "f" if name.is_woman else "m",
                "position": rng.choice(DECIDERS if decides else OTHERS),
                "decision_role": "decides" if decides else rng.choice(("", "", "influences", "uses", "guards")),
                "seen_at": seen,
                "name_key": str(name).lower().replace("ё", "е"),
            }
        )
        if rng.random() < 0.7:
            number = landline(rng, town) if rng.random() < 0.4 else mobile(rng)
            self.tables["personphone"].append({"person_id": pk, "number": number, "seen_at": seen})
        if rng.random() < 0.6:
            address = f"{latin(name.first)[0]}.{latin(name.last)}@{host}"
            self.tables["personemail"].append({"person_id": pk, "address": address, "seen_at": seen})

    def interactions(
        self, company: int, first: int, number: int, person: int, persons: int
    ) -> tuple[float | None, str]:
        """The history of a company; the age of the last contact and its kind."""
        rng, last, last_kind = self.rng, None, ""
        for pk in range(first, first + number):
            kind, channel, _share, is_contact = rng.choices(TALKS, cum_weights=TALK_WEIGHTS)[0]
            age = rng.uniform(1, 720)
            if is_contact and (last is None or age < last):
                last, last_kind = age, kind
            self.tables["interaction"].append(
                {
                    "id": pk,
                    "kind": kind,
                    "channel": channel,
                    "at": self._ago(age),
                    "actor_id": rng.choice(self.keys["operators"]),
                    "company_id": company,
                    "person_id": person + rng.randrange(persons) if persons and is_contact else None,
                    "text": rng.choice(WORDS),
                    "data": "{}",
                }
            )
        return last, last_kind


def firm_name(rng: Random) -> str:
    """Roots of the simulation in several patterns, so that there are millions of names and frequent words in them."""
    root = f"{rng.choice(BEGINNINGS)}{rng.choice(MIDDLES)}{rng.choice(ENDINGS)}"
    pattern = rng.random()
    if pattern < 0.3:
        return root
    if pattern < 0.5:
        return f"{root}-{rng.randint(2, 999)}"
    if pattern < 0.65:
        return f"{rng.choice(KINDS_OF_FIRM)} {root}"
    if pattern < 0.8:
        return f"{rng.choice(BEGINNINGS)}{rng.choice(ENDINGS)} {rng.choice(TOWNS).name}"
    if pattern < 0.9:
        return f"{rng.choice(SURNAMES)}-{rng.choice(ENDINGS).title()}"
    return f"{root} и {rng.choice(SURNAMES)}"


def tax_numbers(rng: Random, region: str, pk: int) -> tuple[str, str]:
    """INN and KPP with right check digits; a pair never comes twice, whatever the slice."""
    if pk % 10 < 3:
        digits = f"{region}00{pk % 10**6:06}"
        digits += _weighed(digits, INN_PERSON_FIRST)
        return digits + _weighed(digits, INN_PERSON_SECOND), f"{region}00{pk // 10**6:05}" if pk >= 10**6 else ""
    digits = f"{region}00{pk % 10**5:05}"
    return digits + _weighed(digits, INN_ORGANISATION), f"{region}0001{pk // 10**5 + 1:03}"


def landline(rng: Random, town: Town) -> str:
    """A number of the town that no town has: it begins with 0."""
    return f"+7{town.code}0{rng.randrange(10**6):06}"


def mobile(rng: Random) -> str:
    """A mobile number whose subscriber's part begins with 0."""
    return f"+79{rng.choice('0126')}{rng.randrange(10)}0{rng.randrange(10**6):06}"
