"""Pages of deals: who sees what, that they render, and that the number of queries does not grow."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deals.models import Deal, Invoice, Payment, Product, Proposal
from tests.factories.companies import make_company
from tests.factories.contacts import make_person
from tests.factories.deals import make_deal, make_entity, make_invoice, make_product, make_proposal, make_sent_proposal

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
PAGES = ["deals:board", "deals:list", "deals:receivables", "deals:products"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_without_rows_says_what_to_do(cast, client_of, name):
    response = client_of(cast.manager).get(reverse(name))
    assert response.status_code == 200
    assert 'class="nothing-yet"' in response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_an_operator_and_a_database_administrator_see_none_of_it(cast, client_of, name):
    assert client_of(cast.operator).get(reverse(name)).status_code == 404
    assert client_of(cast.db_admin).get(reverse(name)).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client, cast):
    assert client.get(reverse("deals:board")).status_code == 302


def test_a_manager_sees_the_own_deals_and_the_sales_administrator_all(cast, client_of):
    own = make_deal(make_company(name="Свой завод", owner=cast.manager), owner=cast.manager)
    foreign = make_deal(make_company(name="Чужой завод", owner=cast.manager2), owner=cast.manager2)
    page = client_of(cast.manager).get(reverse("deals:board")).content.decode()
    assert "Свой завод" in page
    assert "Чужой завод" not in page
    everything = client_of(cast.sales_admin).get(reverse("deals:board")).content.decode()
    assert "Чужой завод" in everything
    client = client_of(cast.manager)
    assert client.get(reverse("deals:detail", args=[own.pk])).status_code == 200
    assert client.get(reverse("deals:detail", args=[foreign.pk])).status_code == 404


@pytest.mark.parametrize(
    "name",
    ["deals:proposal", "deals:proposal-pdf", "deals:proposal-paper", "deals:proposal-send", "deals:proposal-products"],
)
def test_a_foreign_proposal_does_not_exist_for_a_manager(cast, client_of, name):
    proposal = make_proposal(make_deal(owner=cast.manager2))
    assert client_of(cast.manager).get(reverse(name, args=[proposal.pk])).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "move",
        "step",
        "win",
        "lose",
        "edit",
        "proposal-new",
        "invoice-new",
        "proposal-lines",
        "proposal-texts",
        "proposal-version",
    ],
)
def test_a_verb_on_a_foreign_deal_changes_nothing(cast, client_of, name):
    deal = make_deal(owner=cast.manager2)
    proposal = make_sent_proposal(deal)
    pk = proposal.pk if name in {"proposal-lines", "proposal-texts", "proposal-version"} else deal.pk
    response = client_of(cast.manager).post(
        reverse(f"deals:{name}", args=[pk]), {"stage": "proposal", "reason": "price"}
    )
    assert response.status_code == 404
    assert Proposal.objects.count() == 1
    assert Deal.objects.get(pk=deal.pk).stage.code == "meeting"


def test_a_manager_may_not_record_a_payment_nor_approve_a_discount(cast, client_of):
    invoice = make_invoice(make_deal(owner=cast.manager))
    client = client_of(cast.manager)
    assert client.post(reverse("deals:invoice-pay", args=[invoice.pk]), {"amount": "1"}).status_code == 404
    assert client.post(reverse("deals:proposal-approve", args=[invoice.proposal_id])).status_code == 404
    assert not Payment.objects.exists()


def _fill(cast, count: int) -> None:
    product = make_product(group="Оборудование")
    today = timezone.localdate()
    for number in range(count):
        deal = make_deal(owner=cast.manager, next_step_at=timezone.now() + timedelta(days=number % 5 - 2))
        deal.person = make_person(deal.company, phone=f"+7351555{number:04}")
        deal.save()
        proposal = make_sent_proposal(deal, lines=[{"product": product}] * 3)
        make_invoice(proposal=proposal, issued_on=today - timedelta(days=40), due_on=today - timedelta(days=number))


@pytest.mark.parametrize("name", PAGES)
def test_one_deal_and_thirty_take_the_same_number_of_queries(cast, client_of, name):
    client = client_of(cast.sales_head)
    counts = []
    for count in (1, 29):
        _fill(cast, count)
        client.get(reverse(name))  # the menu counts into the cache
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse(name)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_page_of_a_deal_takes_the_same_number_of_queries_for_one_paper_and_for_ten(cast, client_of):
    client = client_of(cast.sales_head)
    deal = make_deal(owner=cast.manager)
    counts = []
    for count in (1, 9):
        for _ in range(count):
            make_invoice(deal)
            make_person(deal.company, phone="+73515550000")
        client.get(reverse("deals:detail", args=[deal.pk]))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("deals:detail", args=[deal.pk])).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_sheet_takes_the_same_number_of_queries_for_one_line_and_for_thirty(cast, client_of):
    client = client_of(cast.manager)
    product = make_product()
    deal = make_deal(owner=cast.manager)
    counts = []
    for count in (1, 30):
        proposal = make_proposal(deal, lines=[{"product": product}] * count)
        client.get(reverse("deals:proposal", args=[proposal.pk]))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("deals:proposal", args=[proposal.pk])).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_card_dropped_into_a_column_is_saved_and_answered_with_the_board(cast, client_of):
    deal = make_deal(owner=cast.manager)
    make_sent_proposal(deal)
    client = client_of(cast.manager)
    response = client.post(
        reverse("deals:move", args=[deal.pk]), {"stage": "agreement"}, HTTP_HX_TARGET="board", **HTMX
    )
    assert response.status_code == 200
    assert f'id="deal-{deal.pk}"' in response.content.decode()
    deal.refresh_from_db()
    assert deal.stage.code == "agreement"


def test_a_card_that_may_not_move_is_refused_with_a_sentence(cast, client_of):
    deal = make_deal(owner=cast.manager)
    response = client_of(cast.manager).post(
        reverse("deals:move", args=[deal.pk]), {"stage": "payment"}, HTTP_HX_TARGET="board", **HTMX
    )
    assert response.status_code == 409
    assert "КП отправлено" in response.content.decode()


def test_filters_of_the_board_narrow_cards_and_sums(cast, client_of):
    make_deal(make_company(name="Первичный", owner=cast.manager), owner=cast.manager)
    make_deal(make_company(name="Повторный", owner=cast.manager2), owner=cast.manager2, kind="repeat")
    client = client_of(cast.sales_head)
    page = client.get(reverse("deals:board"), {"kind": "repeat"}).content.decode()
    assert "Повторный" in page
    assert "Первичный" not in page
    page = client.get(reverse("deals:board"), {"owner": cast.manager.pk}).content.decode()
    assert "Первичный" in page
    assert "Повторный" not in page


def test_a_deal_is_opened_from_a_company(cast, client_of):
    company = make_company(owner=cast.manager)
    client, url = client_of(cast.manager), reverse("deals:new", args=[company.pk])
    assert client.get(url).status_code == 200
    tomorrow = timezone.localtime() + timedelta(days=1)
    data = {
        "title": "Компрессор",
        "amount": "1 150 000,50",
        "next_step": "Встреча",
        "next_step_at": f"{tomorrow:%Y-%m-%dT%H:%M}",
    }
    assert client.post(url, data | {"next_step": ""}).status_code == 422
    assert client.post(url, data).status_code == 302
    assert Deal.objects.get().amount == Decimal("1150000.50")
    assert client_of(cast.manager2).get(url).status_code == 404


def test_the_board_of_a_manager_has_the_own_day_beside(cast, client_of):
    make_deal(owner=cast.manager)
    assert 'class="day-panel"' in client_of(cast.manager).get(reverse("deals:board")).content.decode()


def test_a_deal_is_won_lost_and_planned_from_its_page(cast, client_of):
    client = client_of(cast.manager)
    deal, lost = make_deal(owner=cast.manager), make_deal(owner=cast.manager)
    make_sent_proposal(deal)
    later = timezone.localtime() + timedelta(days=3)
    step = {"next_step": "Договор", "next_step_at": f"{later:%Y-%m-%dT%H:%M}"}
    assert client.post(reverse("deals:step", args=[deal.pk]), step).status_code == 302
    assert client.post(reverse("deals:win", args=[deal.pk])).status_code == 302
    assert client.post(reverse("deals:lose", args=[lost.pk]), {"reason": "price"}).status_code == 302
    assert [Deal.objects.get(pk=pk).state for pk in (deal.pk, lost.pk)] == ["won", "lost"]
    assert client.get(reverse("deals:detail", args=[lost.pk])).status_code == 200
    assert client.get(reverse("deals:list"), {"state": "won"}).status_code == 200


def test_money_is_recorded_through_the_dialogs(cast, client_of):
    client, manager = client_of(cast.sales_admin), client_of(cast.manager)
    deal = make_deal(owner=cast.manager)
    make_sent_proposal(deal)
    assert manager.get(reverse("deals:invoice-new", args=[deal.pk])).status_code == 200
    assert manager.post(reverse("deals:invoice-new", args=[deal.pk]), {}).status_code == 302
    invoice = Invoice.objects.get()
    pay, today = reverse("deals:invoice-pay", args=[invoice.pk]), f"{timezone.localdate():%Y-%m-%d}"
    assert "1 220" in client.get(pay).content.decode().replace("\u00a0", " ")
    assert client.post(pay, {"amount": "", "paid_on": today}).status_code == 422
    refused = client.post(pay, {"amount": "2000", "paid_on": today}, **HTMX)
    assert refused.status_code == 409
    assert "осталось оплатить" in refused.content.decode()
    assert client.post(pay, {"amount": "1 000,50", "paid_on": today, "document": "4418"}).status_code == 302
    assert (
        client.post(
            reverse("deals:shipment-new", args=[invoice.pk]), {"amount": "500", "planned_on": today}
        ).status_code
        == 302
    )
    shipment = invoice.shipments.get()
    shipped = reverse("deals:shipment-shipped", args=[shipment.pk])
    assert client.get(shipped).status_code == 200
    assert client.post(shipped, {"shipped_on": today, "document": "УПД 12"}).status_code == 302
    invoice.refresh_from_db()
    assert invoice.paid == Decimal("1000.50")
    assert client.get(reverse("deals:detail", args=[deal.pk])).status_code == 200


def test_a_partly_paid_invoice_past_its_date_stands_in_receivables_with_its_days(cast, client_of):
    today = timezone.localdate()
    deal = make_deal(make_company(name="Камполимер", owner=cast.manager), owner=cast.manager)
    make_invoice(deal, issued_on=today - timedelta(days=50), due_on=today - timedelta(days=41), paid=Decimal(220))
    page = client_of(cast.manager).get(reverse("deals:receivables")).content.decode().replace("\u00a0", " ")
    for words in ("Камполимер", ">41<", "1 000", "Остановить отгрузки"):
        assert words in page
    assert "Камполимер" not in client_of(cast.manager2).get(reverse("deals:receivables")).content.decode()


def test_the_panels_of_the_company_card_show_deals_and_debt(cast, client_of):
    today = timezone.localdate()
    deal = make_deal(owner=cast.manager)
    make_invoice(deal, issued_on=today - timedelta(days=9), due_on=today - timedelta(days=4))
    client = client_of(cast.manager)
    assert "Замена компрессора" in client.get(reverse("deals:company-panel", args=[deal.company_id])).content.decode()
    assert "−4" in client.get(reverse("deals:company-debt", args=[deal.company_id])).content.decode()
    assert client_of(cast.manager2).get(reverse("deals:company-debt", args=[deal.company_id])).status_code == 404


def test_products_are_added_changed_and_found(cast, client_of):
    client = client_of(cast.sales_head)
    data = {
        "article": "ОВ-160",
        "name": "Осушитель",
        "unit": "шт.",
        "price": "412 000",
        "cost": "262 000",
        "vat_code": "general",
        "is_active": "on",
    }
    assert client.post(reverse("deals:product-new"), data).status_code == 302
    assert client.post(reverse("deals:product-new"), data).status_code == 422
    product = Product.objects.get()
    assert client.post(reverse("deals:product-edit", args=[product.pk]), data | {"price": "430 000"}).status_code == 302
    product.refresh_from_db()
    assert product.price == 430_000
    assert "Осушитель" in client.get(reverse("deals:products"), {"q": "осуш"}).content.decode()
    assert client.get(reverse("deals:products"), {"q": "насос"}, HTTP_HX_TARGET="products", **HTMX).status_code == 200
    assert client_of(cast.manager).post(reverse("deals:product-new"), data).status_code == 404


def test_who_may_not_see_margins_sees_no_cost(cast, client_of):
    make_entity()
    product = make_product(cost=Decimal("777.77"))
    proposal = make_proposal(make_deal(owner=cast.manager), lines=[{"product": product}])
    for url in (
        reverse("deals:proposal", args=[proposal.pk]),
        reverse("deals:products"),
        reverse("deals:detail", args=[proposal.deal_id]),
    ):
        page = client_of(cast.sales_admin).get(url).content.decode()
        assert "777" not in page
        assert "Маржа" not in page
