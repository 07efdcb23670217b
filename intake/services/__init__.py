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
from intake.services.undo import take_import_back, undo_import

__all__ = [
    "Decision",
    "accept_corrections",
    "apply_preset",
    "cancel_import",
    "change_mapping",
    "check_import",
    "choose_variant",
    "fail_import",
    "load_import",
    "load_part",
    "propose_correction",
    "reject_corrections",
    "resolve_conflicts",
    "resume_stale_imports",
    "run_import",
    "save_preset",
    "start_check",
    "take_import_back",
    "undo_import",
    "upload_import",
]
