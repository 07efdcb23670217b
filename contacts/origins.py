"""Where a value of a card is from, by the history: the last line that has changed the field, else the line that made the card."""

from collections.abc import Callable

from django.db.models import Q

from companies.models import Company
from companies.origins import Origin
from contacts.models import Interaction

# Lines that bring a whole card or a part of it.
BRING = ("companies.registered", "intake.imported", "intake.web_lead")
ACCEPTED = "intake.correction_accepted"
MOST_LINES = 300


def teller(company: Company) -> Callable[[str, str], Origin | None]:
    """Look at the history once: one query, whatever the card."""
    telling = Q(data__has_key="changes") | Q(kind__in=(*BRING, ACCEPTED))
    rows = Interaction.objects.filter(telling, company=company).select_related("actor").order_by("-at", "-pk")
    lines = list(rows[:MOST_LINES])
    made = next((line for line in reversed(lines) if line.kind in BRING), None)

    def tell(field: str, value: str) -> Origin | None:
        line = next((line for line in lines if _changes(line, field, value)), made)
        return _origin(line) if line else None

    return tell


def _changes(line: Interaction, field: str, value: str) -> bool:
    """Whether the line has written the field; an answer of the technical information is found by the words of its question."""
    if line.kind == ACCEPTED:
        return line.data.get("field") == field
    said = (line.data.get("changes") or {}).get(field)
    if said is None:
        return False
    return not value or any(part.partition(": ")[0] in (value, value.partition(",")[0]) for part in said[1].split("; "))


def _origin(line: Interaction) -> Origin:
    return Origin(
        str(line.meaning.sentence),
        line.at,
        who=line.actor.short_name if line.actor else "",
        where=line.data.get("evidence") or (line.text if line.kind != ACCEPTED else ""),
        url=line.data.get("url") or "",
    )
