"""The people of the department: hired with the logins of the demo."""

from collections.abc import Iterable
from random import Random
from typing import Any

from accounts import policy
from accounts.models import Team, User
from accounts.services import hire_user
from activesales.simulation.names import person_name
from activesales.simulation.scenarios import Scenario
from core.identifiers import fictitious_account, fictitious_inn, fictitious_kpp, fictitious_ogrn
from operations.services import open_department

MANY = {"marketer", "operator", "manager"}  # roles whose logins are numbered even when one person holds them
BIK, CORRESPONDENT = "044000000", "30101810000000000000"
LIMITS = {"sales_head": 10, "director": 30}  # discounts that need nobody's word, %


class Staff:
    """Who works here, by role."""

    def __init__(self, people: Iterable[tuple[str, User]]) -> None:
        self.by_role: dict[str, list[User]] = {}
        for role, user in people:
            self.by_role.setdefault(role, []).append(user)

    def one(self, role: str) -> User:
        """The first of them."""
        return self.by_role[role][0]

    def all(self, role: str) -> list[User]:
        return self.by_role.get(role, [])


def hire_staff(scenario: Scenario, *, rng: Random, password: str) -> Staff:
    """Open the department with the project lead, then hire the others into the departments of their functions."""
    common: dict[str, Any] = {"password": password, "check_password": False}
    lead = person(scenario, "project_lead", "project_lead", rng)
    head = open_department(
        department=scenario.department, requisites=requisites(scenario, rng), roles=["project_lead"], **lead, **common
    )
    people = [("project_lead", head)]
    teams = {team.function: team for team in Team.objects.all()}
    for role, login in logins(scenario.roster):
        if role != "project_lead":
            team = teams[policy.ROLES[role][1]]
            details = person(scenario, role, login, rng)
            people.append((role, hire_user(actor=head, roles=[role], team=team, **details, **common)))
    return Staff(people)


def logins(roster: dict[str, int]) -> list[tuple[str, str]]:
    """(role, login), in the order of the policy table: operator1, operator2, …"""
    numbered = [(role, number) for role in policy.ROLES for number in range(1, roster.get(role, 0) + 1)]
    return [(role, f"{role}{number}" if role in MANY else role) for role, number in numbered]


def person(scenario: Scenario, role: str, login: str, rng: Random) -> dict[str, Any]:
    name = person_name(rng)
    return {
        "username": login,
        "last_name": name.last,
        "first_name": name.first,
        "middle_name": name.middle,
        "email": f"{login}@{scenario.host}",
        "phone": f"+7 (812) 555-{rng.randrange(100):02}-{rng.randrange(100):02}",
        "discount_limit": LIMITS.get(role, 5),
    }


def requisites(scenario: Scenario, rng: Random) -> dict[str, Any]:
    """Our own firm: right check digits, nobody's numbers."""
    director, accountant = person_name(rng, is_woman=False), person_name(rng, is_woman=True)
    return {
        "name": scenario.firm,
        "full_name": scenario.firm.replace("ООО", "Общество с ограниченной ответственностью"),
        "inn": fictitious_inn(rng, "78"),
        "kpp": fictitious_kpp(rng, "78"),
        "ogrn": fictitious_ogrn(rng, "78"),
        "address": "190000, Санкт-Петербург, Портовая ул., д. 8, оф. 14",
        "phone": "+7 (812) 555-01-40",
        "email": f"office@{scenario.host}",
        "bank": "АО «Учебный банк», Санкт-Петербург",
        "bik": BIK,
        "account": fictitious_account(rng, BIK),
        "correspondent_account": CORRESPONDENT,
        "director_name": f"{director.last} {director.first[0]}. {director.middle[0]}.",
        "director_post": "Генеральный директор",
        "accountant_name": f"{accountant.last} {accountant.first[0]}. {accountant.middle[0]}.",
    }
