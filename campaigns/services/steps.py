"""What every verb of a campaign begins with: the row as it is now, locked, and in the right step."""

from campaigns.enums import CampaignState
from campaigns.models import Campaign
from core.exceptions import RuleViolation


def locked(campaign: Campaign, allowed: set[CampaignState], refusal: str) -> Campaign:
    """The locked row. Raises RuleViolation with the sentence if the campaign is in another step."""
    row = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if row.state not in allowed:
        raise RuleViolation(refusal)
    return row


def change(campaign: Campaign, row: Campaign, **fields: object) -> Campaign:
    """Save these fields of the locked row, and bring the caller's object up to date."""
    for name, value in fields.items():
        setattr(row, name, value)
        setattr(campaign, name, value)
    row.save(update_fields=list(fields))
    return campaign
