"""Strict components: `{% ui "pill" tone="ok" label=… %}` renders templates/ui/pill.html with the props it declares.

The first line of a component is a comment with its props: `{# props: label tone= icon= #}`; a prop with `=` is optional.
An unknown or missing prop raises, so that a misspelt one is found by the first test that renders the page.
`{% uiblock "panel" title=… %}…{% slot "actions" %}…{% endslot %}{% enduiblock %}` gives what stands inside to the component
as `content`, and each slot as the prop of its name.
"""

import re
from functools import cache, lru_cache
from itertools import cycle, islice
from math import sqrt
from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import TemplateSyntaxError
from django.template.base import token_kwargs
from django.template.loader import get_template, render_to_string
from django.utils.translation import get_language

register = template.Library()
PROPS = re.compile(r"\{# props:(.*?)#\}")


@cache
def _declared(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """(required, optional) props of a component, read from its first line."""
    source = get_template(f"ui/{name}.html").template.source
    found = PROPS.match(source)
    if not found:
        raise TemplateSyntaxError(f"ui/{name}.html does not declare its props on the first line")
    words = found.group(1).split()
    return frozenset(word for word in words if "=" not in word), frozenset(
        word[:-1] for word in words if word.endswith("=")
    )


def _check(name: str, props: dict[str, Any]) -> dict[str, Any]:
    required, optional = _declared(name)
    if unknown := set(props) - required - optional:
        raise TemplateSyntaxError(f"Component {name} has no props {sorted(unknown)}")
    if missing := required - set(props):
        raise TemplateSyntaxError(f"Component {name} needs props {sorted(missing)}")
    return dict.fromkeys(optional, "") | props


def _render(context: Any, name: str, props: dict[str, Any]) -> str:
    checked = _check(name, props)
    request = context.get("request")
    return get_template(f"ui/{name}.html").template.render(
        context.new({**checked, "request": request, "csrf_token": context.get("csrf_token")})
    )


@register.simple_tag(takes_context=True)
def ui(context: Any, component: str, /, **props: Any) -> str:
    """A component without content."""
    return _render(context, component, props)


class SlotNode(template.Node):
    """Markup for one prop of the component around it."""

    def __init__(self, name: str, nodelist: template.NodeList):
        self.name, self.nodelist = name, nodelist

    def render(self, context: Any) -> str:
        raise TemplateSyntaxError(f"The slot {self.name} must stand directly in a uiblock")


class BlockNode(template.Node):
    """A component around other markup."""

    def __init__(self, name: str, props: dict[str, Any], nodelist: template.NodeList):
        self.name, self.props = name, props
        self.slots = [node for node in nodelist if isinstance(node, SlotNode)]
        self.nodelist = template.NodeList(node for node in nodelist if not isinstance(node, SlotNode))

    def render(self, context: Any) -> str:
        values = {key: value.resolve(context) for key, value in self.props.items()}
        slots = {slot.name: slot.nodelist.render(context) for slot in self.slots}
        return _render(context, self.name, {**values, **slots, "content": self.nodelist.render(context)})


@register.tag
def uiblock(parser: Any, token: Any) -> BlockNode:
    """A component with content."""
    bits = token.split_contents()[1:]
    name, props = bits[0].strip("\"'"), token_kwargs(bits[1:], parser)
    nodelist = parser.parse(("enduiblock",))
    parser.delete_first_token()
    return BlockNode(name, props, nodelist)


@register.tag
def slot(parser: Any, token: Any) -> SlotNode:
    """`{% slot "actions" %}…{% endslot %}` inside a uiblock."""
    name = token.split_contents()[1].strip("\"'")
    nodelist = parser.parse(("endslot",))
    parser.delete_first_token()
    return SlotNode(name, nodelist)


@register.simple_tag
def icon(name: str, *, small: bool = False, label: str = "") -> str:
    """An icon of the sprite; with a label it speaks, without one it is decoration."""
    return _icon(staticfiles_storage.url("build/sprite.svg"), name, small, str(label))


@lru_cache(maxsize=1_000)
def _icon(sprite: str, name: str, small: bool, label: str) -> str:
    """A page has forty, and they are always the same."""
    return render_to_string("ui/icon.html", {"sprite": sprite, "name": name, "small": small, "label": label})


CLASSES = {"checkbox": "form-check-input", "radio": "form-check-input", "select": "form-select", "file": "form-control"}


@register.simple_tag
def widget(field: Any, **attrs: str) -> str:
    """A bound field with the classes of the kit; Django itself ties help and errors to it for screen readers."""
    kind = getattr(field.field.widget, "input_type", "text")
    own = field.field.widget.attrs.get("class", "")
    classes = [CLASSES.get(kind, "form-control"), own, "field-error" if field.errors else ""]
    return field.as_widget(attrs={**attrs, "class": " ".join(filter(None, classes))})


@register.filter
def plain(value: Any) -> str:
    """A number as machines read it: for ids and values in attributes, which must not get the spaces of thousands."""
    return "" if value is None else str(value)


ROWS = ("QWERTYUIOP[]", "ASDFGHJKL;'", "ZXCVBNM,."), ("ЙЦУКЕНГШЩЗХЪ", "ФЫВАПРОЛДЖЭ", "ЯЧСМИТЬБЮ")
CYRILLIC = {
    latin: russian
    for latins, russians in zip(*ROWS, strict=True)
    for latin, russian in zip(latins, russians, strict=True)
}


@register.filter
def letter(code: str) -> str:
    """What is printed on the key that a page listens to by its place: "KeyY" is «Н» for Russians and Y for others."""
    name = code.rpartition("+")[2].removeprefix("Key").removeprefix("Digit")
    shown = CYRILLIC.get(name, name) if get_language() == "ru" else name
    return f"⇧{shown}" if "shift+" in code else shown


@register.filter
def whole(value: Any) -> int:
    """0 to 100, for the classes width-N and left-N (a strict CSP leaves no inline styles)."""
    return max(0, min(100, round(float(value or 0))))


@register.filter
def percent_of(value: Any, total: Any) -> int:
    """`value` in per cent of `total`, 0 to 100, for bars."""
    return whole(100 * value / total) if value and total else 0


@register.filter
def tone(percent: Any) -> str:
    """The colour of a completeness: ok from 70, warn from 50, bad below."""
    return "ok" if percent >= 70 else "warn" if percent >= 50 else "bad"


@register.filter
def seats(have: int, need: int) -> list[bool]:
    """One truth per person who is there, one falsehood per person who is missing."""
    return [True] * have + [False] * max(0, need - have)


@register.filter
def dots(count: int) -> range:
    """At most four dots under a day."""
    return range(min(count or 0, 4))


@register.filter
def lines(count: int) -> list[int]:
    """Widths of the grey lines shown while rows are on their way."""
    return list(islice(cycle([38, 28, 42, 33, 25]), count))


LOWEST_WAVE = 7


@register.filter
def waves(steps: list[Any]) -> list[tuple[Any, str, str]]:
    """Steps of a funnel with the heights of their wave, root of the value, so that the last steps stay visible."""
    top = max((_value(step) for step in steps), default=0) or 1
    heights = [max(LOWEST_WAVE, 100 * sqrt(_value(step) / top)) for step in steps]
    ends = [*heights[1:], heights[-1]] if heights else []
    return [(step, f"{100 - a:.1f}", f"{100 - b:.1f}") for step, a, b in zip(steps, heights, ends, strict=True)]


def _value(step: Any) -> float:
    return float((step["value"] if isinstance(step, dict) else step.value) or 0)


@register.filter
def chart_rows(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The numbers of a chart as rows of the table behind it."""
    columns = [series["values"] for series in data["series"]]
    return [
        {"label": label, "values": [column[row] if row < len(column) else None for column in columns]}
        for row, label in enumerate(data["labels"])
    ]


UNDO = "undo:"


@register.filter
def undo_url(tags: str) -> str:
    """Where a message is taken back: `messages.success(request, text, extra_tags="undo:/companies/7/restore/")`."""
    return next((word.removeprefix(UNDO) for word in tags.split() if word.startswith(UNDO)), "")
