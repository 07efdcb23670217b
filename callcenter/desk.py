"""What the operator's workplace shows of the card in hand: the client, the talk, and what a result will do. Reads only."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from callcenter import hours
from callcenter.checks import Datum, lines_to_check
from callcenter.enums import ListKind
from callcenter.firstcall import is_data_check
from callcenter.models import CallAttempt, CardClaim, QueueItem, ResultCode
from callcenter.outcomes import Choice, ResultKey, contact_choices, result_keys
from callcenter.speech import Step, addressed, merge_fields, steps_of
from companies.models import Address, Company, Phone, TechnicalItem
from companies.technical import lines_of
from contacts import kinds
from contacts.enums import Channel, DecisionRole
from contacts.models import Interaction, OptOut, Person
from contacts.reach import refusals_of
from core.formats import phone, short_date

LINES_SHOWN = 4
HISTORY_SHOWN = 5
KNOWN_SHOWN = 6
ROLE_TONES = {DecisionRole.DECIDES: "ok", DecisionRole.INFLUENCES: "warn", DecisionRole.APPROVES: "warn"}
ROLES = [
    (DecisionRole.DECIDES, gettext_lazy("Decides")),
    (DecisionRole.INFLUENCES, gettext_lazy("Influences")),
    (DecisionRole.GUARDS, gettext_lazy("Filter")),
]
ROLE_WORDS = dict(ROLES)
AVATARS = {DecisionRole.DECIDES: "green", DecisionRole.INFLUENCES: "amber"}


@dataclass(frozen=True)
class CallLine:
    """A number with whose it is, in the order of the keys."""

    number: str
    shown: str
    extension: str
    name: str
    position: str
    person: Person | None
    role: str = ""
    tone: str = ""
    avatar: str = "neutral"
    last: str = ""
    salutation: str = ""
    refusal: str = ""

    @property
    def initials(self) -> str:
        """Letters of the round badge."""
        return "".join(word[0] for word in self.name.split()[:2]).upper()


@dataclass(frozen=True)
class Event:
    """A line of the short history."""

    at: datetime
    tone: str
    text: str


@dataclass
class Desk:
    """Everything of the workplace with a card in hand."""

    card: QueueItem
    company: Company
    now: datetime
    lines: list[CallLine]
    results: list[ResultKey]
    contacts: list[Choice]
    steps: list[Step]
    objections: list[Step]
    history: list[Event]
    people: list[Person]
    data: list[Datum]
    is_data_check: bool  # the first call of who has agreed to nothing: no advertising

    @property
    def is_verification(self) -> bool:
        """Which of the two screens it is."""
        return self.card.call_list.kind == ListKind.VERIFICATION

    @property
    def is_open(self) -> bool:
        """Whether it is the client's calling time."""
        return hours.is_open(self.card.time_zone, self.now, self.card.hours)

    @property
    def clock(self) -> str:
        """What the client's wall clock shows."""
        return f"{self.now.astimezone(ZoneInfo(self.card.time_zone)):%H:%M}"

    @property
    def closes(self) -> str:
        """The end of the client's working day, on the client's clock."""
        return f"{hours.clocks_of(self.card.hours)[1]:%H:%M}"

    @property
    def shift(self) -> str:
        """«+2», «−1»: the client's clock against Moscow's; nothing where they agree."""
        return hours.shift_from_moscow(self.card.time_zone, self.now)

    @property
    def place(self) -> str:
        """Челябинск · 13:42."""
        return " · ".join(filter(None, [self.company.city, self.clock]))

    @property
    def known(self) -> list[tuple[str, str]]:
        """What is known of equipment and needs, then what is to be asked; six lines."""
        company = self.company
        rows = [(item.name, _equipment(item)) for item in company.technical_items.all()]
        rows += sorted(((line.label, line.value) for line in lines_of(company)), key=lambda row: not row[1])
        rows += [(_("Need of %(day)s") % {"day": short_date(need.found_at)}, need.text) for need in company.needs.all()]
        asked = [] if company.needs.all() else [(_("What they need"), "")]
        asked += [] if company.technical_items.all() else [(_("What is installed"), "")]
        asked += [(_("Budget and terms"), ""), (_("Who agrees"), "")]
        return [*rows[: KNOWN_SHOWN - len(asked)], *asked]

    @property
    def known_count(self) -> int:
        """How many of these lines have a value."""
        return sum(1 for _label, value in self.known if value)

    @property
    def age_days(self) -> int | None:
        """Days since the data were last checked."""
        checked = self.company.verified_at or self.company.checked_at
        return (self.now - checked).days if checked else None

    @property
    def talk_seconds(self) -> int | None:
        """How long the talk on the line has lasted; None when nobody is on the line."""
        if not self.card.dialed_at or self.card.hung_up_at:
            return None
        return max(0, round((self.now - self.card.dialed_at).total_seconds()))

    @property
    def stages(self) -> list[str]:
        """The path of a verification: each stage once."""
        return list(dict.fromkeys(line.stage for line in self.data if line.stage))


def _equipment(item: TechnicalItem) -> str:
    pieces = _("%(count)s pcs") % {"count": item.quantity} if item.quantity > 1 else ""
    return ", ".join(filter(None, [pieces, str(item.year or ""), item.condition])) or "✓"


def open_desk(card: QueueItem, operator: User, now: datetime) -> Desk:
    """The workplace for a card. A constant number of queries."""
    company = _company(card.company_id)
    card.company = company
    people = sorted(company.working_people, key=lambda person: not person.decides)
    decider = people[0] if people else None
    values = merge_fields(card, operator, decider)
    is_verification = card.call_list.kind == ListKind.VERIFICATION
    codes = list(ResultCode.objects.filter(kind=card.call_list.kind))
    version = CardClaim.objects.filter(token=card.claim).values_list("version", flat=True).first()
    steps, objections = ([], []) if is_verification else steps_of(version, values)
    return Desk(
        card=card,
        company=company,
        now=now,
        lines=_in_order(_lines(company, people), card, codes)[:LINES_SHOWN],
        results=result_keys(codes, card, now),
        contacts=contact_choices(card, now),
        steps=steps,
        objections=objections,
        history=_history(company, operator),
        people=people[:3],
        data=lines_to_check(card, version, decider, values, now) if is_verification else [],
        is_data_check=is_data_check(company),
    )


def _company(pk: int) -> Company:
    """With everything the screen names."""
    people = Person.objects.working().select_related("source").prefetch_related("phones__source", "emails__source")
    return (
        Company.objects.select_related("owner", "segment", "region", "source")
        .prefetch_related(
            Prefetch("phones", Phone.objects.select_related("source")),
            Prefetch("addresses", Address.objects.select_related("source")),
            Prefetch("persons", people, to_attr="working_people"),
            "technical_items",
            "needs",
        )
        .get(pk=pk)
    )


def _lines(company: Company, people: list[Person]) -> list[CallLine]:
    """Numbers that may be dialled: of persons, who decides first, then of the company."""
    last = _last_calls(company)
    lines = [
        CallLine(
            number.number,
            phone(number.number),
            number.extension,
            person.full_name,
            person.position,
            person,
            role=ROLE_WORDS.get(person.decision_role, ""),
            tone=ROLE_TONES.get(person.decision_role, ""),
            avatar=AVATARS.get(person.decision_role, "neutral"),
            last=last.get(person.pk, _("not spoken yet")),
            salutation=addressed(person),
        )
        for person in people
        for number in person.phones.all()
        if not number.is_invalid
    ]
    lines += [
        CallLine(
            row.number,
            phone(row.number),
            row.extension,
            row.label or _("Switchboard"),
            "",
            None,
            last=last.get(None, ""),
        )
        for row in company.phones.all()
        if not row.is_invalid
    ]
    return _with_refusals(lines, company)


def _with_refusals(lines: list[CallLine], company: Company) -> list[CallLine]:
    """Numbers that may not be dialled come last, with the reason instead of a key."""
    refused = refusals_of((line.number for line in lines), Channel.PHONE)
    silence = OptOut.objects.filter(channel=Channel.PHONE, value="", company=company).first()
    marked = [
        replace(line, refusal=_refusal(row)) if (row := silence or refused.get(line.number)) else line for line in lines
    ]
    return sorted(marked, key=lambda line: bool(line.refusal))


def _refusal(row: OptOut) -> str:
    words = _("asked not to call, %(day)s") % {"day": short_date(row.at)}
    return f"{words}: {row.reason}" if row.reason else words


def _in_order(lines: list[CallLine], card: QueueItem, codes: list[ResultCode]) -> list[CallLine]:
    """After a result that asks for another number, those already tried come last."""
    last = next((code for code in codes if code.code == card.last_result), None)
    if last is None or not last.other_number:
        return lines
    tried = set(CallAttempt.objects.filter(item=card).values_list("number", flat=True))
    return sorted(lines, key=lambda line: (bool(line.refusal), line.number in tried))


def _last_calls(company: Company) -> dict[int | None, str]:
    """The last call with each person, in words."""
    attempts = CallAttempt.objects.filter(company=company).select_related("result").order_by("person_id", "-ended_at")
    return {
        attempt.person_id: f"{short_date(attempt.ended_at)}, {attempt.result.label.lower()}"
        for attempt in attempts.distinct("person_id")
    }


def _history(company: Company, operator: User) -> list[Event]:
    seen = Interaction.objects.permitted(operator, "contacts.view_interaction").filter(company=company)
    known = {kind.name: kind for kind in kinds.all_kinds()}  # a line of an app that is gone is still read
    rows = seen.for_story()[:HISTORY_SHOWN]
    return [Event(row.at, kind.tone if (kind := known.get(row.kind)) else "", _worded(row, kind)) for row in rows]


def _worded(row: Interaction, kind: kinds.Kind | None) -> str:
    """«Секретарь не соединил. Инженер на выезде»: what came of it, then what was said."""
    result = _(row.data["result"]) if isinstance(row.data.get("result"), str) and row.data["result"] else ""
    sentence = result or (str(kind.sentence) if kind else "")
    return ". ".join(filter(None, [sentence, row.text]))
