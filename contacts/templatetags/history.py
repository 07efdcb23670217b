"""Words for lines of the history: `{% load history %}`, `{{ kind|kind_sentence }}`."""

from typing import Any

from django import template

from contacts import kinds

register = template.Library()


@register.filter
def kind_sentence(name: str) -> Any:
    """What such an interaction is called; a kind that nobody registers any more keeps its bare name."""
    known = kinds.find(name)
    return known.sentence if known else name
