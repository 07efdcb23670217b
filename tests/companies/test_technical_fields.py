"""Questions of the third block: put by an administrator, answered on the card, kept by their kind."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from companies.enums import FieldKind
from companies.models import Company, Segment, TechnicalField
from companies.services import change_company, change_field, open_field, retire_field, write_technical
from companies.technical import clean_answer, fields_of, lines_of, shown
from contacts.models import Interaction
from core.exceptions import RuleViolation
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def power(cast):
    return open_field(actor=cast.marketing_head, label="Мощность компрессоров", kind=FieldKind.NUMBER, unit="кВт")


@pytest.fixture
def fuel(cast):
    return open_field(
        actor=cast.marketing_head, label="Топливо", kind=FieldKind.CHOICE, choices=["газ", "дизель", " газ ", ""]
    )


def test_a_question_gets_a_latin_key_of_its_own_and_its_choices_once(power, fuel, cast):
    assert power.key == "moshchnost_kompressorov"
    assert power.title == "Мощность компрессоров, кВт"
    assert fuel.choices == ["газ", "дизель"]
    again = open_field(actor=cast.marketing_head, label="Мощность (компрессоров)", kind=FieldKind.NUMBER)
    assert again.key == "moshchnost_kompressorov_2"


@pytest.mark.parametrize(
    "fields", [{"label": " "}, {"label": "мощность КОМПРЕССОРОВ"}, {"label": "Цвет", "kind": FieldKind.CHOICE}]
)
def test_a_bad_question_is_refused(fields, power, cast):
    with pytest.raises(RuleViolation):
        open_field(actor=cast.marketing_head, **fields)
    assert TechnicalField.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "said", "kept", "words"),
    [
        (FieldKind.NUMBER, "1 250,5", 1250.5, "1\xa0250,5"),
        (FieldKind.NUMBER, "250 кВт", 250, "250"),
        (FieldKind.NUMBER, 7, 7, "7"),
        (FieldKind.DATE, "02.11.2026", "2026-11-02", "2\xa0ноя"),
        (FieldKind.DATE, date(2026, 11, 2), "2026-11-02", "2\xa0ноя"),
        (FieldKind.CHOICE, "ГАЗ", "газ", "газ"),
        (FieldKind.YES_NO, "Да", True, "да"),
        (FieldKind.YES_NO, "нет", False, "нет"),
        (FieldKind.TEXT, "  два  цеха ", "два цеха", "два цеха"),
        (FieldKind.TEXT, "  ", None, ""),
    ],
)
def test_an_answer_is_kept_by_its_kind_and_shown_in_words(kind, said, kept, words):
    field = TechnicalField(label="Вопрос", kind=kind, unit="кВт", choices=["газ"])
    assert clean_answer(field, said) == kept
    assert shown(field, kept) == words


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (FieldKind.NUMBER, "много"),
        (FieldKind.NUMBER, "nan"),
        (FieldKind.NUMBER, "1e99"),
        (FieldKind.DATE, "31.02.2026"),
        (FieldKind.CHOICE, "уголь"),
        (FieldKind.YES_NO, "может быть"),
    ],
)
def test_an_answer_of_another_kind_is_refused_with_the_question_in_the_sentence(kind, said):
    with pytest.raises(ValueError, match="Вопрос"):
        clean_answer(TechnicalField(label="Вопрос", kind=kind, choices=["газ"]), said)


@given(st.text(max_size=60), st.sampled_from(FieldKind.values))
def test_any_text_is_an_answer_or_a_sentence(text, kind):
    field = TechnicalField(label="Вопрос", kind=kind, choices=["газ"])
    try:
        kept, words = clean_answer(field, text), ""
    except ValueError as refusal:
        kept, words = None, str(refusal)
    assert not words or "Вопрос" in words
    assert kept is None or clean_answer(field, kept) == kept


def test_answers_are_written_beside_those_known_and_an_empty_one_takes_its_own_away(power, fuel, cast):
    company = make_company(technical={"Старый файл": "цех 2"})
    write_technical(company, actor=cast.marketer, answers={power.key: "250", "Топливо": "дизель"})
    assert Company.objects.get().technical == {"Старый файл": "цех 2", power.key: 250, fuel.key: "дизель"}
    write_technical(company, actor=cast.marketer, answers={power.key: ""})
    assert Company.objects.get().technical == {"Старый файл": "цех 2", fuel.key: "дизель"}
    line = Interaction.objects.filter(kind="companies.changed").latest("pk")
    assert "Мощность компрессоров, кВт: 250" in line.data["changes"]["technical"][0]


def test_a_wrong_answer_changes_nothing(power, cast):
    company = make_company()
    with pytest.raises(RuleViolation, match="Мощность"):
        write_technical(company, actor=cast.marketer, answers={power.key: "много"})
    with pytest.raises(RuleViolation, match="Мощность"):
        change_company(company, actor=cast.marketer, technical={power.key: "много"})
    assert Company.objects.get().technical == {}
    assert not Interaction.objects.exists()


def test_a_question_of_a_segment_is_asked_of_its_companies_and_of_its_parts(power, cast):
    plants = Segment.objects.create(name="Заводы")
    foundries = Segment.objects.create(name="Литейные", parent=plants)
    shops = Segment.objects.create(name="Магазины")
    furnace = open_field(actor=cast.marketing_head, label="Печей", kind=FieldKind.NUMBER, segments=[plants])
    assert fields_of(foundries.pk) == fields_of(plants.pk) == [power, furnace]
    assert fields_of(shops.pk) == fields_of(None) == [power]


def test_a_retired_question_is_not_asked_and_its_answers_stay(power, cast):
    company = make_company(technical={power.key: 250})
    empty = make_company()
    retire_field(power, actor=cast.marketing_head)
    assert [(line.label, line.value) for line in lines_of(company)] == [("Мощность компрессоров, кВт", "250")]
    assert lines_of(empty) == []


def test_words_may_change_and_the_key_stays(power, cast):
    change_field(power, actor=cast.marketing_head, label="Мощность", unit="л. с.")
    assert TechnicalField.objects.get().key == power.key
    assert TechnicalField.objects.get().title == "Мощность, л. с."


def test_the_card_asks_and_takes_the_answer(power, cast, client_of):
    company = make_company(owner=cast.manager)
    client = client_of(cast.manager)
    card = reverse("companies:detail", args=[company.pk])
    assert "Мощность компрессоров, кВт" in client.get(card).content.decode()
    url = reverse("companies:technical", args=[company.pk])
    assert client.get(url).status_code == 200
    wrong = client.post(url, {power.key: "много"}, headers={"hx-request": "true"})
    assert wrong.status_code == 409
    client.post(url, {power.key: "1 250,5"}, headers={"hx-request": "true"})
    assert Company.objects.get().technical == {power.key: 1250.5}
    assert "1\xa0250,5" in client.get(card).content.decode()
    assert client_of(cast.manager2).get(url).status_code == 404


def test_an_administrator_puts_words_and_retires_a_question(cast, client_of):
    client = client_of(cast.db_admin)
    assert client.get(reverse("companies:fields")).status_code == 200
    new = {"label": "Топливо", "kind": "choice", "choices": "газ\nдизель", "position": "10"}
    assert client.post(reverse("companies:field-new"), new).status_code == 302
    field = TechnicalField.objects.get()
    assert (
        client.post(reverse("companies:field-edit", args=[field.pk]), {**new, "label": "Вид топлива"}).status_code
        == 302
    )
    client.post(reverse("companies:field-retire", args=[field.pk]))
    field.refresh_from_db()
    assert (field.label, field.is_active, field.kind) == ("Вид топлива", False, "choice")
    assert "Вид топлива" in client.get(reverse("companies:fields")).content.decode()
    assert client_of(cast.marketer).get(reverse("companies:fields")).status_code == 404


def test_the_api_takes_and_gives_answers_by_key(power, cast, client_of):
    company, client = make_company(owner=cast.manager), client_of(cast.manager)
    url = f"/api/v1/companies/{company.pk}/"
    answer = client.patch(url, {"technical": {power.key: "250"}}, content_type="application/json")
    assert answer.json()["technical"] == {power.key: 250}
    refused = client.patch(url, {"technical": {power.key: "много"}}, content_type="application/json")
    assert refused.status_code == 409
