"""Words about persons and contacts with them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DecisionRole(models.TextChoices):
    """What the person is in the scheme of decision making."""

    DECIDES = "decides", _("decides")
    APPROVES = "approves", _("approves the budget")
    INFLUENCES = "influences", _("influences")
    USES = "uses", _("uses")
    BLOCKS = "blocks", _("blocks")
    GUARDS = "guards", _("guards the door")
    UNKNOWN = "", _("not known")


class Attitude(models.TextChoices):
    """How the person feels about us."""

    FOR = "for", _("for")
    NEUTRAL = "", _("neutral")
    AGAINST = "against", _("against")


class Gender(models.TextChoices):
    """For salutations and cases."""

    MALE = "m", _("male")
    FEMALE = "f", _("female")
    UNKNOWN = "", _("not known")


class Channel(models.TextChoices):
    """By what means a contact happened or will happen."""

    PHONE = "phone", _("call")
    EMAIL = "email", _("e-mail")
    LETTER = "letter", _("paper letter")
    MEETING = "meeting", _("meeting")
    SITE = "site", _("site")
    SYSTEM = "system", _("system")


class RefusalSource(models.TextChoices):
    """How we know that somebody is not to be called or written to."""

    TALK = "talk", _("said on the telephone")
    LETTER = "letter", _("asked by letter")
    HAND = "hand", _("written by hand")
    FILE = "file", _("a list of numbers")
    API = "api", _("another system")
    ERASED = "erased", _("data erased")


class Urgency(models.TextChoices):
    """How soon a need must be met."""

    ACUTE = "acute", _("acute")
    IMPORTANT = "important", _("important")
    LATER = "later", _("later")


class ContactState(models.TextChoices):
    """State of a planned contact."""

    OPEN = "open", _("planned")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class CycleState(models.TextChoices):
    """State of a wave."""

    PLANNED = "planned", _("planned")
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")


class Purpose(models.TextChoices):
    """What a person has agreed to; each consent is a document of its own (152-ФЗ, since 1 September 2025)."""

    PROCESSING = "processing", _("processing of personal data")
    ADVERTISING = "advertising", _("advertising by calls and letters")
    TRANSFER = "transfer", _("transfer to third parties")


class AccessKind(models.TextChoices):
    """What somebody did with the data of persons."""

    VIEWED = "viewed", _("looked at")
    EXPORTED = "exported", _("took out")
