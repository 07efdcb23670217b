"""Regions from messy names, ИНН and phones; the clock a client lives by."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import timezone as phone_zones

from companies import regions
from companies.region_data import LANDLINES, SUBJECTS, TOWN_ZONES, TOWNS

WINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 12, tzinfo=UTC)


def offset(zone: str, moment: datetime = WINTER) -> float:
    return moment.astimezone(ZoneInfo(zone)).utcoffset().total_seconds() / 3600


def code_of(text: str | None) -> str | None:
    found = regions.find_region(text)
    return found.code if found else None


def test_the_table_has_every_subject_once():
    assert len(SUBJECTS) == 89
    assert len({row.code for row in SUBJECTS}) == 89
    assert len({row.name for row in SUBJECTS}) == 89
    assert len({row.short_name for row in SUBJECTS}) == 89


OFFSETS = {
    2: "39",
    4: "30 63 64 18 73",
    5: "02 45 56 59 66 72 86 74 89",
    6: "55",
    7: "04 22 42 24 54 70 17 19",
    8: "03 38",
    9: "28 75 14",
    10: "79 25 27",
    11: "49 65",
    12: "41 87",
}


@pytest.mark.parametrize("row", SUBJECTS, ids=lambda row: row.code)
def test_every_subject_keeps_its_clock_all_the_year(row):
    expected = next((hours for hours, codes in OFFSETS.items() if row.code in codes.split()), 3)
    assert offset(row.zone, WINTER) == offset(row.zone, SUMMER) == expected


@pytest.mark.parametrize("row", SUBJECTS, ids=lambda row: row.code)
def test_every_subject_is_found_by_its_own_names(row):
    for name in (row.name, row.short_name, row.english_name, row.name.upper(), row.code):
        assert code_of(name) == row.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Челябинская обл.", "74"),
        ("обл. Челябинская", "74"),
        ("г. Москва", "77"),
        ("Москва г", "77"),
        ("МОСКОВСКАЯ ОБЛ", "50"),
        ("Респ. Татарстан", "16"),
        ("Татарстан Респ", "16"),
        ("Республика Саха /Якутия/", "14"),
        ("Ханты-Мансийский АО", "86"),
        ("ХМАО", "86"),
        ("Ямало-Ненецкий автономный округ", "89"),
        ("Ненецкий АО", "83"),
        ("Чувашская Республика - Чувашия", "21"),
        ("Респ Северная Осетия - Алания", "15"),
        ("Алтай Респ", "04"),
        ("Алтайский край", "22"),
        ("Спб", "78"),
        ("Орел", "57"),
        ("г. Орёл", "57"),
        ("454000, Челябинская обл, г. Миасс, ул. Московская, 5", "74"),
        ("Казань, ул. Московская, 5", "16"),
        ("Казань, Московская, 5", "16"),
        ("456300 Челябинская обл г Миасс ул Труда 5", "74"),
        ("Ростов-на-Дону, ул. Садовая", "61"),
        ("Московская область, г. Киров", "50"),
        ("Москва, Ленинградское шоссе", "77"),
        ("Октябрьский район", None),
        ("7", "07"),
        ("44 квартал", None),
        ("Атлантида", None),
        ("", None),
        (None, None),
    ],
)
def test_a_region_is_found_in_a_messy_text(text, code):
    assert code_of(text) == code


def test_every_town_of_the_table_is_found():
    for town, code in TOWNS.items():
        assert code_of(f"г. {town}, ул. Труда") == code


def test_an_inn_begins_with_its_region():
    assert regions.region_of_inn("7451000000").code == "74"
    assert regions.region_of_inn("9701000000").code == "77"
    assert regions.region_of_inn("8101000000").code == "59"
    assert regions.region_of_inn("745") is None
    assert regions.region_of_inn(None) is None


def test_a_landline_knows_its_region_and_a_mobile_does_not():
    assert regions.region_of_phone("+73515550142").code == "74"
    assert regions.region_of_phone("8 (4012) 55-55-55").code == "39"
    assert regions.region_of_phone("+79123456789") is None
    assert regions.region_of_phone("+78005553535") is None
    assert regions.region_of_phone("+375172222222") is None
    assert regions.region_of_phone("нет") is None


# The telephone library puts Saratov into Moscow's zone and Kaliningrad into Bucharest's, and does not know four others.
WRONG_IN_THE_LIBRARY = {"845", "401", "856", "857", "365", "869"}


@pytest.mark.parametrize("code", sorted(set(LANDLINES) - WRONG_IN_THE_LIBRARY))
def test_landline_codes_agree_with_the_telephone_library(code):
    library = phone_zones.time_zones_for_number(phonenumbers.parse(f"+7{code}2200011"))
    assert offset(regions.zone_for(phone=f"+7{code}2200011")) in {offset(zone) for zone in library}


@pytest.mark.parametrize(
    ("known", "zone"),
    [
        ({"region_code": "74"}, "Asia/Yekaterinburg"),
        ({"region_code": "64", "phone": "+74951234567"}, "Europe/Saratov"),
        ({"city": "Омск"}, "Asia/Omsk"),
        ({"city": "г. Омск", "phone": "+74951234567"}, "Asia/Omsk"),
        ({"region_code": "14", "city": "Усть-Нера"}, "Asia/Ust-Nera"),
        ({"region_code": "14", "city": "пос. Усть-Нера"}, "Asia/Ust-Nera"),
        ({"phone": "+78452555555"}, "Europe/Saratov"),
        ({"phone": "+74012555555"}, "Europe/Kaliningrad"),
        ({"phone": "+79123456789"}, "Europe/Moscow"),
        ({"phone": "+78005553535"}, "Europe/Moscow"),
        ({"phone": "+77011234567"}, "Asia/Almaty"),
        ({"phone": "+375172222222"}, "Europe/Minsk"),
        ({"region_code": "00", "city": "Атлантида", "phone": "нет"}, "Europe/Moscow"),
        ({}, "Europe/Moscow"),
        ({"default": "Asia/Yekaterinburg"}, "Asia/Yekaterinburg"),
    ],
)
def test_the_zone_to_call_by(known, zone):
    assert offset(regions.zone_for(**known), SUMMER) == offset(zone, SUMMER)


def test_every_zone_exists():
    for zone in (*(row.zone for row in SUBJECTS), *TOWN_ZONES.values()):
        assert ZoneInfo(zone)


@given(st.text(max_size=60) | st.none(), st.text(max_size=3) | st.none(), st.text(max_size=20) | st.none())
def test_any_text_gets_a_zone(text, code, phone):
    assert ZoneInfo(regions.zone_for(region_code=code, city=text, phone=phone))
    regions.region_of_inn(text)
