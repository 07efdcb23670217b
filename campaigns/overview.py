"""What the page of a campaign shows, counted from the rows of the ledger: no counter is kept anywhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncHour
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from campaigns.enums import OPEN, REFUSED, UNSENT, CampaignState, Exclusion, MailState
from campaigns.models import Campaign, MailItem, Recipient
from companies.models import Company
from core.formats import number, share, short_date, time_of_day, when

ORDER = ["brief", "creative", "preparation", "sending", "callback", "finished"]
MENDABLE = [Exclusion.STALE, Exclusion.NO_EMAIL, Exclusion.INVALID, Exclusion.BY_HAND]
HOURS, EVENTS, ROWS = 8, 10, 7

WHY = {  # exclusion: (icon, what is behind it)
    Exclusion.STALE: ("clock-exclamation", gettext_lazy("never verified, or too long ago")),
    Exclusion.NO_EMAIL: ("user-question", gettext_lazy("no person and no common mailbox")),
    Exclusion.INVALID: ("mail-x", gettext_lazy("the server has said so, code 550")),
    Exclusion.BY_HAND: ("user-minus", gettext_lazy("removed from this mailing")),
    Exclusion.NO_CONSENT: ("signature-off", gettext_lazy("private persons are asked first")),
    Exclusion.OPTED_OUT: ("ban", gettext_lazy("refused letters")),
    Exclusion.TOUCHED: ("calendar-off", gettext_lazy("another mailing")),
    Exclusion.DUPLICATE: ("copy", gettext_lazy("one mailbox of two companies")),
}


@dataclass(frozen=True)
class Reason:
    """Why some of the audience get no letter."""

    exclusion: str
    label: str
    note: str
    icon: str
    count: int

    @property
    def is_mendable(self) -> bool:
        return self.exclusion in MENDABLE


@dataclass(frozen=True)
class Check:
    """The audience, checked."""

    chosen: int
    writable: int
    reasons: list[Reason]

    @property
    def mendable(self) -> int:
        return sum(reason.count for reason in self.reasons if reason.is_mendable)

    @property
    def lost(self) -> int:
        return self.chosen - self.writable - self.mendable

    @property
    def parts(self) -> list[dict[str, Any]]:
        counts = [("ok", self.writable), ("warn", self.mendable), ("is-muted", self.lost)]
        return [{"tone": tone, "percent": 100 * count / (self.chosen or 1)} for tone, count in counts]


@dataclass(frozen=True)
class Progress:
    """The sums over the ledger."""

    states: dict[str, int]
    received: int
    unsubscribed: int

    def count(self, states: Iterable[str]) -> int:
        return sum(self.states.get(state, 0) for state in states)

    @property
    def total(self) -> int:
        return sum(self.states.values()) - self.states.get(MailState.CANCELLED, 0)

    @property
    def gone(self) -> int:
        return self.total - self.count(OPEN)

    @property
    def accepted(self) -> int:
        return self.states.get(MailState.ACCEPTED, 0)

    @property
    def refused(self) -> int:
        return self.count(REFUSED)

    @property
    def doubtful(self) -> int:
        return self.states.get(MailState.IN_DOUBT, 0)

    @property
    def unsent(self) -> int:
        return self.count(UNSENT)

    @property
    def parts(self) -> list[dict[str, Any]]:
        counts = [("ok", self.accepted), ("bad", self.refused), ("warn", self.doubtful)]
        return [{"tone": tone, "percent": 100 * count / (self.total or 1)} for tone, count in counts]

    @property
    def totals(self) -> list[dict[str, str]]:
        """The six figures under the bar."""
        suppressed = self.states.get(MailState.SUPPRESSED, 0)
        waiting = self.states.get(MailState.IN_FLIGHT, 0) + self.states.get(MailState.RETRY, 0)
        return [
            {"label": _("Delivered"), "value": number(self.accepted)},
            {"label": _("Returned"), "value": number(self.refused)},
            {"label": _("Wait for the server"), "value": number(waiting)},
            {"label": _("In doubt"), "value": number(self.doubtful)},
            {
                "label": _("Unsubscribed"),
                "value": number(self.unsubscribed + suppressed),
                "note": share(self.unsubscribed, self.accepted),
            },
            {"label": _("Received"), "value": number(self.received), "note": share(self.received, self.accepted)},
        ]


def progress_of(campaign: Campaign) -> Progress:
    """One GROUP BY over the letters."""
    counted = {"all": Count("pk"), "said": Count("pk", filter=Q(received=True)), "left": Count("unsubscribed_at")}
    rows = list(campaign.items.order_by().values("state").annotate(**counted))
    states = {row["state"]: row["all"] for row in rows}
    return Progress(states, sum(row["said"] for row in rows), sum(row["left"] for row in rows))


def check_of(campaign: Campaign) -> Check:
    """One GROUP BY over the recipients."""
    counts = dict(campaign.recipients.order_by().values_list("exclusion").annotate(Count("pk")))
    reasons = [
        Reason(exclusion.value, exclusion.label, note, icon, counts[exclusion])
        for exclusion, (icon, note) in WHY.items()
        if counts.get(exclusion)
    ]
    return Check(sum(counts.values()), counts.get(Exclusion.NONE, 0), reasons)


def excluded_rows(campaign: Campaign, exclusion: str, user: User, *, now: datetime) -> list[Recipient]:
    """The companies left out for this reason, of those the person may see, with the age of their verification."""
    seen = Company.objects.permitted(user, "companies.view_company")
    rows = campaign.recipients.filter(exclusion=exclusion, company__in=seen)
    found = list(rows.select_related("company", "person").order_by("pk"))
    for row in found:
        row.days_stale = (now - row.company.verified_at).days if row.company.verified_at else None  # type: ignore[attr-defined]
    return found


def steps_of(campaign: Campaign, progress: Progress, check: Check) -> list[dict[str, Any]]:
    """The strip: each step with a fact, not with an explanation."""
    notes = [
        short_date(campaign.brief_done_at) if campaign.brief_done_at else _("goal and audience"),
        _creative_note(campaign),
        _("%(some)s of %(all)s pass") % {"some": number(check.writable), "all": number(check.chosen)}
        if check.chosen
        else "—",
        _("%(some)s of %(all)s") % {"some": number(progress.gone), "all": number(progress.total)}
        if progress.total
        else "—",
        _callback_note(campaign),
        short_date(campaign.finished_at) if campaign.finished_at else "—",
    ]
    labels = [_("Brief"), _("Creative"), _("Preparation"), _("Sending"), _("Call-back"), _("Results")]
    here = place_of(campaign)
    states = ["done" if index < here else "now" if index == here else "" for index in range(len(labels))]
    return [
        {"label": label, "note": note, "state": state} for label, note, state in zip(labels, notes, states, strict=True)
    ]


def place_of(campaign: Campaign) -> int:
    """Which step the campaign is in; behind the last one when the results are summed up."""
    if campaign.state == CampaignState.FINISHED:
        return len(ORDER)
    if campaign.state == CampaignState.CANCELLED:
        return ORDER.index("sending") if campaign.started_at else ORDER.index("creative")
    return ORDER.index("sending" if campaign.state == CampaignState.PAUSED else campaign.state)


def _creative_note(campaign: Campaign) -> str:
    if campaign.approved_at:
        return _("approved on %(day)s") % {"day": short_date(campaign.approved_at)}
    return _("waits for approval") if campaign.creative_at else "—"


def _callback_note(campaign: Campaign) -> str:
    if campaign.callback_opened_at:
        return _("since %(day)s") % {"day": short_date(campaign.callback_opened_at)}
    if campaign.sent_out_at:
        return _("from %(day)s") % {"day": short_date(callback_at(campaign))}
    return _("%(days)s days after") % {"days": campaign.callback_after_days}


def callback_at(campaign: Campaign) -> datetime | None:
    """When the call-back list opens by itself."""
    return campaign.sent_out_at + timedelta(days=campaign.callback_after_days) if campaign.sent_out_at else None


def ready_at(campaign: Campaign, progress: Progress, now: datetime) -> datetime | None:
    """When the last letter leaves at this pace."""
    if campaign.state != CampaignState.SENDING or not progress.unsent:
        return None
    return now + timedelta(hours=progress.unsent / campaign.letters_per_hour)


def hours_of(campaign: Campaign) -> dict[str, Any] | None:
    """Letters that left by the hour, for the chart; the last hours in which any did."""
    sent = campaign.items.filter(state=MailState.ACCEPTED).order_by()
    rows = sent.annotate(hour=TruncHour("sent_at")).values_list("hour").annotate(Count("pk")).order_by("-hour")[:HOURS]
    found = list(reversed(rows))
    if not found:
        return None
    labels, day = [], None
    for hour, _count in found:
        clock = time_of_day(timezone.localtime(hour))
        labels.append(clock if timezone.localdate(hour) == day else f"{short_date(hour)} {clock}")
        day = timezone.localdate(hour)
    return {"labels": labels, "series": [{"name": _("Letters"), "values": [count for _hour, count in found]}]}


def events_of(campaign: Campaign, user: User) -> list[dict[str, Any]]:
    """The newest facts about letters, whatever they are."""
    seen = Company.objects.permitted(user, "companies.view_company")
    letters = campaign.items.filter(company__in=seen).select_related("company")
    said = {
        MailState.ACCEPTED: (_("Delivered"), "ok"),
        MailState.FAILED: (_("Returned"), "bad"),
        MailState.BOUNCED: (_("Returned"), "bad"),
        MailState.IN_DOUBT: (_("In doubt"), "warn"),
    }
    gone = letters.filter(state__in=said, sent_at__isnull=False).order_by("-sent_at", "-pk")[:EVENTS]
    left = letters.filter(unsubscribed_at__isnull=False).order_by("-unsubscribed_at")[:EVENTS]
    asked = letters.filter(received=True).order_by("-called_at")[:EVENTS]
    events = [_event(item.sent_at, item, *said[MailState(item.state)]) for item in gone]
    events += [_event(item.unsubscribed_at, item, _("Unsubscribed"), "bad") for item in left]
    events += [_event(item.called_at, item, _("Received"), "violet") for item in asked]
    return sorted(events, key=lambda event: event["at"], reverse=True)[:EVENTS]


def _event(at: datetime, item: MailItem, what: str, tone: str) -> dict[str, Any]:
    local = timezone.localtime(at)
    is_today = local.date() == timezone.localdate()
    return {
        "at": at,
        "time": local.strftime("%H:%M:%S") if is_today else short_date(at),
        "title": when(at),
        "what": what,
        "tone": tone,
        "who": item.company.name,
        "company": item.company_id,
    }
