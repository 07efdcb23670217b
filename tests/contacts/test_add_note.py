"""Notes, needs, refusals of contact: what is written into the history by hand."""

import pytest

from companies.models import Company
from contacts.enums import Channel, Urgency
from contacts.models import Interaction, Need, OptOut
from contacts.services import add_note, find_need, opt_out, record
from core.exceptions import RuleViolation
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db


def test_a_note_is_a_contact_and_the_list_shows_it(cast):
    company = make_company()
    note = add_note(company, actor=cast.manager, text=" Письмо видел. ", channel=Channel.PHONE)
    company = Company.objects.get()
    assert (note.text, company.last_contact_at, company.last_contact_kind) == (
        "Письмо видел.",
        note.at,
        "contacts.noted",
    )
    assert company.blocks["6"] == 100


def test_an_empty_note_is_refused(cast):
    with pytest.raises(RuleViolation):
        add_note(make_company(), actor=cast.manager, text=" ")
    assert not Interaction.objects.exists()


def test_a_need_is_kept_and_recorded(cast):
    company = make_company()
    need = find_need(company, actor=cast.operator, text="Снизить счёт за энергию", urgency=Urgency.ACUTE)
    assert (Need.objects.get(), Interaction.objects.get().source) == (need, need)
    assert Company.objects.get().blocks["4"] > 0
    with pytest.raises(RuleViolation):
        find_need(company, actor=cast.operator, text="")


def test_asking_twice_not_to_be_called_is_one_refusal(cast):
    company = make_company()
    for _time in range(2):
        opt_out(actor=cast.operator, channel=Channel.PHONE, company=company)
    assert OptOut.objects.count() == Interaction.objects.count() == 1


def test_an_unknown_kind_of_interaction_is_an_error_of_the_program():
    with pytest.raises(KeyError):
        record("nobody.knows", actor=None, company=make_company())
