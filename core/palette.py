"""Search everywhere (Ctrl+K): each app registers what it can find; the window shows the groups one under another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

ROWS = 6


@dataclass(frozen=True)
class Found:
    """A line of the window: where it leads and what tells it from its namesakes."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Group:
    """A kind of things that can be found, for those who may see them. `find(user, text)` gives permitted rows only."""

    label: Any
    icon: str
    action: str
    find: Callable[[Any, str], Iterable[Found]]


_groups: dict[str, Group] = {}


def register(name: str, label: Any, icon: str, action: str, find: Callable[[Any, str], Iterable[Found]]) -> None:
    """Add a group; the same name again replaces it."""
    _groups[name] = Group(label, icon, action, find)


def search(user: Any, text: str, *, only: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """The groups in which something was found, in the order of registration (lower apps first)."""
    asked = [group for name, group in _groups.items() if (only is None or name in only) and user.may(group.action)]
    found = [{"label": group.label, "icon": group.icon, "rows": list(group.find(user, text))} for group in asked]
    return [group for group in found if group["rows"]]
