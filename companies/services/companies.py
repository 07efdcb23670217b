"""Verbs of the base: register, change, assign, check, verify, and the phones of a company."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from companies import signals
from companies.cleaning import (
    clean_fields,
    clean_name,
    clean_phone,
    guess_region,
    refuse_unfit_private,
    region_of,
    zone_of,
)
from companies.enums import AddressKind, CompanyState, Stage
from companies.models import Address, Company, Phone, Source, TechnicalItem
from companies.normalise import name_key, site_host
from companies.services.banking import insert_bank_account
from companies.services.locking import locked
from companies.technical import worded
from core.exceptions import RuleViolation

KINDRED = ("is_private", "legal_form", "kpp", "ogrn", "okpo", "parent", "inn")
TELLING = ("full_name", "inn", "city", "site", "email", "about", "note", "next_contact_text")
WORKS = {"is_invalid": False, "invalid_at": None, "invalid_reason": ""}
VERIFICATION_LASTS = timedelta(days=180)


class StaleVersion(RuleViolation):
    """Somebody has changed the card since it was opened."""


# --- a company ------------------------------------------------------------------------------------------------


@transaction.atomic
def register_company(
    *,
    actor: User | None,
    name: str,
    phones: Sequence[str] = (),
    address: str = "",
    postcode: str = "",
    owner: User | None = None,
    bank_account: Mapping[str, str] | None = None,
    now: datetime | None = None,
    **fields: Any,
) -> Company:
    """Add a company to the base. Raises RuleViolation without a name, for a wrong number, or for an INN that is taken."""
    now = now or timezone.now()
    if not (name or "").strip():
        raise RuleViolation(_("A company needs a name."))
    numbers = [clean_phone(text) for text in phones]
    cleaned = clean_name(clean_fields({"name": name, **fields}))
    _refuse_taken(cleaned.get("inn", ""), cleaned.get("kpp", ""))
    first_number = numbers[0].number if numbers else ""
    place = {"city": cleaned.get("city", ""), "phone": first_number}
    cleaned["region"] = cleaned.get("region") or guess_region(inn=cleaned.get("inn", ""), address=address, **place)
    cleaned["time_zone"] = cleaned.get("time_zone") or zone_of(cleaned["region"], **place)
    company = Company(**cleaned, owner=owner, created_by=actor, created_at=now)
    _refuse_unfit(company)
    _derive(company)
    _insert(company)
    _insert_phones(company, numbers, now=now)
    if address.strip() or postcode.strip():
        _write_address(company, text=address, postcode=postcode, kind=AddressKind.ACTUAL, now=now)
    if bank_account:
        insert_bank_account(company, now=now, is_main=True, **bank_account)
    signals.company_registered.send(Company, company=company, actor=actor, now=now)
    return company


@transaction.atomic
def change_company(
    company: Company,
    *,
    actor: User | None,
    version: int | None = None,
    origin: str = "",
    now: datetime | None = None,
    **fields: Any,
) -> Company:
    """Change fields of the card; `origin` says where the values are from, if not from the actor.

    Raises StaleVersion when another person was quicker, RuleViolation for a wrong value.
    """
    now = now or timezone.now()
    row = locked(company)
    if version is not None and version != row.version:
        raise StaleVersion(_("The card has been changed by somebody else meanwhile."))
    address = fields.pop("address", None)
    cleaned = clean_fields(fields)
    if "name" in cleaned:
        cleaned = _renamed(row, cleaned)
    changes = _apply(row, cleaned)
    _refuse_unfit(row)
    if "inn" in changes or "kpp" in changes:
        _refuse_taken(row.inn, row.kpp, besides=row)
    if address is not None and (moved := _write_address(row, text=address, kind=AddressKind.ACTUAL, now=now)):
        changes["address"] = moved
    if changes:
        _save_changes(row, [field for field in changes if field != "address"])
        signals.company_changed.send(Company, company=row, actor=actor, changes=changes, origin=origin, now=now)
    return _copied(company, row)


@transaction.atomic
def assign_company(company: Company, *, actor: User | None, owner: User | None, now: datetime | None = None) -> Company:
    """Give the company to a manager. Raises RuleViolation for a person who does not work here any more."""
    row = locked(company)
    if owner and not owner.is_active:
        raise RuleViolation(_("%(person)s does not work here any more.") % {"person": owner.short_name})
    if row.owner_id == (owner.pk if owner else None):
        return _copied(company, row)
    previous, row.owner = row.owner, owner
    row.version += 1
    row.save(update_fields=["owner", "version"])
    signals.company_assigned.send(
        Company, company=row, actor=actor, owner=owner, previous=previous, now=now or timezone.now()
    )
    return _copied(company, row)


@transaction.atomic
def advance_stage(company: Company, *, to: int) -> bool:
    """Move the company forward in the cycle; never back. Returns whether it has moved."""
    moved = bool(Company.objects.filter(pk=company.pk, stage__lt=to).update(stage=to))
    company.stage = max(company.stage, Stage(to))
    return moved


def advance_stages(companies: QuerySet[Company], *, to: int) -> int:
    """Move many companies forward at once (a list or a mailing is opened); never back. Returns how many have moved."""
    return Company.objects.filter(pk__in=companies.order_by().values("pk"), stage__lt=to).update(stage=to)


@transaction.atomic
def forget_private(company: Company) -> None:
    """Make the card of a private person say nothing about them; facts that hang on it stay."""
    row = locked(company)
    row.name = _("Erased")
    for field in TELLING:
        setattr(row, field, "")
    row.technical, row.version = {}, row.version + 1
    _derive(row)
    row.save(update_fields=["name", "name_key", "site_host", "technical", "version", *TELLING])
    for belonging in (row.phones, row.addresses, row.bank_accounts, row.technical_items):
        belonging.all().delete()
    _copied(company, row)


@transaction.atomic
def mark_checked(company: Company, *, actor: User | None, now: datetime | None = None) -> None:
    """A verification call has gone through the card; what it found may still wait for the marketer."""
    company.checked_at = now or timezone.now()
    company.save(update_fields=["checked_at"])


@transaction.atomic
def verify_company(company: Company, *, actor: User | None, now: datetime | None = None) -> Company:
    """The data of the card are right as of now: it is ready for mailings for half a year."""
    now = now or timezone.now()
    row = locked(company)
    row.verified_at, row.verified_by, row.verified_until = now, actor, now + VERIFICATION_LASTS
    row.stage = max(row.stage, Stage.MAILING)
    row.save(update_fields=["verified_at", "verified_by", "verified_until", "stage"])
    signals.company_verified.send(Company, company=row, actor=actor, now=now)
    return _copied(company, row)


# --- phones, addresses, equipment -------------------------------------------------------------------------------


@transaction.atomic
def add_phone(
    company: Company,
    *,
    actor: User | None,
    number: str,
    label: str = "",
    is_main: bool = False,
    source: Source | None = None,
    now: datetime | None = None,
) -> Phone:
    """Add a phone of the company; one that is known already is confirmed. Raises RuleViolation for what is no phone."""
    now = now or timezone.now()
    cleaned = clean_phone(number)
    row = locked(company)
    if is_main:
        row.phones.filter(is_main=True).update(is_main=False)
    phone, is_new = Phone.objects.update_or_create(
        company=row,
        number=cleaned.number,
        extension=cleaned.extension,
        defaults={"seen_at": now, **WORKS} | ({"is_main": True} if is_main else {}),
        create_defaults={
            "label": label[:60],
            "is_main": is_main or not row.phones.exists(),
            "source": source,
            "seen_at": now,
        },
    )
    if is_new:
        changes = {"phone": ["", phone.number]}
        signals.company_changed.send(Company, company=row, actor=actor, changes=changes, now=now)
    return phone


@transaction.atomic
def replace_phone(company: Company, *, actor: User | None, old: str, new: str, now: datetime | None = None) -> Phone:
    """Put a phone in the place of one that does not work. An unknown old one is no obstacle."""
    now = now or timezone.now()
    cleaned = clean_phone(new)
    row = locked(company)
    previous = row.phones.filter(number=clean_phone(old).number).first() if old.strip() else None
    if previous is None or row.phones.filter(number=cleaned.number, extension=cleaned.extension).exists():
        return add_phone(company, actor=actor, number=new, is_main=bool(previous and previous.is_main), now=now)
    changes = {"phone": [previous.number, cleaned.number]}
    previous.number, previous.extension, previous.seen_at = *cleaned, now
    for field, value in WORKS.items():
        setattr(previous, field, value)
    previous.save(update_fields=["number", "extension", "seen_at", *WORKS])
    signals.company_changed.send(Company, company=row, actor=actor, changes=changes, now=now)
    return previous


@transaction.atomic
def remove_phone(phone: Phone, *, actor: User | None, now: datetime | None = None) -> None:
    """Take a phone off the card; the history keeps it."""
    company, number = phone.company, phone.number
    phone.delete()
    changes = {"phone": [number, ""]}
    signals.company_changed.send(Company, company=company, actor=actor, changes=changes, now=now or timezone.now())


@transaction.atomic
def add_equipment(
    company: Company,
    *,
    actor: User | None,
    name: str,
    quantity: int = 1,
    year: int | None = None,
    condition: str = "",
    now: datetime | None = None,
) -> TechnicalItem:
    """One line of the technical information. Raises RuleViolation when nothing is named."""
    now = now or timezone.now()
    if not name.strip():
        raise RuleViolation(_("Say what is installed."))
    item = TechnicalItem.objects.create(
        company=company,
        name=name.strip()[:150],
        quantity=quantity,
        year=year,
        condition=condition.strip()[:60],
        seen_at=now,
    )
    changes = {"equipment": ["", item.name]}
    signals.company_changed.send(Company, company=company, actor=actor, changes=changes, now=now)
    return item


# --- the parts of these verbs -----------------------------------------------------------------------------------


def _copied(company: Company, row: Company) -> Company:
    """Bring the caller's object up to date with the locked row."""
    company.__dict__.update(
        {name: value for name, value in row.__dict__.items() if name != "_prefetched_objects_cache"}
    )
    return company


def _derive(company: Company) -> None:
    """Search keys from what they are the keys of."""
    company.name_key = name_key(company.name)[:300]
    company.site_host = site_host(company.site)[:150] if company.site else ""


def _refuse_taken(inn: str, kpp: str, *, besides: Company | None = None) -> None:
    """One INN is one company; branches are told apart by two known KPP."""
    if not inn:
        return
    taken = Company.objects.filter(inn=inn).exclude(state=CompanyState.MERGED)
    taken = taken.filter(Q(kpp=kpp) | Q(kpp="")) if kpp else taken
    taken = taken.exclude(pk=besides.pk) if besides else taken
    if (other := taken.first()) is not None:
        raise RuleViolation(_("INN %(inn)s is in the base already: %(name)s.") % {"inn": inn, "name": other.name})


def _refuse_unfit(company: Company) -> None:
    """What a private person cannot have."""
    try:
        refuse_unfit_private({name: getattr(company, name) for name in KINDRED})
        if company.is_private and company.pk and company.branches.exists():
            raise RuleViolation(_("A private person has no branches."))
    except ValueError as error:
        raise RuleViolation(str(error)) from error


def _insert(company: Company) -> None:
    """Insert; of two people who add one company at the same moment the second is told so."""
    try:
        with transaction.atomic():
            company.save(force_insert=True)
    except IntegrityError as error:
        if "company_inn_kpp_once" not in str(error):
            raise
        raise RuleViolation(_("A company with this INN and KPP is already in the base.")) from error


def _insert_phones(company: Company, numbers: Sequence[tuple[str, str]], *, now: datetime) -> None:
    unique = list(dict.fromkeys(numbers))
    Phone.objects.bulk_create(
        Phone(
            company=company,
            number=number,
            extension=extension[:8],
            is_main=place == 0,
            source=company.source,
            seen_at=now,
        )
        for place, (number, extension) in enumerate(unique)
    )


def _write_address(company: Company, *, text: str, kind: str, now: datetime, postcode: str = "") -> list[str] | None:
    """Write the address of that kind; returns [old, new] when it has changed."""
    text = " ".join(text.split())[:400]
    known = company.addresses.filter(kind=kind).first()
    if known and known.text == text and (not postcode or known.postcode == postcode):
        return None
    address = known or Address(company=company, kind=kind)
    old = str(address) if known else ""
    address.text, address.street, address.city, address.postcode = text, "", "", postcode.strip()[:6]
    address.region, address.seen_at, address.source = region_of(text) or company.region, now, company.source
    address.save()
    return [old, str(address)]


def _renamed(row: Company, cleaned: dict[str, Any]) -> dict[str, Any]:
    """A new name may bring a legal form; without one the card keeps its own."""
    if not cleaned["name"]:
        raise RuleViolation(_("A company needs a name."))
    parted = clean_name({"is_private": row.is_private} | cleaned)
    return parted | {"legal_form": parted["legal_form"] or row.legal_form}


def _apply(row: Company, cleaned: dict[str, Any]) -> dict[str, list[str]]:
    """Set the values on the row; returns {field: [old, new]} of those that differ, as words."""
    changes = {}
    for field, value in cleaned.items():
        old = getattr(row, field)
        if old != value:
            setattr(row, field, value)
            changes[field] = [_worded(row, field, old), _worded(row, field, value)]
    return changes


def _worded(row: Company, field: str, value: Any) -> str:
    """A value as a line of the history shows it."""
    if field == "state":
        return str(CompanyState(value).label)
    if field == "is_private":
        return _("yes") if value else _("no")
    if field == "technical":
        return worded(value)
    return "" if value is None else str(value)


def _save_changes(row: Company, fields: list[str]) -> None:
    _derive(row)
    if "region" in fields or "city" in fields:
        row.time_zone = zone_of(row.region, city=row.city)
        fields.append("time_zone")
    row.version += 1
    try:
        with transaction.atomic():
            row.save(update_fields=[*fields, "name_key", "site_host", "version"])
    except IntegrityError as error:
        if "company_inn_kpp_once" not in str(error):
            raise
        raise RuleViolation(_("A company with this INN and KPP is already in the base.")) from error
