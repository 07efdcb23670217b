from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contacts.enums import DecisionRole
from contacts.models import Need
from contacts.services import add_person, change_person, find_need, set_decision_maker
from tests.factories.companies import make_company
from tests.factories.contacts import make_interaction, make_person

pytestmark = pytest.mark.django_db


def test_who_has_named_the_decision_maker_when_and_in_which_talk_is_kept(cast):
    person = make_person()
    talk = make_interaction(person.company)
    now = timezone.now() - timedelta(days=3)
    set_decision_maker(person, actor=cast.operator, heard_in=talk, now=now)
    person.refresh_from_db()
    assert (person.role_by, person.role_at, person.role_heard_in) == (cast.operator, now, talk)
    assert person.role_age == 3


def test_another_edit_keeps_the_evidence(cast):
    person = make_person()
    talk = make_interaction(person.company)
    set_decision_maker(person, actor=cast.operator, heard_in=talk)
    change_person(person, actor=cast.manager, note="Любит цифры", decision_role=DecisionRole.DECIDES)
    person.refresh_from_db()
    assert (person.role_by, person.role_heard_in) == (cast.operator, talk)


def test_hearing_it_again_makes_the_evidence_fresh(cast):
    person = make_person()
    set_decision_maker(person, actor=cast.operator, now=timezone.now() - timedelta(days=200))
    set_decision_maker(person, actor=cast.operator2, heard_in=make_interaction(person.company))
    person.refresh_from_db()
    assert (person.role_by, person.role_age) == (cast.operator2, 0)


def test_a_person_added_with_a_role_has_its_evidence(cast):
    person = add_person(make_company(), actor=cast.marketer, full_name="Рябов Сергей", decision_role="decides")
    assert person.role_by == cast.marketer


def test_the_dialog_says_that_an_old_role_must_be_asked_again(cast, client_of):
    person = make_person()
    set_decision_maker(person, actor=cast.operator, now=timezone.now() - timedelta(days=200))
    html = client_of(cast.marketer).get(reverse("contacts:person", args=[person.pk])).content.decode()
    assert cast.operator.short_name in html
    assert "warn" in html


def test_a_need_has_a_group_a_volume_and_a_term(cast, client_of):
    company = make_company()
    data = {
        "text": "Сжатый воздух",
        "urgency": "acute",
        "product_group": "Компрессоры",
        "volume": "2 шт.",
        "needed_by": "2027-03-01",
    }
    client = client_of(cast.marketer)
    client.post(reverse("contacts:need-new", args=[company.pk]), data)
    need = Need.objects.get()
    assert (need.product_group, need.volume, need.needed_by.isoformat()) == ("Компрессоры", "2 шт.", "2027-03-01")
    assert "Компрессоры, 2 шт." in client.get(reverse("contacts:needs", args=[company.pk])).content.decode()


def test_a_need_may_be_known_by_its_text_alone(cast):
    need = find_need(make_company(), actor=cast.operator, text="Осушитель")
    assert (need.product_group, need.volume, need.needed_by) == ("", "", None)
