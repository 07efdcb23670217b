"""Verbs of companies, of their phones and of the technical information."""

from companies.services.banking import add_bank_account, remove_bank_account
from companies.services.companies import (
    StaleVersion,
    add_equipment,
    add_phone,
    advance_stage,
    advance_stages,
    assign_company,
    change_company,
    forget_private,
    mark_checked,
    register_company,
    remove_phone,
    replace_phone,
    verify_company,
)
from companies.services.grouping import hold_groups, is_above, put_under
from companies.services.technical import change_field, open_field, retire_field, write_technical

__all__ = [
    "StaleVersion",
    "add_bank_account",
    "add_equipment",
    "add_phone",
    "advance_stage",
    "advance_stages",
    "assign_company",
    "change_company",
    "change_field",
    "forget_private",
    "hold_groups",
    "is_above",
    "mark_checked",
    "open_field",
    "put_under",
    "register_company",
    "remove_bank_account",
    "remove_phone",
    "replace_phone",
    "retire_field",
    "verify_company",
    "write_technical",
]
