"""Answers `user.has_perm(action, obj)` by the same queryset that filters lists, so that the two cannot disagree."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Model

from accounts import policy


class PolicyBackend(ModelBackend):
    """Django's password check with our permission table."""

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        if perm not in policy.ACTIONS or not user_obj.is_active:
            return False
        if obj is None:
            return user_obj.may(perm)
        return type(obj)._default_manager.permitted(user_obj, perm).filter(pk=obj.pk).exists()

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        return set(user_obj.scopes) if obj is None else set()
