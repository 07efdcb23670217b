"""What an operator says: scripts with numbered versions, their steps and answers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PermittedQuerySet
from callcenter.enums import ListKind, ScriptState, Writes
from callcenter.querysets import ScriptVersionQuerySet


class Script(models.Model):
    """What an operator says in calls of one kind. Its words stand in its versions."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=15, choices=ListKind)
    goal = models.CharField(_("goal of the talk"), max_length=150, blank=True)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("script")

    def __str__(self) -> str:
        return self.name


class ScriptVersion(models.Model):
    """The words as they were at one time. A draft is edited; one that was released never changes, because calls went by it."""

    script = models.ForeignKey(Script, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=ScriptState, default=ScriptState.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)  # the last time it came into use
    retired_at = models.DateTimeField(null=True)

    objects = ScriptVersionQuerySet.as_manager()

    class Meta:
        ordering = ["script", "-number"]
        verbose_name = _("version of a script")
        constraints = [
            models.UniqueConstraint(fields=["script", "number"], name="script_version_once"),
            models.UniqueConstraint(
                fields=["script"], condition=models.Q(state="released"), name="one_released_version"
            ),
            models.UniqueConstraint(fields=["script"], condition=models.Q(state="draft"), name="one_draft_version"),
        ]

    def __str__(self) -> str:
        return f"{self.script_id} {self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether it may be edited."""
        return self.state == ScriptState.DRAFT


class ScriptStep(models.Model):
    """One speech of the script; `text` holds merge fields of a fixed list ({{ salutation }}, {{ mail_subject|our offer }})."""

    version = models.ForeignKey(ScriptVersion, models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("speech"))
    hint = models.CharField(_("hint for the operator"), max_length=200, blank=True)
    is_objection = models.BooleanField(default=False)
    field = models.CharField(
        max_length=20, blank=True
    )  # verification: the line of the check that this speech asks about

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["version", "order"], name="version_step_order")]

    def __str__(self) -> str:
        return self.title


class ScriptAnswer(models.Model):
    """An answer of the client: where it leads, what it writes, which result it suggests."""

    step = models.ForeignKey(ScriptStep, models.CASCADE, related_name="answers")
    order = models.PositiveSmallIntegerField()  # 1..4 = Й Ц У К
    text = models.CharField(_("answer"), max_length=100)
    leads_to = models.ForeignKey(ScriptStep, models.SET_NULL, null=True, blank=True, related_name="+")
    writes = models.CharField(max_length=10, choices=Writes, blank=True, default=Writes.NOTHING)
    about = models.CharField(
        max_length=100, blank=True
    )  # which datum or question is written; a need: its product group
    value = models.CharField(max_length=300, blank=True)  # what is written; empty: the operator types it
    suggests = models.CharField(max_length=30, blank=True)  # the code of the result that usually follows

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["step", "order"], name="script_answer_order")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_typed(self) -> bool:
        """Whether the operator types what is written."""
        return self.writes in {Writes.NEED, Writes.TECHNICAL, Writes.NOTE} and not self.value
