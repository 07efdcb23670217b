"""Words about companies."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.IntegerChoices):
    """Where a company is in the sales cycle (domain.md); the numbers stand in the menu, in tables and in the funnel."""

    COLLECTION = 1, _("Base")
    VERIFICATION = 2, _("Verification")
    MAILING = 3, _("Mailings")
    CALLING = 4, _("Call-back")
    MEETINGS = 5, _("Meetings and proposals")
    DEALS = 6, _("Deals")


class CompanyState(models.TextChoices):
    """Whether the company can be worked with at all."""

    ACTIVE = "active", _("works")
    CLOSED = "closed", _("closed")
    MERGED = "merged", _("merged")


class SourceKind(models.TextChoices):
    """Where data of the base come from."""

    REGISTER = "register", _("state register")
    SITE = "site", _("company's site")
    EXHIBITION = "exhibition", _("exhibition")
    DIRECTORY = "directory", _("directory of companies")
    RECOMMENDATION = "recommendation", _("recommendation")
    PURCHASED = "purchased", _("purchased base")
    CALL = "call", _("call")
    OTHER = "other", _("other")


class FieldKind(models.TextChoices):
    """What kind of answer a field of the technical information takes."""

    TEXT = "text", _("text")
    NUMBER = "number", _("number")
    DATE = "date", _("date")
    CHOICE = "choice", _("one of a list")
    YES_NO = "yes_no", _("yes or no")


class AddressKind(models.TextChoices):
    """What the address is for."""

    LEGAL = "legal", _("legal")
    ACTUAL = "actual", _("actual")
    POSTAL = "postal", _("postal")


class Likeness(models.TextChoices):
    """Why two cards look like one company, or do not."""

    INN = "inn", _("same INN")
    OGRN = "ogrn", _("same OGRN")
    PHONE = "phone", _("same phone")
    EMAIL = "email", _("same e-mail")
    DOMAIN = "domain", _("same domain")
    ADDRESS = "address", _("same address")
    NAME = "name", _("same name")
    NEAR_NAME = "near_name", _("similar name")
    CITY = "city", _("same city")
    REGION = "region", _("same region")
    OTHER_INN = "other_inn", _("different INN")
    OTHER_OGRN = "other_ogrn", _("different OGRN")
    OTHER_KPP = "other_kpp", _("branches: different KPP")
    OTHER_KIND = "other_kind", _("a firm and a private person")
    OTHER_NAME = "other_name", _("different names")
    OTHER_NUMBER = "other_number", _("different numbers in the names")
    OTHER_BUSINESS = "other_business", _("another firm of the group?")
    OTHER_CITY = "other_city", _("different cities")
    OTHER_FORM = "other_form", _("different legal forms")
    NAME_ONLY = "name_only", _("only the names agree")


class BulkField(models.TextChoices):
    """What may be changed for many companies at once."""

    OWNER = "owner", _("Responsible manager")
    SEGMENT = "segment", _("Segment")
    SOURCE = "source", _("Source")
