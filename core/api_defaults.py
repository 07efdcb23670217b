"""Defaults of the REST framework; apart from core.api, because the framework imports them while it loads."""

from rest_framework import permissions
from rest_framework.pagination import PageNumberPagination


class Paging(PageNumberPagination):
    """Fifty rows a page, two hundred at the most."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class PolicyPermission(permissions.BasePermission):
    """Denied by default: a view without a declared action lets nobody in."""

    def has_permission(self, request, view) -> bool:
        action = view.policy_action() if hasattr(view, "policy_action") else getattr(view, "policy", None)
        return bool(action and request.user.is_authenticated and request.user.may(action))
