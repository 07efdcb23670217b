"""Words about campaigns, their recipients and the letters of the ledger."""

from datetime import datetime, timedelta

from django.db.models import Count, DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value

from accounts.querysets import PermittedQuerySet
from campaigns.enums import OPEN, REFUSED, UNSENT, CampaignState, Exclusion, MailState


class CampaignQuerySet(PermittedQuerySet):
    """Words about campaigns."""

    def sending(self) -> "CampaignQuerySet":
        """Letters may leave now."""
        return self.filter(state=CampaignState.SENDING)

    def sent_out(self) -> "CampaignQuerySet":
        """Sending, but with no letter left to send."""
        open_items = Q(items__state__in=OPEN)
        return self.sending().annotate(open_letters=Count("items", filter=open_items)).filter(open_letters=0)

    def due_for_callback(self, now: datetime) -> "CampaignQuerySet":
        """The letters have had their days, and nobody has been asked yet."""
        due = ExpressionWrapper(
            F("sent_out_at") + F("callback_after_days") * Value(timedelta(days=1)), output_field=DateTimeField()
        )
        waiting = self.filter(state=CampaignState.CALLBACK, callback_opened_at__isnull=True)
        return waiting.annotate(callback_due_at=due).filter(callback_due_at__lte=now)

    def with_counts(self) -> "CampaignQuerySet":
        """Letters in all, gone, refused, in doubt, and how many said that they have received theirs."""
        return self.annotate(
            letters=Count("items"),
            gone=Count("items", filter=Q(items__state=MailState.ACCEPTED)),
            refused=Count("items", filter=Q(items__state__in=REFUSED)),
            doubtful=Count("items", filter=Q(items__state=MailState.IN_DOUBT)),
            received=Count("items", filter=Q(items__received=True)),
        )


class RecipientQuerySet(QuerySet):
    """Words about recipients."""

    def writable(self) -> "RecipientQuerySet":
        """Those who get the letter."""
        return self.filter(exclusion=Exclusion.NONE)

    def excluded(self) -> "RecipientQuerySet":
        """Those who do not."""
        return self.exclude(exclusion=Exclusion.NONE)


class MailItemQuerySet(PermittedQuerySet):
    """Words about letters of the ledger."""

    def unsent(self) -> "MailItemQuerySet":
        """Not yet given to the server, and nothing of them is on its way."""
        return self.filter(state__in=UNSENT)

    def open(self) -> "MailItemQuerySet":
        """Something will still happen to them by itself."""
        return self.filter(state__in=OPEN)

    def in_doubt(self) -> "MailItemQuerySet":
        """The server may have them or not; a person decides."""
        return self.filter(state=MailState.IN_DOUBT)

    def unrecorded(self) -> "MailItemQuerySet":
        """Their fate is known and is not in the history yet."""
        fates = [MailState.ACCEPTED, MailState.FAILED, MailState.IN_DOUBT]
        return self.filter(is_recorded=False, state__in=fates)
