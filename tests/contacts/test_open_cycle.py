"""Waves of sales: begun by marketing, named once, finished once."""

from datetime import date

import pytest
from django.urls import reverse

from contacts.enums import CycleState
from contacts.models import Cycle
from contacts.services import finish_cycle, open_cycle
from core.exceptions import RuleViolation

pytestmark = pytest.mark.django_db


def test_a_wave_has_a_name_a_goal_and_its_days(cast):
    cycle = open_cycle(
        actor=cast.marketer,
        name="  Цикл-01 ",
        goal="12 встреч",
        starts_on=date(2026, 11, 2),
        ends_on=date(2026, 11, 27),
    )
    assert (cycle.name, cycle.state, cycle.ends_on) == ("Цикл-01", CycleState.RUNNING, date(2026, 11, 27))


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "  "},
        {"name": "Цикл-01"},
        {"name": "Цикл-02", "starts_on": date(2026, 11, 2), "ends_on": date(2026, 11, 1)},
    ],
)
def test_a_bad_wave_is_refused_and_changes_nothing(fields, cast):
    open_cycle(actor=cast.marketer, name="Цикл-01")
    with pytest.raises(RuleViolation):
        open_cycle(actor=cast.marketer, **fields)
    assert Cycle.objects.count() == 1


def test_a_wave_is_finished_once(cast):
    cycle = open_cycle(actor=cast.marketer, name="Цикл-01", starts_on=date(2026, 11, 2))
    finish_cycle(cycle, actor=cast.marketer)
    assert Cycle.objects.get().state == CycleState.FINISHED
    with pytest.raises(RuleViolation):
        finish_cycle(cycle, actor=cast.marketer)


def test_the_dialog_suggests_the_next_number_and_keeps_what_was_typed(cast, client_of):
    open_cycle(actor=cast.marketer, name="Цикл-01")
    client, url = client_of(cast.marketer), reverse("contacts:cycle-new")
    assert "Цикл-02" in client.get(url).content.decode()
    taken = client.post(url, {"name": "Цикл-02", "starts_on": "2026-13-01", "goal": "30 встреч"})
    assert taken.status_code == 422
    assert "30 встреч" in taken.content.decode()
    client.post(url, {"name": "Цикл-02", "starts_on": "2026-12-01"})
    assert Cycle.objects.filter(name="Цикл-02").exists()
    assert client_of(cast.operator).get(url).status_code == 404
