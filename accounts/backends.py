"""Answers `user.has_perm(action, obj)` by the same queryset that filters lists, so that the two cannot disagree."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db.models import Model

from accounts import policy
from accounts.enums import Scope


class PolicyBackend(ModelBackend):
    """Django's password check with our permission table."""

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        """For an action of the table this answer is final: no other backend is asked."""
        if perm not in policy.ACTIONS:
            return False
        if not user_obj.is_active or not self._may(user_obj, perm, obj):
            raise PermissionDenied
        return True

    def _may(self, user: Any, action: str, obj: Model | None) -> bool:
        if obj is None or user.scope_of(action) in {Scope.ALL, Scope.NONE}:
            return user.may(action)
        return type(obj)._default_manager.permitted(user, action).filter(pk=obj.pk).exists()

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        return set(user_obj.scopes) if obj is None else set()
