"""Everything the page of a mailing shows in its step, with a constant number of queries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from campaigns.enums import CampaignState, Exclusion, MailState
from campaigns.forms import BriefForm, CreativeForm, PaceForm
from campaigns.merge import FIELDS
from campaigns.models import Campaign
from campaigns.overview import (
    ROWS,
    callback_at,
    check_of,
    events_of,
    excluded_rows,
    hours_of,
    progress_of,
    ready_at,
    steps_of,
)
from campaigns.preview import preview_of
from companies import bulk
from companies.filters import as_query

VERIFICATION = "callcenter:new-list"  # registered on the base list by the call centre, above us
MOST_IDS = 900  # of one form
TONES = {
    CampaignState.SENDING: "accent",
    CampaignState.PAUSED: "warn",
    CampaignState.CALLBACK: "ok",
    CampaignState.CANCELLED: "bad",
}


def page_of(campaign: Campaign, user: User, query: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    """The context of the page."""
    progress, check = progress_of(campaign), check_of(campaign)
    live = panel_of(campaign, user, now=now, progress=progress) if campaign.is_started else {"campaign": campaign}
    return (
        live
        | {
            "tone": TONES.get(CampaignState(campaign.state), ""),
            "steps": steps_of(campaign, progress, check),
            "check": check,
            "opened": _opened(campaign, user, query.get("reason", ""), check, now),
            "preview": preview_of(campaign, user, 1, now=now),
            "fields": FIELDS,
            "may_change": user.has_perm("campaigns.change_campaign", campaign),
            "may_send": user.has_perm("campaigns.send_campaign", campaign),
            "may_approve": user.has_perm("campaigns.approve_campaign", campaign) and campaign.creative_by_id != user.pk,
            "audience_query": as_query(campaign.audience["filter"]) if "filter" in campaign.audience else "",
        }
        | _forms(campaign, user)
    )


def _forms(campaign: Campaign, user: User) -> dict[str, Any]:
    """The form of the step."""
    if campaign.state == CampaignState.BRIEF:
        return {"brief_form": BriefForm(instance=campaign)}
    if campaign.state == CampaignState.CREATIVE:
        initial = {
            "sender_name": campaign.sender_name or user.full_name,
            "sender_email": campaign.sender_email or user.email,
        }
        return {"creative_form": CreativeForm(instance=campaign, initial=initial)}
    return {"pace_form": PaceForm(instance=campaign)} if campaign.state == CampaignState.PREPARATION else {}


def _opened(campaign: Campaign, user: User, asked: str, check: Any, now: datetime) -> dict[str, Any]:
    """The reason that is spread out: the asked one, else the largest that can be mended."""
    known = [reason.exclusion for reason in check.reasons]
    mendable = [reason.exclusion for reason in check.reasons if reason.is_mendable]
    exclusion = asked if asked in known else mendable[0] if mendable and asked != "none" else ""
    rows = excluded_rows(campaign, exclusion, user, now=now) if exclusion else []
    act = next((act for act in bulk.acts_for(user) if act.url_name == VERIFICATION), None)
    return {
        "exclusion": exclusion,
        "rows": rows[:ROWS],
        "more": max(0, len(rows) - ROWS),
        "ids": [row.company_id for row in rows[:MOST_IDS]] if exclusion == Exclusion.STALE and act else [],
        "act": act,
    }


def panel_of(campaign: Campaign, user: User, *, now: datetime, progress: Any = None) -> dict[str, Any]:
    """The live part: sums, hours, events, doubts."""
    progress = progress or progress_of(campaign)
    letters = campaign.items.permitted(user, "campaigns.view_letter")
    doubts = letters.filter(state=MailState.IN_DOUBT).select_related("company", "person").order_by("pk")[:ROWS]
    return {
        "campaign": campaign,
        "progress": progress,
        "hours": hours_of(campaign),
        "events": events_of(campaign, user),
        "doubts": doubts,
        "ready_at": ready_at(campaign, progress, now),
        "callback_at": callback_at(campaign),
        "is_live": campaign.state == CampaignState.SENDING,
        "may_send": user.has_perm("campaigns.send_campaign", campaign),
    }
