"""What the page of a script shows: the tree with its figures, the step in hand, what is wrong, who goes by which version."""

from dataclasses import dataclass
from datetime import datetime

from callcenter.conversion import Conversion, Passage, by_version, conversion_of
from callcenter.enums import ScriptState
from callcenter.models import ResultCode, Script, ScriptStep, ScriptVersion
from callcenter.scripting import Node, Problem, problems_of, read_steps, tree_of
from callcenter.speech import KEYS, Part, Reply, example_fields, fallbacks, parts_of, reply_of, titles_of

WORDS_A_SECOND = 2.3  # read aloud, not hurried


@dataclass(frozen=True)
class Branch:
    """A step in the tree with its figures."""

    step: ScriptStep
    key: str
    passage: Passage
    is_weak: bool
    is_wrong: bool
    is_active: bool
    children: list["Branch"]


@dataclass(frozen=True)
class Exit:
    """A result in which talks end."""

    code: ResultCode
    calls: int


@dataclass
class Editor:
    """The page."""

    script: Script
    version: ScriptVersion
    versions: list[ScriptVersion]
    steps: list[ScriptStep]
    step: ScriptStep
    tree: list[Branch]
    objections: list[Branch]
    exits: list[Exit]
    conversion: Conversion
    problems: list[Problem]
    parts: list[Part]
    replies: list[tuple[Reply, Passage]]

    @property
    def in_use(self) -> ScriptVersion | None:
        """The version that operators go by."""
        return next((each for each in self.versions if each.state == ScriptState.RELEASED), None)

    @property
    def draft(self) -> ScriptVersion | None:
        """The version that is being written."""
        return next((each for each in self.versions if each.is_draft), None)

    @property
    def word_count(self) -> int:
        """How long the speech is, in words."""
        return sum(len(part.text.split()) for part in self.parts)

    @property
    def seconds(self) -> int:
        """How long the speech takes, read aloud."""
        return round(self.word_count / WORDS_A_SECOND)

    @property
    def where_lost(self) -> list[Branch]:
        """The steps of the talk in order, with figures."""
        return [branch for branch in _flat(self.tree) if branch.passage.calls]


def open_editor(script: Script, number: int | None, step: int | None, *, with_data: bool = True) -> Editor:
    """The page of a version (the draft, or else the one in use, or the last) and one of its steps. A constant number of queries."""
    versions = list(
        by_version(script.versions.select_related("script", "created_by", "released_by")).order_by("-number")
    )
    version = _chosen(versions, number)
    steps = read_steps(version)
    chosen = next((row for row in steps if row.pk == step), steps[0])
    conversion, problems = conversion_of(version), problems_of(version, steps)
    weak, wrong = conversion.weakest(steps), {problem.step.pk for problem in problems if problem.step}

    def branch(node: Node) -> Branch:
        pk = node.step.pk
        passage, children = conversion.steps.get(pk, Passage()), [branch(child) for child in node.children]
        return Branch(node.step, node.key, passage, pk == weak, pk in wrong, pk == chosen.pk, children)

    values, titles = example_fields() if with_data else {}, titles_of(steps)
    replies = [reply_of(answer, titles) for answer in chosen.answers.all()]
    return Editor(
        script=script,
        version=version,
        versions=versions,
        steps=steps,
        step=chosen,
        tree=[branch(node) for node in tree_of(steps, KEYS)],
        objections=[branch(Node(row)) for row in steps if row.is_objection],
        exits=_exits(script, steps, conversion),
        conversion=conversion,
        problems=problems,
        parts=parts_of(chosen.text, values, fallbacks()),
        replies=[(reply, conversion.answers.get(reply.row.pk, Passage())) for reply in replies],
    )


def _chosen(versions: list[ScriptVersion], number: int | None) -> ScriptVersion:
    wanted = [each for each in versions if each.number == number]
    current = [each for state in (ScriptState.DRAFT, ScriptState.RELEASED) for each in versions if each.state == state]
    return next(iter([*wanted, *current, *versions]))


def _exits(script: Script, steps: list[ScriptStep], conversion: Conversion) -> list[Exit]:
    named = {answer.suggests for step in steps for answer in step.answers.all()} | set(conversion.results)
    codes = ResultCode.objects.filter(kind=script.kind, code__in=named - {""})
    return [Exit(code, conversion.results.get(code.code, 0)) for code in codes]


def _flat(branches: list[Branch]) -> list[Branch]:
    return [each for branch in branches for each in (branch, *_flat(branch.children))]


@dataclass(frozen=True)
class Line:
    """A script in the list."""

    script: Script
    in_use: ScriptVersion | None
    draft: ScriptVersion | None
    lists: int

    @property
    def since(self) -> datetime | None:
        """Since when the version in use is in use."""
        return self.in_use.released_at if self.in_use else None

    @property
    def success(self) -> int | None:
        """Of the calls by the version in use, the share that ended in success, in per cent."""
        calls = self.in_use.calls if self.in_use else 0  # type: ignore[attr-defined]
        return round(100 * self.in_use.won / calls) if calls else None  # type: ignore[attr-defined, union-attr]


def lines_of(scripts: list[Script]) -> list[Line]:
    """The scripts with their versions and how many open lists go by each (`lists_open`). One query besides."""
    versions = by_version(ScriptVersion.objects.filter(script__in=scripts).exclude(state=ScriptState.RETIRED))
    known = {(each.script_id, each.state): each for each in versions}
    return [
        Line(
            script,
            known.get((script.pk, ScriptState.RELEASED)),
            known.get((script.pk, ScriptState.DRAFT)),
            script.lists_open,  # type: ignore[attr-defined]
        )
        for script in scripts
    ]
