"""The map of decisions: who stands where and who reports to whom, as boxes in three columns and lines between them."""

from collections.abc import Iterable
from dataclasses import dataclass

from contacts.enums import Attitude, DecisionRole
from contacts.models import Person

COLUMNS = 3
SHOWN = 9
BOX_HEIGHT, ROW_HEIGHT = 58, 88  # pixels; .person-node and .map-row-N of the stylesheet are the same
CENTRES = (155, 488, 821)  # of the columns, in thousandths of the width
ORDER = (
    DecisionRole.APPROVES,
    DecisionRole.INFLUENCES,
    DecisionRole.DECIDES,
    DecisionRole.BLOCKS,
    DecisionRole.USES,
    DecisionRole.GUARDS,
    DecisionRole.UNKNOWN,
)
TOP_ROLES = {DecisionRole.APPROVES}
MIDDLE_ROLES = {DecisionRole.DECIDES, DecisionRole.INFLUENCES, DecisionRole.BLOCKS}
TONES = {Attitude.FOR: "ok", Attitude.AGAINST: "bad"}


@dataclass(frozen=True)
class Node:
    """A person on the map."""

    person: Person
    row: int
    column: int

    @property
    def tone(self) -> str:
        """The colour of the edge: how the person feels about us."""
        return TONES.get(self.person.attitude, "")

    @property
    def left(self) -> int:
        """Per cent from the left."""
        return (0, 33, 67)[self.column]


@dataclass(frozen=True)
class Line:
    """From a chief down to a subordinate."""

    path: str
    is_dashed: bool


@dataclass(frozen=True)
class Scheme:
    """The whole map."""

    nodes: list[Node]
    lines: list[Line]
    rows: int
    rest: list[Person]

    @property
    def height(self) -> int:
        """Pixels."""
        return max(self.rows, 1) * ROW_HEIGHT - (ROW_HEIGHT - BOX_HEIGHT)


def scheme_of(persons: Iterable[Person]) -> Scheme:
    """Place up to nine persons, those who matter most first; the rest is listed below the map."""
    people = sorted(persons, key=lambda person: ORDER.index(DecisionRole(person.decision_role)))
    matter = sorted(people, key=lambda person: not person.decision_role)
    shown, rest = matter[:SHOWN], matter[SHOWN:]
    nodes = _placed(shown)
    return Scheme(nodes, _lines(nodes), max((node.row for node in nodes), default=0) + 1, rest)


def _placed(people: list[Person]) -> list[Node]:
    """Levels from the top; each level in rows of three, who decides in the middle."""
    known = {person.pk: person for person in people}
    levels: dict[int, list[Person]] = {}
    for person in people:
        levels.setdefault(_level(person, known), []).append(person)
    nodes: list[Node] = []
    row = 0
    for _number, level in sorted(levels.items()):
        for start in range(0, len(level), COLUMNS):
            nodes += [Node(person, row, column) for person, column in _across(level[start : start + COLUMNS])]
            row += 1
    return nodes


def _level(person: Person, known: dict[int, Person]) -> int:
    """By the chain of chiefs; who has none by what the role says."""
    depth, chief, seen = 0, person, {person.pk}
    while (chief := known.get(chief.reports_to_id)) is not None and chief.pk not in seen:
        seen.add(chief.pk)
        depth += 1
    if depth or any(other.reports_to_id == person.pk for other in known.values()):
        return depth
    return 0 if person.decision_role in TOP_ROLES else 1 if person.decision_role in MIDDLE_ROLES else 2


def _across(people: list[Person]) -> list[tuple[Person, int]]:
    if len(people) == 1:
        return [(people[0], 1)]
    return list(zip(people, range(COLUMNS), strict=False))


def _lines(nodes: list[Node]) -> list[Line]:
    places = {node.person.pk: node for node in nodes}
    pairs = [(places.get(node.person.reports_to_id), node) for node in nodes]
    return [
        Line(_path(chief, node), node.person.decision_role == DecisionRole.GUARDS) for chief, node in pairs if chief
    ]


def _path(chief: Node, node: Node) -> str:
    """Down from the chief, across in the gap, down to the subordinate."""
    top, bottom = chief.row * ROW_HEIGHT + BOX_HEIGHT, node.row * ROW_HEIGHT
    bend = bottom - (ROW_HEIGHT - BOX_HEIGHT) // 2
    return f"M{CENTRES[chief.column]} {top}V{bend}H{CENTRES[node.column]}V{bottom}"
