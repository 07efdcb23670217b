"""Strict components: `{% ui "pill" tone="ok" label=… %}` renders templates/ui/pill.html with the props it declares.

The first line of a component is a comment with its props: `{# props: label tone= icon= #}`; a prop with `=` is optional.
An unknown or missing prop raises, so that a misspelt one is found by the first test that renders the page.
`{% uiblock "panel" title=… %}…{% enduiblock %}` gives what stands inside to the component as `content`.
"""

import re
from functools import cache
from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import TemplateSyntaxError
from django.template.base import token_kwargs
from django.template.loader import get_template

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
def ui(context: Any, name: str, **props: Any) -> str:
    """A component without content."""
    return _render(context, name, props)


class BlockNode(template.Node):
    """A component around other markup."""

    def __init__(self, name: str, props: dict[str, Any], nodelist: template.NodeList):
        self.name, self.props, self.nodelist = name, props, nodelist

    def render(self, context: Any) -> str:
        values = {key: value.resolve(context) for key, value in self.props.items()}
        return _render(context, self.name, {**values, "content": self.nodelist.render(context)})


@register.tag
def uiblock(parser: Any, token: Any) -> BlockNode:
    """A component with content."""
    bits = token.split_contents()[1:]
    name, props = bits[0].strip("\"'"), token_kwargs(bits[1:], parser)
    nodelist = parser.parse(("enduiblock",))
    parser.delete_first_token()
    return BlockNode(name, props, nodelist)


@register.inclusion_tag("ui/icon.html")
def icon(name: str, *, small: bool = False, label: str = "") -> dict[str, Any]:
    """An icon of the sprite; with a label it speaks, without one it is decoration."""
    return {"sprite": _sprite(), "name": name, "small": small, "label": label}


def _sprite() -> str:
    return staticfiles_storage.url("build/sprite.svg")


CLASSES = {"checkbox": "form-check-input", "radio": "form-check-input", "select": "form-select", "file": "form-control"}


@register.simple_tag
def widget(field: Any) -> str:
    """A bound field with the classes of the kit, told apart for screen readers when it has an error."""
    kind = getattr(field.field.widget, "input_type", "text")
    attrs = {"class": CLASSES.get(kind, "form-control")}
    if field.errors:
        attrs |= {
            "class": attrs["class"] + " field-error",
            "aria-invalid": "true",
            "aria-describedby": f"{field.auto_id}_error",
        }
    return field.as_widget(attrs=attrs)


@register.filter
def whole(value: Any) -> int:
    """0 to 100, for the classes width-N and left-N (a strict CSP leaves no inline styles)."""
    return max(0, min(100, round(value or 0)))


@register.filter
def percent_of(value: Any, total: Any) -> int:
    """`value` in per cent of `total`, 0 to 100."""
    return whole(100 * value / total) if total else 0
