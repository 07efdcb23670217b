import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intake.enums import CorrectionState
from intake.models import Correction
from intake.review import marked
from intake.services import accept_corrections, propose_correction
from tests.factories.companies import make_company
from tests.factories.intake import make_correction, make_source

pytestmark = pytest.mark.django_db
PAGE = "/intake/corrections/"


@pytest.fixture
def marketer(cast, client_of):
    return client_of(cast.marketer)


def test_corrections_stand_by_company_with_conflicts_first(cast, marketer):
    calm, disputed = make_company(name="А", name_key="а"), make_company(name="Я", name_key="я")
    propose_correction(calm, actor=cast.operator, field="site", new_value="one.example")
    for site in ("two.example", "three.example"):
        propose_correction(disputed, actor=cast.operator, field="site", new_value=site)
    groups = marketer.get(PAGE).context["groups"]
    assert [group.company for group in groups] == [disputed, calm]
    assert len(groups[0].lines) == 1
    assert len(groups[0].lines[0].variants) == 2


def test_the_button_of_a_row_decides_only_that_row(marketer):
    one, two = make_correction(), make_correction()
    marketer.post(reverse("intake:accept"), {"only": one.pk, "ids": [two.pk]})
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == (CorrectionState.ACCEPTED, CorrectionState.NEW)


def test_ticked_ones_are_rejected_with_a_reason(marketer):
    rows = [make_correction(), make_correction()]
    answer = marketer.post(reverse("intake:reject"), {"ids": [row.pk for row in rows], "reason": "не то", "tab": "new"})
    assert answer.url == f"{PAGE}?tab=new"
    assert set(Correction.objects.values_list("state", "reason")) == {(CorrectionState.REJECTED, "не то")}


def test_undisputed_ones_are_accepted_together(marketer):
    site, name = make_correction(), make_correction(field="name", new_value="Другой")
    assert marketer.get(PAGE).context["counts"]["undisputed"] == 1
    marketer.post(reverse("intake:accept-undisputed"))
    site.refresh_from_db()
    name.refresh_from_db()
    assert (site.state, name.state) == (CorrectionState.ACCEPTED, CorrectionState.NEW)


def test_a_changed_card_shows_the_conflict_with_both_values(cast, marketer):
    company = make_company(site="https://one.example")
    correction = make_correction(company, old_value="https://zero.example")
    marketer.post(reverse("intake:accept"), {"only": correction.pk})
    page = marketer.get(f"{PAGE}?tab=conflicts")
    assert "https://one.example" in page.content.decode()
    assert "https://new.example" in page.content.decode()
    marketer.post(reverse("intake:choose", args=[correction.pk]))
    company.refresh_from_db()
    assert company.site == "https://new.example"


def test_tabs_count_what_they_hold(cast, marketer):
    accept_corrections([make_correction()], actor=cast.marketer)
    make_correction(state=CorrectionState.REJECTED, decided_at=timezone.now(), decided_by=cast.marketer)
    make_correction()
    for tab in ("new", "accepted", "rejected"):
        page = marketer.get(f"{PAGE}?tab={tab}")
        assert page.context["counts"][tab] == len(page.context["object_list"]) == 1
    assert marketer.get(f"{PAGE}?tab=conflicts").status_code == 200


def test_quality_is_counted_from_checks_and_decisions(cast, marketer):
    source = make_source("Купленная база, март")
    right, wrong = (make_company(source=source, checked_at=timezone.now()) for _ in range(2))
    assert right
    accept_corrections([make_correction(wrong, by=cast.operator)], actor=cast.marketer)
    context = marketer.get(PAGE).context
    assert [(row.label, row.percent, row.number) for row in context["sources"]] == [("Купленная база, март", 50, 2)]
    assert [(row.person, row.percent) for row in context["operators"]] == [(cast.operator, 100)]
    assert [row.percent for row in context["ageing"]] == [50]


def test_an_operator_sees_only_own_corrections_and_decides_none(cast, client_of):
    mine, other = make_correction(by=cast.operator), make_correction(by=cast.operator2)
    client = client_of(cast.operator)
    assert [row.pk for row in client.get(PAGE).context["object_list"]] == [mine.pk]
    for name in ("accept", "reject", "accept-undisputed"):
        assert client.post(reverse(f"intake:{name}"), {"ids": [mine.pk, other.pk]}).status_code == 404
    assert client.post(reverse("intake:choose", args=[mine.pk])).status_code == 404
    assert set(Correction.objects.values_list("state", flat=True)) == {CorrectionState.NEW}
    assert client_of(cast.sales_admin).get(PAGE).status_code == 404


def test_the_page_asks_the_base_as_often_for_thirty_corrections_as_for_one(cast, marketer):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert marketer.get(PAGE).status_code == 200
        return len(asked)

    source = make_source()
    make_correction(make_company(source=source, checked_at=timezone.now()))
    marketer.get(PAGE)
    one = queries()
    for _ in range(30):
        make_correction(make_company(source=source, checked_at=timezone.now()))
    assert queries() == one


def test_only_what_differs_is_marked():
    assert marked("ул. Гагарина, 12", "ул. Гагарина, 12, корпус 3") == [
        ("ул. Гагарина, 12", False),
        (", корпус 3", True),
    ]
    assert marked("Соколов", "Ларионов Денис") == [("Ларионов Денис", True)]
    assert marked("", "новое") == [("новое", False)]


def test_who_collected_is_judged_by_the_checks(cast, marketer):
    now = timezone.now()
    right, wrong = (make_company(created_by=cast.marketer, checked_at=now) for _number in range(2))
    accept_corrections([make_correction(wrong)], actor=cast.marketer)
    [line] = marketer.get(PAGE).context["marketers"]
    assert (line.person, line.number, line.percent) == (cast.marketer, 2, 50)
    assert right.created_by == cast.marketer
