"""One person's day: meetings, calls and tasks in one list, the overdue apart."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from agenda.enums import MeetingState
from agenda.models import Meeting, Task
from contacts.enums import Channel
from contacts.models import NextContact

ICONS = {Channel.PHONE: "phone", Channel.EMAIL: "mail", Channel.LETTER: "mail", Channel.MEETING: "users"}


@dataclass
class Entry:
    """A line of the day: what, with whom, when, and the object behind it."""

    kind: str  # "meeting", "call", "task"
    at: datetime
    title: str
    company: Any
    person: Any
    icon: str
    object: Any
    phone: str = ""
    late_days: int = 0


@dataclass
class Day:
    """What «Мой день» shows."""

    day: date
    entries: list[Entry] = field(default_factory=list)
    overdue: list[Entry] = field(default_factory=list)
    week: list[tuple[date, int]] = field(default_factory=list)
    next_meeting: Entry | None = None
    plan: list[Any] = field(default_factory=list)


# what an app above adds under «План месяца»: functions (user, day) -> rows with .label .fact .plan .width .mark
plan_sources: list[Callable[[User, date], list]] = []


def _phone_of(company: Any, person: Any) -> str:
    """The person's number, or the company's."""
    numbers = list(person.phones.all()) if person else []
    numbers = numbers or list(company.phones.all()) if company else numbers
    return next(
        (
            f"{phone.number},{phone.extension}" if phone.extension else phone.number
            for phone in numbers
            if not phone.is_invalid
        ),
        "",
    )


def _meeting_entry(meeting: Meeting) -> Entry:
    person = next(iter(meeting.persons.all()), None)
    title = meeting.subject or str(meeting.company)
    return Entry(
        "meeting",
        meeting.starts_at,
        title,
        meeting.company,
        person,
        "users",
        meeting,
        _phone_of(meeting.company, person),
    )


def _task_entry(task: Task) -> Entry:
    return Entry(
        "task", task.due_at, task.title, task.company, task.person, "check", task, _phone_of(task.company, task.person)
    )


def _call_entry(contact: NextContact) -> Entry:
    title = contact.text or contact.get_channel_display()
    phone = _phone_of(contact.company, contact.person)
    return Entry(
        "call", contact.at, title, contact.company, contact.person, ICONS.get(contact.channel, "phone"), contact, phone
    )


def _entries(user: User, start: datetime, end: datetime) -> list[Entry]:
    meetings = Meeting.objects.filter(manager=user).between(start, end).exclude(state=MeetingState.CANCELLED)
    tasks = Task.objects.open().filter(owner=user).between(start, end)
    calls = NextContact.objects.open().filter(owner=user, at__gte=start, at__lt=end).exclude(channel=Channel.MEETING)
    related = ["company__phones", "person__phones"]
    entries = [
        _meeting_entry(row)
        for row in meetings.select_related("company").prefetch_related("company__phones", "persons__phones")
    ]
    entries += [_task_entry(row) for row in tasks.select_related("company", "person").prefetch_related(*related)]
    entries += [_call_entry(row) for row in calls.select_related("company", "person").prefetch_related(*related)]
    return sorted(entries, key=lambda entry: entry.at)


def _bounds(day: date) -> tuple[datetime, datetime]:
    start = timezone.make_aware(datetime.combine(day, time()))
    return start, timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def day_of(user: User, *, day: date, now: datetime) -> Day:
    """The person's day in the active time zone. A constant number of queries, whatever the day holds."""
    start, end = _bounds(day)
    monday = day - timedelta(days=day.weekday())
    week_start, week_end = _bounds(monday)[0], _bounds(monday + timedelta(days=6))[0]
    long_ago = start - timedelta(days=365)
    everything = _entries(user, min(long_ago, week_start), max(end, week_end))
    busy = [timezone.localtime(entry.at).date() for entry in everything if entry.at >= week_start]
    overdue = [entry for entry in everything if entry.at < min(now, end) and _is_waiting(entry, now)]
    for entry in overdue:
        entry.late_days = (timezone.localtime(now).date() - timezone.localtime(entry.at).date()).days
    today = [entry for entry in everything if start <= entry.at < end and entry not in overdue]
    coming = [
        entry
        for entry in today
        if entry.kind == "meeting" and entry.object.ends_at > now and entry.object.state == MeetingState.BOOKED
    ]
    week = [(monday + timedelta(days=shift), busy.count(monday + timedelta(days=shift))) for shift in range(6)]
    plan = [row for source in plan_sources for row in source(user, day)]
    return Day(day, today, overdue, week, coming[0] if coming else None, plan)


def _is_waiting(entry: Entry, now: datetime) -> bool:
    """Overdue: a task or call whose time has passed, a meeting that is over without a result."""
    return entry.kind != "meeting" or (entry.object.state == MeetingState.BOOKED and entry.object.ends_at < now)
