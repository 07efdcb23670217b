"""The good rows come into the base when the button is pressed, once, whatever happens to the worker."""

from datetime import timedelta

import pytest
from django.utils import timezone

from companies.models import Company, Phone
from companies.services import register_company
from contacts.models import Interaction, Person
from core.exceptions import RuleViolation
from intake import services
from intake.enums import ImportState, Outcome
from intake.services import (
    cancel_import,
    check_import,
    fail_import,
    imports,
    load_import,
    load_part,
    resolve_conflicts,
    resume_stale_imports,
    run_import,
    upload_import,
)
from operations.enums import JobState
from operations.models import Job
from tests.factories.intake import make_source, upload, xlsx

pytestmark = pytest.mark.django_db

HEADER = [
    "Наименование",
    "ИНН",
    "Город",
    "Тел.",
    "Кол-во сотр.",
    "Юр. адрес",
    "Отрасль",
    "ФИО рук.",
    "Долж.",
    "Телефон ЛПР",
    "Почта ЛПР",
]
FULL = [
    "ООО «Насос»", 7707083893, "Реж", "8 343 555-01-42 доб. 12", "120", "623750, г. Реж, ул. Советская, 1", "Насосы",
    "Зимин Пётр Павлович", "гл. инженер", "8 912 555-01-42", "zimin@nasos.example",
]  # fmt: skip


@pytest.fixture
def ready(cast):
    def _ready(*rows, header=HEADER, **kwargs):
        batch = upload_import(
            actor=cast.marketer, file=upload(xlsx(header, *rows)), source=make_source("Урал-2026"), **kwargs
        )
        check_import(batch)
        return batch

    return _ready


def run(batch, **kwargs):
    run_import(batch, actor=batch.created_by, **kwargs)
    load_import(batch)
    batch.refresh_from_db()
    return batch


def test_a_row_becomes_a_company_with_phones_address_person_and_source(ready):
    batch = run(ready(FULL))
    company = Company.objects.get()
    assert (company.name, company.legal_form, company.inn, company.city, company.headcount) == (
        "Насос",
        "ООО",
        "7707083893",
        "Реж",
        120,
    )
    assert (company.source.name, company.segment.name) == ("Урал-2026", "Насосы")
    phone = company.phones.get()
    assert (phone.number, phone.extension, phone.source) == ("+73435550142", "12", company.source)
    address = company.addresses.get()
    assert (address.postcode, address.source) == ("623750", company.source)
    person = company.persons.get()
    assert (person.full_name, person.position, person.source) == ("Зимин Пётр Павлович", "гл. инженер", company.source)
    assert person.phones.get().number == "+79125550142"
    assert person.emails.get().address == "zimin@nasos.example"
    line = Interaction.objects.get(company=company, kind="intake.imported")
    assert line.source == batch
    assert (batch.state, batch.job.state) == (ImportState.DONE, JobState.DONE)


def test_rows_with_errors_are_never_loaded(ready):
    batch = run(ready(["Насос", "7707083890"], ["Клапан", ""], ["", "7707083893"]))
    assert list(Company.objects.values_list("name", flat=True)) == ["Клапан"]
    assert batch.rows.unloaded().count() == 2


def test_empty_fields_are_filled_and_known_ones_stay(ready, cast):
    company = register_company(actor=cast.marketer, name="Насос", inn="7707083893", phones=["+73435550140"])
    batch = run(ready(FULL))
    company.refresh_from_db()
    assert (company.name, company.headcount, company.city) == ("Насос", 120, "Реж")
    assert Phone.objects.filter(company=company).count() == 2
    assert Company.objects.count() == 1
    assert "headcount" in batch.rows.get().changed


def test_an_open_conflict_stays_out_and_a_settled_one_comes_in(ready, cast):
    company = register_company(actor=cast.marketer, name="Насос", inn="7707083893", headcount=300)
    batch = ready(["Насос", "7707083893", "Реж", "", "120"])
    with pytest.raises(RuleViolation):
        run_import(batch, actor=cast.marketer)
    assert resolve_conflicts(batch, actor=cast.marketer, resolution="base") == 1
    run(batch)
    company.refresh_from_db()
    assert (company.headcount, company.city) == (300, "Реж")


def test_a_conflict_settled_for_the_file_overwrites(ready, cast):
    company = register_company(actor=cast.marketer, name="Насос", inn="7707083893", headcount=300)
    batch = ready(["Насос", "7707083893", "Реж", "", "120"])
    resolve_conflicts(batch, actor=cast.marketer, resolution="file", numbers=[2])
    run(batch)
    company.refresh_from_db()
    assert company.headcount == 120


def test_a_similar_company_may_be_another_one(ready, cast):
    register_company(actor=cast.marketer, name="Насос", city="Реж")
    batch = ready(["Насос", "", "Реж"])
    resolve_conflicts(batch, actor=cast.marketer, resolution="new")
    run(batch)
    assert Company.objects.filter(name="Насос").count() == 2


def test_the_second_row_of_a_company_brings_its_second_person(ready):
    second = [*FULL[:7], "Титова Елена Викторовна", "директор", "", ""]
    run(ready(FULL, second))
    assert Company.objects.count() == 1
    assert Person.objects.count() == 2


def test_with_the_policy_skip_known_companies_are_not_touched(ready, cast):
    company = register_company(actor=cast.marketer, name="Насос", inn="7707083893")
    run(ready(FULL, ["Клапан"], match_policy="skip"))
    company.refresh_from_db()
    assert company.headcount is None
    assert Company.objects.count() == 2


def test_a_company_added_since_the_check_is_an_error_of_its_row_only(ready, cast, english):
    batch = ready(["Насос", "7707083893"], ["Клапан", ""])
    register_company(actor=cast.marketer, name="Насос", inn="7707083893")
    run(batch)
    row = batch.rows.get(number=2)
    assert (row.outcome, row.applied_at) == (Outcome.ERROR, None)
    assert "in the base already" in row.message
    assert Company.objects.filter(name="Клапан").exists()


def test_the_number_on_the_button_is_what_is_loaded(ready, cast):
    batch = ready(["Насос"], ["Клапан"])
    with pytest.raises(RuleViolation):
        run_import(batch, actor=cast.marketer, expected=3)
    batch.refresh_from_db()
    assert batch.state == ImportState.CHECKED
    assert not Job.objects.exists()
    run_import(batch, actor=cast.marketer, expected=2)


def test_an_import_runs_once(ready, cast):
    batch = run(ready(["Насос"]))
    with pytest.raises(RuleViolation):
        run_import(batch, actor=cast.marketer)
    assert load_import(batch) is False
    assert Company.objects.count() == 1


def test_a_killed_worker_loses_at_most_its_part_and_the_next_goes_on(ready, cast, monkeypatch):
    monkeypatch.setattr(imports, "PART", 2)
    batch = ready(*[[f"Завод {number}"] for number in range(5)])
    run_import(batch, actor=cast.marketer)
    assert services.imports.start_job(batch.job)
    assert load_part(batch) == (2, 3)  # here the worker was killed
    silent = timezone.now() - timedelta(minutes=5)
    Job.objects.update(beat_at=silent)
    assert resume_stale_imports() == 1
    batch.job.refresh_from_db()
    assert load_import(batch) is True
    assert Company.objects.count() == 5
    assert Interaction.objects.filter(kind="intake.imported").count() == 5
    batch.refresh_from_db()
    assert (batch.state, batch.job.done) == (ImportState.DONE, 5)


def test_a_working_import_is_not_resumed(ready, cast):
    batch = ready(["Насос"])
    run_import(batch, actor=cast.marketer)
    assert services.imports.start_job(batch.job)
    assert resume_stale_imports() == 0


def test_a_lost_message_is_sent_again(ready, cast):
    batch = ready(["Насос"])
    run_import(batch, actor=cast.marketer)
    later = timezone.now() + timedelta(minutes=5)
    assert resume_stale_imports(now=later) == 1


def test_a_cancelled_import_stops_and_keeps_what_is_in(ready, cast, monkeypatch):
    monkeypatch.setattr(imports, "PART", 1)
    batch = ready(["Насос"], ["Клапан"])
    run_import(batch, actor=cast.marketer)
    Job.objects.update(cancel_requested=True)
    load_import(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.job.state) == (ImportState.CANCELLED, JobState.CANCELLED)
    assert not Company.objects.exists()


def test_a_waiting_import_is_cancelled_at_once(ready, cast):
    batch = ready(["Насос"])
    run_import(batch, actor=cast.marketer)
    cancel_import(batch, actor=cast.marketer)
    assert batch.state == ImportState.CANCELLED
    with pytest.raises(RuleViolation):
        cancel_import(batch, actor=cast.marketer)


def test_an_import_that_cannot_go_on_is_failed_with_a_word(ready, cast):
    batch = ready(["Насос"])
    run_import(batch, actor=cast.marketer)
    fail_import(batch, message="disk")
    batch.refresh_from_db()
    assert (batch.state, batch.job.state, batch.job.message) == (ImportState.FAILED, JobState.FAILED, "disk")


def test_the_moment_given_is_the_moment_written(cast):
    at = timezone.now() - timedelta(days=20)
    batch = upload_import(actor=cast.marketer, file=upload(xlsx(HEADER, FULL)), source=make_source(), now=at)
    check_import(batch)
    run_import(batch, actor=cast.marketer, now=at)
    load_import(batch, now=at)
    company = Company.objects.get()
    assert (batch.created_at, company.created_at, company.phones.get().seen_at) == (at, at, at)
    assert Interaction.objects.get(kind="intake.imported").at == at
