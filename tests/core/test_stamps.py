"""A template printed once and filled many times says the same as one that is rendered each time."""

import pytest
from django.utils import translation
from django.utils.html import format_html

from core.stamps import stamp

CELL = "companies/_cell.html"


def filled(texts, **form):
    return format_html(stamp(CELL, texts, **form), **texts)


def test_texts_are_escaped_and_stand_in_their_places():
    html = filled({"name": '<b>"Ё"</b> {0}', "initials": "Ё{"}, column="owner")
    assert 'title="&lt;b&gt;&quot;Ё&quot;&lt;/b&gt; {0}"' in html
    assert ">Ё{</span>" in html


def test_an_empty_text_is_printed_as_the_template_says_it():
    assert "—" in filled({"name": "", "initials": ""}, column="owner")


@pytest.mark.parametrize("tone", ["ok", "bad"])
def test_what_the_template_branches_on_makes_a_print_of_its_own(tone):
    assert f'class="{tone} width-7"' in filled({"percent": "7"}, column="completeness", tone=tone)


def test_each_language_has_its_print():
    with translation.override("ru"):
        russian = filled({"age": ""}, column="check")
    with translation.override("en"):
        assert filled({"age": ""}, column="check") != russian
