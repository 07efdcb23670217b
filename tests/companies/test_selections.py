"""Saved selections: building, saving, sharing, showing as a list, an audience, a call list; deleting one's own."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SavedView
from accounts.services import save_view
from companies.models import Company
from tests.factories.companies import make_company
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db
LIST, BUILD, SAVE = (reverse(f"companies:{name}") for name in ("list", "view-build", "view-save"))
OMSK = {"all": [{"all": [{"field": "city", "op": "is", "value": "Омск"}]}]}
HX = {"HX-Request": "true"}


def saved(user, **fields):
    fields = {"name": "Омск", "filters": {"where": OMSK}, "sharing": "private"} | fields
    return save_view(actor=user, page="companies:list", **fields)


def shown(client, **asked):
    return [company.name for company in client.get(LIST, asked).context["page_obj"]]


@pytest.fixture
def marketer(cast, client_of):
    make_company(name="В Омске", city="Омск", stage=2)
    make_company(name="В Омске, письма", city="Омск", stage=3)
    make_company(name="В Томске", city="Томск", stage=3)
    return client_of(cast.marketer)


def test_what_was_built_is_saved_with_the_facets_order_and_columns_and_shown(marketer, cast):
    answer = marketer.post(
        SAVE,
        {
            "name": " Омск, письма ",
            "filter": "stage=3&sort=-last",
            "where": json.dumps(OMSK),
            "columns": ["inn", "segment", "x"],
        },
    )
    view = SavedView.objects.get()
    assert answer.url == f"{LIST}?view={view.pk}"
    assert (view.name, view.owner, view.order, view.columns) == (
        "Омск, письма",
        cast.marketer,
        "-last",
        ["inn", "segment"],
    )
    page = marketer.get(answer.url)
    assert [company.name for company in page.context["page_obj"]] == ["В Омске, письма"]
    assert [str(head["label"]) for head in page.context["columns"]] == ["Компания", "ИНН", "Сегмент"]
    assert [tab["label"] for tab in page.context["tabs"] if tab["is_active"]] == ["Омск, письма"]


def test_a_facet_narrows_a_selection_and_keeps_its_columns(marketer, cast):
    view = saved(cast.marketer, columns=["inn"])
    page = marketer.get(LIST, {"view": view.pk, "where": json.dumps(OMSK), "stage": "2", "sort": "name"})
    assert [company.name for company in page.context["page_obj"]] == ["В Омске"]
    assert len(page.context["columns"]) == 2
    assert ("where", json.dumps(OMSK, ensure_ascii=False)) in page.context["kept"]


def test_conditions_can_be_shown_without_a_name(marketer):
    answer = marketer.post(SAVE, {"show": "1", "where": json.dumps(OMSK), "filter": "stage=2"}, headers=HX)
    assert [company.name for company in marketer.get(answer["HX-Redirect"]).context["page_obj"]] == ["В Омске"]
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"name": ""}, {"name": "  "}, {"name": "А", "where": '{"all": [{"field": "city", "op": "has", "value": ""}]}'},
        {"name": "А", "where": "{"}, {"name": "А", "sharing": "all"},
    ],
)  # fmt: skip
def test_a_selection_that_says_nothing_or_too_much_is_refused(marketer, sent):
    assert marketer.post(SAVE, sent, headers=HX).status_code == 409
    assert not SavedView.objects.exists()


def test_the_same_name_replaces_ones_own_selection(cast, marketer):
    saved(cast.marketer)
    saved(cast.marketer, filters={"stage": ["3"]})
    assert SavedView.objects.get().filters == {"stage": ["3"]}


def test_a_selection_is_seen_by_whom_it_is_shared_with(cast, client_of, marketer):
    private, team, everybody = (
        saved(cast.marketing_head, name=word, sharing=word) for word in ("private", "team", "all")
    )
    names = [tab["label"] for tab in marketer.get(LIST).context["tabs"]]
    assert [word for word in names if word in ("private", "team", "all")] == ["all", "team"]
    names = [tab["label"] for tab in client_of(cast.manager).get(LIST).context["tabs"]]
    assert [word for word in names if word in ("private", "team", "all")] == ["all"]
    assert len(shown(marketer, view=private.pk)) == 3
    assert len(shown(marketer, view=team.pk)) == 2
    assert everybody


def test_a_shared_selection_shows_a_manager_only_own_companies(cast, client_of):
    make_company(name="Моя", city="Омск", owner=cast.manager)
    make_company(name="Чужая", city="Омск", owner=cast.manager2)
    view = saved(cast.marketing_head, sharing="all")
    assert shown(client_of(cast.manager), view=view.pk) == ["Моя"]


def test_only_the_owner_deletes_a_selection(cast, client_of, marketer):
    view = saved(cast.marketing_head, sharing="all")
    drop = reverse("companies:view-drop", args=[view.pk])
    assert marketer.post(drop, headers=HX).status_code == 409
    private = saved(cast.marketing_head, name="Своё")
    assert marketer.post(reverse("companies:view-drop", args=[private.pk])).status_code == 404
    client_of(cast.marketing_head).post(drop)
    assert list(SavedView.objects.all()) == [private]


def test_a_selection_is_the_content_of_a_call_list_and_the_audience_of_a_mailing(cast, client_of, marketer):
    query = f"where={json.dumps(OMSK)}"
    head = client_of(cast.marketing_head)
    asked = head.post(reverse("callcenter:new-list"), {"whole": "1", "filter": query}, headers=HX)
    assert asked.context["count"] == 2
    asked = head.post(reverse("campaigns:from-selection"), {"whole": "1", "filter": query}, headers=HX)
    assert asked.context["number"] == 2


def test_the_builder_offers_every_field_and_takes_a_constant_number_of_queries(marketer):
    def queries():
        marketer.get(LIST)  # the counts of the menu are cached
        with CaptureQueriesContext(connection) as captured:
            answer = marketer.get(BUILD, {"where": json.dumps(OMSK)}, headers=HX)
        assert "person_role" in answer.context["fields"]
        return len(captured)

    few = queries()
    for _number in range(20):
        make_person(make_company())
    assert queries() == few <= 15


def test_the_list_with_selections_takes_a_constant_number_of_queries(cast, marketer):
    def queries():
        marketer.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            marketer.get(LIST, {"view": first.pk})
        return len(captured)

    first = saved(cast.marketer)
    few = queries()
    for number in range(10):
        saved(cast.marketer, name=f"Ещё {number}")
    assert queries() == few


def test_no_selection_changes_a_company(marketer):
    before = list(Company.objects.values())
    marketer.post(SAVE, {"name": "А", "where": json.dumps(OMSK)})
    assert list(Company.objects.values()) == before
