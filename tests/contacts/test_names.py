"""Full names apart, gender, cases and how a letter addresses a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.enums import Gender
from contacts.names import (
    Name,
    addressee_block,
    dative,
    gender_of,
    genitive,
    position_dative,
    salutation,
    split_name,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Рябов Савелий Жанович", ("Рябов", "Савелий", "Жанович")),
        ("Савелий Жанович Рябов", ("Рябов", "Савелий", "Жанович")),
        ("РЯБОВ САВЕЛИЙ ЖАНОВИЧ", ("Рябов", "Савелий", "Жанович")),
        ("рябов савелий", ("Рябов", "Савелий", "")),
        ("Рябов С. Ж.", ("Рябов", "С.", "Ж.")),
        ("Рябов С.Ж.", ("Рябов", "С.", "Ж.")),
        ("С.Ж. Рябов", ("Рябов", "С.", "Ж.")),
        ("С. Рябов", ("Рябов", "С.", "")),
        ("Рябов Савелий Ж.", ("Рябов", "Савелий", "Ж.")),
        ("Анна Ивановна", ("", "Анна", "Ивановна")),
        ("Анна Иванова", ("Иванова", "Анна", "")),
        ("Иванова Анна", ("Иванова", "Анна", "")),
        ("Войнович Иван Петрович", ("Войнович", "Иван", "Петрович")),
        ("Иван Петрович Войнович", ("Войнович", "Иван", "Петрович")),
        ("Петров-Водкин Кузьма Сергеевич", ("Петров-Водкин", "Кузьма", "Сергеевич")),
        ("Алиев Гасан Мамед оглы", ("Алиев", "Гасан", "Мамед оглы")),
        ("Пётр", ("", "Пётр", "")),
        ("Черных", ("Черных", "", "")),
        ("Петров Иван Ильич, директор", ("Петров", "Иван", "Ильич")),
        ("Петров, Иван Ильич", ("Петров", "Иван", "Ильич")),
        ("г-н Петров И. И.", ("Петров", "И.", "И.")),
        ("John Smith", ("Smith", "John", "")),
        ("", ("", "", "")),
        (None, ("", "", "")),
    ],
)
def test_a_full_name_comes_apart(text, name):
    assert split_name(text) == name


@given(
    st.sampled_from(["Рябов", "Шевченко", "Глинка", "Войнович", "Петров-Водкин", "Ли", "Черных"]),
    st.sampled_from(["Иван", "Ольга", "Кузьма", "Любовь", "Пётр", "Семён"]),
    st.sampled_from(["Петрович", "Ильинична", "Сергеевна", "Лукич", "Мамед оглы"]),
)
def test_either_order_gives_the_same_person(last, first, middle):
    assert split_name(f"{last} {first} {middle}") == split_name(f"{first} {middle} {last}") == (last, first, middle)


@given(st.text(alphabet="абвИПич ова.-,АоглыJ ", max_size=40) | st.text(max_size=60))
def test_no_text_breaks_a_name(text):
    name = split_name(text)
    assert all(part == "" or any(letter.isalpha() for letter in part) for part in name)


NAMES = [
    ("Рябов Савелий Жанович", "m", "Рябову Савелию Жановичу", "Рябова Савелия Жановича"),
    ("Шевченко Ольга Петровна", "f", "Шевченко Ольге Петровне", "Шевченко Ольги Петровны"),
    ("Черных Иван Ильич", "m", "Черных Ивану Ильичу", "Черных Ивана Ильича"),
    ("Глинка Михаил Иванович", "m", "Глинке Михаилу Ивановичу", "Глинки Михаила Ивановича"),
    ("Петров-Водкин Кузьма Сергеевич", "m", "Петрову-Водкину Кузьме Сергеевичу", "Петрова-Водкина Кузьмы Сергеевича"),
    ("Заяц Пётр Ильич", "m", "Зайцу Петру Ильичу", "Зайца Петра Ильича"),
    ("Заяц Анна Ильинична", "f", "Заяц Анне Ильиничне", "Заяц Анны Ильиничны"),
    ("Белый Андрей Львович", "m", "Белому Андрею Львовичу", "Белого Андрея Львовича"),
    ("Мухина Любовь Андреевна", "f", "Мухиной Любови Андреевне", "Мухиной Любови Андреевны"),
    ("Толстая Людмила Никитична", "f", "Толстой Людмиле Никитичне", "Толстой Людмилы Никитичны"),
    ("Алиев Гасан Мамед оглы", "m", "Алиеву Гасану Мамед оглы", "Алиева Гасана Мамед оглы"),
    ("Ли Никита Олегович", "m", "Ли Никите Олеговичу", "Ли Никиты Олеговича"),
]


@pytest.mark.parametrize(("text", "gender", "whom", "whose"), NAMES)
def test_gender_and_cases(text, gender, whom, whose):
    name = split_name(text)
    assert gender_of(name) == gender
    assert " ".join(dative(name)) == whom
    assert " ".join(genitive(name)) == whose


def test_an_unknown_gender_leaves_the_name_alone():
    name = Name("Шевченко", "Саша", "")
    assert gender_of(name) is Gender.UNKNOWN
    assert dative(name) == name
    assert dative(name, "f") == ("Шевченко", "Саше", "")
    assert gender_of(Name("Smith", "John", "")) is Gender.UNKNOWN
    assert gender_of(Name()) is Gender.UNKNOWN


@pytest.mark.parametrize(
    ("name", "gender", "expected"),
    [
        (Name("Рябов", "Иван", "Петрович"), "", "Уважаемый Иван Петрович!"),
        (Name("Рябова", "Анна", "Ивановна"), "", "Уважаемая Анна Ивановна!"),
        (Name("", "Анна", "Ивановна"), "", "Уважаемая Анна Ивановна!"),
        (Name("Иванов", "И.", "П."), "", "Уважаемый господин Иванов!"),
        (Name("Иванова", "Анна", ""), "", "Уважаемая госпожа Иванова!"),
        (Name("Шевченко", "А.", ""), "f", "Уважаемая госпожа Шевченко!"),
        (Name("Шевченко", "А.", ""), "", "Здравствуйте!"),
        (Name("Шевченко", "Саша", ""), "", "Здравствуйте, Саша!"),
        (Name("", "Иван", ""), "", "Здравствуйте, Иван!"),
        (Name(), "", "Здравствуйте!"),
        (None, "", "Здравствуйте!"),
    ],
)
def test_a_letter_greets_as_respectfully_as_it_can(name, gender, expected):
    assert salutation(name, gender=gender) == expected


def test_an_own_salutation_wins():
    assert salutation(Name("Рябов", "Иван", "Петрович"), override="Дорогой Ваня!") == "Дорогой Ваня!"


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        ("директор", "директору"),
        ("Генеральный директор", "Генеральному директору"),
        ("коммерческий директор по развитию", "коммерческому директору по развитию"),
        ("старший менеджер", "старшему менеджеру"),
        ("ведущий специалист", "ведущему специалисту"),
        ("заместитель директора по снабжению", "заместителю директора по снабжению"),
        ("начальник отдела закупок", "начальнику отдела закупок"),
        ("главный инженер-технолог", "главному инженеру-технологу"),
        ("владелец", "владельцу"),
        ("глава администрации", "главе администрации"),
        ("главная медсестра", "главной медсестре"),
        ("и. о. директора", "и. о. директора"),
        ("и.о. директора", "и.о. директора"),
        ("CEO", "CEO"),
        ("ГИП", "ГИП"),
        ("", ""),
    ],
)
def test_a_position_in_the_dative(position, expected):
    assert position_dative(position) == expected


def test_the_block_of_the_addressee():
    lines = addressee_block(
        Name("Рябов", "Савелий", "Жанович"),
        company="ООО «Ромашка»",
        position="генеральный директор",
        address="454000, г. Челябинск, ул. Труда, 5",
    )
    assert lines == [
        "Генеральному директору",
        "ООО «Ромашка»",
        "Рябову\u00a0С.\u00a0Ж.",
        "454000, г. Челябинск, ул. Труда, 5",
    ]
    assert addressee_block(None, company="ООО «Ромашка»", position="директор") == ["ООО «Ромашка»"]


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.sampled_from(["", "m", "f"]))
def test_no_name_breaks_a_letter(last, first, middle, gender):
    name = Name(last, first, middle)
    assert salutation(name, gender=gender).endswith("!")
    assert len(dative(name, gender)) == len(genitive(name, gender)) == 3
    assert addressee_block(name, company="ООО", position=last, gender=gender)
