"""One company goes from a file to a paid deal; five people, each in a browser of their own, and the head who counts."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from django.utils import timezone
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from agenda.models import Meeting
from callcenter.models import CallAttempt, QueueItem
from campaigns.enums import CampaignState
from campaigns.models import Campaign, MailItem
from campaigns.services import open_due_callbacks
from companies.models import Company
from contacts.models import Cycle, Interaction, NextContact
from core.identifiers import fictitious_inn
from deals.enums import DealState
from deals.models import Deal, Invoice, Payment, Proposal, Shipment
from intake.enums import ImportState
from intake.models import Correction, ImportBatch
from operations.models import CaughtMail
from tests.journeys.conftest import Site, press, until, visit

pytestmark = pytest.mark.journey

HEADER = [
    "Наименование",
    "ИНН",
    "Город",
    "Телефон",
    "Email",
    "Сайт",
    "Контактное лицо",
    "Должность",
    "Email контактного лица",
]
NEW_PHONE = "+7 351 555-01-77"


def table(tmp_path: Path) -> Path:
    """Three companies, and a row that cannot be loaded."""
    rng = Random(5)
    rows = [
        ["ООО «Уралпромдеталь»", fictitious_inn(rng, "74"), "Челябинск", "+7 351 555-01-40", "info@ural.example", "ural.example",
         "Рябов Сергей Жанович", "Главный инженер", "ryabov@ural.example"],
        ["АО «Литмаш»", fictitious_inn(rng, "66"), "Екатеринбург", "+7 343 555-02-40", "info@litmash.example", "litmash.example",
         "Дёмина Анна Павловна", "Технический директор", "demina@litmash.example"],
        ["", fictitious_inn(rng, "66"), "Самара", "+7 846 555-02-40", "", "", "", "", ""],
    ]  # fmt: skip
    book = Workbook()
    for row in [HEADER, *rows]:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    path = tmp_path / "выставка.xlsx"
    path.write_bytes(file.getvalue())
    return path


def test_a_company_goes_from_a_file_to_a_paid_deal(site: Site, backstage: int, tmp_path: Path) -> None:
    Cycle.objects.create(name="Цикл-01", starts_on=timezone.localdate())
    marketer = site.sign_in("marketer1")
    load_file(marketer, table(tmp_path))
    send_to_verification(marketer)

    operator = site.sign_in("operator1")
    verify(operator)
    decide_corrections(marketer)

    campaign = make_campaign(marketer, site)
    letters_leave(marketer, campaign)
    book_in_callback(operator, campaign)

    meeting = Meeting.objects.get()
    manager = site.sign_in(meeting.manager.username)
    deal = hold_meeting(manager, meeting)
    send_proposal(manager, deal)
    win(manager, deal)

    administrator = site.sign_in("sales_admin")
    money_and_goods(administrator, deal)
    debt_is_seen(administrator, deal)

    the_head_counts(site.sign_in("project_lead"))
    everything_is_in_the_history(deal)


# --- step 2 -----------------------------------------------------------------------------------------------------


def load_file(page: Page, path: Path) -> None:
    visit(page, "/intake/imports/new/")
    page.set_input_files("input[name=file]", path)
    page.fill("[name=source_name]", "Выставка «Металлообработка»")
    page.click("main form [type=submit]")
    expect(page.locator("#load-button")).to_contain_text("2")
    press(page, "Control+Enter")
    until(lambda: ImportBatch.objects.get().state == ImportState.DONE)
    visit(page, "/companies/")
    expect(page.locator("tbody [data-row]")).to_have_count(2)
    visit(page, f"/companies/{Company.objects.get(name='Уралпромдеталь').pk}/")
    expect(page.locator("main")).to_contain_text("Рябов")


# --- step 3 -----------------------------------------------------------------------------------------------------


def send_to_verification(page: Page) -> None:
    visit(page, "/companies/")
    page.check("[data-select-all]")
    page.click("[data-bulk] [formaction='/calls/lists/new/']")
    dialog = page.locator("#dialog-body")
    dialog.locator("[name=name]").fill("Верификация: выставка")
    dialog.locator(".btn-primary").click()
    until(lambda: QueueItem.objects.count() == 2)


def verify(page: Page) -> None:
    """The first card with a corrected phone, the second one with three keystrokes."""
    assert page.url.endswith("/calls/")
    press(page, "Control+Enter")
    expect(page.locator("#call-form")).to_be_visible()
    first = page.locator("[data-token]").get_attribute("data-token")
    press(page, "Shift+Digit1")
    until(lambda: QueueItem.objects.filter(dialed_at__isnull=False).exists())
    page.click("[data-datum=phone] [data-mark=fix]")
    page.fill("[name=fix-phone]", NEW_PHONE)
    page.press("[name=fix-phone]", "Enter")
    finish_with_a_key(page, "Digit1")
    until(lambda: CallAttempt.objects.count() == 1)
    expect(page.locator(f"[data-token='{first}']")).to_have_count(0)
    expect(page.locator("#call-form")).to_be_visible()  # the next card came in the same answer
    finish_with_a_key(page, "Digit1")
    until(lambda: CallAttempt.objects.count() == 2)
    expect(page.locator("#call-form")).to_have_count(0)


def finish_with_a_key(page: Page, digit: str) -> None:
    expect(page.locator("#call-form[data-is-open]")).to_be_visible()
    page.evaluate("document.activeElement?.blur()")
    press(page, digit)
    expect(page.locator("[data-result].is-active")).to_be_visible()
    press(page, "Control+Enter")


def decide_corrections(page: Page) -> None:
    assert Company.objects.filter(verified_at__isnull=False).count() == 1
    visit(page, "/intake/corrections/")
    expect(page.locator("ins").first).to_contain_text("555-01-77")
    press(page, "Control+Enter")
    until(lambda: Company.objects.filter(verified_at__isnull=False).count() == 2)
    assert Correction.objects.get().company.phones.filter(number="+73515550177").exists()


# --- step 4 -----------------------------------------------------------------------------------------------------


def make_campaign(page: Page, site: Site) -> Campaign:
    visit(page, "/companies/")
    page.check("[data-select-all]")
    page.click("[data-bulk] [formaction='/campaigns/from-selection/']")
    dialog = page.locator("#dialog-body")
    dialog.locator("[name=name]").fill("Рассылка-01")
    dialog.locator(".btn-primary").click()
    campaign = until(lambda: Campaign.objects.first())
    address = f"/campaigns/{campaign.pk}/"
    visit(page, address)
    page.fill("[name=goal]", "Повод для звонка")
    page.select_option("[name=cycle]", label="Цикл-01")
    page.click("form[action$='/brief/'] .btn-primary")
    page.fill("[name=subject]", "Сжатый воздух для {{ company }}")
    page.fill("[name=body]", "{{ salutation }}\n\nПозвоним {{ call_date }}.")
    page.fill("[name=sender_name]", "Анна Маркетолог")
    page.fill("[name=sender_email]", "marketer1@nissa.example")
    page.click("form[action$='/creative/'] .btn-primary")
    expect(page.locator("form[action$='/approve/']")).to_have_count(0)  # nobody approves the own letter
    head = site.sign_in("marketing_head")
    visit(head, address)
    head.click("form[action$='/approve/'] button")
    until(lambda: Campaign.objects.get().state == CampaignState.PREPARATION)
    head.close()
    visit(page, address)
    page.click("form[action$='/prepare/'] button")
    expect(page.locator("form[action$='/start/'] button")).to_contain_text("2")
    return campaign


def letters_leave(page: Page, campaign: Campaign) -> None:
    page.click("form[action$='/start/'] button")
    until(lambda: Campaign.objects.get().state == CampaignState.CALLBACK, seconds=90)
    assert MailItem.objects.filter(state="accepted").count() == 2
    letters = {mail.recipients[0]: mail.subject for mail in CaughtMail.objects.all()}
    assert letters["ryabov@ural.example"] == "Сжатый воздух для Уралпромдеталь"
    Campaign.objects.update(sent_out_at=timezone.now() - timedelta(days=4))
    assert open_due_callbacks() == 1


# --- step 5 -----------------------------------------------------------------------------------------------------


def book_in_callback(page: Page, campaign: Campaign) -> None:
    visit(page, "/calls/")
    expect(page.locator("#call-form[data-is-open]")).to_be_visible()
    press(page, "Shift+Digit1")
    page.fill("[name=need]", "Осушитель к зиме")
    page.evaluate("document.activeElement?.blur()")
    press(page, "Digit7")
    page.locator("[data-slot]").first.wait_for()
    press(page, "Digit1")
    page.keyboard.type("Ждёт с цифрами")
    press(page, "Control+Enter")
    until(lambda: Meeting.objects.count() == 1)


# --- step 6 -----------------------------------------------------------------------------------------------------


def hold_meeting(page: Page, meeting: Meeting) -> Deal:
    now = timezone.now()
    Meeting.objects.update(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))
    visit(page, f"/agenda/meetings/{meeting.pk}/")
    page.check("[name=result][value=proposal]")
    page.fill("form[action$='/hold/'] [name=text]", "Ждут предложение с осушителем")
    page.fill("[name=next_at]", f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT10:00}")
    page.fill("[name=next_text]", "Отправить КП")
    page.click("form[action$='/hold/'] .btn-primary")
    until(lambda: Meeting.objects.get().state == "held")
    visit(page, f"/companies/{meeting.company_id}/")
    page.locator(f"[hx-get='/deals/new/{meeting.company_id}/']").first.click()
    dialog = page.locator("#dialog-body")
    dialog.locator("[name=title]").fill("Осушитель и фильтры")
    dialog.locator("[name=next_step]").fill("Отправить КП")
    dialog.locator("[name=next_step_at]").fill(f"{timezone.localtime() + timedelta(days=2):%Y-%m-%dT12:00}")
    dialog.locator("[type=submit]").click()
    return until(lambda: Deal.objects.first())


def send_proposal(page: Page, deal: Deal) -> None:
    visit(page, f"/deals/{deal.pk}/")
    page.click("form[action$='/proposals/new/'] button")
    page.wait_for_load_state()
    page.fill("#add-line", "ОВ-30")
    page.locator("#found-products button[name=add]").first.click()
    expect(page.locator("#sheet .quantity")).to_have_count(1)
    page.locator("[hx-get$='/send/']").first.click()
    dialog = page.locator("#dialog-body")
    dialog.locator("[name=email]").fill("ryabov@ural.example")
    dialog.locator("[type=submit]").click()
    until(lambda: Proposal.objects.get().mailed_at, seconds=90)
    assert any(b"application/pdf" in bytes(mail.raw) for mail in CaughtMail.objects.all())
    visit(page, f"/deals/proposals/{Proposal.objects.get().pk}/")
    page.click("form[action$='/accept/'] button")
    until(lambda: Proposal.objects.get().state == "accepted")


def win(page: Page, deal: Deal) -> None:
    visit(page, f"/deals/{deal.pk}/")
    page.click("form[action$='/win/'] button")
    until(lambda: Deal.objects.get().state == DealState.WON)
    visit(page, f"/deals/{deal.pk}/")
    page.locator(f"[hx-get='/deals/{deal.pk}/invoices/new/']").first.click()
    page.locator("#dialog-body [type=submit]").click()
    invoice = until(lambda: Invoice.objects.first())
    paper = page.request.get(f"/deals/invoices/{invoice.pk}/pdf/")
    assert paper.body().startswith(b"%PDF")


def money_and_goods(page: Page, deal: Deal) -> None:
    """A part of the money comes, and the goods leave."""
    invoice = Invoice.objects.get()
    visit(page, f"/deals/{deal.pk}/")
    page.locator(f"[hx-get='/deals/invoices/{invoice.pk}/pay/']").first.click()
    dialog = page.locator("#dialog-body")
    dialog.locator("[name=amount]").fill("100 000")
    dialog.locator("[type=submit]").click()
    until(lambda: Payment.objects.count() == 1)
    visit(page, f"/deals/{deal.pk}/")
    page.locator(f"[hx-get='/deals/invoices/{invoice.pk}/ship/']").first.click()
    dialog.locator("[type=submit]").click()
    shipment = until(lambda: Shipment.objects.first())
    visit(page, f"/deals/{deal.pk}/")
    page.locator(f"[hx-get='/deals/shipments/{shipment.pk}/shipped/']").first.click()
    dialog.locator("[type=submit]").click()
    until(lambda: Shipment.objects.get().shipped_on)


def debt_is_seen(page: Page, deal: Deal) -> None:
    """Paid in part and past its date: it stands in the receivables."""
    today = timezone.localdate()
    Invoice.objects.update(issued_on=today - timedelta(days=9), due_on=today - timedelta(days=4))
    visit(page, "/deals/receivables/?view=late")
    expect(page.locator("tbody [data-row]")).to_have_count(1)
    expect(page.locator("tbody [data-row]")).to_contain_text(deal.company.name)


# --- steps 7 and 8 ----------------------------------------------------------------------------------------------


def the_head_counts(page: Page) -> None:
    """Each number is what was done, and opens to as many rows."""
    assert page.url.rstrip("/").endswith("/reports")
    done = {
        "companies_collected": 2, "companies_verified": 2, "corrections_accepted": 1, "letters_sent": 2, "dials": 3,
        "needs_found": 1, "meetings_booked": 1, "meetings_held": 1, "proposals_sent": 1, "deals_won": 1,
    }  # fmt: skip
    for name, number in done.items():
        visit(page, f"/reports/{name}/")
        expect(page.locator("[data-figure]"), name).to_have_text(str(number))
        expect(page.locator("tbody [data-row]"), name).to_have_count(number)
    visit(page, "/reports/payments/")
    expect(page.locator("tbody [data-row]")).to_have_count(1)
    visit(page, "/reports/")
    links = page.locator(".funnel-value a").all()
    told = [(link.get_attribute("href"), link.inner_text()) for link in links]
    for address, number in told:
        visit(page, str(address))
        expect(page.locator("[data-figure]"), str(address)).to_have_text(number)


def everything_is_in_the_history(deal: Deal) -> None:
    kinds = set(Interaction.objects.filter(company=deal.company).values_list("kind", flat=True))
    assert kinds >= {
        "intake.imported", "callcenter.talked", "companies.verified", "agenda.meeting_booked", "agenda.meeting_held",
        "deals.opened", "deals.proposal_sent", "deals.won", "deals.invoiced", "deals.paid", "deals.shipped",
    }  # fmt: skip
    assert not Interaction.objects.filter(actor=None).exclude(kind__startswith="campaigns.").exists()
    assert NextContact.objects.filter(company=deal.company).exists()
    assert Invoice.objects.get().paid == Decimal(100_000)
