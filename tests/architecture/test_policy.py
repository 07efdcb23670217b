"""The policy matrix: every action × role × own, department's and foreign row, read from the table itself."""

import pytest

from accounts import policy
from accounts.enums import Scope
from tests.architecture.world import build_world, claim
from tests.factories.accounts import make_user

WITH_ROWS = [action for action in policy.ACTIONS.values() if action.model]


@pytest.fixture
def worlds(cast):
    """For any role: own rows, rows of a colleague of the department, rows of another department, a taken card."""

    def of(role):
        person = getattr(cast, role)
        colleague = make_user(role, team=person.team)
        stranger = make_user(role)
        made = {
            Scope.OWN: build_world(9001, person),
            Scope.TEAM: build_world(9002, colleague),
            Scope.ALL: build_world(9003, stranger),
        }
        return person, made

    return of


def leads_to(person, row, path, step):
    """The table read in Python, row by row: an oracle that shares nothing with the queryset."""
    ends = [row]
    for name in path.replace("pk", "id").split("__"):
        found = [getattr(end, name) for end in ends if end is not None]
        ends = [item for value in found for item in (value.all() if hasattr(value, "all") else [value])]
    wanted = person.team if step == Scope.TEAM else person
    return any(end in (wanted, wanted.pk) for end in ends if end is not None)


@pytest.mark.parametrize("role", list(policy.ROLES))
def test_each_action_reaches_exactly_the_rows_of_its_scope(role, worlds):
    person, made = worlds(role)
    wrong = []
    for action in WITH_ROWS:
        granted = action.presets.get(role, Scope.NONE)
        paths = policy.ROWS[action.model]
        for world in made.values():
            row = world.rows.get(action.model)
            if row is None or row.pk not in {9001, 9002, 9003}:
                continue  # reference data and accounts: everybody's or nobody's, tested in tests/accounts
            expected = granted == Scope.ALL or any(
                leads_to(person, row, path, step) for step in paths if step <= granted for path in paths[step]
            )
            if person.has_perm(action.name, row) != expected:
                wrong.append((action.name, row.pk, granted.name, expected))
    assert wrong == []


@pytest.mark.parametrize("role", list(policy.ROLES))
def test_an_action_not_granted_is_not_held(role, cast):
    person = getattr(cast, role)
    held = {name for name in policy.ACTIONS if person.may(name)}
    assert held == {action.name for action in policy.ACTIONS.values() if action.presets.get(role, Scope.NONE)}


def test_a_taken_card_opens_the_company_and_its_release_closes_it(cast):
    world = build_world(9001, cast.operator)
    type(world.company).objects.filter(pk=world.company.pk).update(owner=None)
    assert not cast.operator.has_perm("companies.view_company", world.company)
    claim(world)
    assert cast.operator.has_perm("companies.view_company", world.company)
    card = world.rows["callcenter.QueueItem"]
    type(card).objects.filter(pk=card.pk).update(state="ready", held_by=None, claim=None)
    assert not cast.operator.has_perm("companies.view_company", world.company)


def test_every_model_of_the_table_exists_and_every_path_leads_somewhere():
    from django.apps import apps

    for label, scopes in policy.ROWS.items():
        model = apps.get_model(label)
        for paths in scopes.values():
            for path in paths:
                str(model._base_manager.filter(**{path: 1}).query)
    assert {action.model for action in WITH_ROWS} <= set(policy.ROWS)


def test_the_widest_of_several_roles_holds(cast):
    both = make_user("manager", "sales_admin", team=cast.manager.team)
    assert both.scope_of("deals.view_deal") == Scope.ALL
