"""Asterisk: orders over the manager interface, and calls folded out of what an exchange says in its own format.

Sessions stand in `ami/`: written by hand in the documented format, with `channelvars = CRM_CALL_ID` and
`timestampevents = yes`; they are no recordings of a live exchange.
"""

import random
import socket
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import override_settings
from django.urls import reverse

from activesales.embedded.supervisor import WANTS_LISTENER
from callcenter.enums import ItemState, OrderState
from callcenter.models import Extension, PhoneAccount, PhoneCall, PhoneEvent, PhoneOrder, QueueItem
from callcenter.providers.ami import Ami, session
from callcenter.providers.base import CAUSE_TECHNICAL, TelephonyError
from callcenter.services import listening, release_expired, start_call
from callcenter.services.telephony import order_call, order_of_card, originate, suggested_result
from companies.models import Phone
from contacts.models import Interaction
from tests.callcenter.clock import NOON
from tests.factories.callcenter import make_held_card
from tests.factories.companies import make_company
from tests.sinks.ami import Exchange, Session, running

pytestmark = pytest.mark.django_db
NUMBER, EXTENSION, CALL = "+73515550142", "101", "1795510800.84"
USER, SECRET = "crm", "ami-secret"


@pytest.fixture(autouse=True)
def _working_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def exchange():
    with running(Exchange(USER, SECRET)) as peer:
        yield peer


@pytest.fixture
def account(exchange):
    return PhoneAccount.objects.create(
        provider="asterisk", key=USER, secret=SECRET, host="127.0.0.1", port=exchange.port
    )


@pytest.fixture
def line(cast):
    return Extension.objects.create(user=cast.operator, number=EXTENSION)


@pytest.fixture
def order(account, line, cast):
    return order_call(cast.operator, number=NUMBER, attempt=uuid4(), now=NOON)


def transcript(name, attempt=""):
    text = (Path(__file__).parent / "ami" / f"{name}.txt").read_text()
    return text.replace("@ATTEMPT@", str(attempt))


def blocks(text):
    return [f"{block}\n\n" for block in text.strip().split("\n\n")]


def hear_all(exchange, *sessions):
    """Listen until the exchange has said everything."""
    exchange.sessions += [one if isinstance(one, Session) else Session(one, (CALL,)) for one in sessions]
    listening.listen(exchange.done)


def known(call):
    names = ("number", "extension", "direction", "cause", "at", "answered_at", "ended_at", "attempt", "recording")
    return {name: getattr(call, name) for name in names}


# --- the connection ----------------------------------------------------------------------------------------------


def test_the_secret_is_not_sent_when_the_exchange_gives_a_challenge(exchange):
    with session("127.0.0.1", exchange.port, user=USER, secret=SECRET):
        pass
    assert "Secret" not in exchange.logins[0]
    assert exchange.logins[0]["AuthType"] == "MD5"


def test_without_challenges_the_login_is_plain(exchange):
    exchange.has_challenge = False
    with session("127.0.0.1", exchange.port, user=USER, secret=SECRET) as ami:
        assert ami.order("Ping")["Ping"] == "Pong"
    assert exchange.logins[0]["Secret"] == SECRET


def test_a_refused_login_nobody_at_home_and_a_stranger_at_the_port_are_told(exchange):
    with (
        pytest.raises(TelephonyError, match="Authentication failed"),
        session("127.0.0.1", exchange.port, user=USER, secret="wrong"),
    ):
        pass
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        with pytest.raises(TelephonyError, match="greeting"):
            Ami("127.0.0.1", port, timeout=0.1)
    with pytest.raises(TelephonyError):
        Ami("127.0.0.1", port, timeout=0.1)


def test_an_end_of_line_in_a_value_is_never_sent(exchange):
    with session("127.0.0.1", exchange.port, user=USER, secret=SECRET) as ami, pytest.raises(TelephonyError):
        ami.order("Originate", Exten="1\r\nAction: Command")
    assert exchange.orders == []


def test_a_listener_that_is_refused_waits_longer_each_time(exchange, account, caplog):
    PhoneAccount.objects.update(secret="wrong")
    exchange.sessions.append(Session())  # so that the first refusal is not the last word
    waits = iter([None, None, exchange.sessions.clear])

    class Stop:
        is_over = False

        def is_set(self):
            return self.is_over

        def wait(self, _seconds):  # a clock that does not make the test wait
            self.is_over = next(waits) is not None

    listening.listen(Stop())
    assert [record.args[1] for record in caplog.records if "next try" in record.msg] == [1, 2, 4]


@pytest.mark.parametrize(
    ("provider", "is_active", "is_wanted"),
    [("asterisk", True, True), ("asterisk", False, False), ("mango", True, False)],
)
def test_the_supervisor_wants_a_listener_only_for_asterisk_in_use(provider, is_active, is_wanted):
    PhoneAccount.objects.create(provider=provider, is_active=is_active)
    with connection.cursor() as cursor:
        cursor.execute(WANTS_LISTENER)
        assert cursor.fetchone() == (is_wanted,)


# --- orders ------------------------------------------------------------------------------------------------------


def test_an_order_rings_the_employee_and_carries_the_attempt(exchange, order):
    assert originate(order)
    assert not originate(order)
    asked = exchange.orders[0]
    assert len(exchange.orders) == 1
    assert (asked["Channel"], asked["Context"], asked["Exten"]) == ("PJSIP/101", "from-internal", NUMBER[1:])
    assert (asked["ActionID"], asked["Variable"]) == (str(order.attempt), f"__CRM_CALL_ID={order.attempt}")


def test_an_exchange_that_says_no_leaves_a_failed_order(exchange, order):
    exchange.refuses = "Extension does not exist."
    assert not originate(order)
    assert PhoneOrder.objects.get().error == "Asterisk: Extension does not exist."


# --- calls -------------------------------------------------------------------------------------------------------


def test_an_ordered_call_is_answered_and_ends_with_the_bye(exchange, order, cast):
    hear_all(exchange, transcript("answered_and_bye", order.attempt))
    call = PhoneCall.objects.get()
    assert (call.number, call.user, call.direction, call.attempt) == (NUMBER, cast.operator, "out", order.attempt)
    assert (call.answered_at, call.ended_at) == (NOON + timedelta(seconds=12), NOON + timedelta(seconds=60))
    assert (call.seconds, call.cause, suggested_result(call.cause)) == (48, 16, "")
    assert call.recording == "https://pbx.example/rec/1795510800.84.wav"


@pytest.mark.parametrize(
    ("name", "cause", "code"),
    [("busy_486", 17, "busy"), ("no_answer", 19, "no_answer"), ("unknown_number_404", 1, "wrong_number"),
     ("employee_does_not_answer", None, "")],
)  # fmt: skip
def test_a_call_that_nobody_answered_suggests_why(exchange, order, name, cause, code):
    hear_all(exchange, transcript(name, order.attempt))
    call = PhoneCall.objects.get()
    assert (call.answered_at, call.cause, suggested_result(call.cause)) == (None, cause, code)
    assert call.ended_at
    assert call.number == NUMBER


@pytest.mark.parametrize("name", ["answered_and_bye", "busy_486", "no_answer", "incoming"])
def test_repeats_and_any_order_give_the_same_call(exchange, order, name):
    whole = blocks(transcript(name, order.attempt))
    hear_all(exchange, "".join(whole))
    first, count = known(PhoneCall.objects.get()), PhoneEvent.objects.count()
    hear_all_again(exchange, "".join(whole))
    assert (known(PhoneCall.objects.get()), PhoneEvent.objects.count()) == (first, count)
    for seed in range(4):
        PhoneCall.objects.all().delete()
        chance = random.Random(seed)
        mixed = [*whole, *chance.choices(whole, k=6)]
        chance.shuffle(mixed)
        starter = next(block for block in mixed if "CallerIDNum" in block and "Newchannel" in block)
        hear_all_again(exchange, starter + "".join(mixed))
        assert known(PhoneCall.objects.get()) == first


def hear_all_again(exchange, text):
    exchange.done.clear()
    hear_all(exchange, text)


def test_without_the_variable_the_call_meets_its_order_by_number_and_time(exchange, order):
    lines = transcript("busy_486", "").split("\n")
    plain = "\n".join(row for row in lines if "CRM_CALL_ID" not in row and not row.startswith("ActionID"))
    hear_all(exchange, plain)
    assert PhoneCall.objects.get().attempt == order.attempt


def test_an_incoming_call_is_a_line_of_the_company(exchange, account, line, cast):
    company = make_company()
    Phone.objects.create(company=company, number=NUMBER, seen_at=NOON)
    hear_all(exchange, transcript("incoming"))
    call = PhoneCall.objects.get()
    assert (call.direction, call.user, call.seconds, call.company) == ("in", cast.operator, 34, company)
    assert Interaction.objects.filter(kind="callcenter.phoned", company=company).count() == 1


def test_talks_between_employees_are_nobodys_business(exchange, account, line, cast):
    Extension.objects.create(user=cast.operator2, number="102")
    hear_all(exchange, transcript("between_employees"))
    assert not PhoneCall.objects.exists()


def test_a_connection_that_drops_is_made_anew_and_nothing_is_lost(exchange, order):
    whole = blocks(transcript("answered_and_bye", order.attempt))
    hear_all(exchange, "".join(whole[:7]), "".join(whole[5:]))
    assert PhoneCall.objects.get().seconds == 48
    assert len(exchange.logins) == 2


def test_a_restart_in_mid_call_ends_the_attempt_as_technical_and_the_card_needs_a_result(
    exchange, account, line, cast, client_of
):
    card = make_held_card(cast.operator, now=NOON)
    start_call(card, actor=cast.operator, claim=card.claim, number=NUMBER, now=NOON)
    card.refresh_from_db()
    order = order_of_card(card, actor=cast.operator, now=NOON)
    hear_all(exchange, transcript("cut_in_mid_call", order.attempt), Session(live=()))
    call = PhoneCall.objects.get()
    assert (call.cause, call.ended_at) == (CAUSE_TECHNICAL, NOON)
    order.refresh_from_db()
    assert (order.state, order.error) == (OrderState.FAILED, listening.LOST)
    card.refresh_from_db()
    assert card.hung_up_at == NOON
    assert "потеряла звонок" in client_of(cast.operator).get(reverse("callcenter:incoming")).content.decode()
    release_expired(now=NOON + timedelta(hours=1))
    assert QueueItem.objects.get().state == ItemState.NEEDS_RESULT


def test_a_call_that_still_stands_after_a_new_connection_goes_on(exchange, order):
    hear_all(exchange, transcript("cut_in_mid_call", order.attempt), Session(live=(CALL,)))
    assert PhoneCall.objects.get().ended_at is None


# --- settings ----------------------------------------------------------------------------------------------------


@override_settings(LANGUAGE_CODE="ru")
def test_asterisk_is_connected_on_the_page_and_its_secret_is_never_shown(cast, client_of):
    admin, url = client_of(cast.db_admin), reverse("callcenter:telephony")
    fields = {"provider": "asterisk", "key": USER, "secret": SECRET, "keep_days": 90, "is_active": "on", "port": "5038"}
    fields |= {"context": "from-internal", "technology": "PJSIP"}
    assert admin.post(url, fields).status_code == 422  # where is it?
    assert admin.post(url, fields | {"host": "pbx; rm"}).status_code == 422
    admin.post(url, fields | {"host": "pbx.firm.example"})
    page = admin.get(url).content.decode()
    assert "pbx.firm.example" in page
    assert SECRET not in page
    assert PhoneAccount.objects.get().secret == SECRET
