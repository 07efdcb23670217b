"""Business cards are rows like any others."""

import pytest

from intake.headers import find_header, map_columns
from intake.readers import read_table

pytestmark = pytest.mark.django_db  # own questions are columns too

CARDS = """BEGIN:VCARD
VERSION:3.0
N:Зимин;Пётр;Павлович;;
FN:Пётр Зимин
ORG:ООО «Насос»;Отдел сбыта
TITLE:гл. инженер
item1.TEL;TYPE=CELL:+7 912 555-01-42
EMAIL:zimin@nasos.example
ADR;TYPE=WORK:;;ул. Советская\\, 1;Реж;Свердловская область;623750;Россия
URL:https://nasos.example
NOTE:познакомились
  на выставке
END:VCARD
BEGIN:VCARD
VERSION:2.1
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=9A=D0=BB=D0=B0=D0=BF=D0=B0=D0=BD
TEL:8 351 555-01-43
END:VCARD
"""


def test_cards_become_rows_with_known_columns():
    rows = list(read_table(CARDS.encode()).rows)
    header = find_header(rows)
    assert all(map_columns(header.names).values())
    first, second = (dict(zip(map_columns(header.names).values(), row, strict=True)) for row in rows[1:])
    assert (first["name"], first["person"], first["person_phone"]) == (
        "ООО «Насос»",
        "Зимин Пётр Павлович",
        "+7 912 555-01-42",
    )
    assert first["address"].startswith("Россия, 623750, Свердловская область, Реж")
    assert first["note"] == "познакомились на выставке"
    assert (second["name"], second["phones"]) == ("Клапан", "8 351 555-01-43")
