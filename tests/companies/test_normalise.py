"""One spelling for names, phones, e-mails, sites and keyboard slips."""

from contextlib import suppress

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from companies import normalise
from companies.normalise import (
    InvalidEmail,
    InvalidPhone,
    InvalidSite,
    PhoneNumber,
    layout_switched,
    name_block,
    name_key,
    normalise_email,
    normalise_phone,
    normalise_site,
    own_domain,
    similarity,
    site_host,
    split_emails,
    split_legal_form,
    split_phones,
    transliterations,
)

PROBABLY_ONE = 93
NAMES = st.text(alphabet='абвоО Ёё"«»+-№&.,5OoAooсакцинеr', max_size=30) | st.text(max_size=60)
CELLS = st.text(alphabet="+78 (351)-/,;.доб12хx#@example.ru\n", max_size=60) | st.text(max_size=60) | st.floats()


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


# --- names ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ООО «Миасс-Инструмент»", "миасс инструмент"),
        ('Общество с ограниченной ответственностью "Миасс-Инструмент"', "миасс инструмент"),
        ("Ёлка+, ООО", "елка плюс"),
        ("Завод № 5 имени Ленина", "завод 5 им ленина"),
        ("Торговый дом «Ёлка»", "тд елка"),
        ("Научно-производственное предприятие Луч", "нпп луч"),
        ("OOO Вектор", "вектор"),
        ("ООО Bектор", "вектор"),
        ("ИП Иванов И. П.", "иванов и п"),
        ("ООО", "ооо"),
        ("", ""),
        ("«»", ""),
    ],
)
def test_the_key_drops_what_people_write_in_many_ways(name, key):
    assert name_key(name) == key


def test_the_block_does_not_care_for_word_order():
    assert name_block("Дом ткани") == name_block("«Ткани Дом» ООО") == "дом ткани"


@given(NAMES)
def test_the_key_of_a_key_is_itself(name):
    assert name_key(name_key(name)) == name_key(name)
    assert name_block(name_block(name)) == " ".join(sorted(name_key(name_block(name)).split()))


@given(NAMES)
def test_a_name_with_a_letter_never_loses_its_key(name):
    assert name_key(name) or not any(letter.isalnum() for letter in name)


@given(NAMES, NAMES)
def test_similarity_is_symmetric_and_bounded(a, b):
    assert 0 <= similarity(a, b) <= 100
    assert similarity(a, b) == pytest.approx(similarity(b, a))


SAME = [
    ("ООО «Ромашка»", "Ромашка ООО"),
    ("Общество с ограниченной ответственностью «Уральский кузнец»", 'ООО "Уральский кузнец"'),
    ("Торговый дом «Северный»", "ТД Северный, ООО"),
    ("ЗАО НПО «Луч»", "Научно-производственное объединение «Луч» (ЗАО)"),
    ("Ёлка+", "Елка Плюс"),
    ("Завод имени Кирова", "Завод им. Кирова"),
    ("Миасс-Инструмент", "Миасс Инструмент"),
    ("МиассИнструмент", "Миасс-Инструмент ООО"),
    ("Завод №5", "Завод № 5"),
    ("ПАО «Челябинский трубный завод»", "Челябинский трубный завод"),
    ("Стройка и ремонт", "«Ремонт и стройка» ООО"),
    ("АО «Южуралмаш»", "Южуралмаш АО"),
    ("ЧОП «Щит»", "Частное охранное предприятие «Щит»"),
    ("Группа компаний «Сфера»", "ГК Сфера"),
]
DIFFERENT = [
    ("Завод №5", "Завод №7"),
    ("ООО «Вектор»", "ООО «Виктор»"),
    ("Мир", "Мир мебели"),
    ("Трансгаз Томск", "Трансгаз Казань"),
    ("ООО «Альфа»", "ООО «Альфа-Сервис»"),
    ("Техносила", "Техносфера"),
    ("Уралстрой", "Уралстрой 2"),
    ("Пермский литейный завод", "Омский литейный завод"),
    ("Стальмонтаж", "Стальмонтажпроект"),
    ("ТД «Северный»", "ТД «Южный»"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_one_company_written_twice_is_found(a, b):
    assert similarity(a, b) >= PROBABLY_ONE


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_two_companies_are_never_taken_for_one(a, b):
    assert similarity(a, b) < PROBABLY_ONE


@pytest.mark.parametrize(
    ("name", "form", "core"),
    [
        ('ООО "Миасс-Инструмент"', "ООО", "Миасс-Инструмент"),
        ("Миасс-Инструмент, ООО", "ООО", "Миасс-Инструмент"),
        ("Общество с ограниченной ответственностью «Ромашка»", "ООО", "Ромашка"),
        ("АО «НПО «Луч»»", "АО", "НПО «Луч»"),
        ("АО «НПО «Луч»", "АО", "НПО «Луч»"),
        ('АО "НПО "Луч""', "АО", 'НПО "Луч"'),
        ("ООО«Вектор»", "ООО", "Вектор"),
        ("ип Рябов С. Ж.", "ИП", "Рябов С. Ж."),
        ("OOO Romashka", "ООО", "Romashka"),
        ("Romashka Ltd.", "Ltd", "Romashka"),
        ("Федеральное казенное учреждение «Маяк»", "ФКУ", "Маяк"),
        ("Аоста", "", "Аоста"),
        ("«Ромашка»", "", "Ромашка"),
        ("ООО", "", "ООО"),
        ("", "", ""),
    ],
)
def test_the_legal_form_is_split_from_the_name(name, form, core):
    assert split_legal_form(name) == (form, core)


@given(NAMES)
def test_splitting_keeps_a_name(name):
    _form, core = split_legal_form(name)
    assert any(letter.isalnum() for letter in core) or not any(letter.isalnum() for letter in name)


# --- phones ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "extension"),
    [
        ("8 (351) 555-01-42 доб. 114", "+73515550142", "114"),
        ("+7 351 5550142 (вн. 7)", "+73515550142", "7"),
        ("7 351 555 01 42#12", "+73515550142", "12"),
        ("тел.: 351 555 01 42", "+73515550142", ""),
        (83515550142.0, "+73515550142", ""),
        ("+8 (351) 555-01-42", "+73515550142", ""),
        ("+7 8 (351) 555-01-42", "+73515550142", ""),
        ("8-912-345-67-89", "+79123456789", ""),
        ("88005553535", "+78005553535", ""),
        ("+375 17 222-22-22", "+375172222222", ""),
        ("+7 (701) 123-45-67", "+77011234567", ""),
    ],
)
def test_a_phone_is_read_however_it_was_typed(text, number, extension):
    assert normalise_phone(text) == PhoneNumber(number, extension)


@pytest.mark.parametrize(
    ("text", "part"),
    [("555-01-42", "area code"), ("звонить Ивану", "No digits"), ("1234567890", "no such"), (None, "No digits")],
)
def test_what_is_no_phone_is_refused_with_a_sentence(text, part):
    with pytest.raises(InvalidPhone) as refusal:
        normalise_phone(text)
    assert part in str(refusal.value.message)


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("8(495)123-45-67, 8-912-345-67-89", ["+74951234567", "+79123456789"]),
        ("(343) 345-67-89 / 345-67-90", ["+73433456789", "+73433456790"]),
        ("(343) 345-67-89/90", ["+73433456789", "+73433456790"]),
        ("8 351 555-01-42 8 351 555-01-43", ["+73515550142", "+73515550143"]),
        ("секретарь 8 351 555-01-42 или 555-01-43", ["+73515550142", "+73515550143"]),
        ("8 351 555-01-42; 83515550142", ["+73515550142"]),
        ("факс 8 351 5550142\nмоб 89123456789 Иван", ["+73515550142", "+79123456789"]),
        ("нет", []),
        (None, []),
    ],
)
def test_many_phones_in_one_cell_come_apart(cell, numbers):
    assert [phone.number for phone in split_phones(cell).found] == numbers


def test_an_extension_after_a_comma_belongs_to_its_number():
    assert split_phones("8 351 555-01-42, доб. 5, 8 912 345-67-89").found == [
        PhoneNumber("+73515550142", "5"),
        PhoneNumber("+79123456789"),
    ]


def test_a_piece_that_is_no_phone_is_given_back():
    assert split_phones("8 351 555-01-42, 12345678, Иван").rejected == ["12345678"]


@given(CELLS)
def test_no_cell_breaks_the_phone_reader(cell):
    with suppress(InvalidPhone):
        once = normalise_phone(cell)
        assert normalise_phone(once.number).number == once.number
    for phone in split_phones(cell).found:
        assert phone.number.startswith("+")


# --- e-mail and sites -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Info@Example.RU ", "info@example.ru"),
        ("mailto:a@b.ru?subject=x", "a@b.ru"),
        ("Иван Рябов <ivan@example.ru>", "ivan@example.ru"),
        ("info @ example.ru.", "info@example.ru"),
        ("оffice@example.ru", "office@example.ru"),
        ("a@xn--e1afmkfd.xn--p1ai", "a@пример.рф"),
        ("a@пример.рф", "a@пример.рф"),
    ],
)
def test_an_address_is_read_however_it_was_typed(text, address):
    assert normalise_email(text) == address


@pytest.mark.parametrize("text", ["", None, "нет", "a@b", "@example.ru", "a@@b.ru", "a@b.ru c@d.ru", "иван@пример.рф"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(InvalidEmail):
        normalise_email(text)


def test_many_addresses_in_one_cell_come_apart():
    cell = split_emails("info@a.ru, Info@A.ru; b@b.ru/c@c.ru\nbad@")
    assert cell.found == ["info@a.ru", "b@b.ru", "c@c.ru"]
    assert cell.rejected == ["bad@"]


@pytest.mark.parametrize("address", ["info@a.ru", "sales2@a.ru", "zakaz.ural@a.ru", "e-mail@a.ru", "Office-Msk@a.ru"])
def test_a_role_box_is_no_person(address):
    assert normalise.is_role_box(address)


@pytest.mark.parametrize("address", ["ivan@a.ru", "i.ryabov@a.ru", "infanteva@a.ru", "director@a.ru", ""])
def test_a_persons_box_is_not_a_role(address):
    assert not normalise.is_role_box(address)


@pytest.mark.parametrize(
    ("text", "site", "host"),
    [
        ("WWW.Example.ru/", "https://www.example.ru", "example.ru"),
        ("http://xn--e1afmkfd.xn--p1ai/Путь", "http://пример.рф/Путь", "пример.рф"),
        ("example.ru:8080/a?b=1", "https://example.ru:8080/a?b=1", "example.ru"),
        ("example.ru, second.ru", "https://example.ru", "example.ru"),
    ],
)
def test_a_site_gets_a_scheme_and_a_host(text, site, host):
    assert normalise_site(text) == site
    assert site_host(text) == host


@pytest.mark.parametrize(
    "text",
    ["", None, "нет", "javascript:alert(1)", "ftp://a.ru", "https://u:p@a.ru", "1.2.3.4", "http://[::1", "a@b.ru"],
)
def test_what_is_no_site_is_refused(text):
    with pytest.raises(InvalidSite):
        normalise_site(text)
    assert site_host(text) == ""


def test_only_an_own_domain_tells_companies_apart():
    assert own_domain("ivan@uralmash.example") == "uralmash.example"
    assert own_domain("https://www.uralmash.example/contacts") == "uralmash.example"
    assert own_domain("ivan@mail.ru") == ""
    assert own_domain("https://firma.tiu.ru") == ""
    assert own_domain("нет") == ""


@given(CELLS)
def test_no_cell_breaks_the_readers_of_mail_and_sites(cell):
    with suppress(InvalidEmail):
        assert normalise_email(normalise_email(cell)) == normalise_email(cell)
    with suppress(InvalidSite):
        assert normalise_site(normalise_site(cell)) == normalise_site(cell)
    for address in split_emails(cell).found:
        assert address.count("@") == 1
    own_domain(cell)
    site_host(cell)


# --- spellings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ghbdtn", "привет"), ("нфтвуч", "yandex"), ("[kt,", "хлеб"), ("Hjvfirf", "Ромашка"), ("хлеб", "[kt,"), ("", "")],
)
def test_the_other_layout(typed, meant):
    assert layout_switched(typed) == meant


@given(st.text(alphabet="абвгдежзийклмнопрстуфхцчшщъыьэюя", min_size=1))
def test_switching_the_layout_twice_gives_a_russian_word_back(word):
    latin = layout_switched(word)
    if any("a" <= letter <= "z" for letter in latin):
        assert layout_switched(latin) == word


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("Yandex", "яндекс"),
        ("Tekhnologii", "технологии"),
        ("Severnyy", "северный"),
        ("Novosibirskiy", "новосибирский"),
        ("Shchit", "щит"),
        ("Romashka", "ромашка"),
        ("Челябинск", "chelyabinsk"),
        ("Яндекс", "iandex"),
        ("Щёкино", "shchekino"),
    ],
)
def test_the_other_alphabet(text, spelling):
    assert spelling in transliterations(text)


@given(st.text(max_size=40))
def test_no_text_breaks_the_spellings(text):
    layout_switched(text)
    assert text not in transliterations(text)
    assert len(transliterations(text)) <= 3
