"""What contacts report and collection acts on."""

from typing import Any

from contacts.models import Person
from contacts.signals import person_erased
from intake.models import Correction


def person_was_erased(person: Person, **_kwargs: Any) -> None:
    """What operators found out about the person is part of the data."""
    Correction.objects.filter(person=person).update(old_value="", new_value="—", base_value="", evidence="")


def connect() -> None:
    """Called once, when the app is ready."""
    person_erased.connect(person_was_erased, dispatch_uid="intake.person_was_erased")
