"""View mechanics shared by all apps: who may come in, and page or part of a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404

SIGNED_IN = "signed in"  # any signed-in user; for pages that show only one's own things


def may_enter(user: Any, action: str) -> bool:
    """Whether the user holds the action on any rows at all."""
    return user.is_authenticated and (action == SIGNED_IN or user.may(action))


def acts(action: str, *, methods: tuple[str, ...] = ("POST",)) -> Callable:
    """Mark a function view with the policy action it needs; 404 for a user who holds it on no row, 405 for another method."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may_enter(request.user, action):
                raise Http404
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(request, *args, **kwargs)

        inner.action = action  # type: ignore[attr-defined]
        return inner

    return decorate


def shows(action: str) -> Callable:
    """Mark a GET function view (page or fragment) with its policy action."""
    return acts(action, methods=("GET", "HEAD"))


def get_permitted(source: type[Model] | QuerySet, user: Any, action: str, **lookup: Any) -> Any:
    """The one object of the lookup among those on which the user may do the action; 404 otherwise."""
    queryset = source if isinstance(source, QuerySet) else source._default_manager.all()
    return get_object_or_404(queryset.permitted(user, action), **lookup)


class PermittedMixin:
    """For Django's generic views: the action lets in, and objects come only from the permitted rows."""

    action: str
    model: type[Model]

    def dispatch(self, request, *args, **kwargs):
        if not may_enter(request.user, self.action):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return super().get_queryset().permitted(self.request.user, self.action)


class PartialMixin:
    """Renders only a named part of the page when htmx asks: `partials = {"rows": "rows"}` maps HX-Target to a partial."""

    partials: dict[str, str] = {}

    def get_template_names(self):
        names = super().get_template_names()
        request = self.request
        if request.htmx and not request.htmx.boosted and (part := self.partials.get(request.htmx.target or "")):
            return [f"{name}#{part}" for name in names]
        return names
