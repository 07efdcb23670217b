"""Verbs of stage 1: files into the base, and what operators found."""

from intake.services.corrections import (
    Decision,
    accept_corrections,
    choose_variant,
    propose_correction,
    reject_corrections,
)
from intake.services.imports import (
    apply_preset,
    cancel_import,
    change_mapping,
    check_import,
    fail_import,
    load_import,
    load_part,
    resolve_conflicts,
    resume_stale_imports,
    run_import,
    save_preset,
    start_check,
    upload_import,
)
from intake.services.pages import import_page
from intake.services.register_loads import load_register, read_load, resume_stale_loads, stop_load
from intake.services.registers import fill_sizes, import_register
from intake.services.undo import take_import_back, undo_import
from intake.services.web_forms import Lead, create_web_form, receive_lead, switch_web_form

__all__ = [
    "Decision",
    "Lead",
    "accept_corrections",
    "apply_preset",
    "cancel_import",
    "change_mapping",
    "check_import",
    "choose_variant",
    "create_web_form",
    "fail_import",
    "fill_sizes",
    "import_page",
    "import_register",
    "load_import",
    "load_part",
    "load_register",
    "propose_correction",
    "read_load",
    "receive_lead",
    "reject_corrections",
    "resolve_conflicts",
    "resume_stale_imports",
    "resume_stale_loads",
    "run_import",
    "save_preset",
    "start_check",
    "stop_load",
    "switch_web_form",
    "take_import_back",
    "undo_import",
    "upload_import",
]
