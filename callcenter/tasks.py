"""Work of the clock: let go of the cards whose operators have gone."""

from celery import shared_task

from callcenter.services import release_expired


@shared_task(name="callcenter.tasks.release_expired_claims")
def release_expired_claims() -> int:
    """Every 30 s; harmless to repeat."""
    return release_expired()
