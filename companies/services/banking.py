"""Verbs of bank accounts."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from companies import signals
from companies.cleaning import clean_bank
from companies.models import BankAccount, Company
from companies.services.locking import locked
from core.exceptions import RuleViolation


@transaction.atomic
def add_bank_account(
    company: Company,
    *,
    actor: User | None,
    bik: str,
    number: str,
    bank: str = "",
    correspondent: str = "",
    is_main: bool = False,
    now: datetime | None = None,
) -> BankAccount:
    """Add an account; a known one is completed. Raises RuleViolation for numbers that do not fit the БИК."""
    now = now or timezone.now()
    row = locked(company)
    known = set(row.bank_accounts.values_list("number", "bik"))
    fields = {"bik": bik, "number": number, "correspondent": correspondent}
    account = insert_bank_account(row, now=now, bank=bank, is_main=is_main or not known, **fields)
    if (account.number, account.bik) not in known:
        changes = {"bank_account": ["", str(account)]}
        signals.company_changed.send(Company, company=row, actor=actor, changes=changes, now=now)
    return account


@transaction.atomic
def remove_bank_account(account: BankAccount, *, actor: User | None, now: datetime | None = None) -> None:
    """Take an account off the card; the history keeps it."""
    company, words = locked(account.company), str(account)
    account.delete()
    changes = {"bank_account": [words, ""]}
    signals.company_changed.send(Company, company=company, actor=actor, changes=changes, now=now or timezone.now())


def insert_bank_account(
    company: Company,
    *,
    bik: str,
    number: str,
    now: datetime,
    bank: str = "",
    correspondent: str = "",
    is_main: bool = False,
) -> BankAccount:
    """Write the account in the caller's transaction. Raises RuleViolation for numbers that do not fit the БИК."""
    try:
        numbers = clean_bank(bik=bik, number=number, correspondent=correspondent)
    except ValueError as error:
        raise RuleViolation(str(error)) from error
    if is_main:
        company.bank_accounts.filter(is_main=True).update(is_main=False)
    filled = {"bank": " ".join(bank.split())[:200], "correspondent": numbers["correspondent"]}
    given = {name: value for name, value in filled.items() if value} | ({"is_main": True} if is_main else {})
    account, _is_new = BankAccount.objects.update_or_create(
        company=company, number=numbers["number"], bik=numbers["bik"], defaults=given | {"seen_at": now}
    )
    return account
