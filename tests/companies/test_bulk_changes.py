"""Changes of many companies: in the background, with progress and cancel, resumed after a death, taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from companies import changes, export
from companies.changes import resume_stale, start_change, undo_change, work
from companies.models import BulkChange, BulkChangeRow, Company, Segment
from companies.views import bulk
from contacts.models import Interaction
from core.exceptions import RuleViolation
from operations.enums import JobState
from operations.models import Job
from operations.services import cancel_job
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def steel():
    return Segment.objects.get(name="Металлургия")


@pytest.fixture
def five(steel):
    food = Segment.objects.get(name="Пищевая промышленность")
    return [make_company(segment=[None, food, steel][number % 3]) for number in range(5)]


def started(cast, value, field="segment", companies=None):
    companies = Company.objects.all() if companies is None else companies
    return start_change(companies, actor=cast.marketing_head, field=field, value=value)


def segments():
    return list(Company.objects.order_by("pk").values_list("segment", flat=True))


def test_every_company_of_the_filter_gets_the_value_with_its_history_and_a_line_in_the_journal(cast, five, steel):
    change = started(cast, steel)
    assert set(segments()) != {steel.pk}
    work(change.job_id)
    assert set(segments()) == {steel.pk}
    job = Job.objects.get(pk=change.job_id)
    assert (job.state, job.done, job.total, job.percent) == (JobState.DONE, 5, 5, 100)
    assert Interaction.objects.filter(kind="companies.changed").count() == 4  # one had it already
    assert AuditEntry.objects.get(event="companies.bulk_change").data == {"number": 5, "field": "segment"}


def test_a_change_is_taken_back_except_where_somebody_has_worked_since(cast, five, steel):
    before = segments()
    change = started(cast, steel)
    work(change.job_id)
    other = Segment.objects.exclude(pk=steel.pk).first()
    Company.objects.filter(pk=five[0].pk).update(segment=other)
    work(undo_change(change, actor=cast.marketing_head).job_id)
    assert segments() == [other.pk, *before[1:]]


def test_a_change_is_taken_back_once_and_not_while_it_runs(cast, five, steel):
    change = started(cast, steel)
    with pytest.raises(RuleViolation):
        undo_change(change, actor=cast.marketing_head)
    work(change.job_id)
    undo_change(change, actor=cast.marketing_head)
    with pytest.raises(RuleViolation):
        undo_change(change, actor=cast.marketing_head)


def test_a_manager_is_given_and_taken_in_bulk(cast, five):
    change = started(cast, cast.manager, "owner")
    work(change.job_id)
    assert Company.objects.filter(owner=cast.manager).count() == 5
    work(undo_change(change, actor=cast.marketing_head).job_id)
    assert not Company.objects.filter(owner__isnull=False).exists()


def test_cancel_stops_after_the_part_and_what_was_done_can_be_taken_back(cast, five, steel, monkeypatch):
    monkeypatch.setattr(changes, "PART", 2)
    before = segments()
    change = started(cast, steel)
    Job.objects.filter(pk=change.job_id).update(cancel_requested=True)
    work(change.job_id)
    job = Job.objects.get(pk=change.job_id)
    assert (job.state, job.done) == (JobState.CANCELLED, 2)
    work(undo_change(change, actor=cast.marketing_head).job_id)
    assert segments() == before


def test_a_waiting_change_is_cancelled_before_it_touches_anything(cast, five, steel):
    before, change = segments(), started(cast, steel)
    cancel_job(change.job, actor=cast.marketing_head)
    work(change.job_id)
    assert segments() == before


def test_a_dead_workers_change_goes_on_where_it_ended(cast, five, steel, monkeypatch):
    monkeypatch.setattr(changes, "PART", 2)
    change = started(cast, steel)
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=change.job_id).update(state=JobState.RUNNING, beat_at=long_ago, done=2)
    changes._work_off_part(change)
    assert resume_stale() == 1
    work(change.job_id)
    assert set(segments()) == {steel.pk}
    assert Interaction.objects.filter(kind="companies.changed").count() == 4
    assert Job.objects.get(pk=change.job_id).done == 5


def test_nothing_to_change_and_a_person_who_has_left_are_refused_and_leave_nothing(cast, five, steel):
    cast.manager.is_active = False
    for value, field, companies in ((steel, "segment", Company.objects.none()), (cast.manager, "owner", None)):
        with pytest.raises(RuleViolation):
            started(cast, value, field, companies)
    assert not BulkChange.objects.exists()
    assert not BulkChangeRow.objects.exists()


SEGMENT, CHANGES = reverse("companies:segment-selected"), reverse("companies:changes")
HX = {"HX-Request": "true"}


def test_the_question_counts_the_whole_filter_and_a_small_change_is_made_at_once_with_a_way_back(
    cast, client_of, five, steel
):
    head, before = client_of(cast.marketing_head), segments()
    asked = head.post(SEGMENT, {"whole": "1", "filter": "sort=name"}, headers=HX)
    assert asked.context["number"] == 5
    assert segments() == before
    head.post(SEGMENT, {"whole": "1", "filter": "sort=name", "assign": "1", "segment": steel.pk})
    assert set(segments()) == {steel.pk}
    assert reverse("companies:change-undo", args=[BulkChange.objects.get().pk]) in head.get(CHANGES).content.decode()
    head.post(reverse("companies:change-undo", args=[BulkChange.objects.get().pk]))
    assert segments() == before


def test_many_companies_are_changed_in_the_background(cast, client_of, five, steel, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    before = segments()
    client_of(cast.marketing_head).post(SEGMENT, {"whole": "1", "filter": "", "assign": "1", "segment": steel.pk})
    assert segments() == before
    assert Job.objects.get().state == JobState.WAITING
    assert "every 3s" in client_of(cast.marketing_head).get(CHANGES).content.decode()


def test_one_changes_only_what_one_may_change(cast, client_of, five, steel):
    for user in (cast.manager, cast.operator, cast.director):
        assert client_of(user).post(SEGMENT, {"whole": "1", "assign": "1", "segment": steel.pk}).status_code == 404
    assert not BulkChange.objects.exists()


def test_only_ones_own_changes_are_listed_and_taken_back(cast, client_of, five, steel):
    change = started(cast, steel)
    work(change.job_id)
    other = client_of(cast.sales_head)
    assert change.job.title not in other.get(CHANGES).content.decode()
    assert other.post(reverse("companies:change-undo", args=[change.pk])).status_code == 404


def test_the_list_of_changes_takes_a_constant_number_of_queries(
    cast, client_of, five, steel, django_assert_max_num_queries
):
    head = client_of(cast.marketing_head)
    for number in range(8):
        started(cast, Segment.objects.all()[number])
    head.get(CHANGES)
    with django_assert_max_num_queries(13):
        head.get(CHANGES)


def test_how_many_rows_an_export_may_have_depends_on_the_right(cast, client_of, five, monkeypatch):
    monkeypatch.setattr(export, "USUAL_ROWS", 3)
    for user, status in ((cast.sales_head, 409), (cast.marketing_head, 200)):
        answer = client_of(user).post(reverse("companies:export"), {"whole": "1", "filter": ""}, headers=HX)
        assert answer.status_code == status
