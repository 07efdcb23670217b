"""The register of the tax service: how many records a second are read and filtered."""

import io
import random
import time
import zipfile
from collections.abc import Iterator

from intake.register import Wanted, read_register
from tests.bench.registry import Figure, bench

FILES, RECORDS = 60, 900  # as the tax service packs them


def document(
    number: int,
    inn: str,
    name: str,
    *,
    region: str,
    activity: str,
    category: str,
    town: str = "ЧЕЛЯБИНСК",
    is_person: bool = False,
) -> str:
    """A record with everything that the real ones hold."""
    kind = (
        f'<ИПВклМСП ИННФЛ="{inn}" ОГРНИП="304500116000157"><ФИОИП Фамилия="{name}" Имя="ПЁТР" Отчество="ПАВЛОВИЧ"/></ИПВклМСП>'
        if is_person
        else f'<ОргВклМСП НаимОрг="{name}" НаимОргСокр="{name}" ИННЮЛ="{inn}" ОГРН="1027700132195"/>'
    )
    more = "".join(
        f'<СвОКВЭДДоп КодОКВЭД="46.{place}" НаимОКВЭД="Торговля оптовая" ВерсОКВЭД="2014"/>' for place in range(9)
    )
    return (
        f'<Документ ИдДок="{number}" ДатаСост="10.11.2026" ДатаВклМСП="01.08.2016" ВидСубМСП="1" КатСубМСП="{category}" '
        f'ПризНовМСП="2" СведСоцПред="2" ССЧР="15">{kind}<СведМН КодРегион="{region}"><Регион Тип="ОБЛАСТЬ" Наим="ЧЕЛЯБИНСКАЯ"/>'
        f'<Город Тип="ГОРОД" Наим="{town}"/></СведМН><СвОКВЭД><СвОКВЭДОсн КодОКВЭД="{activity}" НаимОКВЭД="Производство насосов" '
        f'ВерсОКВЭД="2014"/>{more}</СвОКВЭД></Документ>'
    )


def register(*documents: str) -> str:
    """One file of the archive."""
    head = '<?xml version="1.0" encoding="UTF-8"?><Файл ИдФайл="VO_RRMSPSV" ВерсФорм="4.04" ТипИнф="РЕЕСТРМСП" КолДок="900">'
    return f'{head}<ИдОтпр><ФИООтв Фамилия="А" Имя="Б"/></ИдОтпр>{"".join(documents)}</Файл>'


def archive() -> io.BytesIO:
    """An archive of records from many regions and trades."""
    rng, stream = random.Random(3), io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in range(FILES):
            documents = [
                document(
                    number, f"{rng.randrange(10**9, 10**10)}", f"ООО «Фирма {number}»", region=f"{rng.randrange(1, 90):02}",
                    activity=f"{rng.randrange(10, 99)}.{rng.randrange(1, 99)}", category=rng.choice("123"),
                )
                for number in range(RECORDS)
            ]  # fmt: skip
            packed.writestr(f"VO_RRMSPSV_{file}.xml", register(*documents))
    stream.seek(0)
    return stream


@bench("register")
def registers() -> Iterator[Figure]:
    packed = archive()
    wanted = Wanted(frozenset({"74", "66", "59", "72", "45"}), ("25", "28"), frozenset({"2", "3"}))
    began = time.perf_counter()
    found = sum(1 for _enterprise in read_register(packed, wanted))
    spent = time.perf_counter() - began
    assert found
    yield Figure("register.rows_per_s", FILES * RECORDS / spent, "records/s")
