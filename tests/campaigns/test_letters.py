"""The letter itself: what is filled in, what is escaped, which headers it has, and the test letter."""

import pytest
from django.utils import timezone

from campaigns.engine import drain
from campaigns.letters import SAMPLE_FIELDS, build
from campaigns.merge import check_fields, in_words, working_day_after
from campaigns.models import MailItem
from campaigns.preview import send_test_letter
from core.exceptions import RuleViolation
from tests.factories.campaigns import make_addressee, make_started, make_written
from tests.factories.contacts import make_person

PAYLOADS = [
    "{% debug %}",
    "{% for x in y %}",
    "${7*7}",
    "<%= 7*7 %>",
    "#{7*7}",
    "{{= 7*7 }}",
    "{{ request }}",
    "{{config}}",
]


@pytest.fixture
def send(cast, sink):
    """Send one letter and give it as the server got it."""

    def run(company=None, **fields):
        company = company or make_addressee(email="chief@works.example")
        drain(make_started(cast.marketer, cast.marketing_head, company, **fields).pk)
        return sink.deliveries[-1].message

    return run


def test_fields_are_filled_in_both_parts(send):
    message = send(body="{{ salutation }}\n\nУ {{ company|вас }} {{ city|в городе }}.\nВторая строка.")
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert text.startswith("Уважаемый Сергей Жанович!\n\n")
    assert "в городе.\nВторая строка." in text
    assert "<br>" in html
    assert "style=" in html
    assert "class=" not in html


def test_values_are_escaped_in_the_markup(send):
    message = send(make_addressee(name='<script>alert(1)</script><img src="x">'), subject="Тема")
    html = message.get_body(("html",)).get_content()
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("payload", PAYLOADS)
def test_templates_of_any_engine_are_refused_or_stay_text(send, payload):
    try:
        check_fields(payload)
    except RuleViolation:
        return
    message = send(body=f"Текст {payload}")
    assert payload in message.get_body(("plain",)).get_content()


def test_a_value_with_a_field_in_it_is_not_filled_again(send):
    message = send(make_addressee(name="{{ manager_phone }}"))
    assert "{{ manager_phone }}" in message["Subject"]


def test_one_click_headers_stand_in_every_letter(send):
    message = send()
    token = MailItem.objects.get().token
    assert message["List-Unsubscribe"].strip().startswith("<http")
    assert str(token) in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(message.get_all("Message-ID")) == len(message.get_all("Date")) == 1


def test_the_sender_and_the_addressee_have_their_names(send):
    message = send()
    assert str(message["From"]) == "Савельев <air@firm.example>"
    assert str(message["To"]).startswith("Сергей Жанович Рябов")
    assert "chief@works.example" in str(message["To"])


def test_a_line_break_in_a_value_cannot_make_a_header(cast, sink):
    company = make_addressee(name="Завод\r\nBcc: all@firm.example")
    drain(make_started(cast.marketer, cast.marketing_head, company).pk)
    message = sink.deliveries[0].message
    assert message["Bcc"] is None
    assert sink.recipients == [MailItem.objects.get().email]


@pytest.mark.parametrize("name", ["Рябов\r\nBcc: a@b.example", "Рябов\nX-Evil: 1", "Рябов\u2028Bcc"])
def test_a_line_break_in_a_name_refuses_the_letter_and_not_the_mailing(cast, sink, name):
    bad = make_addressee(email="bad@works.example")
    bad.persons.update(last_name=name)
    campaign = make_started(cast.marketer, cast.marketing_head, bad, make_addressee(email="good@works.example"))
    drain(campaign.pk)
    assert sink.recipients == ["good@works.example"]
    assert campaign.items.get(email="bad@works.example").state == "failed"


def test_lines_with_a_dot_arrive_whole(send):
    assert "\n.точка\n..две\n" in send(body="Начало\n.точка\n..две\nконец").get_body(("plain",)).get_content()


def test_a_person_with_an_own_salutation_is_greeted_by_it(send):
    company = make_addressee()
    company.persons.update(salutation="Дорогой Сергей!")
    assert send(company).get_body(("plain",)).get_content().startswith("Дорогой Сергей!")


def test_a_company_without_persons_is_greeted_too(cast, send):
    company = make_addressee()
    company.persons.all().delete()
    company.email = "info@works.example"
    company.save()
    assert send(company).get_body(("plain",)).get_content().startswith("Здравствуйте!")


def test_the_day_of_the_call_is_a_working_day():
    friday = timezone.datetime(2026, 11, 20).date()
    assert in_words(working_day_after(friday, 2)) == "в понедельник, 23 ноября"
    assert in_words(working_day_after(friday, 5)) == "в среду, 25 ноября"


# --- M14: the test letter ---------------------------------------------------------------------------------------


def test_a_test_letter_goes_to_oneself_and_the_ledger_does_not_know(cast, sink):
    campaign = make_started(cast.marketer, cast.marketing_head, make_addressee())
    before = list(MailItem.objects.values())
    send_test_letter(campaign, actor=cast.marketer)
    assert sink.recipients == [cast.marketer.email]
    assert list(MailItem.objects.values()) == before


def test_a_test_letter_is_possible_before_anybody_is_chosen(cast, sink):
    send_test_letter(make_written(cast.marketer), actor=cast.marketer)
    assert "Уралпромдеталь" in sink.deliveries[0].message["Subject"]


def test_a_test_letter_that_is_not_taken_is_said_so(cast, sink):
    sink.script[cast.marketer.email] = "rcpt 550 5.1.1 no"
    with pytest.raises(RuleViolation) as refusal:
        send_test_letter(make_written(cast.marketer), actor=cast.marketer)
    assert "5.1.1" in refusal.value.message


def test_the_sample_has_every_frozen_value(cast):
    campaign = make_started(cast.marketer, cast.marketing_head, make_addressee())
    frozen = set(campaign.items.get().fields)
    assert frozen - set(SAMPLE_FIELDS) == {"sender", "our_company", "call_on", "verified"}


def test_an_address_that_is_none_is_refused(cast):
    campaign = make_started(cast.marketer, cast.marketing_head, make_addressee())
    item = campaign.items.get()
    with pytest.raises(RuleViolation):
        build(campaign, item.fields, email="a b@c\r\nd", token=item.token, message_id="<a@b>", now=timezone.now())


def test_persons_are_told_apart(cast, send):
    company = make_addressee()
    make_person(company, first_name="Пётр", email="other@works.example")
    assert "Сергей" in send(company).get_body(("plain",)).get_content()
