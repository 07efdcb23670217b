"""Groups: a parent and branches as a tree, without circles, also when two people move companies at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from companies.filters import apply_filters
from companies.groups import group_of
from companies.models import Company
from companies.services import put_under
from contacts.models import Interaction
from core.exceptions import RuleViolation
from intake.services.merging import merge_companies, undo_merge
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def holding():
    """Холдинг > Завод > Цех."""
    head, plant = make_company(name="Холдинг", name_key="холдинг"), make_company(name="Завод", name_key="завод")
    shop = make_company(name="Цех", name_key="цех")
    put_under(plant, actor=None, parent=head)
    put_under(shop, actor=None, parent=plant)
    return head, plant, shop


def names(company, user):
    return [(member.company.name, member.level, member.is_here) for member in group_of(company, user).members]


def test_each_of_the_group_shows_the_same_tree(cast, holding):
    for place, company in enumerate(holding):
        shown = [("Холдинг", 0, place == 0), ("Завод", 1, place == 1), ("Цех", 2, place == 2)]
        assert names(company, cast.marketer) == shown


@pytest.mark.parametrize(("moved", "above"), [(0, 0), (0, 1), (0, 2), (1, 2)])
def test_a_circle_is_refused_and_nothing_moves(holding, moved, above):
    before = list(Company.objects.order_by("pk").values_list("parent", flat=True))
    with pytest.raises(RuleViolation):
        put_under(holding[moved], actor=None, parent=holding[above])
    assert list(Company.objects.order_by("pk").values_list("parent", flat=True)) == before


@pytest.mark.django_db(transaction=True)
def test_two_who_put_each_under_the_other_at_once_make_no_circle():
    one, two = make_company(), make_company()

    def move(pair):
        try:
            put_under(pair[0], actor=None, parent=pair[1])
        except RuleViolation:
            return "refused"
        finally:
            connection.close()
        return "moved"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(move, [(one, two), (two, one)])) == ["moved", "refused"]


def test_a_move_stands_in_the_history_and_a_company_leaves_its_group(cast, holding):
    _head, plant, _shop = holding
    put_under(plant, actor=cast.marketer, parent=None)
    change = Interaction.objects.filter(company=plant).first().changes[0]
    assert (change["old"], change["new"]) == ("Холдинг", "")
    assert names(plant, cast.marketer) == [("Завод", 0, True), ("Цех", 1, False)]


def test_of_companies_that_are_not_open_to_a_person_only_the_number_is_told(cast, client_of, holding):
    _head, plant, _shop = holding
    Company.objects.filter(pk=plant.pk).update(owner=cast.manager)
    html = client_of(cast.manager).get(reverse("companies:detail", args=[plant.pk])).content.decode()
    assert "Холдинг" not in html
    assert group_of(plant, cast.manager).hidden == 2


def test_the_parent_is_found_by_search_among_those_one_sees(cast, client_of, holding):
    head, _plant, shop = holding
    Company.objects.filter(pk=shop.pk).update(owner=cast.manager)
    url = reverse("companies:parent", args=[shop.pk])
    client = client_of(cast.manager)
    assert "Холдинг" not in client.get(url, {"q": "холд"}).content.decode()
    assert client.post(url, {"company": head.pk}).status_code == 404
    assert "Холдинг" in client_of(cast.marketer).get(url, {"q": "холд"}).content.decode()
    client_of(cast.marketer).post(url, {"company": head.pk})
    shop.refresh_from_db()
    assert shop.parent == head
    client_of(cast.marketer).post(url)
    shop.refresh_from_db()
    assert shop.parent is None


def test_selections_choose_by_parent_and_by_branch(cast, holding):
    def passing(field, op, value=None):
        where = {"field": field, "op": op, "value": value}
        seen = Company.objects.permitted(cast.marketer, "companies.view_base")
        return set(apply_filters(seen, {"where": where}).values_list("name", flat=True))

    assert passing("parent", "has", "Холд") == {"Завод"}
    assert passing("parent", "empty") == {"Холдинг"}
    assert passing("branch", "filled") == {"Холдинг", "Завод"}


def test_the_api_puts_a_company_under_another(cast, client_of, holding):
    head, _plant, shop = holding
    client, url = client_of(cast.marketer), f"/api/v1/companies/{shop.pk}/parent/"
    assert client.post(url, {"parent": head.pk}, content_type="application/json").json()["parent"] == head.pk
    url = f"/api/v1/companies/{head.pk}/parent/"
    assert client.post(url, {"parent": shop.pk}, content_type="application/json").status_code == 409


@pytest.mark.parametrize(
    ("kept", "merged", "parents"), [(2, 0, {"Завод": "Цех", "Цех": None}), (0, 1, {"Холдинг": None, "Цех": "Холдинг"})]
)
def test_a_merge_inside_of_a_group_leaves_a_tree_and_is_taken_back(cast, holding, kept, merged, parents):
    def tree():
        rows = Company.objects.exclude(state="merged").select_related("parent")
        return {row.name: row.parent and row.parent.name for row in rows}

    before = tree()
    merge = merge_companies(holding[kept], holding[merged], actor=cast.marketer, choices={"name": "kept"})
    assert tree() == parents
    undo_merge(merge, actor=cast.marketer)
    assert tree() == before


def test_a_big_group_takes_as_many_queries_as_a_small_one(cast, client_of, holding):
    head, client = holding[0], client_of(cast.marketer)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("companies:facts", args=[head.pk]))
        return len(captured)

    queries()
    few = queries()
    for _number in range(20):
        make_company(parent=head)
    assert queries() == few


def test_a_merged_company_is_no_parent(cast):
    with pytest.raises(RuleViolation):
        put_under(make_company(), actor=None, parent=make_company(state="merged"))
