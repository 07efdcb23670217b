"""A template printed once and filled many times: fifty rows are most of the work of a list.

Texts stand in the template as in any other, `{{ on }}`. While it is printed they are only marked, and the print serves as
the format of `format_html`, which escapes the texts of each row. Whatever else the template asks (a tone, a kind) makes a
print of its own, and so does a text that is empty, because templates say something else then. Filters on texts have no
effect.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

OPEN, CLOSE = "\ue000", "\ue001"  # private letters, which neither escaping nor a template touches


def stamp(
    template: str, texts: Mapping[str, Any], *, language: str | None = None, prefix: str = "", **form: Any
) -> str:
    """A format for `format_html`, with the names of the texts (and the prefix) as its fields; the form is hashable and
    of few kinds. Whoever fills many says the language: to ask for it each time costs more than the rest."""
    filled = tuple(name for name, text in texts.items() if text)
    return _printed(template, language or get_language(), prefix, filled, tuple(form.items()))


@lru_cache(maxsize=2_000)
def _printed(
    template: str, _language: str | None, prefix: str, filled: tuple[str, ...], form: tuple[tuple[str, Any], ...]
) -> str:
    marks = {name: f"{OPEN}{prefix}{name}{CLOSE}" for name in filled}
    text = render_to_string(template, dict(form) | marks)
    return text.replace("{", "{{").replace("}", "}}").replace(OPEN, "{").replace(CLOSE, "}")
