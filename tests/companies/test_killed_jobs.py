"""The worker of a bulk change or of an export is killed in the middle (kill -9): the next one goes on, nothing is doubled."""

from datetime import timedelta

import pytest
from django.utils import timezone

from companies import changes, exporting
from companies.models import BaseExport, Company, Segment
from contacts.models import Interaction
from operations.enums import JobState
from operations.models import Job
from tests.factories.accounts import make_user
from tests.killing import worker_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kill]
ROWS = 1_500
LATER = timedelta(hours=1)


@pytest.fixture
def companies(transactional_db):
    now = timezone.now()
    return Company.objects.bulk_create(
        Company(name=f"Завод {number}", name_key=f"завод {number}", created_at=now) for number in range(ROWS)
    )


def is_over(job_id):
    return Job.objects.get(pk=job_id).is_over


def test_a_killed_change_changes_every_company_once(companies):
    steel = Segment.objects.get(name="Металлургия")
    change = changes.start_change(
        Company.objects.all(), actor=make_user("marketing_head"), field="segment", value=steel
    )
    with worker_of(changes.TASK, job_id=change.job_id) as first:
        first.until(lambda: change.rows.filter(is_done=True).exists())
    done = change.rows.filter(is_done=True).count()
    assert 0 < done < ROWS, "it was to be killed in the middle"
    assert Company.objects.filter(segment=steel).count() == done
    assert changes.resume_stale(now=timezone.now() + LATER) == 1
    with worker_of(changes.TASK, job_id=change.job_id) as second:
        second.until(lambda: is_over(change.job_id))
    job = Job.objects.get(pk=change.job_id)
    assert (job.state, job.done, job.total) == (JobState.DONE, ROWS, ROWS)
    assert Company.objects.filter(segment=steel, version=2).count() == ROWS
    assert Interaction.objects.filter(kind="companies.changed").count() == ROWS
    assert change.rows.filter(is_changed=True).count() == ROWS


def test_a_killed_export_leaves_no_half_of_a_file(companies):
    actor = make_user("marketing_head")
    made = exporting.start_export({"filter": {}}, actor=actor, file_format="xlsx")
    with worker_of(exporting.TASK, job_id=made.job_id) as first:
        first.until(lambda: Job.objects.get(pk=made.job_id).done > 0)
    assert not BaseExport.objects.get().file, "it was to be killed in the middle"
    assert exporting.resume_stale(now=timezone.now() + LATER) == 1
    with worker_of(exporting.TASK, job_id=made.job_id) as second:
        second.until(lambda: is_over(made.job_id))
    made.refresh_from_db()
    assert (made.job.state, made.number) == (JobState.DONE, ROWS)
