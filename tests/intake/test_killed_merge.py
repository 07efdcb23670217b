"""The worker of a merge of exact duplicates is killed in the middle (kill -9): no pair is lost, none is merged twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from companies.models import Company, Phone
from contacts.models import Interaction
from intake.enums import PairState
from intake.models import DuplicatePair, Merge
from intake.services.merging import resume_stale_merges, start_merging_exact
from operations.enums import JobState
from operations.models import Job
from tests.factories.accounts import make_user
from tests.killing import worker_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kill]
PAIRS = 150
TASK = "intake.tasks.merge_exact"
LATER = timedelta(hours=1)


@pytest.fixture
def pairs(transactional_db):
    """Certain pairs, each card with a phone of its own."""
    now = timezone.now()
    companies = Company.objects.bulk_create(
        Company(name=f"Завод {number // 2}", name_key=f"завод {number // 2}", created_at=now)
        for number in range(PAIRS * 2)
    )
    Phone.objects.bulk_create(
        Phone(company=company, number=f"+7351{number:07}", seen_at=now) for number, company in enumerate(companies)
    )
    return DuplicatePair.objects.bulk_create(
        DuplicatePair(first=first, second=second, score=100, reasons=[["inn", 100]], found_at=now)
        for first, second in zip(companies[::2], companies[1::2], strict=True)
    )


def test_a_killed_merge_of_many_goes_on_where_it_was(pairs):
    job = start_merging_exact(actor=make_user("marketing_head"))
    with worker_of(TASK, job_id=job.pk) as first:
        first.until(lambda: Merge.objects.count() > 2)
    done = Merge.objects.count()
    assert 0 < done < PAIRS, "it was to be killed in the middle"
    assert Job.objects.get(pk=job.pk).done == done
    assert DuplicatePair.objects.filter(state=PairState.MERGED).count() == done
    assert resume_stale_merges(now=timezone.now() + LATER) == 1
    with worker_of(TASK, job_id=job.pk) as second:
        second.until(lambda: Job.objects.get(pk=job.pk).is_over)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, PAIRS, PAIRS)
    assert Merge.objects.count() == DuplicatePair.objects.filter(state=PairState.MERGED).count() == PAIRS
    active = Company.objects.active()
    assert (active.count(), Company.objects.filter(state="merged").count()) == (PAIRS, PAIRS)
    assert Phone.objects.filter(company__in=active).count() == PAIRS * 2
    assert Interaction.objects.filter(kind="intake.merged").count() == PAIRS
