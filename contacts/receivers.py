"""What the base below tells: written into the history, and the summary of the card counted again."""

from typing import Any

from companies import signals
from companies.models import Company
from contacts.enums import DecisionRole
from contacts.services import add_person, record
from contacts.summary import refresh_summary


def company_was_registered(company: Company, actor: Any, now: Any, **_kwargs: Any) -> None:
    record("companies.registered", actor=actor, company=company, source=company, text=_source_of(company), now=now)
    _put_person(company, actor, now)
    refresh_summary(company, now=now)


def company_was_changed(
    company: Company, actor: Any, changes: dict[str, list[str]], now: Any, origin: str = "", **_kwargs: Any
) -> None:
    data = {"changes": changes}
    record("companies.changed", actor=actor, company=company, source=company, text=origin, data=data, now=now)
    if "is_private" in changes:
        _put_person(company, actor, now)
    refresh_summary(company, now=now)


def company_was_assigned(company: Company, actor: Any, owner: Any, previous: Any, now: Any, **_kwargs: Any) -> None:
    data = {"owner": owner.pk if owner else None, "previous": previous.pk if previous else None}
    text = owner.short_name if owner else ""
    record("companies.assigned", actor=actor, company=company, source=company, text=text, data=data, now=now)


def company_was_verified(company: Company, actor: Any, now: Any, **_kwargs: Any) -> None:
    record("companies.verified", actor=actor, company=company, source=company, now=now)


def connect() -> None:
    """Listen to the base."""
    signals.company_registered.connect(company_was_registered, dispatch_uid="contacts")
    signals.company_changed.connect(company_was_changed, dispatch_uid="contacts")
    signals.company_assigned.connect(company_was_assigned, dispatch_uid="contacts")
    signals.company_verified.connect(company_was_verified, dispatch_uid="contacts")


def _put_person(company: Company, actor: Any, now: Any) -> None:
    """A private person decides for themselves, and gives consents like anybody else."""
    if company.is_private and not company.persons.working().exists():
        add_person(company, actor=actor, full_name=company.name, decision_role=DecisionRole.DECIDES, now=now)


def _source_of(company: Company) -> str:
    return company.source.name if company.source_id else ""
