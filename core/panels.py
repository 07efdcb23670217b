"""Pixels upwards: an upper app hangs a panel on a lower app's page by registering its URL name."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Panel:
    """A panel that the page loads by htmx from `url_name` with the pk of its object."""

    title: str
    url_name: str
    action: str


_panels: dict[str, list[Panel]] = {}


def register(page: str, title: Any, url_name: str, action: str) -> None:
    """Show `url_name` on the page (named by its place: "companies.company.left") to those who may do the action."""
    panel = Panel(title, url_name, action)
    if panel not in _panels.setdefault(page, []):
        _panels[page].append(panel)


def panels_for(page: str, user: Any) -> list[Panel]:
    """The panels of a page that this user may see, in the order of registration (lower apps first)."""
    return [panel for panel in _panels.get(page, []) if user.may(panel.action)]
