"""The list of scripts, the editor and the walk."""

import pytest
from django.urls import reverse

from callcenter.enums import ListKind
from callcenter.models import Script, ScriptVersion
from callcenter.services import draft_version
from tests.factories.callcenter import make_attempt, make_call_list, make_card, script_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def head(cast, client_of):
    return client_of(cast.callcenter_head)


@pytest.fixture
def draft(cast):
    return draft_version(script_of(), actor=cast.callcenter_head)


def page(client, script, **query):
    return client.get(reverse("callcenter:script", args=[script.pk]), query)


def test_the_list_shows_every_script_with_what_is_in_use(head):
    text = head.get(reverse("callcenter:scripts")).content.decode()
    assert all(script.name in text for script in Script.objects.all())
    Script.objects.all().delete()
    assert "Сценариев пока нет" in head.get(reverse("callcenter:scripts")).content.decode()


def test_a_version_in_use_is_shown_and_not_edited(head):
    text = page(head, script_of()).content.decode()
    assert "Соединяю" in text
    assert 'id="step-form"' not in text
    assert reverse("callcenter:draft", args=[script_of().pk]) in text


def test_the_draft_is_edited_and_every_save_brings_the_tree_and_the_check(head, draft):
    step = draft.steps.first()
    assert 'id="step-form"' in page(head, draft.script).content.decode()
    url = reverse("callcenter:save-step", args=[draft.script.pk, step.pk])
    wanted = {
        "title": "Начало",
        "text": "{{ surname }}",
        "text-1": "Да",
        "writes-1": "received||yes",
        "suggests-1": "refusal",
    }
    text = head.post(url, wanted, headers=HTMX).content.decode()
    assert "Начало" in text
    assert "surname" in text
    answer = step.answers.get()
    assert (answer.text, answer.writes, answer.value, answer.suggests) == ("Да", "received", "yes", "refusal")
    assert head.post(url, wanted | {"title": ""}, headers=HTMX).status_code == 409
    assert step.answers.count() == 1


def test_release_takes_the_words_just_typed_along_and_a_refusal_leaves_them_on_the_page(head, draft):
    step = draft.steps.first()
    url = reverse("callcenter:release-version", args=[draft.script.pk, draft.number])
    bad = {"step": step.pk, "title": "Начало", "text": "Да?", "text-1": "Да"}
    assert head.post(url, bad, headers=HTMX).status_code == 409
    draft.refresh_from_db()
    assert draft.state == "draft"
    leads = {"leads-1": draft.steps.all()[1].pk, "text-2": "Да", "leads-2": draft.steps.all()[2].pk}
    assert head.post(url, bad | leads, headers=HTMX).status_code == 200
    draft.refresh_from_db()
    assert (draft.state, draft.steps.first().title) == ("released", "Начало")


def test_steps_are_added_moved_and_taken_out_from_the_page(head, draft):
    head.post(reverse("callcenter:new-step", args=[draft.script.pk, draft.number]), {"objection": "1"})
    added = draft.steps.last()
    assert added.is_objection
    head.post(reverse("callcenter:step-up", args=[draft.script.pk, added.pk]))
    assert draft.steps.last() != added
    head.post(reverse("callcenter:step-down", args=[draft.script.pk, added.pk]))
    assert draft.steps.last() == added
    head.post(reverse("callcenter:remove-step", args=[draft.script.pk, added.pk]))
    assert not draft.steps.filter(pk=added.pk).exists()


def test_versions_are_drafted_retired_and_brought_back_from_the_page(head):
    script = script_of()
    head.post(reverse("callcenter:draft", args=[script.pk]), {"source": "1"})
    for verb, number, state in (
        ("release-version", 2, "released"),
        ("return-to", 1, "released"),
        ("retire-version", 1, "retired"),
    ):
        head.post(reverse(f"callcenter:{verb}", args=[script.pk, number]))
        assert script.versions.get(number=number).state == state
    head.post(reverse("callcenter:draft", args=[script.pk]))
    head.post(reverse("callcenter:discard-draft", args=[script.pk, 3]))
    assert not ScriptVersion.objects.filter(state="draft").exists()


def test_a_script_is_begun_and_named_in_dialogs(head):
    url = reverse("callcenter:new-script")
    assert head.get(url).status_code == 200
    taken = {"name": script_of().name, "kind": ListKind.FREE}
    assert head.post(url, taken, headers=HTMX).status_code == 422
    assert head.post(url, taken | {"name": "Новый"}).status_code == 302
    script = Script.objects.get(name="Новый")
    url = reverse("callcenter:edit-script", args=[script.pk])
    assert head.post(url, {"name": script_of().name}, headers=HTMX).status_code == 422
    head.post(url, {"name": "Иначе", "goal": "встреча"})
    script.refresh_from_db()
    assert (script.name, script.goal) == ("Иначе", "встреча")


def test_the_walk_shows_the_talk_as_the_operator_has_it_with_and_without_data(head):
    url = reverse("callcenter:walk", args=[script_of().pk])
    text = head.get(url, {"version": "1"}).content.decode()
    assert text.count("data-script-step=") == script_of().versions.get().steps.count()
    assert "Сергей Жанович" in text
    assert "Сергей Жанович" not in head.get(url, {"plain": "1"}).content.decode()
    assert head.get(url, {"version": "77"}).status_code == 404


@pytest.mark.parametrize("kind", ListKind.values)
def test_calls_and_versions_cost_the_editor_no_more_queries(cast, head, kind, django_assert_max_num_queries):
    script = script_of(kind)
    version = script.versions.get()
    step = version.steps.first()
    make_attempt(cast.operator, item=make_card(make_call_list(kind)), version=version, path=[[step.pk, None]])
    page(head, script)
    with django_assert_max_num_queries(60) as few:
        page(head, script)
    for _ in range(30):
        make_attempt(cast.operator, item=make_card(make_call_list(kind)), version=version, path=[[step.pk, None]])
    with django_assert_max_num_queries(len(few)):
        page(head, script)


def test_operators_read_scripts_and_heads_of_the_callcentre_write_them(cast, client_of, draft):
    step = draft.steps.first()
    for stranger in (cast.operator, cast.marketing_head):
        client = client_of(stranger)
        assert client.get(reverse("callcenter:scripts")).status_code == 200
        text = page(client, draft.script).content.decode()
        assert 'id="step-form"' not in text
        assert client.post(reverse("callcenter:save-step", args=[draft.script.pk, step.pk])).status_code == 404
        assert client.post(reverse("callcenter:draft", args=[draft.script.pk])).status_code == 404
    assert client_of(cast.sales_admin).get(reverse("callcenter:scripts")).status_code == 404
