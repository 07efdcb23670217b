"""Words about corrections and imports."""

from accounts.querysets import PermittedQuerySet
from intake.enums import WEIGHTY_FIELDS, CorrectionState, Outcome


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

    def unloaded(self) -> "ImportRowQuerySet":
        """What the file of errors holds: every row that did not come into the base, with its reason."""
        open_conflicts = self.filter(outcome=Outcome.CONFLICT, resolution="")
        return self.filter(outcome=Outcome.ERROR) | open_conflicts
