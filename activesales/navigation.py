"""The menu: the cycle of sales in six numbered stages, with live counts; only what the person may open."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.enums import MeetingState, TaskState
from agenda.models import Meeting, Task
from callcenter.enums import ItemState, ListKind
from callcenter.models import QueueItem
from callcenter.phone_views import has_extension
from campaigns.enums import CampaignState
from campaigns.models import Campaign
from companies.listing import base_count
from deals.models import Deal, Invoice
from intake.enums import CorrectionState
from intake.models import Correction, DuplicatePair

COUNTS_LIVE_SECONDS = 30


@dataclass(frozen=True)
class Entry:
    """A line of the menu as declared."""

    label: Any
    url_name: str
    icon: str
    action: str
    count: Callable[[Any], int] | None = None
    is_hot: bool = False


@dataclass
class Item:
    """A line of the menu as shown to one person."""

    label: Any
    url: str
    icon: str
    number: int = 0
    count: int | None = None
    is_hot: bool = False
    is_active: bool = False
    children: list = field(default_factory=list)


def _waiting(user: Any, kind: str) -> int:
    items = QueueItem.objects.permitted(user, "callcenter.view_queueitem")
    return items.filter(call_list__kind=kind, state=ItemState.READY).count()


def _late_tasks(user: Any) -> int:
    late = Task.objects.permitted(user, "agenda.change_task").filter(
        owner=user, state=TaskState.OPEN, due_at__lt=timezone.now()
    )
    return late.count()


TOP = [
    Entry(_("My day"), "agenda:day", "sun", "agenda.view_day", _late_tasks, is_hot=True),
    Entry(_("Outgoing mail"), "operations:outbox", "inbox", "operations.view_outbox"),
    Entry(_("Is it taken?"), "intake:taken", "user-question", "intake.check_taken"),
    Entry(
        _("Duplicates"),
        "intake:duplicates",
        "git-merge",
        "intake.view_duplicate",
        lambda user: DuplicatePair.objects.permitted(user, "intake.view_duplicate").waiting().count(),
    ),
]
STAGES = [
    Entry(
        _("Base"),
        "companies:list",
        "database",
        "companies.view_base",
        base_count,
    ),
    Entry(
        _("Verification"),
        "intake:corrections",
        "shield-check",
        "intake.decide_correction",
        lambda user: (
            Correction.objects.permitted(user, "intake.decide_correction").filter(state=CorrectionState.NEW).count()
        ),
    ),
    Entry(
        _("Mailings"),
        "campaigns:list",
        "mail",
        "campaigns.view_campaign",
        lambda user: (
            Campaign.objects.permitted(user, "campaigns.view_campaign").filter(state=CampaignState.SENDING).count()
        ),
    ),
    Entry(
        _("Call-back"),
        "callcenter:desk",
        "headset",
        "callcenter.take_card",
        lambda user: _waiting(user, ListKind.CALLBACK),
    ),
    Entry(
        _("Meetings and proposals"),
        "agenda:meetings",
        "users",
        "agenda.view_meeting",
        lambda user: Meeting.objects.permitted(user, "agenda.view_meeting").filter(state=MeetingState.BOOKED).count(),
    ),
    Entry(
        _("Deals"),
        "deals:board",
        "layout-kanban",
        "deals.view_deal",
        lambda user: Deal.objects.open().permitted(user, "deals.view_deal").count(),
    ),
]
CONTROL = [
    Entry(_("Control"), "reports:dashboard", "gauge", "reports.view_dashboard"),
    Entry(_("Reports"), "reports:figures", "chart-bar", "reports.view_kpi"),
    Entry(_("Call centre"), "callcenter:board", "headset", "callcenter.view_board"),
    Entry(_("Scripts"), "callcenter:scripts", "message-question", "callcenter.change_script"),
    Entry(
        _("Receivables"),
        "deals:receivables",
        "report-money",
        "deals.view_receivables",
        lambda user: Invoice.objects.overdue(timezone.localdate()).permitted(user, "deals.view_receivables").count(),
        is_hot=True,
    ),
    Entry(_("Roles and rights"), "accounts:matrix", "lock", "accounts.view_matrix"),
    Entry(_("People"), "accounts:users", "users-group", "accounts.change_user"),
    Entry(_("Access to personal data"), "contacts:access", "eye", "contacts.view_access"),
    Entry(_("Questions of the card"), "companies:fields", "list-details", "companies.change_field"),
    Entry(_("Files of the base"), "companies:exports", "file-download", "companies.export_company"),
    Entry(_("Telephony"), "callcenter:telephony", "phone-spark", "callcenter.change_telephony"),
    Entry(_("Settings"), "operations:settings", "settings", "operations.change_settings"),
]


def _counts(user: Any) -> dict[str, int]:
    """Counts of all entries the person may open, at most half a minute old."""
    key = f"navigation:{user.pk}"
    if (known := cache.get(key)) is None:
        known = {
            entry.url_name: entry.count(user)
            for entry in [*TOP, *STAGES, *CONTROL]
            if entry.count and user.may(entry.action)
        }
        known["has_extension"] = has_extension(user)
        cache.set(key, known, COUNTS_LIVE_SECONDS)
    return known


def _items(request: HttpRequest, entries: list[Entry], counts: dict[str, int], *, numbered: bool = False) -> list[Item]:
    items = []
    for number, entry in enumerate(entries, start=1):
        if not request.user.may(entry.action):
            continue
        count = counts.get(entry.url_name) or None  # a zero says nothing
        items.append(
            Item(
                entry.label,
                reverse(entry.url_name),
                entry.icon,
                number if numbered else 0,
                count,
                entry.is_hot and bool(count),
            )
        )
    return items


def _mark_active(path: str, items: list[Item]) -> None:
    """The section one is in: the entry whose address begins the path furthest, so that a card keeps its list lit."""
    if here := max((item for item in items if path.startswith(item.url)), key=lambda item: len(item.url), default=None):
        here.is_active = True


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation` for base.html; nothing for strangers."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    counts = _counts(request.user)
    top, stages, control = (
        _items(request, TOP, counts),
        _items(request, STAGES, counts, numbered=True),
        _items(request, CONTROL, counts),
    )
    _mark_active(request.path, [*top, *stages, *control])
    return {
        "navigation": {
            "top": top,
            "stages": stages,
            "control": control,
            "incoming": reverse("callcenter:incoming")
            if counts["has_extension"] and request.user.may("callcenter.view_phonecall")
            else "",
            "phone": (control[:1] + top[:1] + stages[-1:] + stages[:-1])[:5],
        }
    }
