"""Asterisk, one's own exchange, by its manager interface.

A call is the channels of one `Linkedid`; the first of them (Uniqueid = Linkedid) begins and ends it. A channel is an employee's if
it is named after an inner number, as PJSIP/101-0000002a is; every other is the client's. The attempt travels as the variable
`__CRM_CALL_ID`: events carry it as `ChanVariable` (manager.conf: channelvars = CRM_CALL_ID), `VarSet` tells it too, and
`OriginateResponse` has it as its ActionID. Each event is read by itself, so repeats and any order give the same call.
"""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime

from callcenter.enums import Direction, PhoneFact
from callcenter.providers.ami import Message, session
from callcenter.providers.base import CAUSE_OK, PUBLISHED, Heard, Place, Report, TelephonyError

VARIABLE = "CRM_CALL_ID"
RING_MS = "45000"  # how long the employee's telephone rings
SAYS_NOTHING = {0, CAUSE_OK, 26}  # of a leg that was put down by ourselves; the status of the dialling tells more
STATUS = {"BUSY": 17, "NOANSWER": 19, "NO ANSWER": 19}
SHORTEST = 5  # digits of a number outside the house
Reader = Callable[[Message, Collection[str]], "dict | None"]


class Asterisk:
    """Click-to-call by Originate; what the exchange says is heard by `manage.py listen_to_asterisk`."""

    senders: tuple[str, ...] = ()

    def __init__(self, key: str, secret: str, place: Place = PUBLISHED) -> None:
        self.user, self.secret, self.place = key, secret, place

    def originate(self, *, extension: str, number: str, attempt: str) -> None:
        """Ring the employee's telephone, then send it to the client through the context of the dial plan."""
        with session(self.place.host, self.place.port, user=self.user, secret=self.secret) as ami:
            ami.order(
                "Originate",
                ActionID=attempt,
                Channel=f"{self.place.technology}/{extension}",
                Context=self.place.context,
                Exten=number.lstrip("+"),
                Priority="1",
                Timeout=RING_MS,
                CallerID=number.lstrip("+"),
                Variable=f"__{VARIABLE}={attempt}",
                Async="true",
            )

    def hang_up(self, call_id: str) -> None:
        """Put down the first channel of a call; the others follow it."""
        with session(self.place.host, self.place.port, user=self.user, secret=self.secret) as ami:
            legs = [leg for leg in ami.listed("CoreShowChannels") if leg.get("Linkedid") == call_id]
            first = next((leg for leg in legs if leg.get("Uniqueid") == call_id), legs[0] if legs else None)
            if first:
                ami.order("Hangup", Channel=first["Channel"], Cause=str(CAUSE_OK))

    def verify(self, report: Report) -> bool:
        """It has no webhooks: whatever comes to the address is not from it."""
        return False

    def parse_event(self, report: Report) -> list[Heard]:
        """It has no webhooks."""
        return []

    def recording_url(self, recording: str) -> str:
        """The dial plan tells the whole link, by UserEvent(CrmRecording,Link: …)."""
        if not recording.startswith(("https://", "http://")):
            raise TelephonyError("Asterisk: no recording")
        return recording


# --- what the exchange says --------------------------------------------------------------------------------------


def heard_of(said: Message, inner: Collection[str], now: datetime) -> Heard | None:
    """One event in our words; None for what does not concern calls. `inner`: the numbers of employees."""
    reader = READERS.get(said.get("Event", ""))
    found = reader(said, inner) if reader else None
    call_id = (found or {}).pop("call_id", "") or said.get("Linkedid") or said.get("Uniqueid") or said.get("UniqueID")
    if found is None or not call_id:
        return None
    mark = [said["Event"], said.get("Uniqueid") or said.get("DestUniqueid") or "", *found.pop("mark", ())]
    found.setdefault("attempt", variable(said))
    return Heard(call_id=call_id, key=":".join(mark)[:100], at=moment(said, now), **found)


def moment(said: Message, now: datetime) -> datetime:
    """The clock of the exchange where it tells it (manager.conf: timestampevents = yes), ours otherwise."""
    try:
        return datetime.fromtimestamp(float(said["Timestamp"]), UTC)
    except (KeyError, ValueError, OverflowError):
        return now


def name_of(channel: str) -> str:
    """101 of PJSIP/101-0000002a and of Local/101@from-internal-00000001;1."""
    return re.sub(r"-[0-9a-f]+(;[12])?$", "", channel.partition("/")[2]).partition("@")[0]


def variable(said: Message) -> str:
    """The attempt, out of the variables of the channel."""
    for line in "\n".join(filter(None, [said.get("ChanVariable"), said.get("DestChanVariable")])).split("\n"):
        name, _mark, value = line.partition("=")
        if name.lstrip("_") == VARIABLE:
            return value
    return ""


def outside(candidates: Iterable[str | None], inner: Collection[str]) -> str:
    """The first that is a number outside the house; "" if none is."""
    for text in candidates:
        plain = (text or "").removeprefix("+")
        if plain.isdecimal() and len(plain) >= SHORTEST and plain not in inner:
            return str(text)
    return ""


def _channel(said: Message, inner: Collection[str]) -> dict | None:
    """A channel has appeared or rings: the first one tells who has called whom."""
    name, is_first = name_of(said.get("Channel", "")), said.get("Uniqueid") == said.get("Linkedid")
    mark = (said.get("ChannelState", ""),)
    if name in inner:
        number = outside((said.get("Exten"), said.get("ConnectedLineNum")) if is_first else (), inner)
        direction = Direction.OUT if is_first else None
        return {"fact": PhoneFact.RINGS, "direction": direction, "number": number, "extension": name, "mark": mark}
    if not is_first:
        return None
    number = outside((said.get("CallerIDNum"),), inner)
    return {"fact": PhoneFact.RINGS, "direction": Direction.IN, "number": number, "mark": mark}


def _dial(said: Message, inner: Collection[str]) -> dict | None:
    """One side rings the other. The call of an employee's own telephone, before anybody is dialled, has no Channel."""
    one, other = name_of(said.get("Channel", "")), name_of(said.get("DestChannel", ""))
    if not one or (one in inner and other in inner):
        return None
    is_out = one in inner
    dialled = re.findall(r"\d{5,}", said.get("DialString", ""))
    candidates = (said.get("DestCallerIDNum"), *dialled, said.get("Exten")) if is_out else (said.get("CallerIDNum"),)
    status = said.get("DialStatus", "")
    found = {
        "fact": PhoneFact.RINGS,
        "direction": Direction.OUT if is_out else Direction.IN,
        "number": outside(candidates, inner),
        "extension": one if is_out else other if other in inner else "",
        "mark": (said.get("DestUniqueid", ""), status),
    }
    if status == "ANSWER":
        return found | {"fact": PhoneFact.ANSWERED}
    if status:
        return found | {"fact": PhoneFact.TRIED, "cause": STATUS.get(status)} if is_out else None
    return found


def _bridge(said: Message, inner: Collection[str]) -> dict | None:
    """Two are in one bridge: they talk, even if the end of the dialling was not heard."""
    count = said.get("BridgeNumChannels", "")
    if not count.isdecimal() or int(count) < 2:
        return None
    name = name_of(said.get("Channel", ""))
    extension = name if name in inner else ""
    return {"fact": PhoneFact.ANSWERED, "extension": extension, "mark": (said.get("BridgeUniqueid", ""),)}


def _hangup(said: Message, inner: Collection[str]) -> dict | None:
    """The end of the first channel is the end of the call; that of the client's leg tells how reaching the client went."""
    cause = int(said["Cause"]) if said.get("Cause", "").isdecimal() else None
    is_employee = name_of(said.get("Channel", "")) in inner
    if said.get("Uniqueid") == said.get("Linkedid"):
        told = (
            cause if cause == CAUSE_OK or not is_employee else None
        )  # his own busy telephone says nothing of the client
        return {"fact": PhoneFact.ENDED, "cause": told}
    if is_employee or cause in SAYS_NOTHING:
        return None
    return {"fact": PhoneFact.TRIED, "cause": cause}


def _set(said: Message, inner: Collection[str]) -> dict | None:
    if said.get("Variable", "").lstrip("_") != VARIABLE or not said.get("Value"):
        return None
    return {"fact": PhoneFact.RINGS, "attempt": said["Value"]}


def _originated(said: Message, inner: Collection[str]) -> dict | None:
    """What became of our order: the employee has answered, or has not."""
    attempt, channel = said.get("ActionID", ""), said.get("Uniqueid", "")
    fact = PhoneFact.RINGS if said.get("Response") == "Success" else PhoneFact.ENDED
    call_id = channel if channel and channel != "<null>" else attempt
    number = outside((said.get("Exten"),), inner)
    found = {"call_id": call_id, "fact": fact, "direction": Direction.OUT, "number": number, "attempt": attempt}
    return found if attempt else None


def _said(said: Message, inner: Collection[str]) -> dict | None:
    """The words of the dial plan: UserEvent(CrmCall,CrmCallId: …,DialStatus: …), UserEvent(CrmRecording,Link: …)."""
    link, status = said.get("Link", ""), said.get("DialStatus", "")
    if said.get("UserEvent") == "CrmRecording" and link:
        return {"fact": PhoneFact.RECORDED, "recording": link, "mark": ("rec", link[-40:])}
    if not said.get("CrmCallId"):
        return None
    fact = PhoneFact.TRIED if status else PhoneFact.RINGS
    return {"fact": fact, "attempt": said["CrmCallId"], "cause": STATUS.get(status), "mark": (status,)}


def _record(said: Message, inner: Collection[str]) -> dict | None:
    """The line of the journal of calls: it says how reaching the client went; its clock has no zone, so no times are taken."""
    if name_of(said.get("Channel", "")) not in inner or name_of(said.get("DestinationChannel", "")) in {"", *inner}:
        return None
    number = outside((said.get("Destination"),), inner)
    return {
        "fact": PhoneFact.TRIED, "cause": STATUS.get(said.get("Disposition", "")), "direction": Direction.OUT, "number": number,
        "call_id": said.get("Linkedid") or said.get("UniqueID"), "mark": (said.get("DestinationChannel", ""),),
    }  # fmt: skip


READERS: dict[str, Reader] = {
    "Newchannel": _channel,
    "Newstate": _channel,
    "DialBegin": _dial,
    "DialEnd": _dial,
    "BridgeEnter": _bridge,
    "Hangup": _hangup,
    "VarSet": _set,
    "OriginateResponse": _originated,
    "UserEvent": _said,
    "Cdr": _record,
}
