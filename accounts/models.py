"""People, their departments and roles, the grants, and the journal of what was done with rights and data."""

from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.enums import Function, Scope, Sharing
from accounts.querysets import PeopleManager, PermittedQuerySet, SavedViewQuerySet


def validate_zone(value: str) -> None:
    """An IANA zone name."""
    if value not in available_timezones():
        raise ValidationError(_("Unknown time zone: %(zone)s"), params={"zone": value})


class Team(models.Model):
    """A department: the people whose rows its head sees with the scope «department»."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    function = models.CharField(_("function"), max_length=20, choices=Function)

    class Meta:
        ordering = ["name"]
        verbose_name = _("department")

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person of the department. Rights come from roles, never from `is_superuser`."""

    middle_name = models.CharField(_("patronymic"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("department")
    )
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Moscow", validators=[validate_zone])
    language = models.CharField(_("language"), max_length=5, default="ru", choices=settings.LANGUAGES)
    discount_limit = models.DecimalField(_("discount limit, %"), max_digits=5, decimal_places=2, default=5)

    objects = PeopleManager()

    class Meta:
        ordering = ["last_name", "first_name"]
        verbose_name = _("user")
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"), name="user_email_once", condition=~models.Q(email="")
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """First name and surname, as colleagues address each other on the screen."""
        return " ".join(filter(None, [self.first_name, self.last_name])) or self.username

    @property
    def short_name(self) -> str:
        """«Савельев И. А.» with non-breaking spaces."""
        letters = "\u00a0".join(f"{name[0]}." for name in (self.first_name, self.middle_name) if name)
        return "\u00a0".join(filter(None, [self.last_name, letters])) or self.username

    @property
    def initials(self) -> str:
        """Two letters for the round badge."""
        return "".join(part[0] for part in self.full_name.split()[:2]).upper()

    @cached_property
    def roles(self) -> list[str]:
        """Names of the roles held, in the order of the policy table."""
        held = set(self.assignments.values_list("role", flat=True))
        return [role for role in policy.ROLES if role in held]

    @property
    def role_label(self) -> str:
        """What is written under the name in the menu."""
        return ", ".join(str(policy.ROLES[role][0]) for role in self.roles)

    @cached_property
    def scopes(self) -> dict[str, Scope]:
        """Action -> the widest scope over all roles. Read once a request: a changed grant works from the next one."""
        widest: dict[str, Scope] = {}
        held = RoleAssignment.objects.filter(user=self).values("role")
        for action, scope in Grant.objects.filter(role__in=held).values_list("action", "scope"):
            widest[action] = Scope(max(scope, widest.get(action, Scope.NONE)))
        return widest

    def scope_of(self, action: str) -> Scope:
        """On whose rows the user may do the action."""
        return self.scopes.get(action, Scope.NONE) if self.is_active else Scope.NONE

    def may(self, action: str) -> bool:
        """Whether the user may do the action on any rows at all. Raises KeyError for an unknown action."""
        return self.scope_of(policy.ACTIONS[action].name) > Scope.NONE


class RoleAssignment(models.Model):
    """A role of a person; a small firm gives one person several."""

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=30, choices=[(role, row[0]) for role, row in policy.ROLES.items()])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="role_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"


class Grant(models.Model):
    """Role × action → scope: the policy as it is in force, loaded from the presets and edited on the matrix page."""

    role = models.CharField(max_length=30, choices=[(role, row[0]) for role, row in policy.ROLES.items()])
    action = models.CharField(max_length=60)
    scope = models.PositiveSmallIntegerField(choices=Scope)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "action"], name="grant_once")]

    def __str__(self) -> str:
        return f"{self.role} {self.action} {self.get_scope_display()}"


class AuditEntry(models.Model):
    """What was done with rights, exports and personal data. Append-only."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="audit_entries")
    event = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.event} {self.subject}"


class SavedView(models.Model):
    """A selection under a name: filters, order and columns of a list, for oneself, the department or everybody."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40)  # the url name of the list it belongs to
    name = models.CharField(_("name"), max_length=60)
    filters = models.JSONField(default=dict, blank=True)
    order = models.CharField(max_length=30, blank=True)
    columns = models.JSONField(default=list, blank=True)
    sharing = models.CharField(_("who sees it"), max_length=10, choices=Sharing, default=Sharing.PRIVATE)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("saved selection")
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name
