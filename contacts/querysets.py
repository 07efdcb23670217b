"""Words about which persons, interactions and next contacts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Manager, QuerySet

from accounts.querysets import PermittedQuerySet
from companies.enums import CompanyState
from contacts.enums import ContactState, DecisionRole


class PersonQuerySet(PermittedQuerySet):
    """Words about persons."""

    def working(self) -> "PersonQuerySet":
        """Persons who have not left the company."""
        return self.filter(left_at__isnull=True)

    def deciding(self) -> "PersonQuerySet":
        """The decision makers (ЛПР)."""
        return self.working().filter(decision_role=DecisionRole.DECIDES)

    def posts_of(self, persons: Iterable[Any]) -> "PersonQuerySet":
        """The same people in other companies, those they have left among them; the newest post first."""
        known = [person for person in persons if person.identity]
        others = self.filter(identity__in={person.identity for person in known}, erased_at__isnull=True)
        others = others.exclude(pk__in=[person.pk for person in known]).exclude(company__state=CompanyState.MERGED)
        return others.select_related("company").order_by("left_at", "-started_at", "pk")


class InteractionQuerySet(PermittedQuerySet):
    """Words about the history."""

    def of_kind(self, *kinds: str) -> "InteractionQuerySet":
        """Interactions of the registered kinds."""
        return self.filter(kind__in=kinds)

    def between(self, start: datetime, end: datetime) -> "InteractionQuerySet":
        """Happened in [start, end)."""
        return self.filter(at__gte=start, at__lt=end)

    def for_story(self) -> "InteractionQuerySet":
        """With everything a line of the history shows, newest first."""
        return self.select_related("actor", "person", "company").order_by("-at", "-pk")


class NextContactQuerySet(PermittedQuerySet):
    """Words about planned contacts."""

    def open(self) -> "NextContactQuerySet":
        """Not done and not cancelled."""
        return self.filter(state=ContactState.OPEN)

    def due(self, now: datetime) -> "NextContactQuerySet":
        """Open, and the time has come."""
        return self.open().filter(at__lte=now)


class InForce(Manager):
    """Refusals that hold; whoever took one back stands in the journal."""

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().filter(lifted_at__isnull=True)
