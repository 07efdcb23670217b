"""The client base: the company with its phones, accounts and addresses, and the classifiers."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import validate_zone
from accounts.querysets import PermittedQuerySet
from companies.enums import AddressKind, CompanyState, SourceKind, Stage
from companies.querysets import CompanyQuerySet


class Region(models.Model):
    """A federal subject: the code of the tax register, the name, the IANA zone by which clients are called."""

    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    short_name = models.CharField(max_length=60)
    time_zone = models.CharField(max_length=50, validators=[validate_zone])

    class Meta:
        ordering = ["name"]
        verbose_name = _("region")

    def __str__(self) -> str:
        return self.short_name


class Activity(models.Model):
    """A code of ОКВЭД-2; the importer adds the codes it meets."""

    code = models.CharField(max_length=8, primary_key=True)
    name = models.CharField(_("name"), max_length=500)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ["code"]
        verbose_name = _("kind of activity")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Segment(models.Model):
    """Own classifier of clients, a tree."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ["name"]
        verbose_name = _("segment")

    def __str__(self) -> str:
        return self.name


class Source(models.Model):
    """Where data come from. It stands here and not in intake, because a company and a phone point at it."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind, default=SourceKind.OTHER)
    url = models.URLField(_("address"), blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("source")

    def __str__(self) -> str:
        return self.name


FILTERED = [
    "stage",
    "region",
    "segment",
    "owner",
    "source",
    "verified_at",
    "completeness",
    "decision_makers",
    "last_contact_at",
    "next_contact_at",
    "inn",
]  # what the filters of the base list ask


def _covering(name: str, *order: str | models.expressions.OrderBy | models.Func) -> models.Index:
    """An index of the companies at work in this order, with the columns of the filters inside."""
    named = [column if isinstance(column, str) else column.get_source_expressions()[0].name for column in order]
    include = [column for column in FILTERED if column not in named]
    return models.Index(*order, include=include, condition=models.Q(state=CompanyState.ACTIVE), name=name)


class Company(models.Model):
    """A client: one row from the first collection to the repeat sale; it moves through stages and is never copied."""

    name = models.CharField(_("name"), max_length=300, help_text=_("Without the legal form and quotes"))
    legal_form = models.CharField(_("legal form"), max_length=20, blank=True)
    full_name = models.CharField(_("full name"), max_length=500, blank=True)
    is_private = models.BooleanField(
        _("private person"), default=False, help_text=_("Called and written to only with a consent to advertising")
    )
    name_key = models.CharField(
        max_length=300, editable=False
    )  # companies.normalise.name_key: search, order, duplicates
    inn = models.CharField(_("INN"), max_length=12, blank=True)
    kpp = models.CharField(_("KPP"), max_length=9, blank=True)
    ogrn = models.CharField(_("OGRN"), max_length=15, blank=True)
    okpo = models.CharField(_("OKPO"), max_length=10, blank=True)
    activity = models.ForeignKey(
        Activity, models.SET_NULL, null=True, blank=True, related_name="companies", verbose_name=_("kind of activity")
    )
    segment = models.ForeignKey(
        Segment, models.SET_NULL, null=True, blank=True, related_name="companies", verbose_name=_("segment")
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="companies", verbose_name=_("region")
    )
    city = models.CharField(_("city"), max_length=100, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Moscow", validators=[validate_zone])
    site = models.CharField(_("site"), max_length=200, blank=True)
    site_host = models.CharField(max_length=150, blank=True, editable=False)
    email = models.EmailField(_("common e-mail"), blank=True)
    email_invalid = models.BooleanField(default=False)
    email_invalid_at = models.DateTimeField(null=True, editable=False)
    email_invalid_reason = models.CharField(max_length=200, blank=True, editable=False)

    about = models.TextField(_("what they do"), blank=True)
    headcount = models.PositiveIntegerField(_("people"), null=True, blank=True)
    revenue = models.DecimalField(_("revenue a year, ₽"), max_digits=16, decimal_places=2, null=True, blank=True)
    technical = models.JSONField(_("technical information"), default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)

    stage = models.PositiveSmallIntegerField(_("stage"), choices=Stage, default=Stage.COLLECTION)
    state = models.CharField(_("state"), max_length=10, choices=CompanyState, default=CompanyState.ACTIVE)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="branches", verbose_name=_("parent company")
    )
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="merged_from", db_index=False
    )  # where the card of a merged company leads
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="companies",
        verbose_name=_("responsible manager"),
    )
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="companies", verbose_name=_("source")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("collected"), editable=False)
    version = models.PositiveIntegerField(
        default=1, editable=False
    )  # compared on save: nobody's edit is overwritten silently

    checked_at = models.DateTimeField(
        null=True, editable=False
    )  # a verification call went through; corrections may still wait for the marketer
    verified_at = models.DateTimeField(_("verified"), null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="companies_verified"
    )
    verified_until = models.DateTimeField(null=True, editable=False)
    # kept by contacts.summary and contacts.services: the list shows them without joins
    completeness = models.PositiveSmallIntegerField(
        _("completeness, %"), default=0, editable=False, validators=[MaxValueValidator(100)]
    )
    blocks = models.JSONField(default=dict, editable=False)  # block number "1".."6" -> percent
    decision_makers = models.PositiveSmallIntegerField(_("decision makers"), default=0, editable=False)
    last_contact_at = models.DateTimeField(_("last contact"), null=True, editable=False)
    last_contact_kind = models.CharField(max_length=60, blank=True, editable=False)
    next_contact_at = models.DateTimeField(_("next contact"), null=True, editable=False)
    next_contact_text = models.CharField(max_length=200, blank=True, editable=False)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["name_key", "pk"]
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints = [
            models.UniqueConstraint(
                fields=["inn", "kpp"],
                condition=~models.Q(inn="") & ~models.Q(state="merged"),
                name="company_inn_kpp_once",
                violation_error_message=_("A company with this INN and KPP is already in the base."),
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="company_has_name"),
        ]
        indexes = [
            GinIndex(fields=["name_key"], opclasses=["gin_trgm_ops"], name="company_name_trgm"),
            models.Index(fields=["inn"], opclasses=["varchar_pattern_ops"], name="company_inn_prefix"),
            models.Index(
                fields=["email"],
                opclasses=["varchar_pattern_ops"],
                name="company_email_prefix",
                condition=~models.Q(email=""),
            ),
            # the orders of the base list, read from both ends; each holds what the filters ask, so that walking along it
            # never touches the wide rows
            _covering("company_order", "name_key", "id"),
            _covering("company_begin_order", Left("name_key", 3), "name_key", "id"),  # to skip beginnings
            _covering("company_verified_order", models.F("verified_at").asc(nulls_first=True), "id"),
            _covering("company_last_contact_order", models.F("last_contact_at").asc(nulls_first=True), "id"),
            _covering("company_next_contact_order", "next_contact_at", "id"),
            _covering("company_completeness_order", "completeness", "id"),
            # the ends of searches that begin elsewhere, at a phone or a person
            models.Index(
                "id",
                include=["name_key", "owner"],
                condition=models.Q(state=CompanyState.ACTIVE),
                name="company_active",
            ),
            # the two filters that are asked most
            _covering("company_stage_order", "stage", "name_key", "id"),
            _covering("company_owner_order", "owner", "name_key", "id"),
            models.Index(
                fields=["site_host"],
                opclasses=["varchar_pattern_ops"],
                name="company_site_host",
                condition=~models.Q(site_host=""),
            ),
            models.Index(
                fields=["merged_into"], name="company_merged_into", condition=models.Q(merged_into__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """With the legal form first, as on the card and in documents: АО «Уралпромдеталь»."""
        return f"{self.legal_form} «{self.name}»" if self.legal_form else self.name

    @property
    def verification_age(self) -> int | None:
        """Days since the verification; nothing for a company that has never been verified."""
        return (timezone.now() - self.verified_at).days if self.verified_at else None

    @property
    def site_shown(self) -> str:
        """The site without its scheme, as people read it."""
        return self.site.partition("://")[2] or self.site

    @property
    def initials(self) -> str:
        """Two letters for the square badge: «Уралпромдеталь» → УР, «Миасс-Инструмент» → МИ."""
        words = self.name_key.split()
        return (words[0][0] + words[1][0] if len(words) > 1 else self.name_key[:2]).upper()


class Phone(models.Model):
    """A phone of the company as a whole (the switchboard); persons' phones are theirs."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="phones")
    number = models.CharField(_("phone"), max_length=16)  # E.164
    extension = models.CharField(_("extension"), max_length=8, blank=True)
    label = models.CharField(_("whose"), max_length=60, blank=True)
    is_main = models.BooleanField(_("main"), default=False)
    is_invalid = models.BooleanField(_("does not work"), default=False)
    invalid_at = models.DateTimeField(null=True)
    invalid_reason = models.CharField(max_length=200, blank=True)  # a server's words, or a person's
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField()  # when the source gave it, or a call confirmed it

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-is_main", "pk"]
        verbose_name = _("phone")
        constraints = [models.UniqueConstraint(fields=["company", "number", "extension"], name="company_phone_once")]
        indexes = [
            models.Index(
                fields=["number"], include=["company"], opclasses=["varchar_pattern_ops"], name="company_phone_number"
            )
        ]

    def __str__(self) -> str:
        return self.number


class BankAccount(models.Model):
    """A settlement account of the company, proved against the БИК of its bank."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="bank_accounts")
    bik = models.CharField(_("BIK"), max_length=9)
    number = models.CharField(_("settlement account"), max_length=20)
    bank = models.CharField(_("bank"), max_length=200, blank=True)
    correspondent = models.CharField(_("correspondent account"), max_length=20, blank=True)
    is_main = models.BooleanField(_("main"), default=False)
    seen_at = models.DateTimeField()

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-is_main", "pk"]
        verbose_name = _("bank account")
        constraints = [models.UniqueConstraint(fields=["company", "number", "bik"], name="bank_account_once")]

    def __str__(self) -> str:
        return f"{self.number}, {self.bik}"


class Address(models.Model):
    """An address: its parts and the text it came from."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="addresses")
    kind = models.CharField(_("kind"), max_length=10, choices=AddressKind, default=AddressKind.ACTUAL)
    postcode = models.CharField(_("postal index"), max_length=6, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    city = models.CharField(_("city"), max_length=100, blank=True)
    street = models.CharField(_("street, house, office"), max_length=200, blank=True)
    text = models.CharField(_("as in the source"), max_length=400, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField()

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("address")

    def __str__(self) -> str:
        parts = [self.city, self.street] if self.city or self.street else [self.text]
        return ", ".join(filter(None, [self.postcode, *parts]))
