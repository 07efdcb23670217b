"""Mango Office, virtual PBX.

Protocol: «MANGO OFFICE VPBX API» 1.9 (https://www.mango-office.ru/support/integratsiya-api/). A command is a form of
`vpbx_api_key`, `sign` and `json`, where sign = sha256(key + json + salt) in hex; reports come in the same shape to `…/events/call` and
`…/events/recording`. States of a call: Appeared, Connected, OnHold, Disconnected; `seq` numbers the reports of one call.
Tested against the published protocol, not against a live account.
"""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from callcenter.enums import Direction, PhoneFact
from callcenter.providers.base import CAUSE_OK, PUBLISHED, Heard, Place, Report, TelephonyError, post

ROOT = "https://app.mango-office.ru/vpbx/"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ACCEPTED = 1000
LINK_SECONDS = 1800
FACTS = {"Appeared": PhoneFact.RINGS, "Connected": PhoneFact.ANSWERED, "Disconnected": PhoneFact.ENDED}
# of the table of codes those that tell something of the client; what is not here is left to the operator
CAUSES = {
    1100: CAUSE_OK, 1110: CAUSE_OK, 1120: CAUSE_OK, 1111: 19, 1121: 17, 1122: 21, 1123: 21, 1131: 18, 1132: 1, 1133: 1
}  # fmt: skip


class Mango:
    """Click-to-call by `commands/callback`, reports by signed webhooks."""

    senders: tuple[str, ...] = ()

    def __init__(self, key: str, secret: str, place: Place = PUBLISHED) -> None:
        self.key, self.secret, self.root = key, secret, place.host.rstrip("/") + "/" if place.host else ROOT

    def originate(self, *, extension: str, number: str, attempt: str) -> None:
        """Ring the employee's inner number, then the client."""
        self._command(
            "commands/callback",
            {"command_id": attempt, "from": {"extension": extension}, "to_number": number.lstrip("+")},
        )

    def hang_up(self, call_id: str) -> None:
        """End a call that goes on."""
        self._command("commands/call/hangup", {"command_id": f"hangup-{call_id}", "call_id": call_id})

    def verify(self, report: Report) -> bool:
        """The key is ours and the signature is of this very text."""
        expected = self._sign(report.form.get("json", ""))
        is_signed = hmac.compare_digest(expected, report.form.get("sign", ""))
        return bool(self.secret) and is_signed and hmac.compare_digest(self.key, report.form.get("vpbx_api_key", ""))

    def parse_event(self, report: Report) -> list[Heard]:
        """Calls and recordings; other kinds of reports say nothing to us."""
        said = json.loads(report.form.get("json", ""))
        if not isinstance(said, dict):
            raise ValueError("not an object")
        if report.path == "events/call":
            return self._call(said)
        if report.path == "events/recording":
            return self._recording(said)
        return []

    def recording_url(self, recording: str) -> str:
        """A signed link that lives for half an hour; the account must allow such links."""
        until = int(time.time()) + LINK_SECONDS
        sign = self._sign(f"{until}{recording}")
        return f"{self.root}queries/recording/link/{quote(recording, safe='=')}/play/{self.key}/{until}/{sign}"

    def _call(self, said: dict[str, Any]) -> list[Heard]:
        fact = FACTS.get(str(said.get("call_state")))
        if fact is None:
            return []
        one, other = _side(said, "from"), _side(said, "to")
        is_out = bool(one.get("extension")) and not other.get("extension")
        client, employee = (other, one) if is_out else (one, other)
        reason = str(said.get("disconnect_reason") or "")
        return [
            Heard(
                call_id=str(said["entry_id"]),
                key=f"{said['call_id']}:{said['seq']}",
                fact=fact,
                at=_moment(said["timestamp"]),
                direction=Direction.OUT if is_out or said.get("command_id") else Direction.IN,
                number=str(client.get("number") or ""),
                extension=str(employee.get("extension") or ""),
                cause=CAUSES.get(int(reason)) if reason.isdecimal() else None,
                attempt=str(said.get("command_id") or ""),
            )
        ]

    def _recording(self, said: dict[str, Any]) -> list[Heard]:
        if said.get("recording_state") != "Completed":
            return []
        recording = str(said["recording_id"])
        call, at = str(said["entry_id"]), _moment(said["timestamp"])
        return [Heard(call_id=call, key=f"rec:{recording}"[:100], fact=PhoneFact.RECORDED, at=at, recording=recording)]

    def _sign(self, text: str) -> str:
        return hashlib.sha256(f"{self.key}{text}{self.secret}".encode()).hexdigest()

    def _command(self, path: str, said: dict[str, Any]) -> None:
        text = json.dumps(said, ensure_ascii=False)
        form = urlencode({"vpbx_api_key": self.key, "sign": self._sign(text), "json": text})
        answer = post(self.root + path, form.encode(), FORM)
        if answer.get("result", ACCEPTED) != ACCEPTED:
            raise TelephonyError(f"Mango Office: {answer.get('result')}")


def _side(said: dict[str, Any], name: str) -> dict[str, Any]:
    found = said.get(name)
    return found if isinstance(found, dict) else {}


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
