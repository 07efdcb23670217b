"""How long data are believed, and the list of who is to be checked anew."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import SavedView
from callcenter.enums import ListKind
from callcenter.models import CallList, DatumTerm
from callcenter.services import change_terms, finish_call, open_recheck_list
from companies.models import Company
from companies.services import verify_company
from core.exceptions import RuleViolation
from tests.callcenter.clock import NOON
from tests.factories.callcenter import make_call_list, make_callable, make_card, make_held_card
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db


def until(company):
    company.refresh_from_db()
    return (company.verified_until - NOON).days


def test_a_company_is_verified_until_the_first_of_its_data_goes_stale(cast):
    company = make_callable()
    verify_company(company, actor=cast.marketer, now=NOON)
    assert until(company) == 180
    change_terms(actor=cast.callcenter_head, days={"phone": 300, "person_email": 30})
    verify_company(company, actor=cast.marketer, now=NOON)
    assert until(company) == 300
    make_person(company, email="boss@zavod.example")
    verify_company(company, actor=cast.marketer, now=NOON)
    assert until(company) == 30


@pytest.mark.parametrize("days", [6, 1096])
def test_a_term_out_of_bounds_is_refused_and_changes_nothing(cast, days):
    with pytest.raises(RuleViolation):
        change_terms(actor=cast.callcenter_head, days={"name": 100, "phone": days})
    assert DatumTerm.objects.get(field="name").days == 365


def test_a_line_that_was_confirmed_is_as_old_as_the_talk_and_the_others_stay(cast):
    card = make_held_card(cast.operator, make_call_list(ListKind.VERIFICATION), now=NOON)
    old = NOON - timedelta(days=400)
    person = make_person(card.company, phone="+73515550199", email="boss@zavod.example", seen_at=old)
    person.phones.update(seen_at=old)
    person.emails.update(seen_at=old)
    facts = {"answers": {"person_phone": "right", "person_email": "unknown"}, "checked_person": person.pk}
    finish_call(card, actor=cast.operator, claim=card.claim, result="partly", facts=facts, now=NOON)
    assert (person.phones.get().seen_at, person.emails.get().seen_at) == (NOON, old)


def test_whose_verification_runs_out_is_called_and_nobody_twice(cast):
    soon, late, fresh, never, asked = (make_callable() for _ in range(5))
    for company, days in ((soon, 5), (late, -30), (fresh, 90), (asked, 5)):
        Company.objects.filter(pk=company.pk).update(verified_until=NOON + timedelta(days=days))
    make_card(make_call_list(ListKind.VERIFICATION), company=asked)
    rules = {"actor": cast.callcenter_head, "companies": Company.objects.all(), "name": "Заново", "now": NOON}
    call_list = open_recheck_list(within_days=7, **rules)
    assert set(call_list.items.values_list("company", flat=True)) == {soon.pk, late.pk}
    assert never.pk not in call_list.items.values_list("company", flat=True)
    for days in (7, -1, 400):
        with pytest.raises(RuleViolation):
            open_recheck_list(within_days=days, **rules)
    assert CallList.objects.filter(name="Заново").count() == 1


def test_the_dialogs_change_the_terms_and_open_the_list_of_a_saved_selection(cast, client_of):
    head = client_of(cast.callcenter_head)
    url = reverse("callcenter:terms")
    assert head.get(url).status_code == 200
    days = {term.field: term.days for term in DatumTerm.objects.all()}
    assert head.post(url, days | {"phone": 3}, headers={"HX-Request": "true"}).status_code == 422
    assert head.post(url, days | {"phone": 90}).status_code == 302
    assert DatumTerm.objects.get(field="phone").days == 90
    kept, _other = make_callable(), make_callable()
    Company.objects.update(verified_until=NOON - timedelta(days=3000))
    Company.objects.filter(pk=kept.pk).update(stage=3)
    view = SavedView.objects.create(
        owner=cast.callcenter_head, page="companies:list", name="Рассылка", filters={"stage": ["3"]}
    )
    url = reverse("callcenter:recheck")
    assert head.get(url).status_code == 200
    asked = {"name": "Заново", "within_days": 0, "selection": view.pk}
    assert head.post(url, asked).status_code == 302
    assert list(CallList.objects.get(name="Заново").items.values_list("company", flat=True)) == [kept.pk]
    assert head.post(url, asked, headers={"HX-Request": "true"}).status_code == 422  # all of them wait already


def test_who_may_not_set_the_terms_or_open_lists_has_no_dialog(cast, client_of):
    assert client_of(cast.operator).get(reverse("callcenter:terms")).status_code == 404
    assert client_of(cast.operator).get(reverse("callcenter:recheck")).status_code == 404
