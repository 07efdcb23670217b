"""The editor of a proposal: the server saves and counts what is typed."""

from decimal import Decimal

import pytest
from django.core import mail
from django.urls import reverse

from agenda.models import Task
from deals.enums import ProposalState
from deals.models import Proposal
from deals.services import mail_proposal
from tests.factories.deals import make_deal, make_product, make_proposal, make_sent_proposal

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def sheet(*rows: dict, **extra) -> dict:
    """What the browser posts: each column as a list."""
    blank = {
        "product": "",
        "section": "",
        "name": "Монтаж",
        "details": "",
        "unit": "шт.",
        "vat_code": "general",
        "quantity": "1",
        "price": "1000",
        "discount": "",
    }
    return {name: [{**blank, **row}[name] for row in rows] for name in blank} | extra


def post(client, proposal, data):
    return client.post(reverse("deals:proposal-lines", args=[proposal.pk]), data, **HTMX)


def test_a_changed_cell_is_saved_and_the_sums_come_back_without_the_fields(cast, client_of):
    proposal = make_proposal(make_deal(owner=cast.manager))
    response = post(
        client_of(cast.manager), proposal, sheet({"price": "1 940 000,50", "quantity": "2", "discount": "5"})
    )
    text = response.content.decode().replace("\u00a0", " ")
    assert response.status_code == 200
    assert "3 686 000,95" in text
    assert 'class="cell' not in text
    assert 'hx-swap-oob="true"' in text
    proposal.refresh_from_db()
    assert proposal.total == Decimal("3686000.95")


def test_a_discount_above_the_limit_changes_the_main_button(cast, client_of):
    proposal = make_proposal(make_deal(owner=cast.manager))
    within = post(client_of(cast.manager), proposal, sheet({"discount": "5"})).content.decode()
    above = post(client_of(cast.manager), proposal, sheet({"discount": "10"})).content.decode()
    assert "is-over" not in within
    assert "На согласование" not in within
    assert "is-over" in above
    assert "На согласование" in above


def test_a_wrong_number_is_refused_with_its_line_and_nothing_is_saved(cast, client_of):
    proposal = make_proposal(make_deal(owner=cast.manager))
    response = post(client_of(cast.manager), proposal, sheet({}, {"price": "дорого"}))
    assert response.status_code == 409
    assert "Строка 2" in response.content.decode()
    proposal.refresh_from_db()
    assert proposal.total == Decimal(1220)


def test_lines_are_added_from_the_price_list_by_name_and_from_a_spreadsheet_and_dropped(cast, client_of):
    product = make_product(article="ОВ-160", name="Осушитель", price=Decimal(412_000))
    proposal = make_proposal(make_deal(owner=cast.manager), lines=[])
    client = client_of(cast.manager)
    found = client.get(reverse("deals:proposal-products", args=[proposal.pk]), {"add_name": "осуш"}).content.decode()
    assert "ОВ-160" in found
    post(client, proposal, {"add": str(product.pk)})
    post(
        client, proposal, sheet({"product": str(product.pk), "name": "Осушитель", "price": "412000"}, add_name="Выезд")
    )
    rows = [{"product": str(product.pk), "name": "Осушитель", "price": "412000"}, {"name": "Выезд", "price": "0"}]
    response = post(client, proposal, sheet(*rows, pasted="Кабель\t12\tм\t100,50\t\nМуфта\t2"))
    assert 'id="sheet-form"' in response.content.decode()
    names = list(proposal.lines.values_list("name", "quantity", "price"))
    assert names == [("Осушитель", 1, 412_000), ("Выезд", 1, 0), ("Кабель", 12, Decimal("100.50")), ("Муфта", 2, 0)]
    post(client, proposal, sheet(*rows, drop="1"))
    assert list(proposal.lines.values_list("name", flat=True)) == ["Выезд"]


def test_columns_of_different_length_are_refused(cast, client_of):
    proposal = make_proposal(make_deal(owner=cast.manager))
    assert post(client_of(cast.manager), proposal, sheet({}, price=["1", "2"])).status_code == 409


def test_without_javascript_the_sheet_is_saved_and_one_comes_back_to_it(cast, client_of):
    proposal = make_proposal(make_deal(owner=cast.manager))
    response = client_of(cast.manager).post(
        reverse("deals:proposal-lines", args=[proposal.pk]), sheet({"price": "500"})
    )
    assert response.url == reverse("deals:proposal", args=[proposal.pk])


def test_an_edit_of_a_sent_version_leads_to_the_next_one(cast, client_of):
    proposal = make_sent_proposal(make_deal(owner=cast.manager))
    response = client_of(cast.manager).post(reverse("deals:proposal-version", args=[proposal.pk]))
    fresh = Proposal.objects.get(version=2)
    assert response.url == reverse("deals:proposal", args=[fresh.pk])
    page = client_of(cast.manager).get(response.url).content.decode()
    assert 'class="cell price"' in page
    assert (
        'class="cell price"'
        not in client_of(cast.manager).get(reverse("deals:proposal", args=[proposal.pk])).content.decode()
    )


def test_words_are_saved_and_wrong_ones_come_back_with_the_error(cast, client_of):
    proposal = make_proposal(make_deal(owner=cast.manager))
    url = reverse("deals:proposal-texts", args=[proposal.pk])
    good = {"title": "Новое", "valid_until": f"{proposal.valid_until:%Y-%m-%d}", "intro": "Добрый день!"}
    client = client_of(cast.manager)
    assert client.post(url, good, **HTMX).status_code == 200
    assert client.post(url, good | {"title": ""}, **HTMX).status_code == 422
    proposal.refresh_from_db()
    assert (proposal.title, proposal.intro) == ("Новое", "Добрый день!")


def test_the_way_of_a_discount_through_the_screens(cast, client_of):
    proposal = make_proposal(make_deal(owner=cast.manager), lines=[{"name": "Монтаж", "price": 1000, "discount": 10}])
    manager, director = client_of(cast.manager), client_of(cast.director)
    assert manager.post(reverse("deals:proposal-ask", args=[proposal.pk]), {"reason": "Конкурент"}).status_code == 302
    assert Task.objects.get().owner == cast.director
    page = director.get(reverse("deals:proposal", args=[proposal.pk])).content.decode()
    assert reverse("deals:proposal-approve", args=[proposal.pk]) in page
    assert director.get(reverse("deals:proposal-decline", args=[proposal.pk])).status_code == 200
    assert director.post(reverse("deals:proposal-decline", args=[proposal.pk]), {"reason": "Много"}).status_code == 302
    assert manager.post(reverse("deals:proposal-ask", args=[proposal.pk]), {"reason": "Очень надо"}).status_code == 302
    assert director.post(reverse("deals:proposal-approve", args=[proposal.pk])).status_code == 302
    assert (
        manager.post(reverse("deals:proposal-send", args=[proposal.pk]), {"email": "boss@client.example"}).status_code
        == 302
    )
    assert manager.post(reverse("deals:proposal-accept", args=[proposal.pk])).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.ACCEPTED


def test_the_letter_leaves_once_with_the_paper_and_answers_come_to_the_manager(cast):
    proposal = make_sent_proposal(make_deal(owner=cast.manager), title="Замена\nкомпрессора")
    assert mail_proposal(proposal)
    assert not mail_proposal(proposal)
    (letter,) = mail.outbox
    name, content, kind = letter.attachments[0]
    assert (letter.to, letter.reply_to, kind) == (["client@client.example"], [cast.manager.email], "application/pdf")
    assert "\n" not in letter.subject
    assert content.startswith(b"%PDF")
    assert name.endswith(".pdf")


def test_a_dead_mail_server_leaves_the_letter_waiting(cast, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        1,
    )
    proposal = make_sent_proposal(make_deal(owner=cast.manager))
    with pytest.raises(OSError):
        mail_proposal(proposal)
    assert Proposal.objects.to_mail().get() == proposal


def test_the_paper_is_shown_as_pictures_and_given_as_pdf(cast, client_of):
    proposal = make_proposal(make_deal(owner=cast.manager))
    client = client_of(cast.manager)
    assert "data:image/png;base64," in client.get(reverse("deals:proposal-paper", args=[proposal.pk])).content.decode()
    assert client.get(reverse("deals:proposal-pdf", args=[proposal.pk])).content.startswith(b"%PDF")


def test_a_sheet_that_somebody_changed_meanwhile_is_not_overwritten(cast, client_of):
    proposal = make_proposal(make_deal(owner=cast.manager))
    client = client_of(cast.manager)
    stamp = proposal.changed_at.isoformat()
    assert post(client, proposal, sheet({"price": "500"}, stamp=stamp)).status_code == 200
    assert post(client, proposal, sheet({"price": "700"}, stamp=stamp)).status_code == 409
    proposal.refresh_from_db()
    assert proposal.total == Decimal(500)
    assert post(client, proposal, sheet({"price": "700"}, stamp=proposal.changed_at.isoformat())).status_code == 200
