"""Verbs of mailings: the creative, the recipients, the sending, and the fate of each letter."""

from campaigns.services.creative import (
    approve_creative,
    create_campaign,
    finish_brief,
    return_creative,
    write_creative,
)
from campaigns.services.letters import (
    count_as_sent,
    mark_received,
    record_unsubscribe,
    send_again,
)
from campaigns.services.recipients import (
    exclude_recipient,
    plan_sending,
    prepare_recipients,
    return_recipient,
    set_audience,
)
from campaigns.services.sending import (
    cancel_sending,
    close_sent_out,
    finish_campaign,
    open_due_callbacks,
    pause_sending,
    resume_sending,
    start_sending,
)

__all__ = [
    "approve_creative",
    "cancel_sending",
    "close_sent_out",
    "count_as_sent",
    "create_campaign",
    "exclude_recipient",
    "finish_brief",
    "finish_campaign",
    "mark_received",
    "open_due_callbacks",
    "pause_sending",
    "plan_sending",
    "prepare_recipients",
    "record_unsubscribe",
    "resume_sending",
    "return_creative",
    "return_recipient",
    "send_again",
    "set_audience",
    "start_sending",
    "write_creative",
]
