"""Scripts: versions, what keeps one from being released, and what an answer of the talk writes."""

from datetime import timedelta

import pytest
from django.urls import reverse

from callcenter.conversion import ENOUGH, conversion_of
from callcenter.enums import ListKind, ScriptState
from callcenter.models import CallAttempt, Script, ScriptStep
from callcenter.scripting import problems_of
from callcenter.services import (
    change_script,
    claim_next,
    discard_draft,
    draft_version,
    finish_call,
    go_on_line,
    move_step,
    open_script,
    release_version,
    remove_step,
    retire_version,
    return_to,
    write_step,
)
from callcenter.speech import fallbacks, parts_of
from companies.services import open_field
from contacts.models import Need
from core.exceptions import RuleViolation
from tests.callcenter.clock import NOON
from tests.factories.callcenter import make_attempt, make_call_list, make_card, make_held_card, script_of
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(cast):
    return cast.callcenter_head


@pytest.fixture
def draft(head):
    return draft_version(script_of(), actor=head)


def first(version):
    return version.steps.first()


def written(version, head, *answers, **fields):
    """The first step of the draft with these answers."""
    step = first(version)
    fields = {"title": step.title, "text": step.text} | fields
    return write_step(version, actor=head, step=step, answers=answers, **fields)


def released(head, *answers):
    """A script of one step that is in use."""
    _script, version = open_script(actor=head, name="Проба", kind=ListKind.CALLBACK)
    written(version, head, *answers)
    release_version(version, actor=head, now=NOON)
    return version


# --- versions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ListKind.values)
def test_the_shipped_scripts_are_version_1_in_use_and_sound(kind):
    version = script_of(kind).versions.get()
    assert (version.number, version.state, problems_of(version)) == (1, ScriptState.RELEASED, [])


def test_change_makes_the_next_draft_from_the_version_in_use_and_does_it_once(head):
    script = script_of()
    draft = draft_version(script, actor=head)
    assert draft_version(script, actor=head) == draft
    now, copy = (
        list(
            version.steps.order_by("order", "answers__order").values_list(
                "title", "answers__text", "answers__leads_to__title"
            )
        )
        for version in (script.versions.get(number=1), draft)
    )
    assert (draft.number, copy) == (2, now)
    assert not ScriptStep.objects.filter(version=draft, answers__leads_to__version__number=1).exists()


def test_a_version_that_calls_went_by_does_not_change(head):
    version = script_of().versions.get()
    for work in (
        lambda: written(version, head, {"text": "Да", "suggests": "refusal"}),
        lambda: remove_step(first(version), actor=head),
        lambda: move_step(first(version), actor=head, by=1),
        lambda: release_version(version, actor=head),
        lambda: discard_draft(version, actor=head),
    ):
        with pytest.raises(RuleViolation):
            work()
    assert first(version).answers.count() == 4


def test_a_release_retires_the_version_before_and_an_earlier_one_can_come_back(head, draft):
    before = draft.script.versions.get(number=1)
    release_version(draft, actor=head, now=NOON)
    before.refresh_from_db()
    assert (draft.state, draft.released_at, before.state) == (ScriptState.RELEASED, NOON, ScriptState.RETIRED)
    return_to(before, actor=head, now=NOON)
    draft.refresh_from_db()
    assert (before.state, draft.state) == (ScriptState.RELEASED, ScriptState.RETIRED)
    with pytest.raises(RuleViolation):
        return_to(before, actor=head)


def test_a_version_is_not_retired_while_an_open_list_is_called_by_it(head):
    version = script_of().versions.get()
    call_list = make_call_list(script=version.script)
    with pytest.raises(RuleViolation, match=call_list.name):
        retire_version(version, actor=head)
    call_list.state = "closed"
    call_list.save()
    retire_version(version, actor=head, now=NOON)
    assert version.state == ScriptState.RETIRED
    with pytest.raises(RuleViolation):
        retire_version(version, actor=head)


def test_a_draft_is_thrown_away_and_a_script_without_versions_goes_with_it(head, draft):
    discard_draft(draft, actor=head)
    assert draft.script.versions.count() == 1
    script, only = open_script(actor=head, name="Проба", kind=ListKind.FREE)
    discard_draft(only, actor=head)
    assert not Script.objects.filter(pk=script.pk).exists()


def test_a_script_needs_a_name_of_its_own(head):
    for name in (" ", script_of().name):
        with pytest.raises(RuleViolation):
            open_script(actor=head, name=name, kind=ListKind.FREE)
        with pytest.raises(RuleViolation):
            change_script(script_of(ListKind.FREE), actor=head, name=name)


# --- what keeps a version from being released -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "text", "words"),
    [
        ([{"text": "Да"}], "Да?", "«Приветствие», ответ «Да»"),
        ([{"text": "Да", "suggests": "nothing"}], "Да?", "нет такого результата"),
        (
            [{"text": "Да", "suggests": "refusal", "writes": "technical", "about": "gone"}],
            "Да?",
            "укажите, что он записывает",
        ),
        ([{"text": "Да", "suggests": "refusal"}], "{{ surname }}, да?", "нет подстановки «surname»"),
        ([], "Да?", "нет ни одного ответа"),
    ],
)
def test_a_release_is_refused_with_the_step_named_and_changes_nothing(head, draft, answers, text, words):
    written(draft, head, *answers, text=text)
    with pytest.raises(RuleViolation) as refusal:
        release_version(draft, actor=head)
    assert "Приветствие" in str(refusal.value)
    assert words in str(refusal.value)
    draft.refresh_from_db()
    assert draft.state == ScriptState.DRAFT
    assert draft.script.versions.get(number=1).state == ScriptState.RELEASED


def test_a_step_that_nobody_reaches_and_a_circle_keep_a_version_from_being_released(head):
    _script, version = open_script(actor=head, name="Проба", kind=ListKind.CALLBACK)
    start = first(version)
    aside = write_step(
        version, actor=head, title="В стороне", text="Да?", answers=[{"text": "Да", "suggests": "refusal"}]
    )
    again = write_step(version, actor=head, title="Ещё раз", text="Да?", answers=[{"text": "Да", "leads_to": start.pk}])
    written(version, head, {"text": "Да", "leads_to": again.pk})
    texts = [problem.text for problem in problems_of(version)]
    assert any("В стороне" in text and "нельзя попасть" in text for text in texts)
    assert sum("по кругу" in text for text in texts) == 2
    written(version, head, {"text": "Да", "leads_to": again.pk}, {"text": "Нет", "leads_to": aside.pk})
    assert problems_of(version) == []


def test_a_step_needs_title_and_words_and_has_four_answers_at_most(head, draft):
    start, far = first(draft), script_of(ListKind.FREE).versions.get().steps.first()
    five = [{"text": str(n), "suggests": "refusal"} for n in range(5)]
    for wrong in ({"title": " "}, {"text": ""}, {"answers": five}, {"answers": [{"text": "Да", "leads_to": far.pk}]},
                  {"field": "nothing"}, {"title": "Секретарь"}):  # fmt: skip
        with pytest.raises(RuleViolation):
            write_step(draft, actor=head, step=start, **({"title": "Начало", "text": "Да?", "answers": []} | wrong))
    start.refresh_from_db()
    assert (start.title, start.answers.count()) == ("Приветствие", 4)


def test_steps_change_places_and_a_step_that_goes_leaves_answers_without_a_way(head, draft):
    second = draft.steps.all()[1]
    move_step(second, actor=head, by=-1)
    assert list(draft.steps.values_list("title", flat=True))[:2] == ["Секретарь", "Приветствие"]
    remove_step(second, actor=head)
    assert list(draft.steps.values_list("order", flat=True)) == list(range(1, draft.steps.count() + 1))
    assert any("Приветствие" in problem.text for problem in problems_of(draft))


def test_the_author_says_what_is_read_without_a_value():
    parts = parts_of(
        "Письмо «{{ mail_subject|наше предложение }}» {{ mail_date }}", {"mail_date": "19 ноября"}, fallbacks()
    )
    assert "".join(part.text for part in parts) == "Письмо «наше предложение» 19 ноября"
    assert [part.is_fallback for part in parts if part.field] == [True, False]


# --- what a talk writes ---------------------------------------------------------------------------------------------


def talk(cast, version, **rest):
    """A call by the version in which the first answer of the first step was pressed."""
    card = make_held_card(cast.operator, make_call_list(script=version.script), now=NOON, due_at=NOON)
    step = first(version)
    answer = step.answers.first()
    path = rest.pop("path", [[step.pk, answer.pk]])
    rest = {"result": "letter_received", "now": NOON, "person": make_person(card.company)} | rest
    rest["typed"] = {answer.pk: rest["typed"]} if rest.get("typed") else None
    return finish_call(card, actor=cast.operator, claim=card.claim, path=path, **rest)


def test_an_answer_writes_a_need_with_its_product_group_volume_and_term(cast, head):
    version = released(head, {"text": "Да", "suggests": "refusal", "writes": "need", "about": "Осушители"})
    talk(cast, version, need={"text": "Два на второй цех", "volume": "2 шт.", "needed_by": NOON.date()})
    need = Need.objects.get()
    assert (need.text, need.product_group, need.volume, need.needed_by) == (
        "Два на второй цех", "Осушители", "2 шт.", NOON.date())  # fmt: skip


def test_an_answer_writes_a_technical_question_typed_in_the_talk_and_refuses_what_is_none_of_its_kind(cast, head):
    field = open_field(actor=None, label="Мощность", kind="number", unit="кВт")
    version = released(head, {"text": "Да", "suggests": "refusal", "writes": "technical", "about": field.key})
    with pytest.raises(RuleViolation):
        talk(cast, version, typed="много")
    assert not CallAttempt.objects.exists()
    CallAttempt.objects.all().delete()
    cast.operator.cards.update(state="ready", held_by=None)
    attempt = talk(cast, version, typed="75")
    attempt.company.refresh_from_db()
    assert attempt.company.technical == {field.key: 75}


def test_an_answer_writes_the_role_of_the_person_a_datum_and_a_note(cast, head):
    for about, value, writes in (("", "decides", "role"), ("phone", "wrong", "datum"), ("", "Ждут КП", "note")):
        version = released(
            head, {"text": "Да", "suggests": "refusal", "writes": writes, "about": about, "value": value}
        )
        attempt = talk(cast, version)
        version.script.name = writes
        version.script.save()
        cast.operator.cards.update(state="ready", held_by=None)
        said = {"role": attempt.person.decision_role, "datum": attempt.facts.get("answers"), "note": attempt.note}[
            writes
        ]
        assert said == {"role": "decides", "datum": {"phone": "wrong"}, "note": "Ждут КП"}[writes]


def test_the_letter_is_marked_by_the_last_answer_about_it(cast, head):
    version = released(
        head,
        {"text": "Да", "suggests": "refusal", "writes": "received", "value": "yes"},
        {"text": "Нет", "suggests": "refusal", "writes": "received", "value": "no"},
    )
    step = first(version)
    yes, no = step.answers.all()
    attempt = talk(cast, version, result="secretary", path=[[step.pk, yes.pk], [step.pk, no.pk]])
    assert attempt.facts["received"] is False
    assert (attempt.version, attempt.path) == (version, [[step.pk, yes.pk], [step.pk, no.pk]])


def test_steps_and_answers_of_another_version_are_not_believed(cast, head):
    version = released(head, {"text": "Да", "suggests": "refusal"})
    step, foreign = first(version), script_of(ListKind.FREE).versions.get().steps.first()
    strange = [[foreign.pk, None], [step.pk, foreign.answers.first().pk], "x", [None], [step.pk, "1"], {}]
    assert talk(cast, version, path=strange).path == [[step.pk, None], [step.pk, None]]


def test_a_call_in_progress_keeps_its_version_and_the_next_card_brings_the_new_one(cast, head, client_of):
    go_on_line(cast.operator, now=NOON)
    script = script_of()
    call_list = make_call_list(script=script)
    make_card(call_list, due_at=NOON)
    make_card(call_list, due_at=NOON)
    card = claim_next(cast.operator, now=NOON)
    draft = draft_version(script, actor=head)
    written(draft, head, {"text": "Новый ответ", "suggests": "refusal"}, {"text": "Секретарь", "leads_to": draft.steps.all()[1].pk},
            {"text": "ЛПР", "leads_to": draft.steps.all()[2].pk})  # fmt: skip
    release_version(draft, actor=head, now=NOON)
    desk = client_of(cast.operator)
    assert "Новый ответ" not in desk.get(reverse("callcenter:desk")).content.decode()
    later = NOON + timedelta(minutes=2)
    attempt = finish_call(card, actor=cast.operator, claim=card.claim, result="refusal", note="Нет", now=later)
    assert attempt.version.number == 1
    claim_next(cast.operator, now=later)
    assert "Новый ответ" in desk.get(reverse("callcenter:desk")).content.decode()


# --- the figures ----------------------------------------------------------------------------------------------------


def test_the_conversion_counts_calls_per_step_and_answer_and_marks_the_weakest(cast, django_assert_num_queries):
    version = script_of().versions.get()
    hello, secretary, decider = version.steps.all()[:3]
    through, who = hello.answers.all()[:2]
    refused = secretary.answers.last()
    for number in range(ENOUGH):
        path = [[hello.pk, who.pk], [secretary.pk, refused.pk], [hello.pk, who.pk]]
        make_attempt(cast.operator, "secretary", version=version, path=path)
        if number < 2:
            make_attempt(cast.operator, "meeting", version=version, path=[[hello.pk, through.pk], [decider.pk, None]])
    with django_assert_num_queries(5):
        conversion = conversion_of(version)
        weakest = conversion.weakest(version.steps.all())
    start = conversion.steps[hello.pk]
    assert (start.calls, start.went_on, start.won) == (ENOUGH + 2, ENOUGH + 2, 2)
    assert (conversion.steps[secretary.pk].calls, conversion.steps[secretary.pk].went_on) == (ENOUGH, 0)
    assert (conversion.answers[who.pk].calls, conversion.answers[through.pk].success) == (ENOUGH, 100)
    assert conversion.results == {"secretary": ENOUGH, "meeting": 2}
    assert weakest == secretary.pk
