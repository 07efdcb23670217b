"""The departments that can be played: who works there and where their clients are (the two of the source, domain.md)."""

from dataclasses import dataclass

from activesales.simulation.market import FAR, NORTH_WEST, Town

CONTROL = {"project_lead": 1, "director": 1, "db_admin": 1}
HEADS = {"marketing_head": 1, "callcenter_head": 1, "sales_head": 1}


@dataclass(frozen=True)
class Scenario:
    """A department before its first day."""

    code: str
    department: str
    firm: str
    host: str
    roster: dict[str, int]  # role -> how many
    towns: list[Town]
    companies_a_week: int


NISSA = Scenario(
    code="nissa",
    department="НИССА Северо-Запад",
    firm="ООО «Нисса Воздух»",
    host="nissa.example",
    roster={**CONTROL, **HEADS, "marketer": 1, "operator": 2, "manager": 5, "sales_admin": 1},
    towns=[*NORTH_WEST, *FAR],
    companies_a_week=60,
)
VERT = Scenario(
    code="vert",
    department="ВЕРТ",
    firm="ООО «Верт Пневматика»",
    host="vert.example",
    roster={**CONTROL, **HEADS, "marketer": 1, "operator": 10, "manager": 3, "sales_admin": 1},
    towns=[*FAR, *NORTH_WEST],
    companies_a_week=300,
)
SCENARIOS = {scenario.code: scenario for scenario in (NISSA, VERT)}
