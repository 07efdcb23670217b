"""Verbs of persons, of the history and of what comes next."""

from contacts.services.cycles import finish_cycle, open_cycle
from contacts.services.handover import HandedOver, Move, hand_over, preview_hand_over
from contacts.services.history import add_note, find_need, opt_out, record
from contacts.services.people import (
    add_person,
    add_person_email,
    add_person_phone,
    change_person,
    dismiss_person,
    replace_person_email,
    replace_person_phone,
    set_decision_maker,
)
from contacts.services.personal import (
    dossier_of,
    erase_expired,
    erase_person,
    note_access,
    record_consent,
    withdraw_consent,
)
from contacts.services.planning import (
    close_contact,
    close_open_contacts,
    plan_contact,
    postpone_contact,
    refresh_next_contact,
)
from contacts.services.posts import add_post, part_person
from contacts.services.reach import lift_opt_out, mark_invalid, mark_valid, refuse

__all__ = [
    "HandedOver",
    "Move",
    "add_note",
    "add_person",
    "add_person_email",
    "add_person_phone",
    "add_post",
    "change_person",
    "close_contact",
    "close_open_contacts",
    "dismiss_person",
    "dossier_of",
    "erase_expired",
    "erase_person",
    "find_need",
    "finish_cycle",
    "hand_over",
    "lift_opt_out",
    "mark_invalid",
    "mark_valid",
    "note_access",
    "open_cycle",
    "opt_out",
    "part_person",
    "plan_contact",
    "postpone_contact",
    "preview_hand_over",
    "record",
    "record_consent",
    "refresh_next_contact",
    "refuse",
    "replace_person_email",
    "replace_person_phone",
    "set_decision_maker",
    "withdraw_consent",
]
