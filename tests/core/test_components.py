"""Components are strict about their props, every one of them renders, and the gallery shows them all."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from companies.models import Segment
from core.templatetags import ui

ROOT = Path(__file__).resolve().parent.parent.parent
COMPONENTS = sorted(path.stem for path in (ROOT / "templates" / "ui").glob("[!_]*.html"))
NOT_TAGS = {"icon", "refusal"}  # a tag of its own, a fragment of its own


def render(text: str, **values: object) -> str:
    return Template(text).render(Context(values))


def gallery() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "tools" / "gallery.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_unknown_prop_raises() -> None:
    with pytest.raises(TemplateSyntaxError, match=r"no props \['colour'\]"):
        render('{% ui "pill" label="x" colour="red" %}')


def test_a_missing_prop_raises() -> None:
    with pytest.raises(TemplateSyntaxError, match=r"needs props \['label'\]"):
        render('{% ui "pill" tone="ok" %}')


def test_an_unknown_slot_raises() -> None:
    with pytest.raises(TemplateSyntaxError, match=r"no props \['header'\]"):
        render('{% uiblock "panel" %}{% slot "header" %}x{% endslot %}{% enduiblock %}')


def test_a_slot_outside_a_block_raises() -> None:
    with pytest.raises(TemplateSyntaxError, match="must stand directly"):
        render('{% slot "actions" %}x{% endslot %}')


def test_slots_and_content_come_to_their_places() -> None:
    html = render(
        '{% uiblock "panel" title="Сделки" %}тело{% slot "actions" %}<b>{{ sum }}</b>{% endslot %}{% enduiblock %}',
        sum=7,
    )
    assert re.search(r"panel-actions\"><b>7</b>.*тело", html, re.DOTALL)


def test_props_are_escaped() -> None:
    assert "&lt;b&gt;" in render('{% ui "pill" label=label %}', label="<b>")


def test_numbers_in_attributes_have_no_spaces_of_thousands() -> None:
    assert 'value="12480"' in render('{% ui "select_row" value=12480 label="x" %}')


def test_a_field_with_an_error_is_tied_to_its_words() -> None:
    html = render('{% ui "form_field" field=form.inn %}', form=gallery().ExampleForm({"inn": "7447"}))
    assert 'aria-invalid="true"' in html
    described = re.search(r'aria-describedby="([^"]+)"', html)[1].split()
    assert all(f'id="{name}"' in html for name in described)
    assert "field-error" in html


def test_waves_of_a_funnel_keep_the_last_steps_visible() -> None:
    waves = ui.waves([{"value": 2640}, {"value": 660}, {"value": 1}])
    assert [(start, end) for _step, start, end in waves] == [("0.0", "50.0"), ("50.0", "93.0"), ("93.0", "93.0")]


def test_an_empty_funnel_is_no_error() -> None:
    assert ui.waves([]) == []


def test_a_message_may_carry_the_address_that_takes_it_back() -> None:
    assert ui.undo_url("undo:/companies/7/restore/ success") == "/companies/7/restore/"
    assert ui.undo_url("success") == ""


@pytest.mark.parametrize("name", sorted(set(COMPONENTS) - NOT_TAGS))
def test_the_gallery_shows_every_component(name: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")]
    assert any(f'"{name}"' in text for text in texts), "nobody uses this component"


def test_the_gallery_renders() -> None:
    html = gallery().page()
    assert html.count("<svg") > 50
    assert "style=" not in html


def test_an_empty_choice_is_words_and_no_row_of_dashes():
    class Form(forms.Form):
        colour = forms.ModelChoiceField(Segment.objects.none(), required=False)

    with translation.override("ru"):
        html = str(Form())
    assert "не выбрано" in html
    assert "-----" not in html
