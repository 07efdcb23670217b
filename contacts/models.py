"""Persons, the history of contacts with them (the spine of the product), and what comes next."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PermittedQuerySet
from companies.models import Company, Source
from contacts import kinds
from contacts.enums import (
    AccessKind,
    Attitude,
    Channel,
    ContactState,
    CycleState,
    DecisionRole,
    Gender,
    Purpose,
    RefusalSource,
    Urgency,
)
from contacts.querysets import InForce, InteractionQuerySet, NextContactQuerySet, PersonQuerySet


class Cycle(models.Model):
    """A wave of sales: Цикл-01 = mailing + event + calls + meetings.

    It stands here, because interactions and meetings, below campaigns, belong to a wave.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    goal = models.CharField(_("goal"), max_length=300, blank=True)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CycleState, default=CycleState.RUNNING)

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("cycle")

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A contact person in one company. One human in two companies is two rows with one `identity`."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="persons")
    last_name = models.CharField(_("surname"), max_length=100, blank=True)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    middle_name = models.CharField(_("patronymic"), max_length=100, blank=True)
    gender = models.CharField(_("gender"), max_length=1, choices=Gender, blank=True, default=Gender.UNKNOWN)
    position = models.CharField(_("position"), max_length=150, blank=True)
    decision_role = models.CharField(
        _("role in decisions"), max_length=12, choices=DecisionRole, blank=True, default=DecisionRole.UNKNOWN
    )
    # the evidence of the role: who has named it, when, and in which talk
    role_at = models.DateTimeField(null=True, editable=False)
    role_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    role_heard_in = models.ForeignKey(
        "Interaction", models.SET_NULL, null=True, editable=False, related_name="roles_heard", db_index=False
    )
    attitude = models.CharField(_("attitude"), max_length=8, choices=Attitude, blank=True, default=Attitude.NEUTRAL)
    reports_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="subordinates", verbose_name=_("reports to")
    )
    salutation = models.CharField(
        _("salutation"), max_length=150, blank=True, help_text=_("Instead of the one made from the name")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    identity = models.UUIDField(null=True, blank=True, editable=False)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    seen_at = models.DateTimeField(editable=False)  # when the source or a call last confirmed the person
    started_at = models.DateField(_("works there since"), null=True, blank=True)
    left_at = models.DateField(_("left the company"), null=True, blank=True)
    erased_at = models.DateTimeField(null=True, editable=False)  # nothing is left that says who this was
    name_key = models.CharField(max_length=320, editable=False)  # «фамилия имя отчество», lower case, ё→е

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        verbose_name = _("person")
        indexes = [
            GinIndex(fields=["name_key"], opclasses=["gin_trgm_ops"], name="person_name_trgm"),
            models.Index(fields=["identity"], name="person_identity", condition=models.Q(identity__isnull=False)),
            models.Index(
                fields=["name_key"], include=["company"], opclasses=["varchar_pattern_ops"], name="person_name_prefix"
            ),
            models.Index(fields=["id"], include=["company"], name="person_company"),  # from a phone to the company
        ]
        constraints = [models.CheckConstraint(condition=~models.Q(name_key=""), name="person_has_name")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """«Рябов Сергей Жанович»."""
        return " ".join(filter(None, [self.last_name, self.first_name, self.middle_name]))

    @property
    def role_age(self) -> int | None:
        """Days since somebody has named the role; nothing when it came without a talk, from a file."""
        return (timezone.now() - self.role_at).days if self.role_at else None

    @property
    def decides(self) -> bool:
        """Whether this is the decision maker (ЛПР)."""
        return self.decision_role == DecisionRole.DECIDES


class PersonPhone(models.Model):
    """A phone of a person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="phones")
    number = models.CharField(_("phone"), max_length=16)  # E.164
    extension = models.CharField(_("extension"), max_length=8, blank=True)
    is_invalid = models.BooleanField(_("does not work"), default=False)
    invalid_at = models.DateTimeField(null=True)
    invalid_reason = models.CharField(max_length=200, blank=True)  # a server's words, or a person's
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField()

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("phone")
        constraints = [models.UniqueConstraint(fields=["person", "number", "extension"], name="person_phone_once")]
        indexes = [
            models.Index(
                fields=["number"], include=["person"], opclasses=["varchar_pattern_ops"], name="person_phone_number"
            )
        ]

    def __str__(self) -> str:
        return self.number


class PersonEmail(models.Model):
    """An e-mail of a person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="emails")
    address = models.EmailField(_("e-mail"))  # lower case
    is_invalid = models.BooleanField(_("does not exist"), default=False)
    invalid_at = models.DateTimeField(null=True)
    invalid_reason = models.CharField(max_length=200, blank=True)  # a server's words, or a person's
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField()

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("e-mail")
        constraints = [models.UniqueConstraint(fields=["person", "address"], name="person_email_once")]
        indexes = [
            models.Index(
                fields=["address"], include=["person"], opclasses=["varchar_pattern_ops"], name="person_email_address"
            )
        ]

    def __str__(self) -> str:
        return self.address


class Need(models.Model):
    """A need found out in a talk: the fourth information block."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="needs")
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="needs", verbose_name=_("who said")
    )
    text = models.CharField(_("need"), max_length=300)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, default=Urgency.IMPORTANT)
    product_group = models.CharField(_("product group"), max_length=100, blank=True)
    volume = models.CharField(_("volume"), max_length=60, blank=True)  # as they say it: «40 т в месяц»
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cycle = models.ForeignKey(Cycle, models.SET_NULL, null=True, blank=True, related_name="needs")

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-found_at"]
        verbose_name = _("need")

    def __str__(self) -> str:
        return self.text


class OptOut(models.Model):
    """«Не писать» and «не звонить»: one register for letters and calls, by number or address, person or company. Effective at once.

    A refusal that was taken back stays as a row with who took it back and why; `objects` are those in force, `journal` is all.
    """

    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    value = models.CharField(
        _("number or address"), max_length=320, blank=True
    )  # E.164 or lower-case e-mail; "" = the whole company
    company = models.ForeignKey(Company, models.CASCADE, null=True, blank=True, related_name="opt_outs")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="opt_outs")
    source = models.CharField(_("source"), max_length=10, choices=RefusalSource, default=RefusalSource.TALK)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    lifted_reason = models.CharField(max_length=200, blank=True)

    objects = InForce.from_queryset(PermittedQuerySet)()
    journal = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("opt-out")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "value"],
                condition=~models.Q(value="") & models.Q(lifted_at__isnull=True),
                name="opt_out_value_once",
            ),
            models.UniqueConstraint(
                fields=["channel", "company"],
                condition=models.Q(value="", lifted_at__isnull=True),
                name="opt_out_company_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(value="") | models.Q(company__isnull=False), name="opt_out_of_something"
            ),
        ]
        indexes = [models.Index(fields=["channel", "-at", "-id"], name="opt_out_newest")]

    def __str__(self) -> str:
        return f"{self.channel} {self.value or self.company_id}"


class Interaction(models.Model):
    """The information interaction: every contact of any kind with a company, written by every function, never changed."""

    kind = models.CharField(max_length=60)  # registered in contacts.kinds by the app that owns it
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.SYSTEM)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="interactions", verbose_name=_("who")
    )
    company = models.ForeignKey(Company, models.CASCADE, related_name="interactions")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="interactions")
    cycle = models.ForeignKey(Cycle, models.SET_NULL, null=True, blank=True, related_name="interactions")
    result = models.CharField(_("result"), max_length=60, blank=True)  # a result code or state, for figures
    text = models.TextField(_("what was said"), blank=True)
    data = models.JSONField(default=dict, blank=True)
    source_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    source_id = models.BigIntegerField(null=True)
    source = GenericForeignKey("source_type", "source_id")

    objects = InteractionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("interaction")
        indexes = [
            models.Index(fields=["company", "-at"], name="interaction_of_company"),
            models.Index(fields=["kind", "at"], name="interaction_of_kind"),
            models.Index(fields=["actor", "at"], name="interaction_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"

    @property
    def meaning(self) -> kinds.Kind:
        """The sentence, icon and tone of the kind; a bare name for a kind that nobody registers any more."""
        return kinds.find(self.kind) or kinds.Kind(self.kind, self.kind, "point")

    @property
    def changes(self) -> list[dict[str, str]]:
        """Changed fields in words, for a line of the history."""
        return [
            {"label": kinds.field_label(field), "old": old, "new": new}
            for field, (old, new) in (self.data.get("changes") or {}).items()
        ]


class NextContact(models.Model):
    """The time and type of the next contact: the fifth information block."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="next_contacts")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="next_contacts")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="next_contacts",
        verbose_name=_("who"),
    )
    channel = models.CharField(_("how"), max_length=10, choices=Channel, default=Channel.PHONE)
    at = models.DateTimeField(_("when"))
    text = models.CharField(_("about what"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ContactState, default=ContactState.OPEN)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    planned_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    cycle = models.ForeignKey(Cycle, models.SET_NULL, null=True, blank=True, related_name="next_contacts")

    objects = NextContactQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("next contact")
        indexes = [
            models.Index(fields=["owner", "at"], condition=models.Q(state="open"), name="next_contact_open"),
            models.Index(fields=["company", "at"], condition=models.Q(state="open"), name="next_contact_of_company"),
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.at:%Y-%m-%d %H:%M}"


class Consent(models.Model):
    """What a person has agreed to, when and where it is written; a withdrawn one stays, with the day it ended."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("consent to"), max_length=12, choices=Purpose)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, blank=True)  # "" = all of them
    text_version = models.CharField(_("version of the text"), max_length=60, blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    given_at = models.DateTimeField(_("given"))
    proof = models.FileField(_("proof"), upload_to="consents/%Y/%m", blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "-pk"]
        verbose_name = _("consent")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True) | models.Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_ends_after_it_is_given",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.given_at:%Y-%m-%d}"


class DataAccess(models.Model):
    """Who saw or took out the data of persons of a company: one row a day, a person and a kind."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="data_accesses")
    company = models.ForeignKey(Company, models.CASCADE, related_name="data_accesses")
    kind = models.CharField(_("what"), max_length=10, choices=AccessKind)
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("first time"))

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("access to data of persons")
        constraints = [models.UniqueConstraint(fields=["user", "company", "kind", "day"], name="access_once_a_day")]
        indexes = [models.Index(fields=["company", "-at"], name="access_to_company")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.company_id} {self.day}"
