"""Scripts: a draft is written, released, retired, and an earlier version comes back. What was released never changes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from callcenter.enums import ListKind, ListState, ScriptState
from callcenter.models import CallList, Script, ScriptAnswer, ScriptStep, ScriptVersion
from callcenter.scripting import problems_of
from core.exceptions import RuleViolation
from intake.enums import CorrectedField

MOST_ANSWERS = 4  # the keys Й Ц У К
MOST_STEPS = 60
ANSWER_FIELDS = {"text": 100, "writes": 10, "about": 100, "value": 300, "suggests": 30}  # with their lengths


@transaction.atomic
def open_script(
    *, actor: User, name: str, kind: str, goal: str = "", now: datetime | None = None
) -> tuple[Script, ScriptVersion]:
    """A new script with its first draft, which holds one empty speech. Raises RuleViolation without a name or for a taken one."""
    if not name.strip() or kind not in ListKind.values:
        raise RuleViolation(_("A script needs a name and a purpose."))
    _guard_name(name)
    script = Script.objects.create(name=name.strip()[:100], kind=kind, goal=goal.strip()[:150])
    version = ScriptVersion.objects.create(script=script, number=1, created_by=actor, created_at=now or timezone.now())
    ScriptStep.objects.create(version=version, order=1, title=_("Greeting"), text=_("Good day!"))
    audit("callcenter.script_opened", actor=actor, subject=script.name, now=now)
    return script, version


@transaction.atomic
def change_script(script: Script, *, actor: User, name: str, goal: str = "", now: datetime | None = None) -> None:
    """Another name or goal. Raises RuleViolation without a name or for a taken one."""
    if not name.strip():
        raise RuleViolation(_("A script needs a name and a purpose."))
    _guard_name(name, besides=script)
    script.name, script.goal = name.strip()[:100], goal.strip()[:150]
    script.save(update_fields=["name", "goal"])
    audit("callcenter.script_changed", actor=actor, subject=script.name, now=now)


def _guard_name(name: str, besides: Script | None = None) -> None:
    if Script.objects.filter(name=name.strip()[:100]).exclude(pk=besides.pk if besides else 0).exists():
        raise RuleViolation(_("There is a script with this name already."))


@transaction.atomic
def draft_version(
    script: Script, *, actor: User, source: ScriptVersion | None = None, now: datetime | None = None
) -> ScriptVersion:
    """The draft of the script: the one that stands, or else a copy of `source` or of the version in use."""
    locked = Script.objects.select_for_update().get(pk=script.pk)
    versions = ScriptVersion.objects.filter(script=locked)
    if standing := versions.filter(state=ScriptState.DRAFT).first():
        return standing
    source = source or versions.released().first() or versions.first()
    number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = ScriptVersion.objects.create(
        script=locked, number=number, created_by=actor, created_at=now or timezone.now()
    )
    if source:
        _copy(source, draft)
    return draft


def _copy(source: ScriptVersion, draft: ScriptVersion) -> None:
    """The same steps and answers; an answer leads to the copy of its step."""
    originals = list(source.steps.prefetch_related("answers"))
    kept = ("order", "title", "text", "hint", "is_objection", "field")
    copies = ScriptStep.objects.bulk_create(
        ScriptStep(version=draft, **{name: getattr(step, name) for name in kept}) for step in originals
    )
    twin = {original.pk: copy for original, copy in zip(originals, copies, strict=True)}
    ScriptAnswer.objects.bulk_create(
        ScriptAnswer(
            step=twin[step.pk],
            order=answer.order,
            leads_to=twin.get(answer.leads_to_id or 0),
            **{name: getattr(answer, name) for name in ANSWER_FIELDS},
        )
        for step in originals
        for answer in step.answers.all()
    )


@transaction.atomic
def write_step(
    version: ScriptVersion,
    *,
    actor: User,
    step: ScriptStep | None = None,
    title: str,
    text: str,
    hint: str = "",
    is_objection: bool = False,
    field: str = "",
    answers: Sequence[Mapping[str, Any]] = (),
) -> ScriptStep:
    """Write a step of the draft with all its answers, in the order of the keys; without `step` a new one at the end.

    Raises RuleViolation for a version that is no draft, a step without title or words, a title that another step has, more
    than four answers, or an answer that leads out of the script.
    """
    draft = _draft(version)
    title, text = title.strip()[:100], text.strip()
    if not title or not text:
        raise RuleViolation(_("A step needs a title and what the operator says."))
    if field and field not in CorrectedField.values:
        raise RuleViolation(_("There is no such line of the check."))
    steps = {row.pk: row for row in draft.steps.all()}
    if step is None and len(steps) >= MOST_STEPS:
        raise RuleViolation(_("A script has %(count)s steps at most.") % {"count": MOST_STEPS})
    _guard_title(steps, step, title, field)
    row = (
        steps[step.pk]
        if step
        else ScriptStep(version=draft, order=max((s.order for s in steps.values()), default=0) + 1)
    )
    row.title, row.text, row.hint, row.is_objection, row.field = title, text, hint.strip()[:200], is_objection, field
    row.save()
    _write_answers(row, answers, steps)
    return row


def _guard_title(steps: Mapping[int, ScriptStep], step: ScriptStep | None, title: str, field: str) -> None:
    """People find a step by its title; the questions of a check stand under a common one."""
    others = (row for pk, row in steps.items() if step is None or pk != step.pk)
    if not field and any(row.title == title for row in others):
        raise RuleViolation(_("There is a step «%(title)s» already.") % {"title": title})


def _write_answers(step: ScriptStep, answers: Sequence[Mapping[str, Any]], steps: Mapping[int, ScriptStep]) -> None:
    said = [answer for answer in answers if str(answer.get("text", "")).strip()]
    if len(said) > MOST_ANSWERS:
        raise RuleViolation(_("A step has four answers at most: one for each of the keys."))
    if any(answer.get("leads_to") and answer["leads_to"] not in steps for answer in said):
        raise RuleViolation(_("An answer leads only to a step of the same version."))
    step.answers.all().delete()
    ScriptAnswer.objects.bulk_create(
        ScriptAnswer(step=step, order=order, leads_to=steps.get(answer.get("leads_to") or 0), **_words(answer))
        for order, answer in enumerate(said, start=1)
    )


def _words(answer: Mapping[str, Any]) -> dict[str, str]:
    """What an answer says and writes, as long as its columns are."""
    words = {name: str(answer.get(name, "")).strip()[:longest] for name, longest in ANSWER_FIELDS.items()}
    return words if words["writes"] else words | {"about": "", "value": ""}


@transaction.atomic
def move_step(step: ScriptStep, *, actor: User, by: int) -> None:
    """Let a step of the draft change places with its neighbour; at the edge it stays."""
    draft = _draft(step.version)
    rows = list(draft.steps.order_by("order"))
    place = next(number for number, row in enumerate(rows) if row.pk == step.pk)
    other = place + (1 if by > 0 else -1)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        _number(draft, rows)


@transaction.atomic
def remove_step(step: ScriptStep, *, actor: User) -> None:
    """Take a step out of the draft; answers that led to it lead nowhere. Raises RuleViolation for the last one."""
    draft = _draft(step.version)
    rows = [row for row in draft.steps.order_by("order") if row.pk != step.pk]
    if not rows:
        raise RuleViolation(_("A script has one step at least."))
    ScriptStep.objects.filter(pk=step.pk, version=draft).delete()
    _number(draft, rows)


def _number(draft: ScriptVersion, rows: Sequence[ScriptStep]) -> None:
    """Give the steps their numbers anew; first out of the way, because two may not have one number."""
    draft.steps.update(order=F("order") + 1000)
    for order, row in enumerate(rows, start=1):
        row.order = order
    ScriptStep.objects.bulk_update(rows, ["order"])


@transaction.atomic
def discard_draft(version: ScriptVersion, *, actor: User, now: datetime | None = None) -> None:
    """Throw the draft away; a script that has nothing else goes with it. Raises RuleViolation for what is no draft."""
    draft = _draft(version)
    script, number = draft.script, draft.number
    draft.delete()
    if not script.versions.exists():
        if script.lists.exists():
            raise RuleViolation(_("Lists are called by this script: it cannot go."))
        script.delete()
    audit("callcenter.script_draft_discarded", actor=actor, subject=script.name, number=number, now=now)


@transaction.atomic
def release_version(version: ScriptVersion, *, actor: User, now: datetime | None = None) -> None:
    """From its next card every operator goes by the draft; the version before is retired, and talks under way keep it.

    Raises RuleViolation with what is wrong and where: a branch without an exit, a step nobody reaches, an unknown variable.
    """
    _bring_into_use(_draft(version), actor=actor, event="callcenter.script_released", now=now)
    version.refresh_from_db()


@transaction.atomic
def return_to(version: ScriptVersion, *, actor: User, now: datetime | None = None) -> None:
    """An earlier version comes back into use as it was. Raises RuleViolation for one that is not retired, or not sound."""
    row = _locked(version)
    if row.state != ScriptState.RETIRED:
        raise RuleViolation(_("Only an earlier version can come back; this one is %(state)s.") % _state(row))
    _bring_into_use(row, actor=actor, event="callcenter.script_returned", now=now)
    version.refresh_from_db()


def _bring_into_use(row: ScriptVersion, *, actor: User, event: str, now: datetime | None) -> None:
    now = now or timezone.now()
    if problems := problems_of(row):
        raise RuleViolation(" ".join(problem.text for problem in problems[:3]))
    ScriptVersion.objects.released().filter(script=row.script).update(state=ScriptState.RETIRED, retired_at=now)
    row.state, row.released_at, row.released_by, row.retired_at = ScriptState.RELEASED, now, actor, None
    row.save(update_fields=["state", "released_at", "released_by", "retired_at"])
    audit(event, actor=actor, subject=row.script.name, number=row.number, now=now)


@transaction.atomic
def retire_version(version: ScriptVersion, *, actor: User, now: datetime | None = None) -> None:
    """Take the version out of use. Raises RuleViolation while open lists are called by it, or for what is not in use."""
    row = _locked(version)
    if row.state != ScriptState.RELEASED:
        raise RuleViolation(_("Only the version in use can be retired; this one is %(state)s.") % _state(row))
    if called := CallList.objects.filter(script=row.script).exclude(state=ListState.CLOSED).first():
        raise RuleViolation(
            _("The list «%(name)s» is called by this script: give it another one first.") % {"name": called}
        )
    row.state, row.retired_at = ScriptState.RETIRED, now or timezone.now()
    row.save(update_fields=["state", "retired_at"])
    audit("callcenter.script_retired", actor=actor, subject=row.script.name, number=row.number, now=now)
    version.refresh_from_db()


def _locked(version: ScriptVersion) -> ScriptVersion:
    """The version as it is now. The script is locked first: of two releases one waits and then sees the other."""
    Script.objects.select_for_update().get(pk=version.script_id)
    return ScriptVersion.objects.select_related("script").get(pk=version.pk)


def _draft(version: ScriptVersion) -> ScriptVersion:
    row = _locked(version)
    if not row.is_draft:
        raise RuleViolation(
            _("Version %(number)s is %(state)s and does not change: calls went by it. Press «Change» for a draft.")
            % (_state(row) | {"number": row.number})
        )
    return row


def _state(row: ScriptVersion) -> dict[str, Any]:
    return {"state": row.get_state_display()}
