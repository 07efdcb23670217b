"""Fields of selections that stand on the company itself and on what belongs to this app."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.conditions import Field, Options, register
from companies.enums import Stage
from companies.models import Activity, Address, BankAccount, Company, Phone, Region, Segment, Source, TechnicalItem

COMPANY, WORK, TECHNICAL = _("Company"), _("Work with the client"), _("Technical information")


SEEN, PHONES = "companies.view_company", "companies.view_phone"
KINDS: list[tuple[str, Any]] = [("0", _("Firm")), ("1", _("Private person"))]


def keys_of(model, *words: str) -> Options:
    """A relation as a choice."""
    return lambda: [(str(row.pk), str(row)) for row in model._default_manager.all()]


def people() -> list[tuple[str, str]]:
    """Everybody who works here."""
    return [(str(user.pk), user.short_name) for user in User.objects.active()]


def _parents():
    return Company.objects.filter(branches__isnull=False)


def _branches():
    return Company.objects.active().filter(parent__isnull=False)


def register_own() -> None:
    """Called once from CompaniesConfig.ready."""
    register(
        Field("name", _("Name"), COMPANY, "text", "name_key"),
        Field("private", _("Kind of client"), COMPANY, "choice", "is_private", lambda: KINDS),
        Field("inn", _("INN"), COMPANY, "text", "inn"),
        Field("okpo", _("OKPO"), COMPANY, "text", "okpo"),
        Field("account", _("Bank account"), COMPANY, "text", "number", rows=BankAccount.objects.all),
        Field("city", _("City"), COMPANY, "text", "city"),
        Field("region", _("Region"), COMPANY, "choice", "region", keys_of(Region)),
        Field("segment", _("Segment"), COMPANY, "choice", "segment", keys_of(Segment)),
        Field("activity", _("Kind of activity"), COMPANY, "choice", "activity", keys_of(Activity)),
        Field("site", _("Site"), COMPANY, "text", "site"),
        Field("email", _("E-mail"), COMPANY, "text", "email"),
        Field("headcount", _("People"), COMPANY, "number", "headcount"),
        Field("revenue", _("Revenue a year, ₽"), COMPANY, "number", "revenue"),
        Field("about", _("What they do"), COMPANY, "text", "about"),
        Field("note", _("Note"), COMPANY, "text", "note"),
        Field("phone", _("Phone of the company"), COMPANY, "text", "number", rows=Phone.objects.all, action=PHONES),
        Field("address", _("Address"), COMPANY, "text", "street", rows=Address.objects.all),
        Field("source", _("Source"), COMPANY, "choice", "source", keys_of(Source)),
        Field(
            "parent", _("Parent company"), COMPANY, "text", "name_key", rows=_parents, company="branches", action=SEEN
        ),
        Field("branch", _("Branch"), COMPANY, "text", "name_key", rows=_branches, company="parent", action=SEEN),
        Field("created", _("Collected"), COMPANY, "date", "created_at"),
        Field(
            "stage", _("Stage of the cycle"), WORK, "choice", "stage", lambda: [(str(s.value), s.label) for s in Stage]
        ),
        Field("owner", _("Responsible"), WORK, "choice", "owner", people),
        Field("verified", _("Verified"), WORK, "date", "verified_at"),
        Field("completeness", _("Completeness, %"), WORK, "number", "completeness"),
        Field("deciders", _("Decision makers known"), WORK, "number", "decision_makers"),
        Field("last", _("Last contact"), WORK, "date", "last_contact_at"),
        Field("next", _("Next contact"), WORK, "date", "next_contact_at"),
        Field("equipment", _("Equipment"), TECHNICAL, "text", "name", rows=TechnicalItem.objects.all),
        Field(
            "equipment_year", _("Year of the equipment"), TECHNICAL, "number", "year", rows=TechnicalItem.objects.all
        ),
    )
