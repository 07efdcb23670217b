"""The REST side of the same verbs and the same permitted rows."""

from typing import Any

from django.db import transaction
from rest_framework import mixins, status
from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler
from rest_framework.viewsets import GenericViewSet

from core.exceptions import RuleViolation


class PermittedViewSet(GenericViewSet):
    """Rows come from `permitted()` with the action declared for what is being done in `policies`."""

    policies: dict[str, str] = {}

    def policy_action(self) -> str | None:
        return self.policies.get(self.action or "")

    def get_queryset(self):
        return super().get_queryset().permitted(self.request.user, self.policies[self.action])


class ReadMixin(mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """List and detail."""


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """A refused rule is 409 with its sentence; the rest is as in DRF. The transaction is rolled back in both cases."""
    if isinstance(exc, RuleViolation):
        transaction.set_rollback(True)
        return Response({"detail": exc.message}, status=status.HTTP_409_CONFLICT)
    return default_handler(exc, context)
