"""The papers: selectable Russian text, sums in words, a code that a bank reads, and nothing from outside."""

import io
from decimal import Decimal

import pypdf
import pypdfium2
import pytest
import zxingcpp

from core.papers import ALLOWED, ClosedFetcher, render_pdf
from deals.documents import invoice_pdf, payment_code, proposal_pdf
from deals.services import record_payment
from tests.factories.contacts import make_person
from tests.factories.deals import make_deal, make_entity, make_invoice, make_proposal, make_sent_proposal

pytestmark = pytest.mark.django_db


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, spaces made ordinary."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def rows(count: int) -> list[dict]:
    return [
        {"name": f"Фильтр магистральный № {number}", "price": "63000.10", "quantity": 2, "discount": 3}
        for number in range(1, count + 1)
    ]


def test_a_proposal_of_one_line_has_the_sum_in_words_and_no_cost(cast):
    proposal = make_sent_proposal(
        make_deal(owner=cast.manager), lines=[{"name": "Осушитель «ОВ-160»", "price": 3480000, "cost": 777}]
    )
    proposal.lines.update(cost=Decimal("777777.77"))
    text = " ".join(pages_of(proposal_pdf(proposal)))
    assert "Три миллиона четыреста восемьдесят тысяч рублей 00 копеек" in text
    assert "Осушитель «ОВ-160»" in text
    assert "3 480 000,00" in text
    assert "НДС 22 % 627 540,98" in text
    assert "777" not in text


def test_eighty_lines_repeat_the_head_and_the_total_is_never_alone(cast):
    proposal = make_sent_proposal(make_deal(owner=cast.manager), lines=rows(80))
    pages = pages_of(proposal_pdf(proposal))
    assert len(pages) > 2
    with_lines = [page for page in pages if "Фильтр магистральный" in page]
    assert all("Цена с НДС" in page for page in with_lines)
    (with_total,) = [page for page in pages if "Итого с НДС" in page]
    assert "Фильтр магистральный № 80" in with_total
    assert "копе" in with_total


@pytest.mark.parametrize("count", [1, 17, 18, 19, 20, 21, 22, 23, 24])
def test_the_invoice_total_stays_with_its_last_lines_at_every_length(cast, count):
    proposal = make_sent_proposal(make_deal(owner=cast.manager), lines=rows(count))
    pages = pages_of(invoice_pdf(make_invoice(proposal=proposal)))
    (with_total,) = [page for page in pages if "Всего к оплате" in page]
    assert f"Фильтр магистральный № {count}" in with_total
    assert "копе" in with_total


def test_the_payment_code_of_an_invoice_is_read_byte_by_byte_from_the_page(cast):
    invoice = make_invoice(make_deal(owner=cast.manager))
    record_payment(invoice, actor=cast.sales_admin, amount=Decimal("20.50"))
    invoice.refresh_from_db()
    page = pypdfium2.PdfDocument(invoice_pdf(invoice))[0]
    (found,) = zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())
    assert found.bytes == payment_code(invoice).encode()
    fields = found.bytes.decode().split("|")
    assert fields[:6] == [
        "ST00012",
        "Name=ООО «Пневморесурс»",
        "PersonalAcc=40702810500000003180",
        "BankName=АО «Банк Промрасчёт», г. Москва",
        "BIC=044500555",
        "CorrespAcc=30101810145000000555",
    ]
    assert "Sum=119950" in fields


def test_without_bank_requisites_there_is_an_invoice_without_a_code(cast):
    make_entity(bank="", account="")
    invoice = make_invoice(make_deal(owner=cast.manager))
    assert payment_code(invoice) == ""
    assert "Счёт на оплату" in pages_of(invoice_pdf(invoice))[0]


def test_vat_stands_by_rate_and_without_vat_is_not_zero(cast):
    lines = [
        {"name": "Насос", "price": 122},
        {"name": "Книга", "price": 110, "vat_code": "reduced"},
        {"name": "Лицензия", "price": 100, "vat_code": "none"},
        {"name": "Экспорт", "price": 100, "vat_code": "zero"},
    ]
    text = pages_of(invoice_pdf(make_invoice(proposal=make_sent_proposal(make_deal(owner=cast.manager), lines=lines))))[
        0
    ]
    assert "НДС 22 % 22,00" in text
    assert "НДС 10 % 10,00" in text
    assert "НДС 0 % 0,00" in text
    assert "Без НДС —" in text


def test_the_fonts_are_embedded_whole_and_digits_stay_digits(cast):
    pdf = proposal_pdf(make_proposal(make_deal(owner=cast.manager), lines=[{"name": "0123456789 ₽ № Ёё", "price": 1}]))
    assert "0123456789 ₽ № Ёё" in pages_of(pdf)[0]
    fonts = {str(font) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages for font in _font_names(page)}
    assert all("Onest" in font for font in fonts)


def _font_names(page) -> list[str]:
    return [font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].get_object().values()]


def test_a_person_is_greeted_by_name(cast):
    deal = make_deal(owner=cast.manager)
    proposal = make_proposal(deal, person=make_person(deal.company, first_name="Сергей", middle_name="Жанович"))
    assert "Сергей Жанович, здравствуйте!" in pages_of(proposal_pdf(proposal))[0]


def test_markup_of_a_client_is_text_and_its_addresses_are_not_fetched(cast):
    name = '<img src="file:///etc/passwd"><script>1</script>'
    text = pages_of(proposal_pdf(make_proposal(make_deal(owner=cast.manager), lines=[{"name": name, "price": 1}])))[0]
    assert "<img src=" in text


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/x.png",
        "https://example.com/",
        "ftp://example.com/x",
        "paper:/other.css",
        "paper:/../x",
    ],
)
def test_the_fetcher_is_closed(url):
    with pytest.raises(ValueError):
        ClosedFetcher().fetch(url)


def test_the_fetcher_knows_its_own_files_and_data():
    assert all(ClosedFetcher().fetch(url).read() for url in ALLOWED)
    assert ClosedFetcher().fetch("data:text/plain,ok").read() == b"ok"


def test_a_broken_picture_does_not_stop_a_paper(settings, tmp_path):
    (tmp_path / "paper.html").write_text(
        '<html lang="ru"><title>x</title><img alt="x" src="http://127.0.0.1:1/x.png">Лист</html>'
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    assert "Лист" in pages_of(render_pdf("paper.html", {}))[0]
