"""What every test may ask for: a database with the reference data, the cast of the department, a signed-in client."""

from collections.abc import Callable
from dataclasses import dataclass

import hypothesis
import pytest
from django.test import Client

from accounts import policy
from accounts.models import User
from tests.factories.accounts import make_team, make_user

hypothesis.settings.register_profile("suite", deadline=None)  # no timed tests: machines are busy
hypothesis.settings.load_profile("suite")
pytest_plugins = ["tests.plugins.environment", "tests.plugins.database", "tests.plugins.pace"]


@dataclass
class Cast:
    """One person per role, with a second operator and manager in another department."""

    project_lead: User
    director: User
    marketing_head: User
    marketer: User
    callcenter_head: User
    operator: User
    operator2: User
    sales_head: User
    manager: User
    manager2: User
    sales_admin: User
    db_admin: User

    def everyone(self) -> list[User]:
        """All of them."""
        return list(vars(self).values())


@pytest.fixture
def cast(db: None) -> Cast:
    """The department: each role of the policy table once, operator and manager twice."""
    teams = {function: make_team(function) for function in ("marketing", "communications", "sales", "control")}
    people = {
        role: make_user(role, team=teams[row[1]], username=role, first_name="Анна", last_name=role.title())
        for role, row in policy.ROLES.items()
    }
    people["operator2"] = make_user("operator", team=make_team("communications"), username="operator2")
    people["manager2"] = make_user("manager", team=make_team("sales"), username="manager2")
    return Cast(**people)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """`client_of(cast.marketer)`: a test client in which that person is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="accounts.backends.PolicyBackend")
        return client

    return signed_in
