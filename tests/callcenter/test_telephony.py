"""The telephone system: signed reports in any order give the same call, one click rings once, keys are never shown."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from callcenter import providers
from callcenter.calls_folded import fold
from callcenter.enums import OrderState, PhoneFact
from callcenter.models import Extension, OperatorEvent, PhoneAccount, PhoneCall, PhoneEvent, PhoneOrder, QueueItem
from callcenter.providers import mango, zadarma
from callcenter.providers.base import Heard, Place, Report, TelephonyError
from callcenter.services import start_call
from callcenter.services.stoplist import add_number
from callcenter.services.telephony import (
    attach_call,
    change_account,
    forget_recordings,
    hear,
    order_call,
    order_of_card,
    originate,
    read,
    set_extension,
    suggested_result,
)
from companies.models import Phone
from contacts.models import Interaction
from core.exceptions import RuleViolation
from tests.callcenter.clock import NOON
from tests.factories.callcenter import make_held_card
from tests.factories.companies import make_company
from tests.ports import free_port
from tests.sinks.web import serving

pytestmark = pytest.mark.django_db
NUMBER, EXTENSION = "+73515550142", "101"
KEY, SALT = "open-key", "secret-salt"


@pytest.fixture(autouse=True)
def _working_noon():
    cache.clear()
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def account(db):
    return PhoneAccount.objects.create(provider="mango", key=KEY, secret=SALT)


@pytest.fixture
def line(cast):
    return Extension.objects.create(user=cast.operator, number=EXTENSION)


def mango_form(seq=1, state="Appeared", second=0, *, salt=SALT, **fields):
    """A report as «VPBX API» 1.9 shows it in its examples."""
    said = {
        "entry_id": "232wc3e3w3s222",
        "call_id": "100:500:256",
        "timestamp": str(int(NOON.timestamp()) + second),
        "seq": str(seq),
        "location": "abonent",
        "call_state": state,
        "from": {"extension": EXTENSION, "number": "74955404444"},
        "to": {"number": NUMBER[1:]},
    } | fields
    text = json.dumps(said)
    return {"vpbx_api_key": KEY, "json": text, "sign": hashlib.sha256(f"{KEY}{text}{salt}".encode()).hexdigest()}


WHOLE = [
    mango_form(1),
    mango_form(2, "Connected", 12),
    mango_form(3, "Disconnected", 60, disconnect_reason="1110"),
]


def report(account, form, path="events/call", **extra):
    return Client().post(f"/calls/phone/{account.token}/{path}", form, **extra)


# --- a call out of events ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    key: str
    fact: str
    at: datetime
    data: dict

    def __hash__(self):
        return hash(self.key)


FACTS = st.lists(
    st.tuples(
        st.sampled_from([fact.value for fact in PhoneFact]),
        st.integers(0, 30),
        st.sampled_from(["", "101", "102"]),
        st.sampled_from([None, 16, 17, 19]),
    ),
    min_size=1,
    max_size=7,
)


@given(FACTS, st.randoms(use_true_random=False))
def test_any_order_with_repeats_gives_the_same_call(facts, chance):
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    said = [
        Said(f"k{place}", fact, start + timedelta(seconds=second), {"extension": extension, "cause": cause})
        for place, (fact, second, extension, cause) in enumerate(facts)
    ]
    shuffled = [*said, *chance.choices(said, k=5)]
    chance.shuffle(shuffled)
    assert fold(shuffled) == fold(said)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0, 0), (2, 0, 1, 2, 1), (0, 2, 2, 1)])
def test_reports_of_one_call_in_any_order_make_one_row(account, line, cast, order):
    for place in order:
        assert report(account, WHOLE[place]).status_code == 200
    call = PhoneCall.objects.get()
    assert (call.number, call.user, call.cause, call.direction) == (NUMBER, cast.operator, 16, "out")
    assert (call.at, call.answered_at, call.ended_at) == tuple(NOON + timedelta(seconds=n) for n in (0, 12, 60))
    assert call.seconds == 48
    assert PhoneEvent.objects.count() == 3


# --- reports -----------------------------------------------------------------------------------------------------


def test_an_unsigned_or_wrongly_signed_report_is_refused_and_leaves_nothing(account):
    unsigned = {name: value for name, value in mango_form().items() if name != "sign"}
    for form in (mango_form(salt="other"), mango_form() | {"vpbx_api_key": "other"}, unsigned, {}):
        answer = report(account, form)
        assert (answer.status_code, answer.content) == (403, b"")
    assert not PhoneCall.objects.exists()


def test_a_report_without_secret_in_the_account_is_never_right(account):
    PhoneAccount.objects.update(secret="")
    assert report(account, mango_form(salt="")).status_code == 403


def test_a_foreign_address_a_huge_report_and_an_unknown_token_are_refused(account):
    PhoneAccount.objects.update(senders="10.1.0.0/16")
    assert report(account, mango_form(), REMOTE_ADDR="127.0.0.1").status_code == 403
    assert report(account, mango_form(), REMOTE_ADDR="10.1.2.3").status_code == 200
    PhoneAccount.objects.update(senders="")
    assert report(account, mango_form(second=1) | {"x": "y" * 70_000}).status_code == 413
    assert Client().post("/calls/phone/unknown/events/call", mango_form()).status_code == 404
    PhoneAccount.objects.update(is_active=False)
    assert report(account, mango_form()).status_code == 404


def test_a_replay_of_yesterday_says_nothing_and_a_broken_report_is_answered_briefly(account):
    assert report(account, mango_form(second=-2 * 24 * 3600)).status_code == 200
    assert not PhoneCall.objects.exists()
    for text in ("[]", "{", '{"call_state": "Appeared"}'):
        sign = hashlib.sha256(f"{KEY}{text}{SALT}".encode()).hexdigest()
        assert report(account, {"vpbx_api_key": KEY, "json": text, "sign": sign}).status_code == 400


def test_too_many_reports_wait(account, monkeypatch):
    monkeypatch.setattr("callcenter.phone_views.REPORTS_A_MINUTE", 2)
    assert [report(account, WHOLE[0]).status_code for _ in range(3)] == [200, 200, 429]


def test_kinds_that_do_not_concern_us_change_nothing(account):
    assert report(account, mango_form(), "events/dtmf").status_code == 200
    assert report(account, mango_form(state="OnHold")).status_code == 200
    assert not PhoneCall.objects.exists()


def test_a_recording_is_kept_with_the_mark_of_notice_and_forgotten_in_time(account):
    change_account(
        None, provider="mango", key="", secret="", is_active=True, senders="", says_recorded=True, keep_days=30
    )
    for form in WHOLE:
        report(account, form)
    text = mango_form(recording_id="MToxMD==", recording_state="Completed")
    report(account, text, "events/recording")
    call = PhoneCall.objects.get()
    assert (call.recording, call.is_announced) == ("MToxMD==", True)
    assert forget_recordings(NOON + timedelta(days=29)) == 0
    assert forget_recordings(NOON + timedelta(days=31)) == 1
    report(account, mango_form(9, recording_id="MToxMD==2", recording_state="Completed"), "events/recording")
    assert PhoneCall.objects.get().recording == ""


def zadarma_report(secret=SALT, **fields):
    said = {
        "event": "NOTIFY_END",
        "call_start": "2026-11-24 12:00:00",
        "pbx_call_id": "in_7f1",
        "caller_id": "73515550142",
        "called_did": "74955404444",
        "internal": EXTENSION,
        "duration": "0",
        "disposition": "busy",
        "status_code": "17",
    } | fields
    signed = said["caller_id"] + said["called_did"] + said["call_start"]
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha1).hexdigest()
    return said, {"HTTP_SIGNATURE": base64.b64encode(digest.encode()).decode(), "REMOTE_ADDR": "185.45.152.42"}


def test_zadarma_signs_in_a_header_and_reports_from_its_own_address():
    account = PhoneAccount.objects.create(provider="zadarma", key=KEY, secret=SALT)
    form, headers = zadarma_report()
    assert report(account, form, "", **headers).status_code == 200
    call = PhoneCall.objects.get()
    assert (call.direction, call.number, call.cause, call.at) == ("in", NUMBER, 17, NOON)
    wrong = zadarma_report("other")[1]
    assert report(account, form, "", **wrong).status_code == 403
    assert report(account, form, "", **headers | {"REMOTE_ADDR": "127.0.0.1"}).status_code == 403


def test_the_word_of_zadarma_is_repeated_only_when_it_is_plain(account):
    url = f"/calls/phone/{account.token}/"
    assert Client().get(url, {"zd_echo": "abc123"}).content == b"abc123"
    for word in ("", "<script>", "a" * 65):
        assert Client().get(url, {"zd_echo": word}).status_code == 404


# --- what follows from a call ------------------------------------------------------------------------------------


def test_a_call_outside_the_lists_is_a_line_of_the_company_by_its_number(account, line):
    company = make_company()
    Phone.objects.create(company=company, number=NUMBER, seen_at=NOON)
    for form in [*WHOLE, WHOLE[2]]:
        report(account, form)
    event = Interaction.objects.get(kind="callcenter.phoned")
    assert (event.company, event.data["seconds"]) == (company, 48)


def test_an_unknown_call_is_kept_until_somebody_says_whose_it_is(account, cast, client_of):
    for form in WHOLE:
        report(account, form)
    head, call = client_of(cast.callcenter_head), PhoneCall.objects.get()
    assert [row.pk for row in head.get(reverse("callcenter:unknown-calls")).context["calls"]] == [call.pk]
    url = reverse("callcenter:attach-call", args=[call.pk])
    assert head.post(url, {"inn": "7728168971"}).status_code == 422
    company = make_company(inn="7707083893")
    head.post(url, {"inn": "7707083893"})
    assert Interaction.objects.filter(kind="callcenter.phoned", company=company).exists()
    with pytest.raises(RuleViolation):
        attach_call(call, actor=cast.callcenter_head, company=company)
    assert client_of(cast.operator).get(reverse("callcenter:unknown-calls")).status_code == 404


def test_an_incoming_call_is_shown_to_whom_it_rings_with_a_link(account, line, cast, client_of):
    company = make_company(name="Уралпромдеталь")
    Phone.objects.create(company=company, number=NUMBER, seen_at=NOON)
    rings = {"from": {"number": NUMBER[1:]}, "to": {"extension": EXTENSION}}
    report(account, mango_form(**rings))
    url = reverse("callcenter:incoming")
    assert "Уралпромдеталь" in client_of(cast.operator).get(url).content.decode()
    assert "Уралпромдеталь" not in client_of(cast.operator2).get(url).content.decode()
    report(account, mango_form(2, "Disconnected", 20, **rings))
    assert "Уралпромдеталь" not in client_of(cast.operator).get(url).content.decode()
    assert reverse("callcenter:incoming") in client_of(cast.operator).get("/calls/").content.decode()


def test_the_end_of_the_line_ends_the_talk_on_the_desk_and_suggests_the_result(account, line, cast, client_of):
    card = make_held_card(cast.operator, now=NOON)
    start_call(card, actor=cast.operator, claim=card.claim, number=NUMBER, now=NOON)
    card.refresh_from_db()
    order = order_of_card(card, actor=cast.operator, now=NOON)
    report(account, mango_form(1, command_id=str(order.attempt)))
    report(account, mango_form(2, "Disconnected", 30, disconnect_reason="1121", command_id=str(order.attempt)))
    assert QueueItem.objects.get().hung_up_at == NOON + timedelta(seconds=30)
    assert OperatorEvent.objects.first().state == "wrap_up"
    assert "Занято" in client_of(cast.operator).get(reverse("callcenter:incoming")).content.decode()
    assert not Interaction.objects.exists()  # the result will write it


@pytest.mark.parametrize(
    ("cause", "code"),
    [(16, ""), (None, ""), (17, "busy"), (18, "no_answer"), (19, "no_answer"), (1, "wrong_number"),
     (28, "wrong_number"), (21, "no_answer"), (34, "no_answer"), (99, "")],
)  # fmt: skip
def test_a_cause_suggests_a_result(cause, code):
    assert suggested_result(cause) == code


@pytest.mark.parametrize("text", ["73515550142", "+73515550142", "83515550142", "8 (351) 555-01-42"])
def test_numbers_of_the_system_are_read_in_one_spelling(text):
    assert read(text) == NUMBER


# --- orders ------------------------------------------------------------------------------------------------------


@pytest.fixture
def system(account):
    """The far end of the line: a system at the address of the account, which says yes."""
    with serving({"result": 1000}) as service:
        PhoneAccount.objects.update(host=service.url)
        yield service


def rung(system):
    """Whom it was told to ring, by which inner number."""
    said = [json.loads(asked.form["json"]) for asked in system.asked]
    return [(one["from"]["extension"], one["to_number"]) for one in said]


def test_one_click_is_one_call_however_often_the_task_runs(account, line, cast, system):
    attempt = uuid4()
    orders = {order_call(cast.operator, number=NUMBER, attempt=attempt).pk for _ in range(3)}
    assert len(orders) == 1
    for _ in range(3):
        originate(PhoneOrder.objects.get())
    assert rung(system) == [(EXTENSION, NUMBER[1:])]


def test_a_double_click_on_the_desk_orders_once(account, line, cast, client_of):
    operator, card = client_of(cast.operator), make_held_card(cast.operator, now=NOON)
    for _ in range(2):
        operator.post(reverse("callcenter:dial", args=[card.claim]), {"number": NUMBER})
    assert PhoneOrder.objects.count() == 1
    assert OperatorEvent.objects.filter(state="call").count() == 1
    page = operator.get(reverse("callcenter:desk")).content.decode()
    assert "tel:" not in page
    assert "data-dial=" in page


def test_without_a_system_or_an_inner_number_the_link_is_the_call(cast):
    assert order_call(cast.operator, number=NUMBER, attempt=uuid4()) is None
    PhoneAccount.objects.create(provider="mango", key=KEY, secret=SALT)
    assert order_call(cast.operator, number=NUMBER, attempt=uuid4()) is None


def test_a_refused_number_is_not_ordered_and_not_rung_when_it_refuses_meanwhile(account, line, cast, system):
    order = order_call(cast.operator, number=NUMBER, attempt=uuid4())
    add_number(NUMBER, actor=cast.callcenter_head, reason="Просил")
    assert not originate(order)
    with pytest.raises(RuleViolation):
        order_call(cast.operator, number=NUMBER, attempt=uuid4())
    assert system.asked == []
    assert PhoneOrder.objects.get().state == OrderState.FAILED


def test_a_system_that_says_no_leaves_a_failed_order(account, line, cast, system):
    system.answers({"result": 3100})
    order = order_call(cast.operator, number=NUMBER, attempt=uuid4())
    assert not originate(order)
    assert PhoneOrder.objects.get().error == "Mango Office: 3100"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, b"", "500"),
        (401, b"{}", "401"),
        (200, b"<html>", "Expecting value"),
        (200, b'{"a": "' + b"x" * 70_000, "Unterminated"),
    ],
)
def test_what_is_no_answer_leaves_a_failed_order_that_says_why(account, line, cast, system, status, body, words):
    system.answers(body, status=status)
    assert not originate(order_call(cast.operator, number=NUMBER, attempt=uuid4()))
    assert words in PhoneOrder.objects.get().error


def test_a_system_that_is_not_there_leaves_a_failed_order(account, line, cast):
    PhoneAccount.objects.update(host=f"http://127.0.0.1:{free_port()}")
    assert not originate(order_call(cast.operator, number=NUMBER, attempt=uuid4()))
    assert "refused" in PhoneOrder.objects.get().error


def test_mango_is_asked_by_a_signed_form(system):
    mango.Mango(KEY, SALT, Place(system.url)).originate(extension=EXTENSION, number=NUMBER, attempt="a1")
    (asked,) = system.asked
    text = asked.form["json"]
    assert asked.path == "/commands/callback"
    assert json.loads(text) == {"command_id": "a1", "from": {"extension": EXTENSION}, "to_number": NUMBER[1:]}
    assert asked.form["sign"] == hashlib.sha256(f"{KEY}{text}{SALT}".encode()).hexdigest()
    assert asked.form["vpbx_api_key"] == KEY


def test_mango_is_told_to_end_a_call(system):
    mango.Mango(KEY, SALT, Place(system.url)).hang_up("100:500:256")
    (asked,) = system.asked
    assert asked.path == "/commands/call/hangup"
    assert json.loads(asked.form["json"])["call_id"] == "100:500:256"
    system.answers({"result": 3100})
    with pytest.raises(TelephonyError, match="3100"):
        mango.Mango(KEY, SALT, Place(system.url)).hang_up("100:500:256")


def signed_by_zadarma(method, text):
    digest = hmac.new(SALT.encode(), (method + text + hashlib.md5(text.encode()).hexdigest()).encode(), hashlib.sha1)
    return f"{KEY}:{base64.b64encode(digest.hexdigest().encode()).decode()}"


def test_zadarma_is_asked_with_a_signature_over_sorted_parameters(system):
    system.answers({"status": "success"})
    adapter = zadarma.Zadarma(KEY, SALT, Place(system.url))
    adapter.originate(extension=EXTENSION, number=NUMBER, attempt="a1")
    (asked,) = system.asked
    text = f"format=json&from={EXTENSION}&to=73515550142"
    assert asked.path == f"/v1/request/callback/?{text}"
    assert asked.headers["Authorization"] == signed_by_zadarma("/v1/request/callback/", text)
    system.answers({"status": "error", "message": "wrong"})
    with pytest.raises(TelephonyError, match="wrong"):
        adapter.originate(extension=EXTENSION, number=NUMBER, attempt="a1")


def test_zadarma_gives_the_link_of_a_recording_when_asked(system):
    system.answers({"status": "success", "link": "https://api.zadarma.com/v1/pbx/record/download/1/a.mp3"})
    adapter = zadarma.Zadarma(KEY, SALT, Place(system.url))
    assert adapter.recording_url("rec-1").endswith("/a.mp3")
    assert system.asked[0].path == "/v1/pbx/record/request/?call_id=rec-1&format=json&lifetime=1800"
    system.answers({"status": "success", "link": "ftp://elsewhere"})
    with pytest.raises(TelephonyError, match="no recording"):
        adapter.recording_url("rec-1")


def test_without_an_address_of_its_own_a_cloud_is_where_its_vendor_says():
    assert mango.Mango(KEY, SALT).root == "https://app.mango-office.ru/vpbx/"
    assert zadarma.Zadarma(KEY, SALT).root == "https://api.zadarma.com"


def test_a_recording_link_is_signed_and_short_lived():
    until = int(NOON.timestamp()) + 1800
    sign = hashlib.sha256(f"{KEY}{until}rec-1{SALT}".encode()).hexdigest()
    link = mango.Mango(KEY, SALT).recording_url("rec-1")
    assert link == f"https://app.mango-office.ru/vpbx/queries/recording/link/rec-1/play/{KEY}/{until}/{sign}"


def test_every_adapter_verifies_before_it_parses():
    for adapter in providers.ADAPTERS.values():
        assert not adapter(KEY, SALT).verify(Report("events/call", {}))
        assert not adapter(KEY, "").verify(Report("events/call", {}))


# --- settings ----------------------------------------------------------------------------------------------------


def test_keys_are_written_and_never_shown(cast, client_of):
    admin, url = client_of(cast.db_admin), reverse("callcenter:telephony")
    fields = {"provider": "mango", "key": "tajna-1", "secret": "tajna-2", "keep_days": 90, "is_active": "on"}
    admin.post(url, fields)
    page = admin.get(url).content.decode()
    account = PhoneAccount.objects.get()
    assert (account.key, account.secret) == ("tajna-1", "tajna-2")
    assert "tajna" not in page
    assert account.token in page
    admin.post(url, fields | {"key": "", "secret": "", "keep_days": 60})
    account.refresh_from_db()
    assert (account.key, account.keep_days) == ("tajna-1", 60)
    assert client_of(cast.callcenter_head).get(url).status_code == 404


def test_a_system_without_keys_and_a_wrong_address_are_refused(cast, client_of):
    admin, url = client_of(cast.db_admin), reverse("callcenter:telephony")
    fields = {"provider": "zadarma", "keep_days": 90, "is_active": "on"}
    assert admin.post(url, fields).status_code == 422
    assert admin.post(url, fields | {"key": "k", "secret": "s", "senders": "где-то"}).status_code == 422
    assert not PhoneAccount.objects.exists()


def test_one_system_is_used_at_a_time(account, cast):
    values = {"senders": "", "says_recorded": False, "keep_days": 90, "is_active": True}
    change_account(cast.db_admin, provider="zadarma", key="k", secret="s", **values)
    assert list(PhoneAccount.objects.filter(is_active=True).values_list("provider", flat=True)) == ["zadarma"]


def test_inner_numbers_are_given_once(cast, client_of):
    admin = client_of(cast.db_admin)
    admin.post(reverse("callcenter:extension", args=[cast.operator.pk]), {"number": EXTENSION})
    assert Extension.objects.get().user == cast.operator
    for number in (EXTENSION, "12а"):
        with pytest.raises(RuleViolation):
            set_extension(cast.operator2, actor=cast.db_admin, number=number)
    set_extension(cast.operator, actor=cast.db_admin, number="")
    assert not Extension.objects.exists()


def test_a_call_heard_twice_is_one_line_even_from_two_reports_at_once(account, line):
    heard = Heard(call_id="c1", key="k1", fact=PhoneFact.RINGS, at=NOON, number=NUMBER, extension=EXTENSION)
    assert hear(account, heard).pk == hear(account, heard).pk
    assert PhoneEvent.objects.count() == 1
