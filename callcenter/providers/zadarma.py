"""Zadarma, virtual PBX.

Protocol: https://zadarma.com/en/support/api/ and the vendor's own client, github.com/zadarma/user-api-v1 (lib/Client.php,
lib/Webhook/*.php). A request carries `Authorization: key:signature`, signature = base64(hex hmac-sha1(method + params + md5(params))),
parameters sorted. Reports are POSTs of `event`, `call_start`, `pbx_call_id`…, with the header `Signature` = base64(hex hmac-sha1 of
two or three named fields), from 185.45.152.42. Tested against the published protocol, not against a live account.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from callcenter.enums import Direction, PhoneFact
from callcenter.providers.base import CAUSE_OK, PUBLISHED, Heard, Place, Report, TelephonyError, get

ROOT = "https://api.zadarma.com"
MOSCOW = ZoneInfo("Europe/Moscow")  # reports carry the clock of the account, which is Moscow's for Russian accounts
SIGNED = {
    "NOTIFY_START": ("caller_id", "called_did", "call_start"),
    "NOTIFY_INTERNAL": ("caller_id", "called_did", "call_start"),
    "NOTIFY_END": ("caller_id", "called_did", "call_start"),
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"),
    "NOTIFY_OUT_START": ("internal", "destination", "call_start"),
    "NOTIFY_OUT_END": ("internal", "destination", "call_start"),
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
}
FACTS = {
    "NOTIFY_START": PhoneFact.RINGS,
    "NOTIFY_INTERNAL": PhoneFact.RINGS,
    "NOTIFY_OUT_START": PhoneFact.RINGS,
    "NOTIFY_ANSWER": PhoneFact.ANSWERED,
    "NOTIFY_END": PhoneFact.ENDED,
    "NOTIFY_OUT_END": PhoneFact.ENDED,
    "NOTIFY_RECORD": PhoneFact.RECORDED,
}
CAUSES = {
    "answered": CAUSE_OK,
    "busy": 17,
    "no answer": 19,
    "cancel": 19,
    "unallocated number": 1,
    "failed": 34,
    "line limit": 34,
}


class Zadarma:
    """Click-to-call by `request/callback`, reports by signed webhooks."""

    senders: tuple[str, ...] = ("185.45.152.42",)

    def __init__(self, key: str, secret: str, place: Place = PUBLISHED) -> None:
        self.key, self.secret, self.root = key, secret, place.host.rstrip("/") or ROOT

    def originate(self, *, extension: str, number: str, attempt: str) -> None:
        """Ring the employee's inner number, then the client. The attempt is not carried: calls meet by number and extension."""
        self._ask("/v1/request/callback/", {"from": extension, "to": number.lstrip("+"), "format": "json"})

    def hang_up(self, call_id: str) -> None:
        """The published API has no such request."""
        raise TelephonyError("Zadarma: a call cannot be ended from outside")

    def verify(self, report: Report) -> bool:
        """The signature is of the fields that this kind of report signs."""
        fields = SIGNED.get(report.form.get("event", ""))
        if not fields or not self.secret:
            return False
        expected = self._sign("".join(report.form.get(name, "") for name in fields))
        return hmac.compare_digest(expected, report.headers.get("Signature", ""))

    def parse_event(self, report: Report) -> list[Heard]:
        """One report says one thing."""
        said, event = report.form, report.form.get("event", "")
        if event not in FACTS:
            return []
        call_id, recording = said["pbx_call_id"], said.get("call_id_with_rec", "")
        is_out = event.startswith("NOTIFY_OUT") or (event == "NOTIFY_RECORD" and call_id.startswith("out_"))
        number = said.get("destination" if is_out else "caller_id", "")
        cause = CAUSES.get(said.get("disposition", ""))
        return [
            Heard(
                call_id=call_id,
                key=":".join(filter(None, [event, said.get("internal", ""), recording]))[:100],
                fact=FACTS[event],
                at=self._at(said, event),
                direction=None if event == "NOTIFY_RECORD" else Direction.OUT if is_out else Direction.IN,
                number=number,
                extension=said.get("internal", ""),
                cause=int(said["status_code"]) if said.get("status_code", "").isdecimal() else cause,
                recording=recording,
            )
        ]

    def recording_url(self, recording: str) -> str:
        """A link that the system gives for half an hour."""
        answer = self._ask("/v1/pbx/record/request/", {"call_id": recording, "lifetime": "1800", "format": "json"})
        link = answer.get("link") or next(iter(answer.get("links") or []), "")
        if not str(link).startswith("https://"):
            raise TelephonyError("Zadarma: no recording")
        return str(link)

    def _at(self, said: "dict[str, str]", event: str) -> datetime:
        """Only the beginning is told with a clock; the end is the beginning and the length."""
        started = said.get("call_start", "")
        if not started:
            return datetime.now(MOSCOW)
        begun = datetime.fromisoformat(started).replace(tzinfo=MOSCOW)
        seconds = int(said.get("duration") or 0) if FACTS[event] == PhoneFact.ENDED else 0
        return datetime.fromtimestamp(begun.timestamp() + seconds, MOSCOW)

    def _sign(self, text: str) -> str:
        digest = hmac.new(self.secret.encode(), text.encode(), hashlib.sha1).hexdigest()
        return base64.b64encode(digest.encode()).decode()

    def _ask(self, method: str, parameters: dict[str, str]) -> dict:
        text = urlencode(sorted(parameters.items()))
        digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        headers = {"Authorization": f"{self.key}:{self._sign(method + text + digest)}"}
        answer = get(f"{self.root}{method}?{text}", headers)
        if answer.get("status") != "success":
            raise TelephonyError(f"Zadarma: {answer.get('message', '')}")
        return answer
