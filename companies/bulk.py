"""Acts on a selection of the base: an upper app registers a button, its address receives the selection by POST.

The POST holds `ids` (one per chosen row), or `whole=1` with `filter`, the part of the list's address after «?».
`selected_companies(request, action)` reads either; nobody gets more rows than the action permits.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from companies.filters import apply_filters, read_filters
from companies.models import Company
from companies.normalise import layout_switched
from core.exceptions import RuleViolation


@dataclass(frozen=True)
class BulkAct:
    """A button of the bar over the list. `key` is a word such as "KeyD"; `gives_file` downloads instead of a dialog."""

    label: Any
    url_name: str
    action: str
    icon: str
    key: str = ""
    gives_file: bool = False

    @property
    def letter(self) -> str:
        """What is printed on the key: keys are known by their place, so the Russian letter differs."""
        latin = self.key.removeprefix("Key")
        return latin if (get_language() or "ru").startswith("en") else layout_switched(latin.lower()).upper()


_acts: dict[str, BulkAct] = {}


def register(label: Any, url_name: str, action: str, icon: str, key: str = "", *, gives_file: bool = False) -> None:
    """Add a button for those who may do the action. The same address again replaces the button."""
    _acts[url_name] = BulkAct(label, url_name, action, icon, key, gives_file)


def acts_for(user: Any) -> list[BulkAct]:
    """The buttons this person may press, in the order of registration (lower apps first)."""
    return [act for act in _acts.values() if user.may(act.action)]


def selected_companies(request: HttpRequest, action: str) -> QuerySet[Company]:
    """The companies of a selection on which the person may do the action. Raises RuleViolation for an empty one."""
    return companies_of(selection_of(request), user=request.user, action=action)


def selection_of(request: HttpRequest) -> dict[str, Any]:
    """The selection as it may be kept: {"companies": [ids]} or {"filter": …}. Raises RuleViolation for an empty one."""
    if request.POST.get("whole"):
        return {"filter": read_filters(QueryDict(request.POST.get("filter", "")))}
    ids = [int(pk) for pk in request.POST.getlist("ids") if pk.isdigit() and len(pk) < 18]
    if not ids:
        raise RuleViolation(_("Choose at least one company."))
    return {"companies": ids}


def companies_of(selection: dict[str, Any], *, user: Any, action: str) -> QuerySet[Company]:
    """The companies of a kept selection on which the person may do the action today."""
    permitted = Company.objects.active().permitted(user, action)
    if "filter" in selection:
        return apply_filters(permitted, selection["filter"])
    return permitted.filter(pk__in=selection["companies"])


def selection_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """The selection as hidden fields of a dialog that asks one more thing before it acts."""
    if request.POST.get("whole"):
        return [("whole", "1"), ("filter", request.POST.get("filter", ""))]
    return [("ids", pk) for pk in request.POST.getlist("ids")]
