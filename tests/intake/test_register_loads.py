"""An archive of the tax service from the screen: read in the background, stopped, resumed, counted."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from companies.models import Company
from companies.services import register_company
from core.exceptions import RuleViolation
from intake import tasks
from intake.enums import ImportState, RegisterKind
from intake.models import ImportBatch, RegisterLoad
from intake.services import load_import, load_register, read_load, resume_stale_loads, run_import, stop_load
from operations.enums import JobState
from operations.models import Job
from tests.bench.registers import document, register
from tests.intake.test_register import HEAD, packed

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def content() -> bytes:
    files = [
        register(document(1, "7707083893", "ООО «НАСОС»", region="74", town="МИАСС", activity="28.13", category="2")),
        register(document(2, "7728168971", "АО «КЛАПАН»", region="66", activity="25.6", category="1")),
    ]
    return packed(*files).getvalue()


@pytest.fixture
def load(cast, content, english):
    def _load(body=content, **kwargs) -> RegisterLoad:
        return load_register(actor=cast.marketer, file=SimpleUploadedFile("C:\\data.zip", body), now=NOW, **kwargs)

    return _load


def test_what_the_filter_lets_through_becomes_a_checked_import(load, cast):
    reading = load(regions=["74"], activities=["28"], categories=["2", "3"])
    assert reading.file_name == "data.zip"
    assert reading.wanted_words.endswith("; 28; small, medium")
    tasks.read_register(reading.job.pk)
    reading.refresh_from_db()
    assert (reading.records, reading.taken, reading.job.state) == (2, 1, JobState.DONE)
    assert (reading.job.done, reading.job.total) == (2, 2)
    assert reading.job.message.endswith(": 1.")  # in the language of who has loaded it
    assert not reading.file
    assert reading.batch.state == ImportState.CHECKED
    run_import(reading.batch, actor=cast.marketer)
    load_import(reading.batch)
    assert Company.objects.get().name == "НАСОС"


def test_sizes_complete_known_companies(load, cast):
    known = register_company(actor=cast.marketer, name="Насос", inn="7707083893")
    lines = '<Документ><СведНП НаимОрг="А" ИННЮЛ="7707083893"/><СведССЧР КолРаб="15"/></Документ>'
    reading = load(f"{HEAD}<Файл>{lines}</Файл>".encode(), kind=RegisterKind.SIZES)
    read_load(reading)
    known.refresh_from_db()
    assert known.headcount == 15
    assert (reading.taken, reading.batch, reading.job.message) == (1, None, "Companies that have got a size: 1.")
    assert AuditEntry.objects.filter(event="intake.sizes_filled").exists()


@pytest.mark.parametrize(
    ("body", "words"), [(b"%PDF", "not the register"), (register().encode(), "no such enterprises")]
)
def test_what_cannot_be_taken_ends_with_a_sentence(load, body, words):
    reading = load(body)
    read_load(reading)
    assert reading.job.state == JobState.FAILED
    assert words in reading.job.message
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("wrong", [{"regions": ["00"]}, {"activities": ["сварка"]}, {"categories": ["9"]}])
def test_a_filter_of_what_there_is_not_is_refused(load, wrong):
    with pytest.raises(RuleViolation):
        load(**wrong)
    assert not RegisterLoad.objects.exists()


def test_an_archive_beyond_the_limit_is_refused(load, settings):
    settings.REGISTER_MAX_BYTES = 10
    with pytest.raises(RuleViolation, match="larger"):
        load()


def test_a_stopped_reading_brings_nothing(load, cast):
    reading = load()
    Job.objects.filter(pk=reading.job.pk).update(cancel_requested=True)
    read_load(reading)
    assert (reading.job.state, reading.batch) == (JobState.CANCELLED, None)
    assert not ImportBatch.objects.exists()
    with pytest.raises(RuleViolation, match="over"):
        stop_load(reading, actor=cast.marketer)


def test_a_waiting_one_is_stopped_at_once(load, cast):
    reading = load()
    stop_load(reading, actor=cast.marketer)
    assert not read_load(reading)
    assert reading.job.state == JobState.CANCELLED


def test_the_reading_of_a_dead_worker_begins_anew(load):
    reading = load()
    died = NOW - timedelta(minutes=10)
    Job.objects.filter(pk=reading.job.pk).update(state=JobState.RUNNING, beat_at=died, started_at=died)
    assert resume_stale_loads() == 1
    assert resume_stale_loads() == 0
    reading.refresh_from_db()
    assert read_load(reading)
    assert reading.taken == 2


def test_the_screen_takes_an_archive_and_shows_how_far_it_is(cast, client_of, content):
    client = client_of(cast.marketer)
    page = reverse("intake:registers")
    assert client.get(page).status_code == 200
    fields = {"kind": "enterprises", "regions": ["74", "66"], "activities": "28, 25.6", "categories": ["1", "2"]}
    answer = client.post(page, fields | {"file": SimpleUploadedFile("data.zip", content)})
    assert answer.status_code == 302
    reading = RegisterLoad.objects.get()
    assert (reading.regions, reading.activities) == (["74", "66"], ["28", "25.6"])
    assert b'hx-trigger="every 2s"' in client.get(reverse("intake:register-loads")).content
    read_load(reading)
    shown = client.get(page).content.decode()
    assert reverse("intake:import", args=[reading.batch.pk]) in shown
    assert "every 2s" not in shown


def test_the_screen_says_what_is_wrong_with_the_filter(cast, client_of, content):
    fields = {"kind": "enterprises", "activities": "сварка", "file": SimpleUploadedFile("data.zip", content)}
    answer = client_of(cast.marketer).post(reverse("intake:registers"), fields)
    assert answer.status_code == 422
    assert "сварка" in answer.content.decode()


def test_the_load_of_a_colleague_is_not_ones_own(load, cast, client_of):
    reading = load()
    other = client_of(cast.marketing_head)
    assert other.post(reverse("intake:stop-register", args=[reading.pk])).status_code == 302
    assert client_of(cast.operator).get(reverse("intake:registers")).status_code == 404
