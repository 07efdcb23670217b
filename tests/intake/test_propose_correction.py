import pytest
from django.utils import timezone

from companies.models import Phone
from contacts.enums import DecisionRole
from contacts.models import Interaction
from core.exceptions import RuleViolation
from intake.enums import CorrectedField, CorrectionState
from intake.models import Correction
from intake.services import propose_correction
from tests.factories.companies import make_company
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db


def test_a_finding_waits_and_the_card_stays_as_it_is(cast):
    company = make_company(site="https://old.example")
    correction = propose_correction(
        company, actor=cast.operator, field="site", new_value="new.example", evidence="секретарь"
    )
    company.refresh_from_db()
    assert company.site == "https://old.example"
    assert (correction.state, correction.old_value) == (CorrectionState.NEW, "https://old.example")
    assert "new.example" in correction.new_value


def test_a_finding_is_a_line_of_the_history(cast):
    company = make_company(email="old@client.example")
    propose_correction(company, actor=cast.operator, field="email", new_value="New@client.example")
    line = Interaction.objects.get(company=company, kind="intake.correction_proposed")
    assert "old@client.example → new@client.example" in line.text
    assert line.actor == cast.operator


def test_the_same_finding_twice_is_one_correction(cast):
    company = make_company()
    Phone.objects.create(company=company, number="+73515550140", seen_at=timezone.now())
    first = propose_correction(company, actor=cast.operator, field="phone", new_value="8 (351) 555-01-77")
    second = propose_correction(company, actor=cast.operator2, field="phone", new_value="+73515550177")
    assert first == second
    assert first.old_value == "+73515550140"


def test_two_different_findings_are_a_conflict(cast):
    company = make_company()
    propose_correction(company, actor=cast.operator, field="phone", new_value="8 (351) 555-01-77")
    propose_correction(company, actor=cast.operator2, field="phone", new_value="8 (351) 555-01-78")
    assert set(Correction.objects.values_list("state", flat=True)) == {CorrectionState.CONFLICT}


def test_findings_about_the_decision_maker_belong_to_that_person(cast):
    company = make_company()
    make_person(company)
    decider = make_person(company, decision_role=DecisionRole.DECIDES, position="Механик")
    correction = propose_correction(company, actor=cast.operator, field="position", new_value="Технический директор")
    assert (correction.person, correction.old_value) == (decider, "Механик")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("site", "  "),
        ("inn", "7707083890"),
        ("email", "info@@client.example"),
        ("phone", "55"),
        ("headcount", "много"),
        ("state", "спит"),
        ("name", "«Завод»"),
    ],
)
def test_what_cannot_stand_in_the_field_is_refused(cast, field, value):
    company = make_company(name="Завод", name_key="завод")
    with pytest.raises(RuleViolation):
        propose_correction(company, actor=cast.operator, field=CorrectedField(field), new_value=value)
    assert not Correction.objects.exists()
    assert not Interaction.objects.exists()
