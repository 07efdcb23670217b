"""Who gets the letter, who does not and why."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.enums import Exclusion
from campaigns.services import (
    approve_creative,
    exclude_recipient,
    prepare_recipients,
    return_recipient,
    set_audience,
    start_sending,
)
from companies.models import Company
from contacts.models import PersonEmail
from contacts.services import opt_out
from core.exceptions import RuleViolation
from tests.factories.campaigns import make_addressee, make_prepared, make_written
from tests.factories.companies import make_company
from tests.factories.contacts import make_person


def reasons(campaign) -> dict[str, str]:
    return {row.company.name: row.exclusion for row in campaign.recipients.select_related("company")}


@pytest.fixture
def check(cast):
    """Check these companies and return the only row, or all of them."""

    def run(*companies, **fields):
        return make_prepared(cast.marketer, cast.marketing_head, *companies, **fields)

    return run


def only(campaign):
    return campaign.recipients.get()


def test_the_decision_maker_gets_the_letter_and_not_a_colleague(check):
    company = make_addressee(email="chief@works.example")
    make_person(company, email="colleague@works.example")
    assert only(check(company)).email == "chief@works.example"


def test_any_person_with_a_mailbox_comes_before_the_common_one(check):
    company = make_addressee(email="chief@works.example", email_invalid=False)
    company.persons.update(decision_role="")
    Company.objects.filter(pk=company.pk).update(email="info@works.example")
    assert only(check(company)).email == "chief@works.example"


def test_without_persons_the_common_mailbox_gets_the_letter(check):
    fresh = timezone.now() + timedelta(days=1)
    row = only(check(make_company(email="Info@Works.example", verified_until=fresh)))
    assert (row.email, row.person, row.exclusion) == ("info@works.example", None, "")


def test_a_person_who_has_left_is_not_written_to(check):
    company = make_addressee()
    company.persons.update(left_at=timezone.localdate())
    assert only(check(company)).exclusion == Exclusion.NO_EMAIL


def test_a_mailbox_that_works_comes_before_one_that_does_not(check):
    company = make_addressee(email="dead@works.example")
    PersonEmail.objects.update(is_invalid=True)
    make_person(company, email="alive@works.example")
    assert only(check(company)).email == "alive@works.example"


def test_each_exclusion_has_its_reason(cast, check):
    now = timezone.now()
    stale = make_addressee(name="Старая", verified_until=now - timedelta(days=1))
    never = make_addressee(name="Непроверенная", verified_until=None)
    silent = make_company(name="Без почты", verified_until=now + timedelta(days=1))
    dead = make_addressee(name="Мёртвый ящик", email="dead@works.example")
    PersonEmail.objects.filter(address="dead@works.example").update(is_invalid=True)
    asked = make_addressee(name="Просили адресом", email="no@works.example")
    opt_out(actor=None, channel="email", value="no@works.example")
    whole = make_addressee(name="Просили фирмой")
    opt_out(actor=None, channel="email", company=whole)
    first = make_addressee(name="Первая", email="same@works.example")
    second = make_addressee(name="Вторая", email="same@works.example")
    campaign = check(stale, never, silent, dead, asked, whole, first, second)
    assert reasons(campaign) == {
        "Старая": "stale",
        "Непроверенная": "stale",
        "Без почты": "no_email",
        "Мёртвый ящик": "invalid",
        "Просили адресом": "opted_out",
        "Просили фирмой": "opted_out",
        "Первая": "",
        "Вторая": "duplicate",
    }


def test_an_opt_out_of_calls_does_not_stop_letters(check):
    company = make_addressee()
    opt_out(actor=None, channel="phone", company=company)
    assert only(check(company)).exclusion == Exclusion.NONE


def test_whoever_was_written_to_less_than_thirty_days_ago_is_left_alone(cast, check):
    company = make_addressee()
    earlier = start_sending(check(company), actor=cast.marketer)
    item = earlier.items.get()
    item.state, item.sent_at = "accepted", timezone.now() - timedelta(days=29)
    item.save()
    assert only(check(company)).exclusion == Exclusion.TOUCHED
    item.sent_at = timezone.now() - timedelta(days=31)
    item.save()
    assert only(check(company)).exclusion == Exclusion.NONE


def test_a_refused_letter_does_not_count_as_written(cast, check):
    company = make_addressee()
    earlier = start_sending(check(company), actor=cast.marketer)
    earlier.items.update(state="failed", sent_at=timezone.now())
    assert only(check(company)).exclusion == Exclusion.NONE


def test_unverified_companies_are_written_to_when_the_marketer_wants_so(check):
    company = make_addressee(verified_until=None)
    assert only(check(company, verified_only=False)).exclusion == Exclusion.NONE


def test_a_duplicate_counts_only_among_those_who_get_the_letter(check):
    stale = make_addressee(email="same@works.example", verified_until=None)
    fresh = make_addressee(email="same@works.example")
    assert sorted(reasons(check(stale, fresh)).values()) == ["", "stale"]


def test_a_repeat_gives_the_same_rows(cast, check):
    campaign = check(*[make_addressee() for _ in range(5)])
    before = set(campaign.recipients.values_list("company", "email", "exclusion"))
    prepare_recipients(campaign, actor=cast.marketer)
    assert set(campaign.recipients.values_list("company", "email", "exclusion")) == before


def test_who_was_removed_by_hand_stays_removed_until_put_back(cast, check):
    campaign = check(make_addressee(), make_addressee())
    row = campaign.recipients.first()
    exclude_recipient(row, actor=cast.marketer)
    prepare_recipients(campaign, actor=cast.marketer)
    assert campaign.recipients.writable().count() == 1
    return_recipient(campaign.recipients.get(exclusion="by_hand"), actor=cast.marketer)
    assert campaign.recipients.writable().count() == 2


def test_a_filter_of_the_base_is_an_audience(cast):
    make_addressee(name="Насосный", name_key="насосный завод")
    make_addressee(name="Вымпел", name_key="вымпел")
    campaign = make_written(cast.marketer)
    set_audience(campaign, actor=cast.marketer, audience={"filter": {"q": "насосный"}})
    approve_creative(campaign, actor=cast.marketing_head)
    prepare_recipients(campaign, actor=cast.marketer)
    assert list(reasons(campaign)) == ["Насосный"]


def test_closed_companies_are_never_in_an_audience(cast, check):
    with pytest.raises(RuleViolation):
        check(make_addressee(state="closed"))


def test_recipients_cannot_be_checked_before_the_approval(cast):
    campaign = make_written(cast.marketer, make_addressee())
    with pytest.raises(RuleViolation):
        prepare_recipients(campaign, actor=cast.marketer)


def test_recipients_cannot_be_changed_after_the_start(cast, check):
    campaign = check(make_addressee())
    row = campaign.recipients.get()
    start_sending(campaign, actor=cast.marketer)
    for act in (
        lambda: exclude_recipient(row, actor=cast.marketer),
        lambda: prepare_recipients(campaign, actor=cast.marketer),
        lambda: set_audience(campaign, actor=cast.marketer, audience={}),
    ):
        with pytest.raises(RuleViolation):
            act()
    assert campaign.recipients.writable().count() == 1
