"""People for tests."""

from itertools import count

from accounts.models import RoleAssignment, Team, User

_numbers = count(1)


def make_team(function: str = "sales", name: str = "") -> Team:
    """A department."""
    return Team.objects.create(name=name or f"Team {next(_numbers)}", function=function)


def make_user(*roles: str, team: Team | None = None, **fields) -> User:
    """An active person with these roles; no password, tests sign in by force."""
    number = next(_numbers)
    fields = {
        "username": f"user{number}",
        "first_name": "Иван",
        "last_name": f"Тестов{number}",
        "email": f"user{number}@firm.example",
    } | fields
    user = User.objects.create(team=team, **fields)
    RoleAssignment.objects.bulk_create(RoleAssignment(user=user, role=role) for role in roles)
    return user
