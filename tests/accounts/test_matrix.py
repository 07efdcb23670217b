"""The matrix page: grants edited in place work at once."""

import pytest
from django.urls import reverse

from accounts import policy
from accounts.enums import Scope
from accounts.models import AuditEntry, Grant, RoleAssignment
from accounts.services import set_grant
from core.exceptions import RuleViolation


def change(client, role, action, scope):
    return client.post(reverse("accounts:change-grant"), {"role": role, "action": action, "scope": scope})


def test_the_page_shows_every_role_and_action(cast, client_of):
    page = client_of(cast.db_admin).get(reverse("accounts:matrix")).content.decode()
    assert page.count("data-scope=") == len(policy.ROLES) * len(policy.ACTIONS)


def test_a_changed_grant_works_from_the_next_request(cast, client_of):
    manager = client_of(cast.manager)
    assert manager.get(reverse("accounts:matrix")).status_code == 404
    change(client_of(cast.db_admin), "manager", "accounts.view_matrix", Scope.ALL)
    assert manager.get(reverse("accounts:matrix")).status_code == 200


def test_a_change_is_journaled_with_the_old_value(cast):
    set_grant(actor=cast.db_admin, role="manager", action="deals.view_deal", scope=Scope.TEAM)
    entry = AuditEntry.objects.get(event="accounts.grant_changed")
    assert (entry.actor, entry.data["old"], entry.data["new"]) == (cast.db_admin, Scope.OWN, Scope.TEAM)


def test_the_last_right_to_the_matrix_cannot_be_taken_away(cast):
    with pytest.raises(RuleViolation):
        set_grant(actor=cast.db_admin, role="db_admin", action="accounts.change_matrix", scope=Scope.NONE)


def test_nonsense_is_refused_and_changes_nothing(cast, client_of):
    before = list(Grant.objects.values_list("pk", "scope"))
    client = client_of(cast.db_admin)
    for role, action, scope in [
        ("nobody", "deals.view_deal", 1),
        ("manager", "deals.fly", 1),
        ("manager", "deals.view_deal", 9),
    ]:
        assert change(client, role, action, scope).status_code == 422
    assert list(Grant.objects.values_list("pk", "scope")) == before


def test_who_may_only_look_cannot_change(cast, client_of):
    assert change(client_of(cast.project_lead), "manager", "deals.view_deal", 4).status_code == 404


def test_two_roles_are_added_up(cast):
    RoleAssignment.objects.create(user=cast.manager, role="sales_admin")
    fresh = type(cast.manager).objects.get(pk=cast.manager.pk)
    assert fresh.scope_of("deals.view_deal") == Scope.ALL
