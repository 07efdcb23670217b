"""Questions of the technical information in selections, as columns of the list and in the exported file."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import SavedView
from companies.conditions import UnreadableCondition, check_tree, in_words
from companies.enums import FieldKind
from companies.export import headers, rows
from companies.filters import apply_filters
from companies.models import Company
from companies.services import open_field, retire_field
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 11, 23, 12))
DAY = timedelta(days=1)


@pytest.fixture
def questions(cast):
    def put(label, kind, **more):
        return open_field(actor=cast.marketing_head, label=label, kind=kind, **more)

    return [
        put("Мощность", FieldKind.NUMBER, unit="кВт"),
        put("Топливо", FieldKind.CHOICE, choices=["газ", "дизель"]),
        put("Осмотр", FieldKind.DATE),
        put("Есть котельная", FieldKind.YES_NO),
        put("Станки", FieldKind.TEXT),
    ]


@pytest.fixture
def plants(questions):
    power, fuel, seen, boiler, machines = [question.key for question in questions]
    make_company(name="Литмаш", technical={power: 250, fuel: "газ", seen: "2026-11-20", boiler: True, machines: "ЧПУ"})
    make_company(name="Станкодом", technical={power: 90.5, fuel: "дизель", seen: "2026-10-01", boiler: False})
    make_company(name="Пустота")


def found(leaf):
    return sorted(apply_filters(Company.objects.all(), {"where": leaf}, now=NOW).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("place", "op", "value", "names"),
    [
        (0, "from", "100", ["Литмаш"]),
        (0, "to", "90,5", ["Станкодом"]),
        (0, "is", "250", ["Литмаш"]),
        (0, "filled", "", ["Литмаш", "Станкодом"]),
        (0, "empty", "", ["Пустота"]),
        (1, "in", ["дизель"], ["Станкодом"]),
        (1, "in", ["газ", "дизель"], ["Литмаш", "Станкодом"]),
        (2, "since", "2026-11-01", ["Литмаш"]),
        (2, "before", "2026-11-01", ["Станкодом"]),
        (2, "last", "7", ["Литмаш"]),
        (2, "older", "30", ["Станкодом"]),
        (3, "in", ["yes"], ["Литмаш"]),
        (3, "in", ["no"], ["Станкодом"]),
        (4, "has", "чпу", ["Литмаш"]),
        (4, "empty", "", ["Пустота", "Станкодом"]),
    ],
)
def test_companies_are_chosen_by_their_answers(place, op, value, names, questions, plants):
    leaf = {"field": f"technical.{questions[place].key}", "op": op, "value": value}
    check_tree(leaf, NOW)
    assert found(leaf) == names


@pytest.mark.parametrize(
    ("place", "op", "value"),
    [(0, "from", "много"), (0, "has", "1"), (1, "in", ["уголь"]), (2, "since", "вчера"), (3, "in", [])],
)
def test_what_cannot_be_read_finds_nobody(place, op, value, questions, plants):
    leaf = {"field": f"technical.{questions[place].key}", "op": op, "value": value}
    with pytest.raises(UnreadableCondition):
        check_tree(leaf, NOW)
    assert found(leaf) == []


def test_a_selection_outlives_the_question(questions, plants, cast):
    leaf = {"field": f"technical.{questions[0].key}", "op": "from", "value": "100"}
    retire_field(questions[0], actor=cast.marketing_head)
    assert found(leaf) == ["Литмаш"]
    assert "Мощность, кВт" in in_words(leaf)


def test_a_saved_selection_shows_the_answer_as_a_column_without_more_queries(questions, plants, cast, client_of):
    client, power = client_of(cast.marketing_head), f"technical.{questions[0].key}"
    built = {
        "name": "Мощные",
        "columns": ["inn", power],
        "where": json.dumps({"field": power, "op": "from", "value": "100"}),
    }
    client.post(reverse("companies:view-save"), built)
    view = SavedView.objects.get()
    assert view.columns == ["inn", power]
    url = f"{reverse('companies:list')}?view={view.pk}"
    page = client.get(url).content.decode()
    assert "Мощность, кВт" in page
    assert "Литмаш" in page
    assert "Станкодом" not in page
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(12):
        make_company(name=f"Завод {number}", technical={questions[0].key: 300 + number})
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


def test_the_builder_offers_every_question(questions, cast, client_of):
    page = client_of(cast.marketing_head).get(reverse("companies:view-build")).content.decode()
    assert "technical.moshchnost" in page


def test_the_exported_file_has_a_column_for_each_question(questions, plants, cast):
    head = headers()
    line = next(row for row in rows(Company.objects.all(), cast.marketing_head) if row[0] == "Литмаш")
    cells = dict(zip(head, line, strict=True))
    assert cells["Мощность, кВт"] == 250
    assert cells["Топливо"] == "газ"
    assert cells["Станки"] == "ЧПУ"
