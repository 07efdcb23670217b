from datetime import timedelta

import pytest
from django.utils import timezone

from companies.enums import CompanyState
from companies.models import Phone
from contacts.enums import DecisionRole
from contacts.models import Interaction
from core.exceptions import RuleViolation
from intake.enums import CorrectedField, CorrectionState
from intake.models import Correction
from intake.services import accept_corrections, choose_variant, propose_correction, reject_corrections
from tests.factories.companies import make_company
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def propose(cast):
    def _propose(company, field, value, **kwargs):
        return propose_correction(
            company, actor=kwargs.pop("actor", cast.operator), field=field, new_value=value, **kwargs
        )

    return _propose


@pytest.mark.parametrize(
    ("field", "value", "attribute", "expected"),
    [
        ("name", "ТМ-Троицкмаш", "name", "ТМ-Троицкмаш"),
        ("inn", "7707083893", "inn", "7707083893"),
        ("email", "belyaev@client.example", "email", "belyaev@client.example"),
        ("headcount", "250", "headcount", 250),
        ("state", "closed", "state", CompanyState.CLOSED),
    ],
)
def test_an_accepted_value_stands_on_the_card(cast, propose, field, value, attribute, expected):
    company = make_company()
    decision = accept_corrections([propose(company, field, value)], actor=cast.marketer)
    company.refresh_from_db()
    assert len(decision.accepted) == 1
    assert getattr(company, attribute) == expected
    correction = Correction.objects.get()
    assert (correction.state, correction.decided_by) == (CorrectionState.ACCEPTED, cast.marketer)
    assert Interaction.objects.filter(company=company, kind="intake.correction_accepted").count() == 1


def test_an_accepted_phone_takes_the_place_of_the_old_one(cast, propose):
    company = make_company()
    Phone.objects.create(company=company, number="+73515550140", is_main=True, seen_at=timezone.now())
    accept_corrections([propose(company, "phone", "8 (351) 555-01-77 доб. 210")], actor=cast.marketer)
    phone = company.phones.get()
    assert (phone.number, phone.extension) == ("+73515550177", "210")


def test_an_accepted_address_is_written(cast, propose):
    company = make_company()
    accept_corrections([propose(company, "address", "г. Троицк, ул. Гагарина, 12, корпус 3")], actor=cast.marketer)
    assert "корпус 3" in company.addresses.get().text


def test_another_decision_maker_gets_the_phone_found_in_the_same_call(cast, propose):
    company = make_company()
    old = make_person(company, decision_role=DecisionRole.DECIDES, phone="+73439555143")
    number = propose(company, "person_phone", "+7 3439 55-14-38")
    name = propose(company, "person", "Ларионов Денис Олегович")
    accept_corrections([number, name], actor=cast.marketer)
    old.refresh_from_db()
    new = company.persons.get(last_name="Ларионов")
    assert new.decides
    assert not old.decides
    assert [phone.number for phone in new.phones.all()] == ["+73439551438"]


def test_a_fuller_name_of_the_same_person_adds_nobody(cast, propose):
    company = make_company()
    make_person(company, last_name="Титова", first_name="", middle_name="", decision_role=DecisionRole.DECIDES)
    accept_corrections([propose(company, "person", "Титова Елена Викторовна")], actor=cast.marketer)
    assert company.persons.get().full_name == "Титова Елена Викторовна"


def test_a_card_changed_meanwhile_makes_a_conflict_and_stays(cast, propose):
    company = make_company(site="https://one.example")
    correction = propose(company, "site", "https://two.example")
    company.site = "https://three.example"
    company.save(update_fields=["site"])
    decision = accept_corrections([correction], actor=cast.marketer)
    correction.refresh_from_db()
    company.refresh_from_db()
    assert decision.conflicts == [correction]
    assert (correction.state, correction.base_value) == (CorrectionState.CONFLICT, "https://three.example")
    assert company.site == "https://three.example"


def test_the_chosen_variant_wins_and_its_rivals_are_rejected(cast, propose):
    company = make_company()
    one = propose(company, "site", "https://one.example")
    two = propose(company, "site", "https://two.example", actor=cast.operator2)
    choose_variant(two, actor=cast.marketer)
    one.refresh_from_db()
    company.refresh_from_db()
    assert company.site == "https://two.example"
    assert (one.state, bool(one.reason)) == (CorrectionState.REJECTED, True)


def test_a_rejected_correction_changes_nothing_but_itself(cast, propose):
    company = make_company(site="https://one.example")
    correction = propose(company, "site", "https://two.example")
    assert reject_corrections([correction], actor=cast.marketer, reason="не открывается") == 1
    correction.refresh_from_db()
    company.refresh_from_db()
    assert company.site == "https://one.example"
    assert (correction.state, correction.reason) == (CorrectionState.REJECTED, "не открывается")
    assert Interaction.objects.filter(kind="intake.correction_rejected").exists()


def test_without_its_rival_a_finding_is_no_conflict(cast, propose):
    company = make_company()
    one = propose(company, "site", "https://one.example")
    two = propose(company, "site", "https://two.example", actor=cast.operator2)
    reject_corrections([one], actor=cast.marketer)
    two.refresh_from_db()
    assert two.state == CorrectionState.NEW


def test_the_last_decision_verifies_a_checked_company(cast, propose):
    company = make_company(checked_at=timezone.now())
    one, two = propose(company, "site", "https://one.example"), propose(company, "headcount", "120")
    accept_corrections([one], actor=cast.marketer)
    company.refresh_from_db()
    assert company.verified_at is None
    reject_corrections([two], actor=cast.marketer)
    company.refresh_from_db()
    assert company.verified_at is not None


def test_a_company_nobody_has_checked_is_not_verified(cast, propose):
    company = make_company()
    accept_corrections([propose(company, "headcount", "120")], actor=cast.marketer)
    company.refresh_from_db()
    assert company.verified_at is None


def test_a_value_the_base_refuses_changes_nothing(cast, propose):
    make_company(inn="7707083893")
    company = make_company()
    correction = propose(company, "inn", "7707083893")
    with pytest.raises(RuleViolation):
        accept_corrections([correction], actor=cast.marketer)
    correction.refresh_from_db()
    assert correction.state == CorrectionState.NEW


def test_one_refused_value_does_not_hold_the_others(cast, propose):
    make_company(inn="7707083893")
    company = make_company()
    both = [propose(company, "inn", "7707083893"), propose(company, "headcount", "120")]
    decision = accept_corrections(both, actor=cast.marketer)
    assert [correction.field for correction in decision.accepted] == ["headcount"]
    assert [correction.field for correction, _ in decision.refused] == ["inn"]


def test_a_decided_correction_stays_decided(cast, propose):
    company = make_company()
    correction = propose(company, "headcount", "120")
    accept_corrections([correction], actor=cast.marketer)
    assert reject_corrections([correction], actor=cast.marketer) == 0
    with pytest.raises(RuleViolation):
        choose_variant(correction, actor=cast.marketer)


def test_the_moment_given_is_the_moment_written(cast):
    at = timezone.now() - timedelta(days=9)
    company = make_company(checked_at=at)
    correction = propose_correction(company, actor=cast.operator, field=CorrectedField.HEADCOUNT, new_value="7", now=at)
    accept_corrections([correction], actor=cast.marketer, now=at)
    company.refresh_from_db()
    correction.refresh_from_db()
    assert (correction.proposed_at, correction.decided_at, company.verified_at) == (at, at, at)
