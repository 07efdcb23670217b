"""The base list: who sees what, filters in the address, search, order, pages, and a constant number of queries."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from companies import listing, paging
from companies.enums import CompanyState, Stage
from companies.models import Phone, Region, Segment
from tests.factories.companies import make_company
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db
URL = reverse("companies:list")


def shown(response):
    return [company.name for company in response.context["page_obj"]]


def asked(client, **parameters):
    return shown(client.get(URL, parameters))


@pytest.fixture
def marketer(cast, client_of):
    return client_of(cast.marketer)


def test_a_manager_sees_own_companies_and_nobody_elses(cast, client_of):
    make_company(name="Моя", owner=cast.manager)
    make_company(name="Чужая", owner=cast.manager2)
    assert asked(client_of(cast.manager)) == ["Моя"]


def test_an_operator_has_no_base_list(cast, client_of):
    assert client_of(cast.operator).get(URL).status_code == 404


def test_merged_companies_are_not_listed(marketer):
    make_company(name="Влитая", state=CompanyState.MERGED)
    assert asked(marketer) == []


def test_filters_of_one_kind_widen_and_of_two_kinds_narrow(marketer):
    steel, food = Segment.objects.get(name="Металлургия"), Segment.objects.get(name="Пищевая промышленность")
    make_company(name="А", segment=steel, stage=Stage.MAILING)
    make_company(name="Б", segment=food, stage=Stage.MAILING)
    make_company(name="В", segment=steel, stage=Stage.DEALS)
    assert asked(marketer, segment=[steel.pk, food.pk], stage=Stage.MAILING.value) == ["А", "Б"]
    assert asked(marketer, segment=steel.pk, stage=Stage.DEALS.value) == ["В"]


def test_the_age_of_verification_is_a_filter(marketer):
    now = timezone.now()
    ages = {"свежая": 5, "средняя": 60, "старая": 200}
    for name, days in ages.items():
        make_company(name=name, verified_at=now - timedelta(days=days))
    make_company(name="никогда")
    found = {value: asked(marketer, verified=value) for value in ("30", "90", "old", "never")}
    assert found == {"30": ["свежая"], "90": ["средняя"], "old": ["старая"], "never": ["никогда"]}


def test_gaps_of_data_and_no_owner_are_filters(marketer, cast):
    make_company(name="Без ЛПР", owner=cast.manager)
    make_company(name="С ЛПР", decision_makers=1, completeness=80)
    assert asked(marketer, gap="decider") == ["Без ЛПР"]
    assert asked(marketer, owner="none") == ["С ЛПР"]
    assert asked(marketer, owner=cast.manager.pk, gap=["incomplete"]) == ["Без ЛПР"]


@pytest.mark.parametrize(
    "text", ["промдет", "УРАЛПРОМ", "7447018", "8 (351) 555-01", "3515550142", "рябов", "ehfkghjv"]
)  # fmt: skip
def test_one_field_finds_by_name_inn_phone_person_and_wrong_layout(marketer, text):
    company = make_company(name="Уралпромдеталь", name_key="уралпромдеталь", inn="7447018361")
    Phone.objects.create(company=company, number="+73515550142", seen_at=timezone.now())
    make_person(company, last_name="Рябов")
    make_company(name="Другая", name_key="другая", inn="6600000000")
    assert asked(marketer, q=text) == ["Уралпромдеталь"]


def test_a_phone_of_a_person_finds_the_company(marketer):
    make_person(make_company(name="Литмаш"), phone="+73435550142")
    assert asked(marketer, q="8 343 555 01 42") == ["Литмаш"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"stage": "x"}, {"segment": "1'; drop"}, {"region": "²"}, {"owner": "9" * 30}, {"verified": "soon"}, {"gap": "\x00"},
    ],
)  # fmt: skip
def test_a_filter_with_nonsense_finds_nothing_and_does_not_fail(marketer, parameters):
    make_company()
    response = marketer.get(URL, parameters)
    assert (response.status_code, shown(response)) == (200, [])


@pytest.mark.parametrize(
    "parameters", [{"sort": "owner__password"}, {"page": "x"}, {"page": "-1"}, {"page": "99999"}, {"x__y": "1"}]
)
def test_unknown_orders_pages_and_parameters_are_ignored(marketer, parameters):
    make_company(name="А")
    assert asked(marketer, **parameters) == ["А"]


def test_the_never_verified_come_before_the_longest_verified(marketer):
    now = timezone.now()
    make_company(name="вчера", verified_at=now - timedelta(days=1))
    make_company(name="никогда")
    make_company(name="давно", verified_at=now - timedelta(days=300))
    assert asked(marketer, sort="verified") == ["никогда", "давно", "вчера"]
    assert asked(marketer, sort="-verified") == ["вчера", "давно", "никогда"]


def test_names_are_ordered_without_quotes_and_forms(marketer):
    for name, key in (("«Ёлка»", "елка"), ("Ель", "ель"), ("Дуб", "дуб")):
        make_company(name=name, name_key=key)
    assert asked(marketer) == ["Дуб", "«Ёлка»", "Ель"]


def test_counts_beside_a_filter_ignore_the_filter_itself(marketer):
    make_company(stage=Stage.MAILING)
    make_company(stage=Stage.DEALS)
    facets = {facet["name"]: facet for facet in marketer.get(URL, {"stage": Stage.MAILING.value}).context["facets"]}
    stages = {choice.value: choice.count for choice in facets["stage"]["choices"]}
    assert (stages[str(Stage.MAILING)], stages[str(Stage.DEALS)]) == (1, 1)
    assert {choice.value: choice.count for choice in facets["verified"]["choices"]}["never"] == 1


def test_an_empty_list_says_which_filter_is_in_the_way(marketer):
    make_company(region=Region.objects.get(code="74"), stage=Stage.MAILING)
    response = marketer.get(URL, {"region": "59", "stage": Stage.MAILING.value})
    assert [(hint["name"], hint["count"]) for hint in response.context["hints"]] == [("region", 1)]
    assert "Пермский" in response.content.decode()


def test_an_empty_base_says_what_to_do(marketer):
    assert reverse("companies:new") in marketer.get(URL).content.decode()


def test_htmx_gets_the_list_and_the_counts_without_the_page(marketer):
    make_company(name="Литмаш")
    html = marketer.get(URL, headers={"HX-Request": "true", "HX-Target": "base-list"}).content.decode()
    assert "Литмаш" in html
    assert 'id="facets" hx-swap-oob' in html
    assert "<html" not in html


def test_one_row_and_thirty_rows_take_the_same_number_of_queries(marketer, cast):
    def queries():
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert marketer.get(URL).status_code == 200
        return len(captured)

    make_person(make_company(owner=cast.manager))
    few = queries()
    for number in range(29):
        make_person(
            make_company(owner=cast.manager, segment=Segment.objects.all()[number % 3]), decision_role="decides"
        )
    assert queries() == few


def test_a_big_base_loads_its_counts_after_the_page(marketer, monkeypatch):
    monkeypatch.setattr(listing, "COUNTS_AT_ONCE", 1)
    for _number in range(3):
        make_company()
    page = marketer.get(URL)
    assert page.context["facets_wait"]
    assert reverse("companies:counts") in page.content.decode()
    counts = marketer.get(reverse("companies:counts")).context["facets"]
    assert counts[0]["choices"][0].count == 3
    cache.clear()


def test_a_long_list_ends_at_its_limit_and_says_so(marketer, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED_TO", 2)
    for _number in range(4):
        make_company()
    paginator = marketer.get(URL).context["page_obj"].paginator
    assert (paginator.count, paginator.is_cut) == (2, True)


def test_the_palette_finds_only_what_one_may_see(cast, client_of):
    make_company(name="Уралпромдеталь моя", name_key="уралпромдеталь моя", owner=cast.manager)
    make_company(name="Уралпромдеталь чужая", name_key="уралпромдеталь чужая", owner=cast.manager2)
    for text in ("уралпром", "ehfkghjv"):
        (group,) = client_of(cast.manager).get(reverse("companies:search"), {"q": text}).context["groups"]
        assert [row.title for row in group["rows"]] == ["Уралпромдеталь моя"]


@pytest.mark.parametrize("text", ["", " ", "а", "%", "()", "\x00", "a" * 500])
def test_the_palette_survives_any_text(cast, client_of, text):
    assert client_of(cast.manager).get(reverse("companies:search"), {"q": text}).status_code == 200
