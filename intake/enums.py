"""Words of collection and correction."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportState(models.TextChoices):
    """Where an import is."""

    UPLOADED = "uploaded", _("uploaded")
    CHECKING = "checking", _("is being checked")
    CHECKED = "checked", _("checked")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")
    UNDOING = "undoing", _("is being taken back")
    UNDONE = "undone", _("taken back")


class Outcome(models.TextChoices):
    """What will come of a row of the file."""

    CREATE = "create", _("will create")
    UPDATE = "update", _("will update")
    CONFLICT = "conflict", _("conflict")
    ERROR = "error", _("error")
    SKIP = "skip", _("in the base already")


class Resolution(models.TextChoices):
    """How a person settles a conflict between the base and the file."""

    OPEN = "", _("not decided")
    BASE = "base", _("Base")
    FILE = "file", _("File")
    NEW = "new", _("Another company")


class MatchPolicy(models.TextChoices):
    """What to do when the company is in the base already."""

    FILL = "fill", _("Fill empty fields")
    REPLACE = "replace", _("Replace by the file")
    SKIP = "skip", _("Do not touch")


class CorrectionState(models.TextChoices):
    """A correction's life."""

    NEW = "new", _("new")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    CONFLICT = "conflict", _("conflict")


class CorrectedField(models.TextChoices):
    """What an operator may correct; the verb that applies it is chosen by this."""

    NAME = "name", _("Company name")
    INN = "inn", _("INN")
    ADDRESS = "address", _("Address")
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("Common e-mail")
    SITE = "site", _("Site")
    HEADCOUNT = "headcount", _("People")
    PERSON = "person", _("Decision maker")
    POSITION = "position", _("Position")
    PERSON_PHONE = "person_phone", _("Decision maker's phone")
    PERSON_EMAIL = "person_email", _("Decision maker's e-mail")
    STATE = "state", _("State")


# These make another company of it: each is decided by itself, never with the others.
WEIGHTY_FIELDS = (CorrectedField.NAME, CorrectedField.INN, CorrectedField.STATE)


class ImportField(models.TextChoices):
    """What a column of a file may be; the order is that of the choice on the screen."""

    NAME = "name", _("Company name")
    INN = "inn", _("INN")
    KPP = "kpp", _("KPP")
    INN_KPP = "inn_kpp", _("INN and KPP in one cell")
    OGRN = "ogrn", _("OGRN")
    ADDRESS = "address", _("Address")
    POSTCODE = "postcode", _("Postal code")
    CITY = "city", _("City")
    REGION = "region", _("Region")
    PHONES = "phones", _("Phones")
    EMAIL = "email", _("Common e-mail")
    SITE = "site", _("Site")
    SEGMENT = "segment", _("Segment")
    ACTIVITY = "activity", _("Kind of activity (OKVED)")
    HEADCOUNT = "headcount", _("People")
    ABOUT = "about", _("What they do")
    PERSON = "person", _("Person: name")
    POSITION = "position", _("Person: position")
    PERSON_PHONE = "person_phone", _("Person: phone")
    PERSON_EMAIL = "person_email", _("Person: e-mail")
    NOTE = "note", _("Note")
    CODE = "code", _("Number of the card")
    URL = "url", _("Page where it was found")


# Several columns of a file may be one of these; of the others the first column counts.
MANY_COLUMNS = (
    ImportField.PHONES,
    ImportField.EMAIL,
    ImportField.PERSON_PHONE,
    ImportField.PERSON_EMAIL,
    ImportField.NOTE,
)


class RegisterKind(models.TextChoices):
    """Which open data of the tax service a file holds."""

    ENTERPRISES = "enterprises", _("Register of small and medium enterprises: new companies")
    SIZES = "sizes", _("Headcounts or incomes: what known companies lack")


class EnterpriseCategory(models.TextChoices):
    """How large an enterprise of the register is."""

    MICRO = "1", _("micro")
    SMALL = "2", _("small")
    MEDIUM = "3", _("medium")


class PairState(models.TextChoices):
    """What has become of two cards that look like one company."""

    NEW = "new", _("to be decided")
    LATER = "later", _("put off")
    REJECTED = "rejected", _("not duplicates")
    MERGED = "merged", _("merged")


class ScanPhase(models.IntegerChoices):
    """The two halves of a scan for duplicates."""

    KEYS = 1, _("keys are being written")
    PAIRS = 2, _("pairs are being looked for")


class SharingState(models.TextChoices):
    """What has become of a request to share a client."""

    ASKED = "asked", _("asked")
    ACCEPTED = "accepted", _("shared")
    REFUSED = "refused", pgettext_lazy("sharing", "refused")
