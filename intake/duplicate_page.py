"""The page of duplicates: the queue of pairs in three bands, the chosen pair side by side, what would move."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.enums import Likeness
from companies.likeness import CERTAIN, PROBABLE
from companies.models import Company
from intake.enums import PairState
from intake.merging import Line, compare, main_first, whole
from intake.models import DuplicatePair
from intake.services.merging import Rehearsal

SHOWN = 60
# Tables of all apps in the words of the screen; one that is not here is called as its model calls itself.
NAMES = {
    "companies.Phone": gettext_lazy("phones"),
    "companies.Address": gettext_lazy("addresses"),
    "companies.TechnicalItem": gettext_lazy("equipment"),
    "contacts.Person": gettext_lazy("persons"),
    "contacts.PersonPhone": gettext_lazy("phones of persons"),
    "contacts.PersonEmail": gettext_lazy("e-mails of persons"),
    "contacts.Need": gettext_lazy("needs"),
    "contacts.OptOut": gettext_lazy("refusals"),
    "contacts.Interaction": gettext_lazy("lines of the history"),
    "contacts.NextContact": gettext_lazy("next contacts"),
    "intake.ImportRow": gettext_lazy("rows of files"),
    "intake.Correction": gettext_lazy("corrections"),
    "agenda.Task": gettext_lazy("tasks"),
    "agenda.Meeting": gettext_lazy("meetings"),
    "campaigns.Recipient": gettext_lazy("recipients of mailings"),
    "campaigns.MailItem": gettext_lazy("letters"),
    "callcenter.QueueItem": gettext_lazy("call cards"),
    "callcenter.CallAttempt": gettext_lazy("calls"),
    "deals.Deal": gettext_lazy("deals"),
    "deals.Invoice": gettext_lazy("invoices"),
    "deals.Payment": gettext_lazy("payments"),
    "deals.Shipment": gettext_lazy("shipments"),
}


@dataclass(frozen=True)
class Row:
    """A line of the queue."""

    pair: DuplicatePair
    reasons: str
    is_chosen: bool

    @property
    def tone(self) -> str:
        """The colour of the score."""
        return tone_of(self.pair.score)


@dataclass(frozen=True)
class Comparison:
    """The chosen pair."""

    pair: DuplicatePair
    kept: Company
    merged: Company
    lines: list[Line]
    reasons: list[tuple[str, int]]

    @property
    def tone(self) -> str:
        return tone_of(self.pair.score)

    @property
    def title(self) -> str:
        """The score in words."""
        if self.pair.score >= CERTAIN:
            return _("Almost certainly one company")
        return _("Probably one company") if self.pair.score >= PROBABLE else _("Usually not duplicates")

    @property
    def chosen(self) -> int:
        """How many fields the card that stays keeps or takes by itself."""
        return sum(not line.is_equal for line in self.lines)


def tone_of(score: int) -> str:
    """Green when certain, amber when probable."""
    return "ok" if score >= CERTAIN else "warn" if score >= PROBABLE else ""


def pairs_for(user: Any, state: str) -> QuerySet[DuplicatePair]:
    """The pairs of a tab that the person may compare."""
    pairs = DuplicatePair.objects.permitted(user, "intake.view_duplicate").seen_by(user)
    pairs = pairs.waiting() if state == PairState.NEW else pairs.filter(state=state)
    return pairs.select_related("first", "second").order_by("-score", "pk")


def queue_of(pairs: list[DuplicatePair], chosen: DuplicatePair | None) -> list[tuple[str, list[Row]]]:
    """[(«Certainly or nearly, from 90», rows)]: the bands that have any."""
    rows = [Row(pair, _words(pair), pair == chosen) for pair in pairs]
    bands = [
        (_("Certain or nearly, from %(score)d") % {"score": CERTAIN}, CERTAIN, 101),
        (_("Alike, %(low)d–%(high)d") % {"low": PROBABLE, "high": CERTAIN - 1}, PROBABLE, CERTAIN),
        (_("Usually not duplicates, below %(score)d") % {"score": PROBABLE}, 0, PROBABLE),
    ]
    parted = [(label, [row for row in rows if low <= row.pair.score < high]) for label, low, high in bands]
    return [(label, part) for label, part in parted if part]


def counts_for(user: Any) -> dict[str, int]:
    """How many pairs wait, were put off, merged and told apart."""
    seen = DuplicatePair.objects.permitted(user, "intake.view_duplicate").seen_by(user)
    gone = Q(first__state="merged") | Q(second__state="merged")
    waiting = Q(state=PairState.NEW) & ~gone
    counts = {state: Count("pk", filter=Q(state=state)) for state in ("later", "merged", "rejected")}
    found = seen.aggregate(
        **counts, new=Count("pk", filter=waiting), exact=Count("pk", filter=waiting & Q(score__gte=CERTAIN))
    )
    decided = found["merged"] + found["rejected"]
    all_pairs = decided + found["new"] + found["later"]
    shares = {
        f"{state}_percent": 100 * found[state] // all_pairs if all_pairs else 0 for state in ("merged", "rejected")
    }
    return found | shares | {"decided": decided, "all": all_pairs}


def comparison_of(pair: DuplicatePair, kept: str = "") -> Comparison:
    """Both cards; the one that stays is the better one unless a person has chosen."""
    found = whole(Company.objects.filter(pk__in=[pair.first_id, pair.second_id])).in_bulk()
    one, two = main_first(found[pair.first_id], found[pair.second_id])
    if kept == str(two.pk):
        one, two = two, one
    reasons = [(str(Likeness(code).label), points) for code, points in pair.reasons]
    return Comparison(pair, one, two, compare(one, two), reasons)


def rehearsal_context(rehearsal: Rehearsal) -> dict[str, Any]:
    """The result of a trial run in words."""
    return {
        "rehearsal": rehearsal,
        "moved": relation_names(rehearsal.moved),
        "collided": relation_names(rehearsal.collided),
        "collided_number": sum(rehearsal.collided.values()),
    }


def relation_names(counted: dict[str, int]) -> list[tuple[str, int]]:
    """[(«deals», 3)]: tables in words, the largest first."""
    named = [(str(NAMES.get(model) or apps.get_model(model)._meta.verbose_name), n) for model, n in counted.items()]
    return sorted(named, key=lambda row: -row[1])


def _words(pair: DuplicatePair) -> str:
    """«same INN, same phone»: what speaks for it, the strongest first."""
    return ", ".join(str(Likeness(code).label) for code, points in pair.reasons if points > 0)
