"""What an operator says: scripts, their steps and answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PermittedQuerySet
from callcenter.enums import ListKind


class Script(models.Model):
    """What an operator says: steps with answers that lead on."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=15, choices=ListKind)
    goal = models.CharField(_("goal of the talk"), max_length=150, blank=True)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("script")

    def __str__(self) -> str:
        return self.name


class ScriptStep(models.Model):
    """One speech of the script; `text` holds merge fields of a fixed list ({{ salutation }}, {{ campaign_subject }})."""

    script = models.ForeignKey(Script, models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("speech"))
    is_objection = models.BooleanField(default=False)
    field = models.CharField(
        max_length=20, blank=True
    )  # verification: the line of the check that this speech asks about

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["script", "order"], name="script_step_order")]

    def __str__(self) -> str:
        return self.title


class ScriptAnswer(models.Model):
    """An answer of the client: where it leads and what it writes."""

    step = models.ForeignKey(ScriptStep, models.CASCADE, related_name="answers")
    order = models.PositiveSmallIntegerField()  # 1..4 = Й Ц У К
    text = models.CharField(_("answer"), max_length=100)
    leads_to = models.ForeignKey(ScriptStep, models.SET_NULL, null=True, blank=True, related_name="+")
    writes = models.CharField(max_length=30, blank=True)  # a fact of the call: "received:yes", "received:no", "need"
    suggests = models.CharField(max_length=30, blank=True)  # the code of the result that usually follows

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["step", "order"], name="script_answer_order")]

    def __str__(self) -> str:
        return self.text
