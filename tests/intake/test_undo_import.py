"""A whole import is taken back; what somebody has worked on since stays, and the number is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from agenda.services import set_task
from companies.models import Address, Company, Phone
from companies.services import add_phone, change_company, register_company
from contacts.models import Interaction, Person, PersonEmail, PersonPhone
from contacts.services import add_note, add_person
from core.exceptions import RuleViolation
from intake.enums import ImportState
from intake.services import check_import, load_import, run_import, take_import_back, undo_import, upload_import
from tests.factories.intake import make_source, upload, xlsx
from tests.intake.test_import_again import FULL, HEADER, SECOND

pytestmark = pytest.mark.django_db
CARD = (Company, Phone, Address, Person, PersonPhone, PersonEmail)


@pytest.fixture
def loaded(cast):
    def _loaded(*rows, **kwargs):
        batch = upload_import(actor=cast.marketer, file=upload(xlsx(HEADER, *rows)), source=make_source(), **kwargs)
        check_import(batch)
        run_import(batch, actor=cast.marketer)
        load_import(batch)
        return batch

    return _loaded


def undone(batch):
    undo_import(batch, actor=batch.created_by)
    take_import_back(batch)
    batch.refresh_from_db()
    assert batch.state == ImportState.UNDONE
    return batch


def cards():
    return {model: list(model.objects.order_by("pk").values()) for model in CARD}


def test_new_companies_go_with_everything_they_brought(loaded):
    batch = undone(loaded(FULL, SECOND, ["Клапан"]))
    assert [model.objects.count() for model in (*CARD, Interaction)] == [0] * 7
    assert "2" in batch.job.message
    entry = AuditEntry.objects.get(event="intake.import_undone")
    assert (entry.data["removed"], entry.data["kept"]) == (2, 0)


@pytest.mark.parametrize("policy", ["fill", "replace"])
def test_a_known_card_says_again_what_it_said(loaded, cast, policy):
    company = register_company(actor=cast.marketer, name="Насосы", inn="7707083893", address="Реж, Ленина, 2")
    add_person(company, actor=cast.marketer, full_name="Зимин Пётр Павлович")
    before = cards()
    undone(loaded(FULL, SECOND, match_policy=policy))
    after = cards()
    for row in (*before[Company], *after[Company]):
        row.pop("version")
    for row in (*before[Address], *after[Address]):
        row.pop("seen_at"), row.pop("source_id")
    assert after == before


@pytest.mark.parametrize(
    "work",
    [
        lambda company, user: change_company(company, actor=user, city="Троицк"),
        lambda company, user: add_phone(company, actor=user, number="+73515550199"),
        lambda company, user: add_note(company, actor=user, text="Перезвонить"),
        lambda company, user: set_task(
            actor=user, owner=user, title="Позвонить", due_at=timezone.now() + timedelta(1), company=company
        ),
    ],
)
def test_a_company_that_somebody_has_worked_on_stays(loaded, cast, work):
    batch = loaded(FULL, ["Клапан"])
    work(Company.objects.get(inn="7707083893"), cast.marketer)
    undone(batch)
    assert [company.inn for company in Company.objects.all()] == ["7707083893"]
    assert AuditEntry.objects.get(event="intake.import_undone").data["kept"] == 1


def test_a_value_changed_since_stays(loaded, cast):
    company = register_company(actor=cast.marketer, name="Насос", inn="7707083893")
    batch = loaded(FULL)
    change_company(company, actor=cast.marketer, headcount=500)
    undone(batch)
    company.refresh_from_db()
    assert (company.headcount, company.city) == (500, "")


def test_an_import_is_taken_back_once_and_within_a_week(loaded, cast, english):
    batch = loaded(["Клапан"])
    with pytest.raises(RuleViolation, match="week is over"):
        undo_import(batch, actor=cast.marketer, now=timezone.now() + timedelta(days=8))
    undone(batch)
    with pytest.raises(RuleViolation, match="taken back"):
        undo_import(batch, actor=cast.marketer)
    assert take_import_back(batch) is False


def test_a_killed_undo_goes_on(loaded, cast):
    batch = loaded(FULL, SECOND, ["Клапан"])
    undo_import(batch, actor=cast.marketer)
    Company.objects.filter(name="Клапан").delete()  # here the worker was killed
    take_import_back(batch)
    assert not Company.objects.exists()
