"""Files of the base in the background: progress, cancel, only for who has asked and still may, logged, gone after a week."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Scope
from accounts.models import AuditEntry, Grant
from companies import export, exporting
from companies.exporting import KEPT, download, forget_old, resume_stale, start_export, work
from companies.models import BaseExport, Company
from companies.views import base
from core.exceptions import RuleViolation
from operations.enums import JobState
from operations.models import Job
from operations.services import cancel_job
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db
PAGE, EXPORT = reverse("companies:exports"), reverse("companies:export")
EVERYTHING = {"filter": {}}


@pytest.fixture
def six():
    return [make_company(name="=HYPERLINK(1)", city="Миасс" if number < 4 else "Омск") for number in range(6)]


def started(cast, selection=EVERYTHING, file_format="xlsx"):
    return start_export(selection, actor=cast.marketing_head, file_format=file_format)


def cells(stream):
    sheet = openpyxl.load_workbook(io.BytesIO(stream)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_file_holds_the_selection_its_stamp_and_no_formula(cast, client_of, six):
    made = started(cast, {"filter": {"where": {"field": "city", "op": "is", "value": "Миасс"}}})
    work(made.job_id)
    made.refresh_from_db()
    assert (made.job.state, made.job.done, made.job.total, made.number) == (JobState.DONE, 4, 4, 4)
    answer = client_of(cast.marketing_head).post(reverse("companies:export-file", args=[made.pk]))
    lines = cells(b"".join(answer.streaming_content))
    assert len(lines) == 1 + 4 + 2
    assert lines[1][0] == "=HYPERLINK(1)"
    assert cast.marketing_head.username in lines[-1][0]


def test_a_csv_neutralises_formulas(cast, six):
    made = started(cast, file_format="csv")
    work(made.job_id)
    made.refresh_from_db()
    text = made.file.read().decode("utf-8-sig")
    assert text.count("'=HYPERLINK(1)") == 6


def test_a_small_selection_comes_at_once_and_a_big_one_in_the_background(cast, client_of, six, monkeypatch):
    client = client_of(cast.marketing_head)
    assert client.post(EXPORT, {"whole": "1", "filter": ""}).streaming
    monkeypatch.setattr(base, "AT_ONCE", 5)
    assert client.post(EXPORT, {"whole": "1", "filter": ""}).url == PAGE
    html = client.get(PAGE).content.decode()
    assert "every 2s" in html
    assert reverse("companies:export-cancel", args=[BaseExport.objects.get().pk]) in html


def test_only_who_has_asked_gets_the_file_and_only_while_the_right_lasts(cast, client_of, six):
    made = started(cast)
    work(made.job_id)
    url = reverse("companies:export-file", args=[made.pk])
    for other in (cast.sales_head, cast.project_lead, cast.marketer):
        assert client_of(other).post(url).status_code == 404
    with pytest.raises(RuleViolation):
        download(BaseExport.objects.get(), actor=cast.sales_head)
    assert client_of(cast.marketing_head).get(url).status_code == 405
    Grant.objects.filter(role="marketing_head", action="companies.export_company").update(scope=Scope.NONE)
    assert client_of(cast.marketing_head).post(url).status_code == 404


def test_the_journal_remembers_asking_making_and_taking(cast, client_of, six):
    made = started(cast)
    work(made.job_id)
    client_of(cast.marketing_head).post(reverse("companies:export-file", args=[made.pk]))
    events = AuditEntry.objects.filter(event__startswith="companies.export").values_list("event", flat=True)
    assert set(events) == {"companies.export_asked", "companies.exported", "companies.export_downloaded"}


def test_the_rights_are_asked_again_when_the_file_is_made(cast, six):
    made = started(cast)
    Grant.objects.filter(role="marketing_head", action="companies.export_company").update(scope=Scope.OWN)
    Company.objects.filter(pk=six[0].pk).update(owner=cast.marketing_head)
    work(made.job_id)
    made.refresh_from_db()
    assert made.number == 1


def test_more_than_one_may_take_and_nothing_at_all_are_refused(cast, six, monkeypatch):
    monkeypatch.setattr(export, "USUAL_ROWS", 3)
    for actor, selection in ((cast.sales_head, EVERYTHING), (cast.marketing_head, {"companies": []})):
        with pytest.raises(RuleViolation):
            start_export(selection, actor=actor, file_format="csv")
    assert not BaseExport.objects.exists()


def test_a_file_is_stopped_before_it_is_there(cast, client_of, six, monkeypatch):
    monkeypatch.setattr(exporting, "PART", 2)
    made = started(cast)
    Job.objects.filter(pk=made.job_id).update(cancel_requested=True)
    work(made.job_id)
    made.refresh_from_db()
    assert (made.job.state, bool(made.file)) == (JobState.CANCELLED, False)
    waiting = started(cast)
    client_of(cast.marketing_head).post(reverse("companies:export-cancel", args=[waiting.pk]))
    assert Job.objects.get(pk=waiting.job_id).state == JobState.CANCELLED
    foreign = started(cast)
    assert client_of(cast.sales_head).post(reverse("companies:export-cancel", args=[foreign.pk])).status_code == 404
    cancel_job(foreign.job, actor=cast.marketing_head)


def test_a_dead_workers_file_is_made_anew(cast, six):
    made = started(cast)
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=made.job_id).update(state=JobState.RUNNING, beat_at=long_ago, done=5)
    assert resume_stale() == 1
    work(made.job_id)
    made.refresh_from_db()
    assert (made.number, made.job.state, made.job.done) == (6, JobState.DONE, 6)


def test_after_a_week_the_file_is_gone_and_the_line_stays(cast, client_of, six):
    made = started(cast)
    work(made.job_id)
    later = timezone.now() + KEPT + timedelta(minutes=1)
    with pytest.raises(RuleViolation):
        download(BaseExport.objects.get(), actor=cast.marketing_head, now=later)
    path = BaseExport.objects.get().file
    assert forget_old() == 0
    assert forget_old(now=later) == 1
    assert not path.storage.exists(path.name)
    assert made.job.title in client_of(cast.marketing_head).get(PAGE).content.decode()


def test_the_list_of_files_takes_a_constant_number_of_queries(cast, client_of, six, django_assert_max_num_queries):
    client = client_of(cast.marketing_head)
    for _number in range(6):
        started(cast)
    client.get(PAGE)
    with django_assert_max_num_queries(13):
        client.get(PAGE)
