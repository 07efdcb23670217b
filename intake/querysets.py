"""Words about corrections and imports."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, OuterRef, Subquery, When
from django.db.models.functions import Substr

from accounts.enums import Scope
from accounts.querysets import PermittedQuerySet
from companies.answers import PREFIX
from companies.enums import CompanyState
from companies.models import Company, TechnicalField
from intake.enums import WEIGHTY_FIELDS, CorrectionState, Outcome, PairState

UNDO_DAYS = 30


class CorrectionQuerySet(PermittedQuerySet):
    """Words about corrections."""

    def undecided(self) -> "CorrectionQuerySet":
        """Waiting for the marketer: new ones and conflicts."""
        return self.filter(state__in=[CorrectionState.NEW, CorrectionState.CONFLICT])

    def new(self) -> "CorrectionQuerySet":
        """Nobody has decided, and nothing contradicts."""
        return self.filter(state=CorrectionState.NEW)

    def undisputed(self) -> "CorrectionQuerySet":
        """May be accepted together: no conflict, and the field is not one that makes another company of it."""
        return self.new().exclude(field__in=WEIGHTY_FIELDS)

    def of_same_thing(self, company: int, person: int | None, field: str) -> "CorrectionQuerySet":
        """About the same field of the same company and person."""
        return self.filter(company=company, person=person, field=field)

    def for_screen(self) -> "CorrectionQuerySet":
        """With everything a line of the page shows, by company, conflicts first."""
        return self.select_related("company", "person", "proposed_by", "decided_by")


class ImportRowQuerySet(PermittedQuerySet):
    """Words about rows of a file."""

    def loadable(self) -> "ImportRowQuerySet":
        """Rows that the button loads: new and known companies, and conflicts somebody has settled; never an error."""
        settled = self.filter(outcome=Outcome.CONFLICT).exclude(resolution="")
        return self.filter(outcome__in=[Outcome.CREATE, Outcome.UPDATE]) | settled

    def waiting(self) -> "ImportRowQuerySet":
        """Loadable and not loaded yet: what a resumed import goes on with."""
        return self.loadable().filter(applied_at__isnull=True)

    def with_questions(self) -> "ImportRowQuerySet":
        """With the words of the technical question that the problem of a row is about."""
        asked = TechnicalField.objects.filter(key=Substr(OuterRef("field"), len(PREFIX) + 1))
        return self.annotate(
            question=Case(When(field__startswith=PREFIX, then=Subquery(asked.values("label")[:1])), default=None)
        )

    def outcomes(self) -> list[tuple[str, int]]:
        """(outcome, how many rows)."""
        return list(self.order_by().values_list("outcome").annotate(number=Count("pk")))

    def unloaded(self) -> "ImportRowQuerySet":
        """What the file of errors holds: every row that did not come into the base, with its reason."""
        open_conflicts = self.filter(outcome=Outcome.CONFLICT, resolution="")
        return self.filter(outcome=Outcome.ERROR) | open_conflicts


class DuplicatePairQuerySet(PermittedQuerySet):
    """Words about pairs of cards that look like one company."""

    def waiting(self) -> "DuplicatePairQuerySet":
        """To be decided, both companies still there."""
        gone = CompanyState.MERGED
        return self.filter(state=PairState.NEW).exclude(first__state=gone).exclude(second__state=gone)

    def seen_by(self, user: Any) -> "DuplicatePairQuerySet":
        """Both companies may be seen: comparing must not show a card that the person may not open."""
        if user.scope_of("companies.view_company") == Scope.ALL:
            return self
        seen = Company.objects.permitted(user, "companies.view_company").values("pk")
        return self.filter(first__in=seen, second__in=seen)


class MergeQuerySet(PermittedQuerySet):
    """Words about merges."""

    def standing(self) -> "MergeQuerySet":
        """Not undone."""
        return self.filter(undone_at__isnull=True)

    def undoable(self, now: datetime) -> "MergeQuerySet":
        """Young enough to be undone."""
        return self.standing().filter(at__gt=now - timedelta(days=UNDO_DAYS))
