"""Pages of mailings: each step, rights, constant queries, the verbs by POST."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.engine import drain
from campaigns.enums import CampaignState
from campaigns.models import Campaign
from contacts.services import opt_out
from tests.factories.campaigns import make_addressee, make_campaign, make_prepared, make_started, make_written
from tests.factories.companies import make_company


def url(name: str, *args) -> str:
    return reverse(f"campaigns:{name}", args=args)


@pytest.fixture
def marketer(cast, client_of):
    return client_of(cast.marketer)


@pytest.fixture
def head(cast, client_of):
    return client_of(cast.marketing_head)


def test_an_empty_list_says_how_to_begin(marketer):
    assert url("new") in marketer.get(url("list")).content.decode()


def test_the_list_shows_sums_of_each_mailing(cast, marketer, sink):
    campaign = make_started(cast.marketer, cast.marketing_head, make_addressee(), make_addressee())
    drain(campaign.pk)
    page = marketer.get(url("list"))
    assert (page.context["object_list"][0].letters, page.context["object_list"][0].gone) == (2, 2)


def test_the_list_asks_as_often_for_one_mailing_as_for_thirty(cast, marketer):
    make_campaign(cast.marketer)
    marketer.get(url("list"))
    with CaptureQueriesContext(connection) as one:
        marketer.get(url("list"))
    for _ in range(29):
        make_campaign(cast.marketer)
    with CaptureQueriesContext(connection) as thirty:
        marketer.get(url("list"))
    assert len(thirty) == len(one)


def test_the_page_asks_as_often_for_two_letters_as_for_thirty(cast, marketer, sink):
    counts = []
    for number in (2, 30):
        companies = [make_addressee() for _ in range(number)] + [make_company() for _ in range(number)]
        campaign = make_started(cast.marketer, cast.marketing_head, *companies)
        drain(campaign.pk)
        campaign.items.update(state="in_doubt")
        marketer.get(url("detail", campaign.pk))
        with CaptureQueriesContext(connection) as queries:
            marketer.get(url("detail", campaign.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_new_mailing_opens_on_its_brief(marketer):
    answer = marketer.post(url("new"), {"name": "Аудит пневмосети"})
    campaign = Campaign.objects.get()
    assert answer.url == url("detail", campaign.pk)
    assert "goal" in marketer.get(answer.url).content.decode()


def test_a_new_mailing_without_a_name_is_said_so(marketer):
    assert marketer.post(url("new"), {"name": ""}).status_code == 422
    assert not Campaign.objects.exists()


def test_the_whole_way_from_the_brief_to_the_start(cast, marketer, head):
    campaign = make_campaign(cast.marketer, make_addressee())
    marketer.post(url("write-brief", campaign.pk), {"name": "Аудит", "goal": "Встречи", "budget": "0"})
    letter = {
        "subject": "Воздух для {{ company }}",
        "body": "{{ salutation }}",
        "sender_name": "Савельев",
        "sender_email": "a@firm.example",
    }
    marketer.post(url("write", campaign.pk), letter)
    assert url("approve", campaign.pk) not in marketer.get(url("detail", campaign.pk)).content.decode()
    assert url("approve", campaign.pk) in head.get(url("detail", campaign.pk)).content.decode()
    head.post(url("approve", campaign.pk))
    pace = {"verified_only": "on", "letters_per_hour": "120", "callback_after_days": "3"}
    marketer.post(url("plan", campaign.pk), pace)
    marketer.post(url("prepare", campaign.pk))
    assert url("start", campaign.pk) in marketer.get(url("detail", campaign.pk)).content.decode()
    marketer.post(url("start", campaign.pk))
    campaign.refresh_from_db()
    assert (campaign.state, campaign.letters_per_hour, campaign.items.count()) == (CampaignState.SENDING, 120, 1)


def test_an_unknown_field_is_said_under_the_letter_and_the_text_is_kept(cast, marketer):
    campaign = make_written(cast.marketer)
    letter = {"subject": "Тема", "body": "Текст {{ secret }}", "sender_name": "С", "sender_email": "a@firm.example"}
    answer = marketer.post(url("write", campaign.pk), letter)
    assert answer.status_code == 422
    assert "Текст {{ secret }}" in answer.content.decode()


def test_the_letter_shows_filled_fields_marked_and_escaped(cast, marketer):
    company = make_addressee(name="<b>Завод</b>")
    campaign = make_prepared(cast.marketer, cast.marketing_head, company)
    page = marketer.get(url("letter", campaign.pk)).content.decode()
    assert '<mark class="merge-field">&lt;b&gt;Завод&lt;/b&gt;</mark>' in page


def test_a_fallback_is_marked_and_counted(cast, marketer):
    campaign = make_prepared(cast.marketer, cast.marketing_head, make_addressee(city=""), body="{{ city|Ваш город }}")
    page = marketer.get(url("letter", campaign.pk)).content.decode()
    assert "is-fallback" in page


def test_one_walks_from_letter_to_letter(cast, marketer):
    campaign = make_prepared(cast.marketer, cast.marketing_head, make_addressee(), make_addressee())
    assert marketer.get(url("letter", campaign.pk) + "?place=2").context["preview"].place == 2
    assert marketer.get(url("letter", campaign.pk) + "?place=99").context["preview"].place == 2


def test_each_exclusion_stands_with_its_reason_and_number(cast, marketer):
    asked = make_addressee()
    opt_out(actor=None, channel="email", company=asked)
    campaign = make_prepared(cast.marketer, cast.marketing_head, make_addressee(), make_company(), asked)
    check = marketer.get(url("detail", campaign.pk)).context["check"]
    assert {reason.exclusion: reason.count for reason in check.reasons} == {"no_email": 1, "opted_out": 1}
    assert (check.chosen, check.writable, check.mendable, check.lost) == (3, 1, 1, 1)


def test_progress_is_the_sum_of_the_states(cast, marketer, sink):
    campaign = make_started(cast.marketer, cast.marketing_head, *[make_addressee() for _ in range(4)])
    drain(campaign.pk, limit=3)
    progress = marketer.get(url("progress", campaign.pk)).context["progress"]
    assert (progress.total, progress.gone, progress.accepted, progress.unsent) == (4, 3, 3, 1)


def test_doubts_are_listed_and_settled(cast, marketer):
    campaign = make_started(cast.marketer, cast.marketing_head, make_addressee(), make_addressee())
    campaign.items.update(state="in_doubt", sent_at=timezone.now())
    first, second = campaign.items.all()
    page = marketer.get(url("detail", campaign.pk)).content.decode()
    assert url("count-as-sent", first.pk) in page
    marketer.post(url("count-as-sent", first.pk))
    marketer.post(url("send-again", second.pk))
    assert sorted(campaign.items.values_list("state", flat=True)) == ["accepted", "ready"]


def test_removing_and_putting_back_by_hand(cast, marketer):
    campaign = make_prepared(cast.marketer, cast.marketing_head, make_addressee(), make_addressee())
    marketer.post(url("exclude", campaign.recipients.first().pk))
    assert campaign.recipients.writable().count() == 1
    marketer.post(url("put-back", campaign.recipients.get(exclusion="by_hand").pk))
    assert campaign.recipients.writable().count() == 2


def test_pause_resume_and_cancel_by_their_buttons(cast, marketer):
    campaign = make_started(cast.marketer, cast.marketing_head, make_addressee())
    for verb, state in (("pause", "paused"), ("resume", "sending"), ("cancel", "cancelled")):
        marketer.post(url(verb, campaign.pk))
        campaign.refresh_from_db()
        assert campaign.state == state


def test_companies_chosen_in_the_base_become_an_audience(cast, marketer):
    company = make_addressee()
    asked = marketer.post(url("from-selection"), {"ids": [company.pk]}, headers={"hx-request": "true"})
    assert asked.status_code == 200
    marketer.post(url("from-selection"), {"ids": [company.pk], "choose": "1", "name": "Новая"})
    assert Campaign.objects.get().audience == {"companies": [company.pk]}


def test_a_whole_filter_of_the_base_becomes_an_audience(cast, marketer):
    make_addressee()
    marketer.post(url("from-selection"), {"whole": "1", "filter": "stage=1", "choose": "1", "name": "Новая"})
    assert Campaign.objects.get().audience == {"filter": {"stage": ["1"]}}


def test_the_choice_needs_a_mailing(cast, marketer):
    company = make_addressee()
    assert marketer.post(url("from-selection"), {"ids": [company.pk], "choose": "1"}).status_code == 422


def test_letters_of_a_company_stand_on_its_card(cast, marketer, sink):
    company = make_addressee()
    campaign = make_started(cast.marketer, cast.marketing_head, company)
    drain(campaign.pk)
    assert campaign.name in marketer.get(url("company-panel", company.pk)).content.decode()


# --- rights -----------------------------------------------------------------------------------------------------

VERBS = ["write-brief", "write", "plan", "prepare", "take-back", "start", "pause", "resume", "cancel", "finish"]


@pytest.mark.parametrize("verb", VERBS)
def test_a_marketer_does_nothing_with_a_mailing_of_another(cast, marketer, verb):
    campaign = make_written(cast.marketing_head)
    assert marketer.post(url(verb, campaign.pk)).status_code == 404


@pytest.mark.parametrize("role", ["operator", "manager", "sales_admin", "db_admin"])
def test_who_has_no_business_with_mailings_finds_none(cast, client_of, role):
    campaign = make_written(cast.marketer)
    client = client_of(getattr(cast, role))
    for page in (url("list"), url("detail", campaign.pk), url("letter", campaign.pk), url("progress", campaign.pk)):
        assert client.get(page).status_code == 404


def test_a_marketer_does_not_approve(cast, marketer):
    campaign = make_written(cast.marketing_head)
    assert marketer.post(url("approve", campaign.pk)).status_code == 404


def test_a_head_is_refused_the_own_letter(cast, head):
    campaign = make_written(cast.marketing_head)
    head.post(url("approve", campaign.pk))
    campaign.refresh_from_db()
    assert campaign.approved_by is None


def test_a_verb_is_not_done_by_opening_its_address(cast, marketer):
    campaign = make_started(cast.marketer, cast.marketing_head, make_addressee())
    assert marketer.get(url("pause", campaign.pk)).status_code == 405
