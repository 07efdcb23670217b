"""Every template compiles, uses components as they declare themselves, and keeps to the content security policy."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from core.templatetags.ui import _declared
from tools import build_static

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAPERS = "papers"  # for WeasyPrint, which needs no policy
USE = re.compile(r"""\{% (ui|uiblock) "(?P<name>[^"]+)"(?P<props>[^%]*(?:%(?!\})[^%]*)*)%\}(?P<body>.*)""", re.DOTALL)
PROP = re.compile(r"""\b([a-z_]+)=(?:"[^"]*"|_\("[^"]*"\)|'[^']*'|[^\s%]+)""")
SLOT = re.compile(r"""\{% slot "([a-z_]+)" %\}""")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


def uses(text: str) -> list[tuple[str, set[str]]]:
    """Components that a template names, each with the props it is given (slots and content among them)."""
    found = []
    for start in re.finditer(r"\{% (?:ui|uiblock) \"", text):
        match = USE.match(text, start.start())
        assert match, text[start.start() : start.start() + 80]
        kind, given = match.group(1), set(PROP.findall(match["props"]))
        if kind == "uiblock":
            given |= {"content", *slots(match["body"])}
        found.append((match["name"], given))
    return found


def slots(body: str) -> set[str]:
    """Slots that stand directly in the block which has just begun."""
    depth, here = 0, set()
    for tag in re.finditer(r"""\{% (uiblock|enduiblock|slot)(?: "([a-z_]+)")?""", body):
        if tag.group(1) == "slot" and depth == 0:
            here.add(tag.group(2))
        depth += {"uiblock": 1, "enduiblock": -1, "slot": 0}[tag.group(1)]
        if depth < 0:
            break
    return here


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_template_compiles(path: Path) -> None:
    get_template(name_of(path))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_components_get_the_props_they_declare(path: Path) -> None:
    for name, given in uses(path.read_text(encoding="utf-8")):
        required, optional = _declared(name)
        assert not given - required - optional, f"{name} has no props {given - required - optional}"
        assert not required - given, f"{name} needs props {required - given}"


@pytest.mark.parametrize("path", [path for path in TEMPLATES if PAPERS not in path.parts], ids=name_of)
def test_no_template_needs_what_the_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=", text), "inline style"
    assert not re.search(r"\s(on[a-z]+|hx-on[^=]*)=", text), "inline handler"
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "inline script"
    assert not re.search(r"\|safe\b|\bautoescape off\b", text), "unescaped output"
    assert not re.search(r"""(?:src|href)="(?:https?:)?//""", text), "another host"


def test_every_template_has_at_most_130_lines() -> None:
    long = {name_of(path): count for path in TEMPLATES if (count := len(path.read_text().splitlines())) > 130}
    assert not long


def test_every_named_icon_exists() -> None:
    missing = {name for name in build_static.named_icons() if not (build_static.ICONS / f"{name}.svg").exists()}
    assert not missing
