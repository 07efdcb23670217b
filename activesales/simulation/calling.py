"""Stages 2 and 4 as operators play them: the next card, the call, what was said, the key of the result."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from accounts.models import User
from activesales.simulation import selling, texts
from activesales.simulation.names import latin, person_name
from activesales.simulation.talking import way_of
from agenda.models import Meeting
from agenda.slots import free_slots
from callcenter import services
from callcenter.donotcall import Line, lines_of
from callcenter.enums import ListKind
from callcenter.models import QueueItem
from callcenter.services import claim_next, end_shift, finish_call, go_on_line, release_claim, start_call, take_break
from contacts.enums import DecisionRole
from contacts.models import Person
from intake.enums import CorrectedField

if TYPE_CHECKING:
    from activesales.simulation.play import Play

# Rates of research/russian-domain.md §9; a warmed and verified base makes one meeting of eight talks.
ANSWERED = 0.6
DECIDER_ON_LINE = 0.58
VERIFICATION = {
    "verified": 72,
    "partly": 8,
    "later": 10,
    "declined": 6,
    "closed": 2.5,
    "new_owner": 1,
    "do_not_call": 0.5,
}
CALLBACK = {
    "meeting": 16,
    "letter_received": 34,
    "letter_missing": 14,
    "decider_found": 12,
    "refusal": 22,
    "do_not_call": 2,
}
NEED_HEARD = 0.35
SHIFTS = [(8, 17), (9, 18), (10, 19)]  # the first ones reach the Far East, the last ones Kaliningrad's afternoon
PAUSE = (1.0, 4.5)  # minutes between calls: the result, the next card, a sip of tea


@dataclass
class Talk:
    """How a call has gone: the arguments of its result."""

    result: str
    note: str = ""
    need: str = ""
    person: Person | None = None
    corrections: list[dict[str, Any]] = field(default_factory=list)
    roles: dict[Person, str] = field(default_factory=dict)
    meeting: dict[str, Any] | None = None


WRITING = timedelta(seconds=20)  # of every call, after the talk


def plan_day(play: "Play", number: int, day: date) -> None:
    """Shifts are set apart, so that every zone has its hours."""
    for place, operator in enumerate(play.staff.all("operator")):
        begins, ends = SHIFTS[place % len(SHIFTS)]
        if play.chance(0.96):  # the others are ill
            play.at(play.clock(day, begins, play.rng.randrange(8)), come, operator, play.clock(day, ends))


def come(play: "Play", operator: User, ends: datetime) -> None:
    go_on_line(operator, now=play.now)
    lunch = ends - timedelta(hours=play.rng.choice([4, 5]))
    play.soon(2, 9, dial, operator, ends, lunch)


def dial(play: "Play", operator: User, ends: datetime, lunch: datetime | None) -> None:
    """Take the next card and press a number, if the shift is not over."""
    if play.now >= ends - timedelta(minutes=5):
        end_shift(operator, now=play.now)
    elif lunch and play.now >= lunch:
        take_break(operator, reason="lunch", now=play.now)
        play.soon(40, 50, back, operator, ends)
    elif (card := claim_next(operator, now=play.now)) is None:
        play.soon(40, 70, dial, operator, ends, lunch)
    else:
        _call(play, operator, card, ends, lunch)


def back(play: "Play", operator: User, ends: datetime) -> None:
    go_on_line(operator, now=play.now)
    play.soon(1, 3, dial, operator, ends, None)


def _call(play: "Play", operator: User, card: QueueItem, ends: datetime, lunch: datetime | None) -> None:
    line = play.rng.choice(lines_of(card.company)[:2])
    is_answered = play.chance(ANSWERED)
    over = play.now + timedelta(minutes=play.rng.uniform(1.5, 6) if is_answered else play.rng.uniform(0.5, 1))
    if over > play.until:
        release_claim(card, actor=operator, claim=card.claim, now=play.now)
        return
    start_call(card, actor=operator, claim=card.claim, number=line.number, person=line.person, now=play.now)
    play.at(over, hang_up, operator, card, line, is_answered, ends, lunch)


def hang_up(
    play: "Play", operator: User, card: QueueItem, line: Line, is_answered: bool, ends: datetime, lunch: datetime | None
) -> None:
    """The result is written, and the next card comes."""
    is_check = card.call_list.kind == ListKind.VERIFICATION
    talk = (
        _unanswered(play, is_check)
        if not is_answered
        else _check(play, card, line)
        if is_check
        else _ask(play, card, line)
    )
    services.hang_up(card, claim=card.claim, now=play.now - WRITING)
    attempt = finish_call(
        card,
        actor=operator,
        claim=card.claim,
        result=talk.result,
        note=talk.note,
        need=talk.need,
        person=talk.person,
        corrections=talk.corrections,
        roles=talk.roles,
        meeting=talk.meeting,
        path=[] if is_check or not is_answered else way_of(card.claim, talk.result, card.pk),
        now=play.now,
    )
    if talk.meeting:
        for meeting in Meeting.objects.filter(company=attempt.company_id, booked_at=play.now):
            play.at(meeting.ends_at + timedelta(minutes=play.rng.randint(5, 90)), selling.meet, meeting)
    play.soon(*PAUSE, dial, operator, ends, lunch)


def _unanswered(play: "Play", is_check: bool) -> Talk:
    if is_check:
        return Talk("wrong_number" if play.chance(0.12) else "no_answer")
    return Talk("busy" if play.chance(0.25) else "no_answer")


def _drawn(play: "Play", rates: dict[str, float]) -> str:
    return play.rng.choices(list(rates), list(rates.values()))[0]


# --- verification -----------------------------------------------------------------------------------------------


def _check(play: "Play", card: QueueItem, line: Line) -> Talk:
    talk = Talk(_drawn(play, VERIFICATION), person=line.person)
    if talk.result in ("verified", "partly"):
        talk.corrections = list(_found_out(play, card))
        _learn_roles(play, card, talk)
    elif talk.result == "new_owner":
        talk.note = "Производство продано, новая компания на том же адресе"
    elif talk.result == "closed":
        talk.corrections = [{"field": CorrectedField.STATE, "new_value": "closed", "evidence": "Сказал охранник"}]
    return talk


def _found_out(play: "Play", card: QueueItem) -> list[dict[str, Any]]:
    """What differs from the card, with the rates of a base collected from open sources."""
    company, evidence = card.company, play.rng.choice(texts.EVIDENCE)
    found: dict[str, str] = {}
    if not company.decision_makers and play.chance(0.7):
        found[CorrectedField.PERSON] = str(person_name(play.rng))
    elif company.decision_makers and company.site_host and play.chance(0.3):
        found[CorrectedField.PERSON_EMAIL] = f"{latin(company.name)[:8]}.{company.pk}@{company.site_host}"
    if play.chance(0.14):
        found[CorrectedField.PHONE] = play.market.mobile()
    if not company.email and company.site_host and play.chance(0.6):
        found[CorrectedField.EMAIL] = f"office@{company.site_host}"
    if not company.headcount and play.chance(0.3):
        found[CorrectedField.HEADCOUNT] = str(play.rng.choice([35, 70, 110, 160, 300]))
    if play.chance(0.04):
        found[CorrectedField.NAME] = f"{company.name}-Сервис"
    return [{"field": what, "new_value": value, "evidence": evidence} for what, value in found.items()]


def _learn_roles(play: "Play", card: QueueItem, talk: Talk) -> None:
    """Somebody known turns out to be the one who decides."""
    person = card.company.persons.working().first()
    asked = {row["field"] for row in talk.corrections}
    if person and not card.company.decision_makers and CorrectedField.PERSON not in asked:
        talk.roles[person] = DecisionRole.DECIDES


# --- call-back --------------------------------------------------------------------------------------------------


def _ask(play: "Play", card: QueueItem, line: Line) -> Talk:
    """«Письмо получено?» — or nobody gets past the secretary."""
    if not play.chance(DECIDER_ON_LINE):
        return Talk("secretary", note="Соединить не хотят, просят перезвонить")
    talk = Talk(_drawn(play, CALLBACK), person=_decider(card) or line.person)
    if talk.result == "meeting":
        talk.meeting = _slot(play, card)
        talk.result = "meeting" if talk.meeting else "letter_received"
    talk.note = _words(play, talk)
    if talk.result in ("meeting", "letter_received", "decider_found") and play.chance(
        1 if talk.meeting else NEED_HEARD
    ):
        talk.need = play.rng.choice(texts.NEEDS)
    return talk


def _decider(card: QueueItem) -> Person | None:
    return card.company.persons.working().filter(decision_role=DecisionRole.DECIDES).first()


def _words(play: "Play", talk: Talk) -> str:
    said = {
        "letter_received": texts.RECEIVED,
        "letter_missing": texts.MISSING,
        "refusal": texts.REFUSALS,
        "meeting": texts.MEETINGS,
    }
    return play.rng.choice(said[talk.result]) if talk.result in said else ""


def _slot(play: "Play", card: QueueItem) -> dict[str, Any] | None:
    """A free hour of a manager that is a working hour of the client, in the next days."""
    owner = card.company.owner
    managers = [owner] if owner in play.staff.all("manager") else play.staff.all("manager")
    zone = ZoneInfo(card.time_zone)
    slots = free_slots(managers, start=play.now + timedelta(hours=12), days=4)
    fitting = [slot for slot in slots if 9 <= slot.starts_at.astimezone(zone).hour < 18]
    if not fitting:
        return None
    slot = play.rng.choice(fitting)
    return {"manager": slot.manager, "starts_at": slot.starts_at, "place": card.company.city or "У клиента"}
