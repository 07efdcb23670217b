"""Verbs of tasks and meetings."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agenda.enums import MeetingResult, MeetingState, TaskState
from agenda.models import Meeting, Task
from agenda.signals import meeting_booked, meeting_held
from companies.enums import Stage
from companies.models import Company
from companies.services import advance_stage, assign_company
from contacts.enums import Channel
from contacts.models import Cycle, Person
from contacts.services import close_open_contacts, plan_contact, record
from contacts.services.handover import Move
from core.exceptions import RuleViolation
from intake.models import SharingRequest
from intake.services.sharing import deciders_of

TIME_TO_DECIDE = timedelta(days=1)


@transaction.atomic
def set_task(
    *,
    actor: User | None,
    owner: User,
    title: str,
    due_at: datetime,
    company: Company | None = None,
    person: Person | None = None,
    text: str = "",
    now: datetime | None = None,
) -> Task:
    """Give a person something to do. Raises RuleViolation without a title or for a time that has passed."""
    now = now or timezone.now()
    if not title.strip():
        raise RuleViolation(_("Say what is to be done."))
    if due_at <= now:
        raise RuleViolation(_("The term of a task must be in the future."))
    task = Task.objects.create(
        title=title.strip()[:200],
        text=text,
        owner=owner,
        set_by=actor,
        company=company,
        person=person,
        due_at=due_at,
        created_at=now,
    )
    if company:
        record("agenda.task_set", actor=actor, company=company, person=person, text=task.title, source=task, now=now)
    return task


@transaction.atomic
def ask_to_share(request: SharingRequest, *, now: datetime) -> list[Task]:
    """Put the request into the day of everybody who decides about it; in nobody's name, so that the colleague does not learn
    from the task whose client it is."""
    title = _("%(person)s asks to share the client") % {"person": request.asked_by.short_name}
    tasks = []
    for owner in deciders_of(request):
        due_at = now + TIME_TO_DECIDE
        task = set_task(
            actor=None, owner=owner, title=title, text=request.text, company=request.company, due_at=due_at, now=now
        )
        task.sharing = request
        task.save(update_fields=["sharing"])
        tasks.append(task)
    return tasks


@transaction.atomic
def close_asked(request: SharingRequest, *, actor: User, now: datetime) -> None:
    """The request is decided: nobody has to think of it any more."""
    open_tasks = Task.objects.select_for_update().filter(sharing=request, state=TaskState.OPEN)
    open_tasks.update(state=TaskState.DONE, closed_at=now, result=str(request.get_state_display())[:300])


def _open_task(task: Task) -> Task:
    # locked alone: a join loses its row when the key changes while one waits for the lock
    locked = Task.objects.select_for_update().get(pk=task.pk)
    if locked.state != TaskState.OPEN:
        raise RuleViolation(_("This task is closed already."))
    return locked


@transaction.atomic
def complete_task(task: Task, *, actor: User, result: str = "", now: datetime | None = None) -> Task:
    """Mark a task as done. Raises RuleViolation for a closed one."""
    now = now or timezone.now()
    task = _open_task(task)
    task.state, task.closed_at, task.result = TaskState.DONE, now, result[:300]
    task.save(update_fields=["state", "closed_at", "result"])
    if task.company:
        record("agenda.task_done", actor=actor, company=task.company, text=result or task.title, source=task, now=now)
    return task


@transaction.atomic
def postpone_task(task: Task, *, actor: User, due_at: datetime, reason: str = "", now: datetime | None = None) -> Task:
    """Move the term of a task; how often is counted. Raises RuleViolation for a closed task or a past time."""
    task = _open_task(task)
    if due_at <= (now or timezone.now()):
        raise RuleViolation(_("The term of a task must be in the future."))
    task.due_at, task.postponed = due_at, task.postponed + 1
    if reason:
        task.text = f"{task.text}\n{reason}".strip()
    task.save(update_fields=["due_at", "postponed", "text"])
    return task


@transaction.atomic
def book_meeting(
    company: Company,
    *,
    actor: User,
    manager: User,
    starts_at: datetime,
    minutes: int = 60,
    persons: Sequence[Person] = (),
    place: str = "",
    subject: str = "",
    cycle: Cycle | None = None,
    now: datetime | None = None,
) -> Meeting:
    """Put a meeting into the manager's calendar. Raises RuleViolation for a past or taken time.

    The database itself refuses overlapping meetings of one manager, so two operators cannot take one slot.
    """
    now = now or timezone.now()
    if starts_at <= now:
        raise RuleViolation(_("A meeting must be in the future."))
    meeting = Meeting(
        company=company,
        manager=manager,
        booked_by=actor,
        booked_at=now,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        place=place[:200],
        subject=subject[:200],
        cycle=cycle,
    )
    _save_into_free_time(meeting)
    meeting.persons.set(persons)
    if company.owner_id is None:
        assign_company(company, actor=actor, owner=manager, now=now)
    advance_stage(company, to=Stage.MEETINGS)
    _announce_booking(meeting, actor=actor, person=persons[0] if persons else None, now=now)
    return meeting


def _save_into_free_time(meeting: Meeting) -> None:
    try:
        with transaction.atomic():
            meeting.save()
    except IntegrityError as error:
        if "meeting_no_overlap" not in str(error):
            raise
        raise RuleViolation(
            _("%(name)s is busy at that time. Choose another.") % {"name": meeting.manager.short_name}
        ) from error


def _announce_booking(meeting: Meeting, *, actor: User, person: Person | None, now: datetime) -> None:
    """The meeting is the next contact with the company, and everybody sees it in the history."""
    plan_contact(
        meeting.company,
        actor=actor,
        at=meeting.starts_at,
        channel=Channel.MEETING,
        text=meeting.subject or _("Meeting"),
        owner=meeting.manager,
        person=person,
        cycle=meeting.cycle,
        now=now,
    )
    record(
        "agenda.meeting_booked",
        actor=actor,
        company=meeting.company,
        person=person,
        channel=Channel.MEETING,
        source=meeting,
        text=meeting.subject,
        cycle=meeting.cycle,
        data={"starts_at": meeting.starts_at.isoformat(), "manager": meeting.manager_id},
        now=now,
    )
    meeting_booked.send(sender=Meeting, meeting=meeting, actor=actor, now=now)


def _booked_meeting(meeting: Meeting) -> Meeting:
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if locked.state != MeetingState.BOOKED:
        raise RuleViolation(_("The result of this meeting is written already."))
    return locked


@transaction.atomic
def hold_meeting(meeting: Meeting, *, actor: User, result: str, text: str, now: datetime | None = None) -> Meeting:
    """Write what came of a meeting. Raises RuleViolation before it starts, twice, or without a word about it."""
    now = now or timezone.now()
    meeting = _booked_meeting(meeting)
    if meeting.starts_at > now:
        raise RuleViolation(_("The meeting has not begun yet."))
    if result not in MeetingResult.values or not text.strip():
        raise RuleViolation(_("Choose the result and write what was agreed."))
    meeting.state, meeting.result, meeting.result_text, meeting.closed_at = MeetingState.HELD, result, text.strip(), now
    meeting.save(update_fields=["state", "result", "result_text", "closed_at"])
    close_open_contacts(meeting.company, actor=actor, channel=Channel.MEETING, owner=meeting.manager, now=now)
    record(
        "agenda.meeting_held",
        actor=actor,
        company=meeting.company,
        person=meeting.persons.first(),
        channel=Channel.MEETING,
        result=result,
        text=meeting.result_text,
        source=meeting,
        cycle=meeting.cycle,
        now=now,
    )
    meeting_held.send(sender=Meeting, meeting=meeting, actor=actor, now=now)
    return meeting


@transaction.atomic
def close_meeting(
    meeting: Meeting,
    *,
    actor: User,
    result: str,
    text: str,
    next_at: datetime,
    next_text: str,
    now: datetime | None = None,
) -> Meeting:
    """The result of a meeting together with the next contact: one is not accepted without the other."""
    meeting = hold_meeting(meeting, actor=actor, result=result, text=text, now=now)
    plan_contact(
        meeting.company, actor=actor, owner=meeting.manager, at=next_at, text=next_text, cycle=meeting.cycle, now=now
    )
    return meeting


@transaction.atomic
def cancel_meeting(
    meeting: Meeting, *, actor: User, reason: str, did_not_come: bool = False, now: datetime | None = None
) -> Meeting:
    """Cancel a meeting, or write that the client did not come; the time is free again. The reason is mandatory."""
    now = now or timezone.now()
    if not reason.strip():
        raise RuleViolation(_("Say why the meeting did not take place."))
    meeting = _booked_meeting(meeting)
    meeting.state = MeetingState.NOT_HELD if did_not_come else MeetingState.CANCELLED
    meeting.result_text, meeting.closed_at = reason.strip(), now
    meeting.save(update_fields=["state", "result_text", "closed_at"])
    close_open_contacts(meeting.company, actor=actor, channel=Channel.MEETING, owner=meeting.manager, now=now)
    record(
        "agenda.meeting_cancelled",
        actor=actor,
        company=meeting.company,
        channel=Channel.MEETING,
        text=reason,
        source=meeting,
        now=now,
    )
    return meeting


def hand_over_tasks(move: Move) -> int:
    """Open tasks of the person about these companies become the successor's. Returns how many (would)."""
    tasks = move.of_companies(Task.objects.open().filter(owner=move.previous))
    return tasks.count() if move.is_rehearsal else tasks.update(owner=move.successor)


def hand_over_meetings(move: Move) -> tuple[int, int]:
    """Booked meetings become the successor's; those in hours when the successor is busy stay. Returns (how many go, stay)."""
    meetings = move.of_companies(Meeting.objects.booked().filter(manager=move.previous))
    busy = Meeting.objects.booked().filter(
        manager=move.successor, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    free = meetings.exclude(Exists(busy))
    stay = meetings.filter(Exists(busy)).count()
    return (free.count() if move.is_rehearsal else free.update(manager=move.successor)), stay
