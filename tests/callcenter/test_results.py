"""The rules of a result are data: changed on a page, followed by the next call."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from callcenter.enums import ListKind
from callcenter.models import ResultCode
from callcenter.services import change_result, claim_next, finish_call
from core.exceptions import RuleViolation
from tests.callcenter.clock import NOON
from tests.factories.callcenter import make_card, make_held_card
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_answer():
    return ResultCode.objects.get(kind=ListKind.CALLBACK, code="no_answer")


def rules_of(code, **changed):
    names = ("name", "retry_minutes", "max_attempts", "default_contact", *(f for f in FLAGS if getattr(code, f)))
    return {name: getattr(code, name) for name in names} | changed


FLAGS = ("is_human", "is_decider", "is_success", "wants_note", "other_part_of_day", "other_number")


def test_the_delay_of_a_rule_is_when_the_card_comes_back(cast, no_answer):
    change_result(no_answer, actor=cast.callcenter_head, retry_minutes=45, default_contact="")
    make_card(due_at=NOON)
    card = claim_next(cast.operator, now=NOON)
    finish_call(card, actor=cast.operator, claim=card.claim, result="no_answer", now=NOON)
    card.refresh_from_db()
    assert card.due_at == NOON + timedelta(minutes=45)
    assert AuditEntry.objects.get(event="callcenter.result_changed").data["changes"]["retry_minutes"] == [60, 45]


@pytest.mark.parametrize(
    "rules",
    [{"name": " "}, {"is_decider": True}, {"retry_minutes": 1}, {"retry_minutes": 10**6}, {"max_attempts": 0}],
)
def test_a_rule_without_sense_is_refused_and_nothing_is_changed(cast, no_answer, rules):
    with pytest.raises(RuleViolation):
        change_result(no_answer, actor=cast.callcenter_head, **rules)
    known = ResultCode.objects.get(pk=no_answer.pk)
    assert rules_of(known) == rules_of(no_answer)
    assert not AuditEntry.objects.filter(event="callcenter.result_changed").exists()


def test_the_key_and_the_way_of_the_card_are_no_rules(cast, no_answer):
    with pytest.raises(TypeError):
        change_result(no_answer, actor=cast.callcenter_head, digit=9)


def test_after_a_result_that_asks_for_another_number_the_tried_one_comes_last(cast, client_of, no_answer):
    change_result(no_answer, actor=cast.callcenter_head, other_number=True)
    card = make_held_card(cast.operator, now=NOON, due_at=NOON)
    make_person(card.company, phone="+73515550199")
    tried, claim = card.company.phones.get().number, card.claim
    finish_call(card, actor=cast.operator, claim=claim, result="no_answer", number=tried, now=NOON)
    card.refresh_from_db()
    card.state, card.held_by, card.claim = "claimed", cast.operator, claim
    card.save(update_fields=["state", "held_by", "claim"])
    page = client_of(cast.operator).get(reverse("callcenter:desk")).content.decode()
    assert page.index("+73515550199") < page.index(f'data-number="{tried}"')


def test_the_page_shows_every_key_and_the_dialog_changes_a_rule(cast, client_of, no_answer):
    head = client_of(cast.callcenter_head)
    page = head.get(reverse("callcenter:results")).content.decode()
    assert all(label in page for label in ("Повторная продажа", "Свободный список", "Не дозвонился"))
    url = reverse("callcenter:edit-result", args=[no_answer.pk])
    assert 'value="Не дозвонился"' in head.get(url).content.decode()
    wanted = {"name": "Не дозвонился", "retry_minutes": "90", "max_attempts": "4", "other_part_of_day": "on"}
    assert head.post(url, wanted).status_code == 302
    no_answer.refresh_from_db()
    assert (no_answer.name, no_answer.retry_minutes, no_answer.other_part_of_day) == ("No answer", 90, True)
    assert head.post(url, wanted | {"max_attempts": "99"}).status_code == 422


def test_who_only_sees_the_results_cannot_change_them(cast, client_of, no_answer):
    head = client_of(cast.marketing_head)
    assert head.get(reverse("callcenter:results")).status_code == 200
    assert head.get(reverse("callcenter:edit-result", args=[no_answer.pk])).status_code == 404
    assert client_of(cast.manager).get(reverse("callcenter:results")).status_code == 404
