"""Verbs of the call centre: lists, cards, calls, breaks."""

from callcenter.services.calls import finish_call
from callcenter.services.cards import (
    claim_next,
    extend_claim,
    hang_up,
    keep_seat,
    release_claim,
    release_expired,
    share_callback,
    start_call,
)
from callcenter.services.clocks import move_clocks, set_calling_hours
from callcenter.services.lists import (
    change_list,
    close_list,
    open_callback_list,
    open_list,
    pause_list,
    resume_list,
)
from callcenter.services.log import current_state, end_silent, is_on_line, see
from callcenter.services.results import change_result
from callcenter.services.scripts import (
    change_script,
    discard_draft,
    draft_version,
    move_step,
    open_script,
    release_version,
    remove_step,
    retire_version,
    return_to,
    write_step,
)
from callcenter.services.shifts import end_shift, go_on_line, take_break
from callcenter.services.terms import change_terms, follow_terms, open_recheck_list

__all__ = [
    "change_list",
    "change_result",
    "change_script",
    "change_terms",
    "claim_next",
    "close_list",
    "current_state",
    "discard_draft",
    "draft_version",
    "end_shift",
    "end_silent",
    "extend_claim",
    "finish_call",
    "follow_terms",
    "go_on_line",
    "hang_up",
    "is_on_line",
    "keep_seat",
    "move_clocks",
    "move_step",
    "open_callback_list",
    "open_list",
    "open_recheck_list",
    "open_script",
    "pause_list",
    "release_claim",
    "release_expired",
    "release_version",
    "remove_step",
    "resume_list",
    "retire_version",
    "return_to",
    "see",
    "set_calling_hours",
    "share_callback",
    "start_call",
    "take_break",
    "write_step",
]
