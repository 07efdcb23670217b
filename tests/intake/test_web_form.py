"""A visitor of a site fills in a form without signing in: the base gets a company, a person and a line of the history."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from companies.models import Company
from companies.services import register_company
from contacts.models import Interaction
from core.exceptions import RuleViolation
from intake.models import WebForm, WebLead
from intake.services import create_web_form, switch_web_form

pytestmark = pytest.mark.django_db
SAID = {"company": "ООО «Насос»", "person": "Зимин Пётр", "phone": "8 912 555-01-42", "email": "zimin@nasos.example",
        "message": "Нужен насос"}  # fmt: skip


@pytest.fixture
def form(cast) -> WebForm:
    cache.clear()
    return create_web_form(actor=cast.marketer, name="Форма сайта", thanks="Ответим до вечера")


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True)


def address(form, name="fill"):
    return reverse(f"intake:{name}", args=[form.token])


def test_a_lead_becomes_a_company_with_a_person_and_a_line(form, visitor):
    assert visitor.get(address(form)).status_code == 200
    answer = visitor.post(address(form), SAID, HTTP_REFERER="https://our.example/contacts")
    assert answer.url == address(form, "thanks")
    assert "Ответим до вечера" in visitor.get(answer.url).content.decode()
    company = Company.objects.get()
    assert (company.name, company.source.name) == ("Насос", "Форма сайта")
    person = company.persons.get()
    assert (person.full_name, person.phones.get().number) == ("Зимин Пётр", "+79125550142")
    line = Interaction.objects.get(kind="intake.web_lead")
    assert "Нужен насос" in line.text
    assert line.data["url"] == "https://our.example/contacts"
    assert company.last_contact_at or Company.objects.get().last_contact_at


def test_a_known_phone_or_address_leads_to_the_known_card(form, visitor, cast):
    known = register_company(actor=cast.marketer, name="Насосы", phones=["+79125550142"])
    visitor.post(address(form), SAID)
    assert Company.objects.get() == known
    visitor.post(address(form), {"phone": "", "email": "ZIMIN@nasos.example"})
    assert Company.objects.count() == 1
    assert WebLead.objects.filter(company=known).count() == 2


@pytest.mark.parametrize("said", [{}, {"person": "Пётр"}, {"phone": "123"}, {"email": "zimin"}])
def test_without_a_way_to_answer_a_sentence_says_so(form, visitor, said):
    answer = visitor.post(address(form), said or {"company": ""})
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert not Company.objects.exists()


def test_a_machine_that_fills_the_hidden_field_is_thanked_and_forgotten(form, visitor):
    assert visitor.post(address(form), SAID | {"website": "http://spam.example"}).url == address(form, "thanks")
    assert not WebLead.objects.exists()


def test_the_sixth_message_in_ten_minutes_has_to_wait(form, visitor):
    codes = [visitor.post(address(form), SAID).status_code for _ in range(6)]
    assert codes == [302] * 5 + [429]
    assert WebLead.objects.count() == 5


def test_a_closed_form_is_not_there(form, visitor, cast):
    switch_web_form(form, actor=cast.marketer, is_active=False)
    assert visitor.get(address(form)).status_code == 404
    assert visitor.post(address(form), SAID).status_code == 404


def test_forms_are_made_on_their_page(cast, client_of):
    marketer = client_of(cast.marketer)
    assert marketer.get(reverse("intake:web-forms")).status_code == 200
    marketer.post(reverse("intake:new-web-form"), {"name": "Лендинг"})
    form = WebForm.objects.get()
    assert form.token in marketer.get(reverse("intake:web-forms")).content.decode()
    assert marketer.post(reverse("intake:new-web-form"), {"name": "лендинг"}).status_code == 422
    marketer.post(reverse("intake:switch-web-form", args=[form.pk]), {"open": "0"})
    form.refresh_from_db()
    assert not form.is_active
    assert client_of(cast.operator).get(reverse("intake:web-forms")).status_code == 404


def test_a_form_without_a_name_is_refused(cast):
    with pytest.raises(RuleViolation):
        create_web_form(actor=cast.marketer, name="  ")
