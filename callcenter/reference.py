"""Reference data of this app, loaded at each start; what an administrator has edited stays.

The digits are muscle memory: they never change. Names are kept in the source language and shown through
`ResultCode.label`; scripts are texts for Russian clients and stay Russian on any screen.
"""

import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from callcenter.enums import Contact, ListKind, NextStep, ScriptState, Tone
from callcenter.models import Criterion, DatumTerm, ResultCode, Script, ScriptAnswer, ScriptStep, ScriptVersion
from intake.enums import CorrectedField

SCRIPTS = Path(__file__).parent / "data" / "scripts.json"

# days: people move more often than companies
TERMS = {
    CorrectedField.NAME: 365,
    CorrectedField.INN: 730,
    CorrectedField.ADDRESS: 365,
    CorrectedField.PHONE: 180,
    CorrectedField.PERSON: 180,
    CorrectedField.PERSON_PHONE: 180,
    CorrectedField.PERSON_EMAIL: 180,
    CorrectedField.EMAIL: 270,
}
DONE, RETRY, CALLBACK, BLOCK = NextStep.DONE, NextStep.RETRY, NextStep.CALLBACK, NextStep.BLOCK
HUMAN: dict[str, Any] = {"is_human": True}
DECIDER: dict[str, Any] = {"is_human": True, "is_decider": True}
WIN: dict[str, Any] = {"is_success": True, "tone": Tone.WIN}
IN_A_DAY, IN_A_WEEK = 24 * 60, 7 * 24 * 60

# (code, name, what becomes of the card, the next contact offered, the rest), in the order of the digits 1–9
RESULTS: dict[str, list[tuple[str, str, str, str, dict[str, Any]]]] = {
    ListKind.CALLBACK: [
        ("no_answer", _("No answer"), RETRY, Contact.HOUR, {}),
        ("busy", _("Busy"), RETRY, Contact.HOUR, {}),
        ("secretary", _("Secretary did not connect"), RETRY, Contact.TOMORROW, HUMAN | {"retry_minutes": IN_A_DAY}),
        ("decider_found", _("Decision maker found"), CALLBACK, Contact.TOMORROW, DECIDER | {"hands_over": True}),
        ("letter_received", _("Letter received"), CALLBACK, Contact.WEEK, DECIDER | {"received": True}),
        ("letter_missing", _("Letter not received"), CALLBACK, Contact.TOMORROW, HUMAN | {"received": False}),
        ("meeting", _("Meeting booked"), DONE, Contact.DATE, DECIDER | WIN),
        ("refusal", _("Refusal"), DONE, Contact.NONE, DECIDER | {"wants_note": True, "tone": Tone.LOSE}),
        ("do_not_call", _("Do not call"), BLOCK, Contact.NONE, HUMAN | {"tone": Tone.STOP}),
    ],
    ListKind.VERIFICATION: [
        ("verified", _("Checked as a whole"), DONE, Contact.NONE, HUMAN | {"is_success": True}),
        ("partly", _("Checked in part"), RETRY, Contact.WEEK, HUMAN | {"retry_minutes": IN_A_WEEK, "max_attempts": 3}),
        ("no_answer", _("No answer"), RETRY, Contact.HOUR, {}),
        ("later", _("Asked to call later"), CALLBACK, Contact.TOMORROW, HUMAN),
        ("wrong_number", _("Wrong number"), RETRY, Contact.TOMORROW, {"retry_minutes": IN_A_DAY, "max_attempts": 2}),
        ("declined", _("Would not talk"), RETRY, Contact.WEEK, HUMAN | {"retry_minutes": IN_A_WEEK, "max_attempts": 2}),
        ("closed", _("Closed down"), DONE, Contact.NONE, HUMAN | {"tone": Tone.LOSE}),
        ("new_owner", _("Changed its owner"), DONE, Contact.NONE, HUMAN | {"wants_note": True, "tone": Tone.LOSE}),
        ("do_not_call", _("Do not call"), BLOCK, Contact.NONE, HUMAN | {"tone": Tone.STOP}),
    ],
    ListKind.REPEAT: [
        ("no_answer", _("No answer"), RETRY, Contact.HOUR, {}),
        ("busy", _("Busy"), RETRY, Contact.HOUR, {}),
        ("secretary", _("Secretary did not connect"), RETRY, Contact.TOMORROW, HUMAN | {"retry_minutes": IN_A_DAY}),
        ("wants_offer", _("Wants a calculation"), DONE, Contact.TOMORROW, DECIDER | {"hands_over": True} | WIN),
        ("later", _("Asked to call later"), CALLBACK, Contact.WEEK, HUMAN),
        ("no_need", _("Nothing is needed yet"), DONE, Contact.NONE, DECIDER | {"wants_note": True}),
        ("meeting", _("Meeting booked"), DONE, Contact.DATE, DECIDER | WIN),
        ("refusal", _("Refusal"), DONE, Contact.NONE, DECIDER | {"wants_note": True, "tone": Tone.LOSE}),
        ("do_not_call", _("Do not call"), BLOCK, Contact.NONE, HUMAN | {"tone": Tone.STOP}),
    ],
    ListKind.FREE: [
        ("no_answer", _("No answer"), RETRY, Contact.HOUR, {}),
        ("busy", _("Busy"), RETRY, Contact.HOUR, {}),
        ("secretary", _("Secretary did not connect"), RETRY, Contact.TOMORROW, HUMAN | {"retry_minutes": IN_A_DAY}),
        ("decider_found", _("Decision maker found"), CALLBACK, Contact.TOMORROW, DECIDER | {"hands_over": True}),
        ("later", _("Asked to call later"), CALLBACK, Contact.TOMORROW, HUMAN),
        ("talked", _("Talked, the question is settled"), DONE, Contact.NONE, HUMAN | {"is_success": True}),
        ("meeting", _("Meeting booked"), DONE, Contact.DATE, DECIDER | WIN),
        ("refusal", _("Refusal"), DONE, Contact.NONE, DECIDER | {"wants_note": True, "tone": Tone.LOSE}),
        ("do_not_call", _("Do not call"), BLOCK, Contact.NONE, HUMAN | {"tone": Tone.STOP}),
    ],
}

# the sheet by which calls are marked in departments of two to twenty operators; edited on its page
CRITERIA = [
    (_("Greeting, name and company"), 1),
    (_("The goal of the call is said in the first half-minute"), 2),
    (_("Listens and does not interrupt"), 2),
    (_("The data are checked one by one"), 2),
    (_("Objections are answered by the script"), 2),
    (_("The next step has a day and an hour"), 3),
    (_("The note and the result say what was said"), 1),
]


@transaction.atomic
def load_callcenter() -> None:
    """Add what is missing."""
    for kind, rows in RESULTS.items():
        for digit, (code, name, next_step, contact, rest) in enumerate(rows, start=1):
            values = {"name": name, "digit": digit, "next_step": next_step, "default_contact": contact, **rest}
            ResultCode.objects.get_or_create(kind=kind, code=code, defaults=values)
    for field, days in TERMS.items():
        DatumTerm.objects.get_or_create(field=field, defaults={"days": days})
    if not Criterion.objects.exists():
        Criterion.objects.bulk_create(
            Criterion(name=name, weight=weight, most=2, place=place)
            for place, (name, weight) in enumerate(CRITERIA, start=1)
        )
    for text in json.loads(SCRIPTS.read_text(encoding="utf-8")):
        if not Script.objects.filter(kind=text["kind"]).exists():
            _write_script(text)


def _write_script(text: dict[str, Any]) -> None:
    """Version 1, in use: steps first, then the answers that lead from one to another by title."""
    script = Script.objects.create(name=text["name"], kind=text["kind"], goal=text["goal"])
    now = timezone.now()
    version = ScriptVersion.objects.create(
        script=script, number=1, state=ScriptState.RELEASED, created_at=now, released_at=now
    )
    steps = [
        ScriptStep.objects.create(
            version=version,
            order=order,
            title=step["title"],
            text=step["text"],
            field=step.get("field", ""),
            is_objection=step.get("objection", False),
        )
        for order, step in enumerate(text["steps"], start=1)
    ]
    by_title = {step.title: step for step in steps}
    for step, source in zip(steps, text["steps"], strict=True):
        for order, answer in enumerate(source.get("answers", []), start=1):
            target = by_title[answer["to"]] if "to" in answer else None
            rest = {name: answer.get(name, "") for name in ("writes", "about", "value", "suggests")}
            ScriptAnswer.objects.create(step=step, order=order, text=answer["text"], leads_to=target, **rest)
