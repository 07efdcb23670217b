"""The only filter of rights: `permitted(user, action)`."""

from functools import cache
from typing import Any, Self

from django.apps import apps
from django.contrib.auth.models import UserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Func, Model, Q, QuerySet, Value

from accounts import policy
from accounts.enums import Scope, Sharing


class IsOneOf(Func):
    """`column = ANY (ARRAY(subquery))`: the subquery runs once, and its keys are looked up in an index. Known keys are
    sent as one value."""

    arg_joiner = " = ANY "
    template = "%(expressions)s"
    output_field = BooleanField()

    def __init__(self, column: str, rows: QuerySet | list[int]) -> None:
        if isinstance(rows, list):
            keys: Any = Func(Value(rows, ArrayField(BigIntegerField())), template="(%(expressions)s::bigint[])")
        else:
            keys = ArraySubquery(rows, template="(ARRAY(%(subquery)s))")
        super().__init__(column, keys)


@cache
def _leads_to_many(model: type[Model], path: str) -> bool:
    """Whether several rows may stand at the end of the path."""
    for name in path.split("__"):
        if name == "pk":
            return False
        field = model._meta.get_field(name)
        if field.one_to_many or field.many_to_many:
            return True
        if not field.is_relation:
            return False
        model = field.related_model or model
    return False


class PermittedQuerySet(QuerySet):
    """Base of every queryset whose rows a user may ask for. `reader` is who asked last: conditions on rows of other models are
    asked with the same person's rights."""

    reader: Any = None

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone.reader = self.reader
        return clone

    def permitted(self, user: Any, action: str) -> "PermittedQuerySet":
        """The rows on which the user may do the action; none for an unknown user, all for the scope «all».

        Raises KeyError for an action that the policy table does not know.
        """
        known = policy.ACTIONS[action]
        scope = user.scope_of(known.name) if user.is_authenticated else Scope.NONE
        found = self.all() if scope == Scope.ALL else self._within(user, scope)
        found.reader = user
        return found

    def _within(self, user: Any, scope: Scope) -> "PermittedQuerySet":
        """The row's own columns are plain conditions that indexes answer. A path over many rows (queue items) would
        repeat its object and hide those indexes: its few keys are looked up first."""
        reach = Q(pk__in=())
        for path, leads_to_team in policy.row_paths(
            self.model._meta.label, scope, with_claims=user.may(policy.CLAIMING)
        ):
            if leads_to_team and not user.team_id:
                continue
            mine = {path: user.team_id if leads_to_team else user.pk}
            if _leads_to_many(self.model, path):
                reach |= Q(IsOneOf("pk", self.model._base_manager.filter(**mine).order_by().values("pk")))
            else:
                reach |= Q(**mine)
        return self.filter(reach)


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


class SavedViewQuerySet(PermittedQuerySet):
    """Words about saved selections."""

    def offered_to(self, user: Any, page: str) -> "SavedViewQuerySet":
        """Own selections of a list and those that others share; what they find is limited by the reader's own rights."""
        shared = Q(sharing=Sharing.ALL)
        if user.team_id:
            shared |= Q(sharing=Sharing.TEAM, owner__team=user.team_id)
        return self.filter(Q(owner=user) | shared, page=page)
