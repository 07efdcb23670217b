"""Invitations to a meeting: a letter with an ICS file, to the manager and to the client. The rows are the ledger; a letter that
did not leave waits and is tried again."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agenda.enums import MeetingState
from agenda.models import Invitation, Meeting
from contacts.enums import Channel
from contacts.models import OptOut, Person
from contacts.suppression import spellings
from core.formats import client_time, weekday_date
from core.jobs import enqueue

LONGEST_LINE = 73  # octets of a line of ICS, without the break and the space before the next piece


def invite(meeting: Meeting, *, person: Person | None, now: datetime) -> list[Invitation]:
    """Invite the manager, and the person if an e-mail is known and has not asked for silence; nobody twice."""
    names = {meeting.manager.email: meeting.manager.full_name}
    if person and (address := _address_of(person)):
        names[address] = person.full_name
    rows = [
        Invitation(meeting=meeting, address=address, name=name, created_at=now)
        for address, name in names.items()
        if address
    ]
    made = Invitation.objects.bulk_create(rows, ignore_conflicts=True)
    if made:
        enqueue("agenda.tasks.mail_invitations", meeting_id=meeting.pk)
    return made


def _address_of(person: Person) -> str:
    email = person.emails.filter(is_invalid=False).first()
    if email is None:
        return ""
    asked = OptOut.objects.filter(channel=Channel.EMAIL, value__in=spellings(email.address))
    silent = OptOut.objects.filter(channel=Channel.EMAIL, value="", company=person.company_id)
    return "" if asked.exists() or silent.exists() else email.address


def mail_invitation(invitation: Invitation, *, now: datetime | None = None) -> bool:
    """Send one letter, once: the row is locked while it leaves. Raises SMTPException or OSError when the server is away."""
    with transaction.atomic():
        row = (
            Invitation.objects.select_for_update(skip_locked=True)
            .filter(pk=invitation.pk, sent_at__isnull=True)
            .first()
        )
        if row is None:
            return False
        meeting = Meeting.objects.select_related("company", "manager").get(pk=row.meeting_id)
        if meeting.state == MeetingState.BOOKED:
            _letter(row, meeting).send()
        row.sent_at = now or timezone.now()
        row.save(update_fields=["sent_at"])
        return True


def _letter(row: Invitation, meeting: Meeting) -> EmailMessage:
    zone, manager = meeting.company.time_zone, meeting.manager
    with translation.override("ru"):
        day = weekday_date(meeting.starts_at.astimezone(ZoneInfo(zone)).date())
        moment = f"{day}, {client_time(meeting.starts_at, zone)}"
        subject = _("Meeting with %(company)s, %(moment)s") % {"company": meeting.company.name, "moment": moment}
        body = render_to_string(
            "agenda/letter_invitation.txt", {"meeting": meeting, "moment": moment, "name": row.name}
        )
    message = EmailMessage(
        subject=" ".join(subject.split()),
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[row.address],
        reply_to=[manager.email] if manager.email else None,
    )
    message.attach("meeting.ics", calendar_file(row, meeting), "text/calendar; method=REQUEST; charset=utf-8")
    return message


def calendar_file(row: Invitation, meeting: Meeting) -> str:
    """The meeting as RFC 5545, in UTC: every calendar shows it on its own clock."""
    host = settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    fields: dict[str, Any] = {
        "UID": f"meeting-{meeting.pk}@{host}",
        "DTSTAMP": _utc(row.created_at),
        "DTSTART": _utc(meeting.starts_at),
        "DTEND": _utc(meeting.ends_at),
        "SUMMARY": _text(meeting.subject or meeting.company.name),
        "LOCATION": _text(meeting.place),
        "ORGANIZER": f"mailto:{meeting.manager.email or settings.DEFAULT_FROM_EMAIL}",
        "ATTENDEE;RSVP=TRUE": f"mailto:{row.address}",
    }
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Active sales//RU", "METHOD:REQUEST", "BEGIN:VEVENT"]
    lines = [
        *head,
        *(f"{name}:{value}" for name, value in fields.items()),
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """Commas, semicolons and breaks would end a value."""
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    return "\\n".join(words.splitlines())


def _folded(line: str) -> str:
    """No line above 75 octets; a letter of two octets is not torn."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > LONGEST_LINE:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])
