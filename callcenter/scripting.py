"""Whether a script is sound, and how its steps hang together. Reads only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from callcenter.enums import ListKind, Writes
from callcenter.models import ResultCode, ScriptAnswer, ScriptStep, ScriptVersion
from callcenter.speech import FIELD, VARIABLES
from companies.models import TechnicalField
from contacts.enums import DecisionRole
from intake.enums import CorrectedField

RECEIVED = ("yes", "read", "no")
DATUM = ("right", "wrong", "unknown")


@dataclass(frozen=True)
class Problem:
    """What keeps a version from being released, and at which step."""

    step: ScriptStep | None
    text: str


@dataclass
class Node:
    """A step in the tree of the talk: below it the steps that are first reached from it."""

    step: ScriptStep
    key: str = ""  # of the answer that leads here
    children: list["Node"] = field(default_factory=list)


def read_steps(version: ScriptVersion) -> list[ScriptStep]:
    """The steps in order with their answers. Two queries."""
    return list(version.steps.prefetch_related("answers"))


def problems_of(version: ScriptVersion, steps: Sequence[ScriptStep] | None = None) -> list[Problem]:
    """Everything that is wrong, in the order of the steps; nothing for a version that may be released."""
    steps = read_steps(version) if steps is None else steps
    talk = [step for step in steps if not step.is_objection]
    if not talk:
        return [Problem(None, _("The script has no step to begin with."))]
    known = _known(version)
    found = [problem for step in steps for problem in (*_of_words(step), *_of_answers(step, known))]
    if version.script.kind == ListKind.VERIFICATION:
        return found  # the check goes line by line: the answers stand at the lines
    return found + list(_of_ways(steps, talk))


def _of_words(step: ScriptStep) -> Iterator[Problem]:
    for name, _fallback in FIELD.findall(step.text):
        if name not in VARIABLES:
            words = {"step": step.title, "name": name}
            yield Problem(step, _("Step «%(step)s»: there is no variable «%(name)s».") % words)


def _of_answers(step: ScriptStep, known: Mapping[str, set[str]]) -> Iterator[Problem]:
    for answer in step.answers.all():
        words = {"step": step.title, "answer": answer.text}
        if not answer.leads_to_id and not answer.suggests and not step.is_objection and not step.field:
            yield Problem(
                step, _("Step «%(step)s», answer «%(answer)s»: neither a next step nor a result follows.") % words
            )
        if answer.suggests and answer.suggests not in known["results"]:
            yield Problem(step, _("Step «%(step)s», answer «%(answer)s»: there is no such result.") % words)
        if not _is_written(answer, known):
            yield Problem(step, _("Step «%(step)s», answer «%(answer)s»: say what it writes.") % words)


def _is_written(answer: ScriptAnswer, known: Mapping[str, set[str]]) -> bool:
    match answer.writes:
        case Writes.RECEIVED:
            return answer.value in RECEIVED
        case Writes.ROLE:
            return answer.value in known["roles"]
        case Writes.DATUM:
            return answer.about in known["data"] and answer.value in DATUM
        case Writes.TECHNICAL:
            return answer.about in known["questions"]
    return True


def _known(version: ScriptVersion) -> dict[str, set[str]]:
    return {
        "results": set(ResultCode.objects.filter(kind=version.script.kind).values_list("code", flat=True)),
        "roles": {role for role in DecisionRole.values if role},
        "data": set(CorrectedField.values),
        "questions": set(TechnicalField.objects.active().values_list("key", flat=True)),
    }


def _of_ways(steps: Sequence[ScriptStep], talk: Sequence[ScriptStep]) -> Iterator[Problem]:
    """Steps without answers, that nobody comes to, and from which the talk comes to no result."""
    reached, ending = reached_from(steps, talk[0]), _ending(steps)
    for step in steps:
        words = {"step": step.title}
        if not step.is_objection and not step.answers.all():
            yield Problem(step, _("Step «%(step)s» has no answer: the talk ends there without a result.") % words)
        elif step.pk not in reached:
            yield Problem(step, _("Step «%(step)s» cannot be reached: no answer leads to it.") % words)
        elif step.pk not in ending and (step.answers.all() and all(a.leads_to_id for a in step.answers.all())):
            yield Problem(step, _("Step «%(step)s» goes round in a circle: no result follows from it.") % words)


def reached_from(steps: Sequence[ScriptStep], first: ScriptStep) -> set[int]:
    """The steps to which a talk can come; to an objection it can come at any time."""
    by_pk = {step.pk: step for step in steps}
    waiting = [first.pk, *(step.pk for step in steps if step.is_objection)]
    reached: set[int] = set()
    while waiting:
        pk = waiting.pop()
        if pk not in reached and pk in by_pk:
            reached.add(pk)
            waiting += [answer.leads_to_id for answer in by_pk[pk].answers.all() if answer.leads_to_id]
    return reached


def _ending(steps: Sequence[ScriptStep]) -> set[int]:
    """The steps from which some way leads to a result."""
    ending = {step.pk for step in steps if any(answer.suggests for answer in step.answers.all())}
    while True:
        more = {
            step.pk
            for step in steps
            if step.pk not in ending and any(answer.leads_to_id in ending for answer in step.answers.all())
        }
        if not more:
            return ending
        ending |= more


def tree_of(steps: Sequence[ScriptStep], keys: Sequence[str]) -> list[Node]:
    """The talk as a tree: each step once, under the first that leads to it; steps nobody leads to stand beside."""
    by_pk, placed = {step.pk: step for step in steps}, set[int]()

    def grow(step: ScriptStep, key: str) -> Node:
        placed.add(step.pk)
        node = Node(step, key)
        for answer in step.answers.all():
            target = by_pk.get(answer.leads_to_id)
            if target and target.pk not in placed and not target.is_objection:
                node.children.append(grow(target, keys[answer.order - 1]))
        return node

    return [grow(step, "") for step in steps if step.pk not in placed and not step.is_objection]
