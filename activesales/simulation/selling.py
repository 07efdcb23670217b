"""Stages 5 and 6 as managers, the director and the administrator play them: meetings, КП, deals, money, goods."""

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from accounts.models import User
from activesales.simulation import texts
from activesales.simulation.goods import INSTALLED, compose
from agenda.enums import MeetingResult, MeetingState
from agenda.models import Meeting
from agenda.services import book_meeting, cancel_meeting, close_meeting, hold_meeting
from agenda.slots import Slot, free_slots
from companies.models import Company
from companies.services import add_equipment
from contacts.enums import Channel
from contacts.models import NextContact
from contacts.services import add_note, close_contact, find_need, plan_contact
from deals.enums import DealState, LossReason, ProposalState
from deals.models import Deal, Invoice, Proposal, Shipment
from deals.services import (
    accept_proposal,
    approve_discount,
    create_proposal,
    decline_discount,
    issue_invoice,
    lose_deal,
    mail_proposal,
    move_deal,
    open_deal,
    plan_next_step,
    plan_shipment,
    record_payment,
    record_shipment,
    request_discount,
    send_proposal,
    win_deal,
)
from deals.services.proposals import lines_over_limit

if TYPE_CHECKING:
    from activesales.simulation.play import Play

# Rates of research/russian-domain.md §9.
NOT_HELD, FORGOTTEN = 0.1, 0.05
MEETING_BY_MANAGER, CALL_AGAIN = 0.25, 0.4
RESULTS = {
    MeetingResult.PROPOSAL: 60,
    MeetingResult.NEXT_MEETING: 8,
    MeetingResult.THINKING: 17,
    MeetingResult.REFUSAL: 15,
}
WON, LOST = 0.25, 0.2  # of the answers to a proposal; the others want another talk
PAY_LATE = ["part", "full", "full", "late", "full", "part"]  # how the invoices are paid, in turn


def plan_day(play: "Play", number: int, day: date) -> None:
    """Each manager goes through the planned contacts of the day."""
    for manager in play.staff.all("manager"):
        play.at(play.clock(day, 10, play.rng.randrange(30)), ring_clients, manager)


def ring_clients(play: "Play", manager: User) -> None:
    """Planned calls of today: most are made, some stay overdue."""
    due = NextContact.objects.open().filter(owner=manager, channel=Channel.PHONE, at__lt=play.now + timedelta(hours=7))
    for contact in due.select_related("company", "person").order_by("at", "pk"):
        if not contact.deals.exists() and play.chance(0.75):
            play.soon(5, 400, ring, contact)


def ring(play: "Play", contact: NextContact) -> None:
    """A talk without a list: a note, and the next step."""
    contact.refresh_from_db()
    if contact.state != "open":
        return
    actor, company = contact.owner or play.staff.one("manager"), contact.company
    add_note(company, actor=actor, person=contact.person, text=play.rng.choice(texts.CALLED), now=play.now)
    close_contact(contact, actor=actor, now=play.now)
    _agree_on_next(play, contact, actor)


def _agree_on_next(play: "Play", contact: NextContact, actor: User) -> None:
    """A meeting in the manager's next free hours, or another call, or nothing."""
    drawn, rng = play.rng.random(), play.rng
    if drawn < MEETING_BY_MANAGER and (slots := free_slots([actor], start=play.now + timedelta(hours=16), days=3)):
        book(play, contact, actor, rng.choice(slots))
    elif drawn < MEETING_BY_MANAGER + CALL_AGAIN:
        at, text = play.later(rng.randint(3, 9)), rng.choice(texts.STEPS)
        plan_contact(contact.company, actor=actor, owner=actor, at=at, text=text, now=play.now)


def book(play: "Play", contact: NextContact, actor: User, slot: Slot) -> None:
    meeting = book_meeting(
        contact.company,
        actor=actor,
        manager=actor,
        starts_at=slot.starts_at,
        persons=[contact.person] if contact.person else [],
        place=contact.company.city or "У клиента",
        subject=play.rng.choice(texts.MEETINGS),
        cycle=contact.cycle,
        now=play.now,
    )
    play.at(meeting.ends_at + timedelta(minutes=play.rng.randint(5, 90)), meet, meeting)


# --- meetings ---------------------------------------------------------------------------------------------------


def meet(play: "Play", meeting: Meeting) -> None:
    """The manager writes what came of the meeting, or has forgotten to."""
    meeting = Meeting.objects.select_related("company__owner", "manager", "cycle").get(pk=meeting.pk)
    if meeting.state != MeetingState.BOOKED or play.chance(FORGOTTEN):
        return
    if play.chance(NOT_HELD):
        cancel_meeting(
            meeting, actor=meeting.manager, reason=play.rng.choice(texts.NOT_HELD), did_not_come=True, now=play.now
        )
        return
    result = play.rng.choices(list(RESULTS), list(RESULTS.values()))[0]
    _write_result(play, meeting, result)
    _look_around(play, meeting)
    if result in (MeetingResult.PROPOSAL, MeetingResult.NEXT_MEETING):
        open_talks(play, meeting)


def _write_result(play: "Play", meeting: Meeting, result: str) -> None:
    said = {MeetingResult.REFUSAL: texts.REFUSALS, MeetingResult.THINKING: texts.THINKING}
    text = play.rng.choice(said.get(result, texts.AGREED))
    if result == MeetingResult.REFUSAL:
        hold_meeting(meeting, actor=meeting.manager, result=result, text=text, now=play.now)
        return
    close_meeting(
        meeting,
        actor=meeting.manager,
        result=result,
        text=text,
        next_at=play.later(play.rng.randint(1, 5)),
        next_text="Позвонить по итогам встречи",
        now=play.now,
    )


def _look_around(play: "Play", meeting: Meeting) -> None:
    """What stands in the shop, and what it lacks."""
    rng = play.rng
    for name in rng.sample(INSTALLED, rng.randint(0, 2)):
        add_equipment(
            meeting.company,
            actor=meeting.manager,
            name=name,
            quantity=rng.randint(1, 3),
            year=rng.randint(1998, 2021),
            now=play.now,
        )
    if play.chance(0.6):
        find_need(
            meeting.company, actor=meeting.manager, text=rng.choice(texts.NEEDS), cycle=meeting.cycle, now=play.now
        )


def open_talks(play: "Play", meeting: Meeting) -> None:
    """A deal with its first step: the proposal."""
    company = Company.objects.select_related("owner").get(pk=meeting.company_id)
    deal = open_deal(
        company,
        actor=meeting.manager,
        title=meeting.subject or play.rng.choice(texts.MEETINGS),
        next_step="Отправить КП",
        next_step_at=play.later(2),
        meeting=meeting,
        person=meeting.persons.first(),
        now=play.now,
    )
    play.in_days(0, 2, offer, deal)


# --- proposals --------------------------------------------------------------------------------------------------


def offer(play: "Play", deal: Deal) -> None:
    """A proposal out of the price list; a discount above the limit goes to the director first."""
    deal = _fresh(deal)
    if deal.state != DealState.OPEN:
        return
    lines = compose(play.rng, discount=play.rng.choices([0, 3, 5, 8, 10], [40, 22, 18, 12, 8])[0])
    proposal = create_proposal(
        deal,
        actor=deal.owner,
        title=deal.title,
        lines=lines,
        payment_terms="Аванс 70 %, остаток по готовности к отгрузке.",
        delivery_terms="Со склада 3–7 рабочих дней, крупные машины 5–7 недель.",
        now=play.now,
    )
    if lines_over_limit(proposal):
        request_discount(proposal, actor=deal.owner, reason=play.rng.choice(texts.DISCOUNTS), now=play.now)
        play.in_days(0, 1, decide_discount, proposal)
    else:
        play.soon(10, 60, send, proposal)


def decide_discount(play: "Play", proposal: Proposal) -> None:
    """The director agrees in four cases of five."""
    director = play.staff.one("director")
    if play.chance(0.8):
        approve_discount(proposal, actor=director, now=play.now)
    else:
        decline_discount(
            proposal, actor=director, reason="Маржа ниже порога: уберите скидку со скромных позиций", now=play.now
        )
    play.soon(10, 90, send, proposal)


def send(play: "Play", proposal: Proposal) -> None:
    """To the client by e-mail; a declined discount stays a draft on the manager's board."""
    proposal = Proposal.objects.select_related("deal__owner", "deal__company", "changed_by").get(pk=proposal.pk)
    if proposal.state == ProposalState.DRAFT and lines_over_limit(proposal):
        return
    deal, company = proposal.deal, proposal.deal.company
    address = "" if company.email else f"zakupki@{company.site_host or 'client.example'}"
    sent = send_proposal(proposal, actor=deal.owner, email=address, now=play.now)
    mail_proposal(sent, now=play.now)
    step(play, deal)
    play.in_days(1, 5, hear, deal)


def step(play: "Play", deal: Deal) -> None:
    """Every open deal has its next step."""
    plan_next_step(
        deal,
        actor=deal.owner,
        next_step=play.rng.choice(texts.STEPS),
        next_step_at=play.later(play.rng.randint(1, 6)),
        now=play.now,
    )


# --- deals ------------------------------------------------------------------------------------------------------


def hear(play: "Play", deal: Deal) -> None:
    """The client's answer to the proposal: yes, no, or not yet."""
    deal = _fresh(deal)
    if deal.state != DealState.OPEN:
        return
    drawn = play.rng.random()
    if drawn < WON:
        agree(play, deal)
    elif drawn < WON + LOST:
        reason = play.rng.choice([LossReason.PRICE, LossReason.COMPETITOR, LossReason.NO_BUDGET, LossReason.SILENT])
        lose_deal(deal, actor=deal.owner, reason=reason, text=play.rng.choice(texts.REFUSALS), now=play.now)
    else:
        _talk_on(play, deal)


def _talk_on(play: "Play", deal: Deal) -> None:
    add_note(deal.company, actor=deal.owner, person=deal.person, text=play.rng.choice(texts.CALLED), now=play.now)
    if play.chance(0.5) and deal.stage.code == "proposal":
        deal = move_deal(deal, actor=deal.owner, stage="agreement", now=play.now)
    if play.chance(0.8):  # the others forget: the step becomes overdue
        step(play, deal)
    play.in_days(2, 6, hear, deal)


def agree(play: "Play", deal: Deal) -> None:
    """The client agrees: the administrator bills."""
    proposal = deal.proposals.filter(state=ProposalState.SENT).order_by("-pk").first()
    if proposal is None:
        return
    accept_proposal(proposal, actor=deal.owner, now=play.now)
    plan_next_step(
        deal, actor=deal.owner, next_step="Проконтролировать оплату", next_step_at=play.later(3), now=play.now
    )
    play.soon(30, 200, bill, deal)


def bill(play: "Play", deal: Deal) -> None:
    invoice = issue_invoice(deal, actor=play.staff.one("sales_admin"), due_on=play.later(3).date(), now=play.now)
    manner = PAY_LATE[play.invoices % len(PAY_LATE)]
    play.invoices += 1
    if manner == "late":
        play.in_days(6, 10, pay, invoice, Decimal(1))
    else:
        play.in_days(1, 2, pay, invoice, Decimal("0.5") if manner == "part" else Decimal(1))


def pay(play: "Play", invoice: Invoice, share: Decimal) -> None:
    """Money comes: the deal is won, goods are planned; the second half of a part comes late."""
    invoice = Invoice.objects.select_related("deal__owner", "company").get(pk=invoice.pk)
    admin, amount = play.staff.one("sales_admin"), (invoice.remainder * share).quantize(Decimal("0.01"))
    record_payment(invoice, actor=admin, amount=amount, document=str(play.rng.randint(100, 999)), now=play.now)
    if invoice.deal.state == DealState.OPEN:
        win_deal(invoice.deal, actor=invoice.deal.owner, now=play.now)
        shipment = plan_shipment(
            invoice, actor=admin, amount=invoice.total, planned_on=play.later(4).date(), now=play.now
        )
        play.in_days(2, 5, ship, shipment)
    if share < 1:
        play.in_days(9, 14, pay, invoice, Decimal(1))


def ship(play: "Play", shipment: Shipment) -> None:
    shipment = Shipment.objects.select_related("invoice__deal", "company").get(pk=shipment.pk)
    record_shipment(shipment, actor=play.staff.one("sales_admin"), document=f"УПД-{shipment.pk}", now=play.now)
    play.in_days(18, 30, sell_again, shipment.company)


def sell_again(play: "Play", company: Company) -> None:
    """Repeat sales: service, filters, the second machine."""
    company = Company.objects.select_related("owner").get(pk=company.pk)
    if company.owner and play.chance(0.5):
        deal = open_deal(
            company, actor=company.owner, title="Сервис и расходные материалы", next_step="Отправить КП", next_step_at=play.later(2),
            cycle=play.cycle, now=play.now,
        )  # fmt: skip
        play.in_days(1, 3, offer, deal)


def _fresh(deal: Deal) -> Deal:
    return Deal.objects.select_related("company", "owner", "person", "stage", "cycle").get(pk=deal.pk)
