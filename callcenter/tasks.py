"""Work of the clock: let go of the cards whose operators have gone."""

from celery import shared_task
from django.utils import timezone

from callcenter.models import PhoneOrder
from callcenter.services import release_expired
from callcenter.services.telephony import forget_recordings as forget
from callcenter.services.telephony import originate as send


@shared_task(name="callcenter.tasks.release_expired_claims")
def release_expired_claims() -> int:
    """Every 30 s; harmless to repeat."""
    return release_expired()


@shared_task(name="callcenter.tasks.originate")
def originate(order_id: int) -> bool:
    """Make the telephone ring, at most once."""
    return send(PhoneOrder.objects.select_related("account", "company").get(pk=order_id))


@shared_task(name="callcenter.tasks.forget_recordings")
def forget_recordings() -> int:
    """Every day."""
    return forget(timezone.now())
