"""Words of the call queue."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ListKind(models.TextChoices):
    """What the list is called for; it chooses the operator's screen and the result codes."""

    VERIFICATION = "verification", _("Verification")
    CALLBACK = "callback", _("Call-back after a mailing")
    REPEAT = "repeat", _("Repeat sale")
    FREE = "free", _("Free list")


class ListState(models.TextChoices):
    """Whether cards are given out."""

    OPEN = "open", pgettext_lazy("call list", "open")
    PAUSED = "paused", pgettext_lazy("call list", "paused")
    CLOSED = "closed", pgettext_lazy("call list", "closed")


class ItemState(models.TextChoices):
    """A card's life. CLAIMED and NEEDS_RESULT are live: one of them per company over all lists."""

    READY = "ready", _("waits")
    CLAIMED = "claimed", _("with an operator")
    NEEDS_RESULT = "needs_result", _("needs a result")
    DONE = "done", pgettext_lazy("card", "done")
    EXHAUSTED = "exhausted", _("attempts are over")
    BLOCKED = "blocked", _("do not call")


LIVE_STATES = [ItemState.CLAIMED, ItemState.NEEDS_RESULT]


class Tier(models.IntegerChoices):
    """The order in which cards are offered: promised calls never wait behind fresh cards."""

    CALLBACK = 1, _("promised call")
    RETRY = 2, _("another try")
    FRESH = 3, _("new")


# A promised call is kept when it is dialled within this time of the promise (the window of call-backs of Cisco UCCX);
# after it the head is told.
GRACE = timedelta(minutes=15)


class NextStep(models.TextChoices):
    """What a result does with the card."""

    DONE = "done", _("card is done")
    RETRY = "retry", _("another try")
    CALLBACK = "callback", _("call at the promised time")
    BLOCK = "block", _("never call")


class OperatorState(models.TextChoices):
    """What an operator does, as the verbs write it into the log of the shift."""

    READY = "ready", pgettext_lazy("operator", "free")
    CALL = "call", _("talks")
    WRAP_UP = "wrap_up", _("writes the result")
    BREAK = "break", _("break")
    TRAINING = "training", _("training")
    OFF = "off", _("out of the shift")


ON_LINE = [OperatorState.READY, OperatorState.CALL, OperatorState.WRAP_UP]
PAUSES = [OperatorState.BREAK, OperatorState.TRAINING]


class PauseReason(models.TextChoices):
    """Why an operator takes no cards; also how a shift ended."""

    REST = "rest", _("a rest")
    LUNCH = "lunch", _("lunch")
    TECHNICS = "technics", _("the machine fails")
    TRAINING = "training", _("training")
    BRIEFING = "briefing", _("a briefing")
    LOST = "lost", _("the browser was lost")


class ProviderKind(models.TextChoices):
    """The telephone systems there is an adapter for."""

    MANGO = "mango", "Mango Office"
    ZADARMA = "zadarma", "Zadarma"
    ASTERISK = "asterisk", "Asterisk"


class Direction(models.TextChoices):
    """Who has called."""

    IN = "in", _("incoming")
    OUT = "out", _("outgoing")


class PhoneFact(models.TextChoices):
    """What a telephone system may say of a call."""

    RINGS = "rings", _("rings")
    TRIED = "tried", _("the client was tried")
    ANSWERED = "answered", _("was answered")
    ENDED = "ended", _("is over")
    RECORDED = "recorded", _("was recorded")


class OrderState(models.TextChoices):
    """A call that the telephone system was asked to make."""

    WAITING = "waiting", _("waits")
    SENT = "sent", _("was asked for")
    FAILED = "failed", pgettext_lazy("telephone order", "failed")


class Tone(models.TextChoices):
    """How the key of a result is coloured on the pad."""

    PLAIN = "", _("plain")
    WIN = "win", _("success")
    LOSE = "lose", _("the end")
    STOP = "stop", _("never call")


class Contact(models.TextChoices):
    """The four choices of the next contact, in the order of their keys; the fifth word means that none is needed."""

    HOUR = "hour", _("In an hour")
    TOMORROW = "tomorrow", _("Tomorrow")
    WEEK = "week", _("In a week")
    DATE = "date", _("Date…")
    NONE = "", _("none")


class ScriptState(models.TextChoices):
    """The life of a version of a script. One draft and one released version of each script at most."""

    DRAFT = "draft", pgettext_lazy("version of a script", "draft")
    RELEASED = "released", pgettext_lazy("version of a script", "in use")
    RETIRED = "retired", pgettext_lazy("version of a script", "retired")


class Writes(models.TextChoices):
    """What an answer of the client puts into the base when the call is saved."""

    NOTHING = "", pgettext_lazy("answer", "nothing")
    RECEIVED = "received", _("Letter received")
    NEED = "need", _("Need")
    TECHNICAL = "technical", _("Technical question")
    ROLE = "role", _("Role in the decision")
    DATUM = "datum", _("Datum of the check")
    NOTE = "note", _("Note")
