"""The only filter of rights: `permitted(user, action)`."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import UserManager
from django.db.models import Q, QuerySet

from accounts import policy
from accounts.enums import Scope


class PermittedQuerySet(QuerySet):
    """Base of every queryset whose rows a user may ask for."""

    def permitted(self, user: Any, action: str) -> "PermittedQuerySet":
        """The rows on which the user may do the action; none for an unknown user, all for the scope «all».

        Raises KeyError for an action that the policy table does not know.
        """
        known = policy.ACTIONS[action]
        scope = user.scope_of(known.name) if user.is_authenticated else Scope.NONE
        if scope == Scope.ALL:
            return self.all()
        return self._within(user, scope)

    def _within(self, user: Any, scope: Scope) -> "PermittedQuerySet":
        reach = Q(pk__in=())
        for path, leads_to_team in policy.row_paths(self.model._meta.label, scope):
            if not leads_to_team:
                reach |= Q(**{path: user.pk})
            elif user.team_id:
                reach |= Q(**{path: user.team_id})
        # a subquery, because a path over many rows (queue items) would repeat its object
        return self.filter(pk__in=self.model._base_manager.filter(reach).order_by().values("pk"))


class UserQuerySet(PermittedQuerySet):
    """Words about people."""

    def active(self) -> "UserQuerySet":
        """People who work here today."""
        return self.filter(is_active=True)

    def holding(self, action: str) -> "UserQuerySet":
        """Active people who may do the action on any rows (to offer as owners, managers, executors)."""
        grants = apps.get_model("accounts.Grant").objects.filter(action=action, scope__gt=Scope.NONE)
        return self.active().filter(assignments__role__in=grants.values("role")).distinct()


class PeopleManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's user manager with our words."""
