"""Stages 2 and 4: call lists, their cards, scripts, result codes, and the log of attempts."""

from callcenter.models.cards import CardClaim, QueueItem
from callcenter.models.lists import CallingHours, CallList, ListShare
from callcenter.models.quality import CallScore, Criterion
from callcenter.models.results import CallAttempt, ResultCode
from callcenter.models.scripts import Script, ScriptAnswer, ScriptStep, ScriptVersion
from callcenter.models.shifts import OperatorEvent, OperatorSeat
from callcenter.models.telephony import Extension, PhoneAccount, PhoneCall, PhoneEvent, PhoneOrder
from callcenter.models.terms import DatumTerm

__all__ = [
    "CallAttempt",
    "CallList",
    "CallScore",
    "CallingHours",
    "CardClaim",
    "Criterion",
    "DatumTerm",
    "Extension",
    "ListShare",
    "OperatorEvent",
    "OperatorSeat",
    "PhoneAccount",
    "PhoneCall",
    "PhoneEvent",
    "PhoneOrder",
    "QueueItem",
    "ResultCode",
    "Script",
    "ScriptAnswer",
    "ScriptStep",
    "ScriptVersion",
]
