"""Work of the clock on persons."""

from celery import shared_task

from contacts.services import erase_expired as erase


@shared_task(name="contacts.tasks.erase_expired")
def erase_expired() -> int:
    """Every night. Harmless to repeat: a part at a time."""
    return erase()
