"""Tasks: set, done, moved."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agenda.enums import TaskState
from agenda.services import complete_task, postpone_task, set_task
from core.exceptions import RuleViolation

NOW = timezone.now()
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def task(cast):
    return set_task(actor=cast.sales_head, owner=cast.manager, title="Отправить КП", due_at=TOMORROW, now=NOW)


def test_a_task_is_open_with_its_executor(cast, task):
    assert (task.owner, task.set_by, task.state) == (cast.manager, cast.sales_head, TaskState.OPEN)


def test_a_task_without_words_is_refused(cast):
    with pytest.raises(RuleViolation):
        set_task(actor=cast.manager, owner=cast.manager, title=" ", due_at=TOMORROW, now=NOW)


def test_a_done_task_cannot_be_done_again(cast, task):
    complete_task(task, actor=cast.manager, now=NOW)
    with pytest.raises(RuleViolation):
        complete_task(task, actor=cast.manager, now=NOW)


def test_postponing_is_counted(cast, task):
    moved = postpone_task(
        task, actor=cast.manager, due_at=TOMORROW + timedelta(days=1), reason="просили позже", now=NOW
    )
    assert (moved.postponed, moved.due_at) == (1, TOMORROW + timedelta(days=1))


def test_a_task_cannot_be_moved_into_the_past(cast, task):
    with pytest.raises(RuleViolation):
        postpone_task(task, actor=cast.manager, due_at=NOW - timedelta(days=1), now=NOW)
