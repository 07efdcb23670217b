"""What the answers of a talk by the script put into the base."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from callcenter.enums import Writes
from callcenter.models import ScriptAnswer, ScriptStep

LONGEST_PATH = 100


@dataclass
class Told:
    """What the client has said, by the answers that the operator pressed; of two answers about one thing the later counts."""

    path: list[list[int | None]] = field(default_factory=list)
    received: bool | None = None
    is_read: bool = False
    need: str = ""
    product_group: str = ""
    technical: dict[str, str] = field(default_factory=dict)
    role: str = ""
    data: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_talk(version: int | None, path: Sequence[Any], typed: Mapping[int, str]) -> Told:
    """The way of the talk, checked against the version it went by, and what its answers say. Two queries, none without a way.

    What is no step or answer of the version is left out: the browser is not believed.
    """
    told = Told()
    if version is None or not path:
        return told
    steps = set(ScriptStep.objects.filter(version=version).values_list("pk", flat=True))
    answers = {answer.pk: answer for answer in ScriptAnswer.objects.filter(step__version=version)}
    for visit in path[:LONGEST_PATH]:
        step, pressed = [*visit, None, None][:2] if isinstance(visit, list | tuple) else (None, None)
        answer = answers.get(pressed) if isinstance(pressed, int) else None
        if isinstance(step, int) and step in steps:
            told.path.append([step, answer.pk if answer and answer.step_id == step else None])
            if answer and answer.step_id == step:
                _hear(told, answer, typed.get(answer.pk, "").strip())
    return told


def _hear(told: Told, answer: ScriptAnswer, typed: str) -> None:
    value = answer.value or typed
    match answer.writes:
        case Writes.RECEIVED:
            told.received, told.is_read = value != "no", value == "read"
        case Writes.NEED:
            told.need, told.product_group = value or told.need, answer.about or told.product_group
        case Writes.TECHNICAL if value:
            told.technical[answer.about] = value
        case Writes.ROLE:
            told.role = value
        case Writes.DATUM:
            told.data[answer.about] = value
        case Writes.NOTE if value and value not in told.notes:
            told.notes.append(value)
