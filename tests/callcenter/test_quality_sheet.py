"""The quality sheet: criteria are data, a mark is their weighted share, a training is a task."""

from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from agenda.models import Task
from callcenter.models import CallScore, Criterion
from callcenter.services.quality import change_criterion, score_call, total_of
from core.exceptions import RuleViolation
from tests.factories.callcenter import make_attempt

pytestmark = pytest.mark.django_db
rows = st.integers(1, 10).flatmap(
    lambda most: st.fixed_dictionaries(
        {"weight": st.integers(1, 10), "most": st.just(most), "points": st.integers(0, most)}
    )
)


@pytest.fixture
def criteria(db):
    Criterion.objects.all().delete()
    return [
        Criterion.objects.create(name="Приветствие", weight=1, most=2, place=1),
        Criterion.objects.create(name="Следующий шаг", weight=3, most=2, place=2),
    ]


def points(criteria, *given):
    return {row.pk: number for row, number in zip(criteria, given, strict=True)}


@given(st.lists(rows, min_size=1, max_size=12))
def test_a_mark_is_0_to_10_and_the_ends_are_the_ends(judged):
    assert 0 <= total_of(judged) <= 10
    assert total_of([row | {"points": row["most"]} for row in judged]) == 10
    assert total_of([row | {"points": 0} for row in judged]) == 0


def test_a_mark_weighs_the_points_and_keeps_the_sheet_of_its_day(cast, criteria):
    attempt = make_attempt(cast.operator)
    score = score_call(attempt, actor=cast.callcenter_head, points=points(criteria, 2, 1), comment="Хорошо")
    assert score.total == Decimal("6.3")
    change_criterion(criteria[0], actor=cast.callcenter_head, name="Иначе", weight=9, most=5, place=1, is_active=True)
    score.refresh_from_db()
    assert (score.points[0]["name"], score.points[0]["weight"]) == ("Приветствие", 1)


def test_a_training_becomes_a_task_of_the_operator(cast, criteria):
    attempt = make_attempt(cast.operator)
    score = score_call(attempt, actor=cast.callcenter_head, points=points(criteria, 0, 0), training="Прослушать эталон")
    task = Task.objects.get()
    assert (task.owner, task.title, score.task) == (cast.operator, "Прослушать эталон", task)


def test_a_call_is_marked_once_and_may_be_marked_anew(cast, criteria):
    attempt = make_attempt(cast.operator)
    for first in (0, 2):
        score_call(attempt, actor=cast.callcenter_head, points=points(criteria, first, 2))
    assert CallScore.objects.get().total == 10


def test_missing_or_too_many_points_and_own_calls_are_refused(cast, criteria):
    attempt, own = make_attempt(cast.operator), make_attempt(cast.callcenter_head)
    for call, said in ((attempt, {}), (attempt, points(criteria, 3, 0)), (own, points(criteria, 1, 1))):
        with pytest.raises(RuleViolation):
            score_call(call, actor=cast.callcenter_head, points=said)
    assert not CallScore.objects.exists()


def test_criteria_are_changed_within_limits_and_one_is_always_asked(cast, criteria):
    head = cast.callcenter_head
    rules = {"name": "Речь", "weight": 2, "most": 3, "place": 3, "is_active": True}
    assert change_criterion(None, actor=head, **rules).pk
    for wrong in ({"name": " "}, {"weight": 0}, {"most": 11}):
        with pytest.raises(RuleViolation):
            change_criterion(criteria[0], actor=head, **rules | wrong)
    Criterion.objects.exclude(pk=criteria[0].pk).delete()
    with pytest.raises(RuleViolation):
        change_criterion(criteria[0], actor=head, **rules | {"is_active": False})


def test_the_head_marks_a_call_on_the_page_and_the_operator_sees_only_own_marks(cast, client_of, criteria):
    attempt, other = make_attempt(cast.operator), make_attempt(cast.operator2)
    head = client_of(cast.callcenter_head)
    url = reverse("callcenter:score", args=[attempt.pk])
    assert "Приветствие" in head.get(url).content.decode()
    assert head.post(url, {"comment": "без баллов"}).status_code == 422
    head.post(url, {f"points-{row.pk}": 2 for row in criteria} | {"comment": "Отлично"})
    score_call(other, actor=cast.callcenter_head, points=points(criteria, 0, 0), comment="Чужая оценка")
    page = client_of(cast.operator).get(reverse("callcenter:quality")).content.decode()
    assert "Отлично" in page
    assert "Чужая оценка" not in page
    assert client_of(cast.operator).post(url, {}).status_code == 404
    assert client_of(cast.manager).get(reverse("callcenter:quality")).status_code == 404
    assert len(head.get(reverse("callcenter:quality")).context["averages"]) == 2


def test_the_head_edits_the_criteria_on_the_page(cast, client_of, criteria):
    head = client_of(cast.callcenter_head)
    fields = {"name": "Темп речи", "weight": 2, "most": 3, "place": 1, "is_active": "on"}
    head.post(reverse("callcenter:criterion-new"), fields)
    assert Criterion.objects.filter(name="Темп речи").exists()
    head.post(reverse("callcenter:criterion", args=[criteria[0].pk]), fields | {"name": "Иное"})
    assert Criterion.objects.get(pk=criteria[0].pk).name == "Иное"
    assert head.post(reverse("callcenter:criterion-new"), fields | {"name": ""}).status_code == 422
    assert client_of(cast.operator).post(reverse("callcenter:criterion-new"), fields).status_code == 404
