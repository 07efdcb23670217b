"""Words about which companies."""

from datetime import datetime
from typing import Self

from django.db.models import Q

from accounts.querysets import PermittedQuerySet
from companies.enums import CompanyState


class CompanyQuerySet(PermittedQuerySet):
    """The vocabulary of the base list, audiences, call lists and reports."""

    # what a search has learnt about the rows while it looked for them
    are_few: bool | None = None
    begins: list[str] | None = None  # the first three letters of their names, if not any

    def _clone(self) -> Self:
        clone = super()._clone()
        clone.are_few, clone.begins = self.are_few, self.begins
        return clone

    def known(self, *, are_few: bool, begins: list[str] | None = None) -> "CompanyQuerySet":
        """The same rows, of which one need not ask again whether they are few, and where in the order they stand."""
        rows = self.all()
        rows.are_few, rows.begins = are_few, begins
        return rows

    def active(self) -> "CompanyQuerySet":
        """Companies that exist and are not merged into another."""
        return self.filter(state=CompanyState.ACTIVE)

    def verified(self, now: datetime) -> "CompanyQuerySet":
        """Verified, and the verification is still fresh."""
        return self.filter(verified_until__gt=now)

    def unverified(self, now: datetime) -> "CompanyQuerySet":
        """Never verified, or verified too long ago."""
        return self.filter(Q(verified_until__isnull=True) | Q(verified_until__lte=now))

    def without_next_step(self) -> "CompanyQuerySet":
        """In work, and nobody has planned the next contact."""
        return self.filter(next_contact_at__isnull=True)


class TechnicalFieldQuerySet(PermittedQuerySet):
    """Words about the questions of the third block."""

    def active(self) -> "TechnicalFieldQuerySet":
        """Those that are asked today."""
        return self.filter(is_active=True)
