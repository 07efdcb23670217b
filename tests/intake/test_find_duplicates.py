import pytest
from django.db import transaction
from django.utils import timezone

from companies.likeness import PROBABLE, Traits, judge
from companies.models import Company
from contacts.services import record
from core.exceptions import RuleViolation
from intake import tasks
from intake.enums import ImportState, Outcome, PairState
from intake.models import DuplicatePair, DuplicateScan, ImportBatch, ImportRow
from intake.services import duplicates
from intake.services.duplicates import (
    pair_of,
    postpone_pair,
    reject_pair,
    resume_stale_scans,
    run_scan,
    scan_companies,
    start_scan,
    take_scan,
)
from operations.enums import JobState
from operations.services import cancel_job
from tests.factories.companies import make_company
from tests.factories.duplicates import make_pairs
from tests.factories.intake import make_source

pytestmark = pytest.mark.django_db


def scan(actor, **how):
    return run_scan(take_scan(start_scan(actor=actor, **how).job_id))


def test_of_seventy_pairs_none_is_merged_falsely_and_most_are_found(cast):
    pairs = make_pairs()
    assert len(pairs) >= 60
    scan(cast.marketer)
    found = set(DuplicatePair.objects.filter(score__gte=PROBABLE).values_list("first", "second"))
    expected = {(pair.first.pk, pair.second.pk) for pair in pairs if pair.is_same}
    names = dict(Company.objects.values_list("pk", "name"))
    assert [(names[one], names[two]) for one, two in found - expected] == []
    missed = [(names[one], names[two]) for one, two in expected - found]
    assert len(missed) <= len(expected) / 4, missed


def test_the_score_is_the_sum_of_its_reasons(cast):
    make_pairs()
    scan(cast.marketer)
    for pair in DuplicatePair.objects.all():
        assert sum(points for _code, points in pair.reasons) == pair.score


def test_equal_names_alone_are_never_probable():
    one = Traits(name_key="вектор", city="Самара", region="63", legal_form="ООО")
    assert judge(one, one).score < PROBABLE


def test_two_inn_are_two_companies_whatever_else_agrees():
    phones = frozenset({"+73515550140"})
    one = Traits(name_key="вектор", inn="7400000001", phones=phones, city="Самара")
    two = Traits(name_key="вектор", inn="7400000002", phones=phones, city="Самара")
    assert judge(one, two).score == 0


def test_plant_five_is_not_plant_seven():
    phones = frozenset({"+73515550140"})
    verdict = judge(Traits(name_key="завод 5", phones=phones), Traits(name_key="завод 7", phones=phones))
    assert verdict.score < PROBABLE


def test_the_next_scan_looks_only_at_what_is_new(cast):
    make_pairs()
    first = start_scan(actor=cast.marketer)
    run_scan(take_scan(first.job_id))
    assert start_scan(actor=cast.marketer).job.total == 0


def test_a_changed_company_is_compared_again(cast):
    one, two = make_company(name_key="литмаш", city="Тагил", site_host="litmash.example"), make_company()
    scan(cast.marketer)
    assert not DuplicatePair.objects.exists()
    Company.objects.filter(pk=two.pk).update(name_key="литмаш", city="Тагил", site_host="litmash.example")
    record("companies.changed", actor=cast.marketer, company=two)
    scan(cast.marketer)
    assert DuplicatePair.objects.get().first == one


def test_a_rejected_pair_stays_rejected(cast):
    make_company(name_key="литмаш", city="Тагил", site_host="litmash.example")
    make_company(name_key="литмаш", city="Тагил", site_host="litmash.example")
    scan(cast.marketer)
    reject_pair(DuplicatePair.objects.get(), actor=cast.marketer)
    scan(cast.marketer, whole=True)
    assert DuplicatePair.objects.get().state == PairState.REJECTED
    assert not DuplicatePair.objects.waiting().exists()


def test_a_key_of_a_crowd_is_no_key(cast):
    for number in range(14):
        make_company(name_key=f"фирма {'абвгдежзиклмно'[number] * 6}", site_host="market.example")
    scan(cast.marketer)
    assert not DuplicatePair.objects.exists()


def test_what_the_importer_has_loaded_is_compared_at_once(cast):
    make_company(name_key="литмаш", city="Тагил", site_host="litmash.example")
    scan(cast.marketer)
    loaded = make_company(name_key="литмаш", city="Тагил", site_host="litmash.example")
    assert scan_companies([loaded.pk]) == 1
    assert DuplicatePair.objects.get().second == loaded


def test_duplicates_of_a_loaded_file_are_in_the_queue_when_its_loading_ends(cast, monkeypatch):
    known = make_company(name_key="литмаш", city="Тагил", site_host="litmash.example")
    scan(cast.marketer)
    batch = ImportBatch.objects.create(
        source=make_source(), created_by=cast.marketer, created_at=timezone.now(), state=ImportState.DONE
    )
    loaded = make_company(name_key="литмаш", city="Тагил", site_host="litmash.example")
    ImportRow.objects.create(batch=batch, number=2, outcome=Outcome.CREATE, company=loaded, applied_at=timezone.now())
    tasks.scan_loaded(batch.pk)
    pair = DuplicatePair.objects.get()
    assert (pair.first, pair.second) == (known, loaded)
    monkeypatch.setattr(duplicates, "AT_ONCE", 0)  # a file too large to be compared at once gets a scan of its own
    scans = DuplicateScan.objects.count()
    assert (duplicates.scan_loaded(batch), duplicates.scan_loaded(batch)) == (0, 0)
    assert DuplicateScan.objects.count() == scans + 1


def test_two_scans_do_not_run_at_once(cast):
    start_scan(actor=cast.marketer)
    with pytest.raises(RuleViolation):
        start_scan(actor=cast.marketer)
    assert DuplicateScan.objects.count() == 1


def test_a_cancelled_scan_stops(cast):
    make_pairs()
    taken = take_scan(start_scan(actor=cast.marketer).job_id)
    cancel_job(taken.job, actor=cast.marketer)
    run_scan(taken)
    taken.job.refresh_from_db()
    assert taken.job.state == JobState.CANCELLED


def test_a_killed_scan_goes_on_where_it_was(cast, monkeypatch):
    monkeypatch.setattr("intake.services.duplicates.AT_ONCE", 10)
    make_pairs()
    taken = take_scan(start_scan(actor=cast.marketer).job_id)
    with transaction.atomic():  # one window, then the worker dies
        monkeypatch.setattr("intake.services.duplicates.report_progress", lambda *_args, **_kw: False)
        monkeypatch.setattr("intake.services.duplicates.finish_job", lambda *_args, **_kw: None)
        run_scan(taken)
    monkeypatch.undo()
    place = DuplicateScan.objects.get()
    assert place.position > 0
    type(place.job).objects.update(beat_at="2026-01-01T00:00Z")
    assert resume_stale_scans() == 1
    assert run_scan(take_scan(place.job_id)) > 0


def test_a_pair_may_be_put_off(cast):
    pair = pair_of(make_company(), make_company())
    assert postpone_pair(pair, actor=cast.marketer).state == PairState.LATER


def test_a_company_is_no_duplicate_of_itself():
    company = make_company()
    with pytest.raises(RuleViolation):
        pair_of(company, company)
