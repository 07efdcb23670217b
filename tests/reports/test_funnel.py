"""The funnel of a period stays a funnel."""

from datetime import timedelta

import pytest
from django.utils import timezone

from callcenter.models import CallAttempt
from campaigns.models import MailItem
from reports.funnel import funnel
from reports.kpi import Slice
from reports.period import month_of
from tests.architecture.world import build_world

pytestmark = pytest.mark.django_db


def test_a_letter_of_last_month_counts_where_its_company_was_reached(cast):
    """Letters of October are called about in November: more are reached than were written to, and that is no funnel."""
    build_world(9001, cast.manager)
    MailItem.objects.update(sent_at=timezone.now() - timedelta(days=45))
    CallAttempt.objects.update(ended_at=timezone.now())
    counts = [step.count for step in funnel(Slice(month_of(timezone.localdate())), cast.project_lead)]
    assert counts == sorted(counts, reverse=True)
    assert counts[2] >= counts[3] > 0
