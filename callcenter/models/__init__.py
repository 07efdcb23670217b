"""Stages 2 and 4: call lists, their cards, scripts, result codes, and the log of attempts."""

from callcenter.models.cards import CardClaim, QueueItem
from callcenter.models.lists import CallingHours, CallList, ListShare
from callcenter.models.results import CallAttempt, OperatorEvent, ResultCode
from callcenter.models.scripts import Script, ScriptAnswer, ScriptStep, ScriptVersion
from callcenter.models.terms import DatumTerm

__all__ = [
    "CallAttempt",
    "CallList",
    "CallingHours",
    "CardClaim",
    "DatumTerm",
    "ListShare",
    "OperatorEvent",
    "QueueItem",
    "ResultCode",
    "Script",
    "ScriptAnswer",
    "ScriptStep",
    "ScriptVersion",
]
