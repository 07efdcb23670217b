"""What each key of the result does, said before it is pressed; and the choices of the next contact."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import User
from agenda.slots import free_slots
from callcenter import hours
from callcenter.enums import Contact, ListKind, NextStep
from callcenter.models import QueueItem, ResultCode
from callcenter.services.moves import contact_times, time_by_rule
from callcenter.services.terms import verified_until
from companies.enums import Stage
from core.formats import client_time, short_date, weekday_date

SLOTS_SHOWN = 6
SLOTS_A_DAY = 2  # a choice of days is worth more to a client than every hour of tomorrow
SLOT_DAYS = 5
EARLIEST = timedelta(hours=2)
MEETING_MINUTES = 60


@dataclass(frozen=True)
class Line:
    """A consequence: an icon and a sentence; `is_timed` shows the chosen time after it, `when` a condition of the page."""

    icon: str
    text: str
    is_timed: bool = False
    only_if: str = ""


@dataclass(frozen=True)
class ResultKey:
    """A key of the pad."""

    code: ResultCode
    lines: list[Line]
    contact: str  # the choice set by itself, "" = no next contact, "slot" = a meeting
    hands_over: bool


@dataclass(frozen=True)
class Choice:
    """A key of the next contact: the client's clock on the key, both clocks in «what will happen»."""

    value: str
    label: str
    note: str
    moment: str = ""


@dataclass(frozen=True)
class SlotChoice:
    """A free hour of a manager, on both clocks."""

    value: str
    label: str
    note: str
    moment: str


def client_moment(moment: datetime, zone: str) -> str:
    """ср 25 ноя, 10:00 (08:00 мск): the client's day and clock, Moscow's beside it."""
    return f"{weekday_date(moment.astimezone(ZoneInfo(zone)).date())}, {client_time(moment, zone)}"


def contact_choices(card: QueueItem, now: datetime) -> list[Choice]:
    """The four keys of the second step."""
    zone = card.time_zone
    choices = []
    for contact, moment in contact_times(card, now).items():
        local = moment.astimezone(ZoneInfo(zone))
        is_today = local.date() == now.astimezone(ZoneInfo(zone)).date()
        note = f"{local:%H:%M}" if is_today else f"{weekday_date(local.date())}, {local:%H:%M}"
        choices.append(Choice(contact, str(contact.label), note, client_moment(moment, zone)))
    return [*choices, Choice(Contact.DATE, str(Contact.DATE.label), _("calendar"))]


def slot_choices(managers: Iterable[User], card: QueueItem, now: datetime) -> list[SlotChoice]:
    """The nearest free hours of these managers that are working hours of the client."""
    zone, choices = card.time_zone, list[SlotChoice]()
    by_day: Counter[date] = Counter()
    for slot in free_slots(managers, start=now + EARLIEST, days=SLOT_DAYS, minutes=MEETING_MINUTES):
        day = slot.starts_at.astimezone(ZoneInfo(zone)).date()
        if by_day[day] < SLOTS_A_DAY and hours.is_open(zone, slot.starts_at, card.hours):
            by_day[day] += 1
            clock, value = client_time(slot.starts_at, zone), f"{slot.manager.pk}|{slot.starts_at.isoformat()}"
            note = f"{weekday_date(day)} · {slot.manager.last_name}"
            choices.append(SlotChoice(value, clock, note, client_moment(slot.starts_at, zone)))
    return choices[:SLOTS_SHOWN]


def result_keys(codes: Iterable[ResultCode], card: QueueItem, now: datetime) -> list[ResultKey]:
    """The nine keys with what each of them will do to this card."""
    return [_key(code, card, now) for code in codes]


def _key(code: ResultCode, card: QueueItem, now: datetime) -> ResultKey:
    hands_over = bool(code.hands_over and card.company.owner_id)
    contact = "slot" if code.code == "meeting" else "" if code.other_part_of_day else code.default_contact
    lines = [*_about_card(code, card, hands_over, now), *_about_company(code, card, now)]
    return ResultKey(code, lines, contact, hands_over)


def _about_card(code: ResultCode, card: QueueItem, hands_over: bool, now: datetime) -> list[Line]:
    if code.code == "meeting":
        return [
            Line("calendar-plus", _("Meeting into the manager's calendar"), is_timed=True),
            Line("mail", _("An invitation goes to the manager, and to the client if the e-mail is known")),
        ]
    if code.next_step == NextStep.RETRY:
        return _about_retry(code, card, now)
    if hands_over:
        owner = card.company.owner
        return [Line("calendar-plus", _("Call for %(name)s:") % {"name": owner.short_name}, is_timed=True)]
    if code.next_step == NextStep.CALLBACK:
        return [Line("calendar-plus", _("The card comes back to you:"), is_timed=True)]
    if code.next_step == NextStep.BLOCK:
        return [
            Line("ban", _("Into the do-not-call register, for all lists")),
            Line("trash", _("Planned calls are cancelled")),
        ]
    done = [Line("check", _("The card is done"))]
    return [*done, Line("calendar-plus", _("A contact is planned:"), is_timed=True)] if code.default_contact else done


def _about_retry(code: ResultCode, card: QueueItem, now: datetime) -> list[Line]:
    made = card.attempts + 1
    if made >= code.max_attempts:
        return [Line("hourglass-empty", _("The last of %(count)s tries: the card is put away") % {"count": made})]
    words = _("Try %(made)s of %(most)s is written") % {"made": made, "most": code.max_attempts}
    if code.other_part_of_day:
        again = client_moment(time_by_rule(card, code, now), card.time_zone)
        return [Line("repeat", words), Line("clock", _("Back into the queue: %(moment)s") % {"moment": again})]
    return [Line("repeat", words), Line("clock", _("Back into the queue:"), is_timed=True)]


def _about_company(code: ResultCode, card: QueueItem, now: datetime) -> list[Line]:
    stage = card.company.stage
    lines = []
    if code.code == "meeting" and stage < Stage.MEETINGS:
        lines.append(_move(stage, Stage.MEETINGS))
    if code.received is not None and card.mail_item_id:
        text = _("The letter is marked as received") if code.received else _("The letter is marked as not received")
        lines.append(Line("mail", text))
    if card.call_list.kind == ListKind.VERIFICATION:
        lines.append(Line("pencil", _("Corrections go to the marketer"), only_if="corrections"))
        lines.append(Line("clock-check", _("What is right is as of today"), only_if="right"))
        if code.code == "closed":
            lines.append(Line("building-off", _("«Closed down» goes to the marketer")))
        if code.is_success:
            until = short_date(verified_until(card.company, now))
            words = _("The company is verified until %(day)s") % {"day": until}
            lines.append(Line("shield-check", words, only_if="no-corrections"))
            lines.append(Line("shield-half", _("Verified when the marketer has decided"), only_if="corrections"))
            lines.append(_move(stage, Stage.MAILING))
    if code.wants_note:
        lines.append(Line("pencil", _("Say why in the note")))
    return lines


def _move(stage: int, to: Stage) -> Line:
    words = {"old": Stage(stage).label, "new": to.label}
    return Line("arrow-right", _("Stage: %(old)s → %(new)s") % words if stage < to else _("The stage stays"))
