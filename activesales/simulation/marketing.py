"""Stages 2 and 3 as marketing plays them: corrections, verification lists, mailings."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from activesales.simulation import texts
from callcenter.enums import ListKind
from callcenter.services import open_list
from campaigns.engine import drain
from campaigns.enums import CampaignState, MailState
from campaigns.models import Campaign, MailItem
from campaigns.services import (
    approve_creative,
    create_campaign,
    finish_brief,
    finish_campaign,
    open_due_callbacks,
    prepare_recipients,
    record_unsubscribe,
    resume_sending,
    set_audience,
    start_sending,
    write_creative,
)
from companies.models import Company
from contacts.enums import Channel
from contacts.services import add_note, add_person_email
from contacts.services import open_cycle as begin_cycle
from intake.cards import decider_of
from intake.enums import CorrectedField, CorrectionState
from intake.models import Correction
from intake.services import accept_corrections, choose_variant, reject_corrections

if TYPE_CHECKING:
    from activesales.simulation.play import Play

CYCLE_DAYS = 7  # working days from one mailing to the next
FEWEST_CARDS = 12  # a shorter verification list is not worth opening
ANSWERS, UNSUBSCRIBES = 0.034, 0.01
REJECTED = 0.1


def plan_day(play: "Play", number: int, day: date) -> None:
    """The marketer's day; the steps of a mailing fall on days of its cycle."""
    step = number % CYCLE_DAYS
    if step == 0:
        play.at(play.clock(day, 8, 35), open_cycle, number // CYCLE_DAYS + 1)
    play.at(play.clock(day, 9, 5), open_callbacks)
    play.at(play.clock(day, 9, 20), decide_corrections, play.rng.uniform(0.8, 1))
    play.at(play.clock(day, 14, 40), decide_corrections, 0.5)
    play.at(play.clock(day, 9, 50), open_verification)
    play.at(play.clock(day, 12, 30), open_verification)
    steps = {1: (10, 15, brief), 2: (11, 20, creative), 3: (10, 40, prepare)}
    if step in steps:
        hour, minute, action = steps[step]
        play.at(play.clock(day, hour, minute), action)


# --- corrections and verification -------------------------------------------------------------------------------


def decide_corrections(play: "Play", share: float) -> None:
    """Go through what operators found; a part of it waits until next time."""
    waiting = list(Correction.objects.undecided().select_related("company").order_by("pk"))
    marketer = play.staff.one("marketer")
    for correction in waiting[: round(len(waiting) * share)]:
        if correction.state == CorrectionState.CONFLICT:
            choose_variant(correction, actor=marketer, now=play.now)
        elif play.chance(REJECTED):
            reject_corrections([correction], actor=marketer, reason=play.rng.choice(texts.REJECTIONS), now=play.now)
        else:
            accept_corrections([correction], actor=marketer, now=play.now)
            _complete_person(play, correction)


def _complete_person(play: "Play", correction: Correction) -> None:
    """Whose name is known, their mailbox is found by the pattern of the company's site."""
    host, person = correction.company.site_host, decider_of(correction.company)
    if correction.field == CorrectedField.PERSON and host and person and play.chance(0.7):
        address = f"{person.pk}.{play.rng.choice(['tech', 'energo', 'zavod'])}@{host}"
        add_person_email(person, actor=play.staff.one("marketer"), address=address, now=play.now)


def open_verification(play: "Play", fewest: int = FEWEST_CARDS) -> None:
    """A list of the companies that nobody has been asked to verify yet."""
    fresh = Company.objects.active().filter(queue_items__isnull=True, verified_at__isnull=True)
    if fresh.count() < fewest:
        return
    name = f"Верификация {play.now:%d.%m}: {fresh.count()} новых"
    open_list(
        actor=play.staff.one("marketer"),
        name=name,
        kind=ListKind.VERIFICATION,
        companies=fresh,
        cycle=play.cycle,
        now=play.now,
    )


# --- mailings ---------------------------------------------------------------------------------------------------


def open_cycle(play: "Play", number: int) -> None:
    """A wave begins: Цикл-01, Цикл-02, …"""
    play.cycle = begin_cycle(
        actor=play.staff.one("marketer"),
        name=f"Цикл-{number:02}",
        goal="40 разговоров с ЛПР, 12 встреч, 3 сделки",
        starts_on=play.today,
        ends_on=play.today + timedelta(days=25),
        now=play.now,
    )


def brief(play: "Play") -> None:
    """The marketer says what the mailing is for."""
    marketer = play.staff.one("marketer")
    name = play.cycle.name.replace("Цикл", "Рассылка") if play.cycle else "Рассылка"
    campaign = create_campaign(actor=marketer, name=name, cycle=play.cycle, now=play.now)
    finish_brief(campaign, actor=marketer, expected_response="3.4", budget=12_000, now=play.now, **texts.BRIEF)


def creative(play: "Play") -> None:
    """The letter is written; the head of marketing reads it after lunch."""
    campaign, marketer = Campaign.objects.filter(state=CampaignState.CREATIVE).first(), play.staff.one("marketer")
    if campaign is None:
        return
    number = Campaign.objects.count()
    write_creative(
        campaign,
        actor=marketer,
        subject=texts.SUBJECTS[number % len(texts.SUBJECTS)],
        body=texts.LETTER,
        sender_name=f"{marketer.first_name} {marketer.last_name}",
        sender_email=marketer.email,
        now=play.now,
    )
    play.soon(180, 260, approve, campaign)


def approve(play: "Play", campaign: Campaign) -> None:
    approve_creative(campaign, actor=play.staff.one("marketing_head"), now=play.now)


def prepare(play: "Play") -> None:
    """Who gets the letter: everybody verified who has not had one; then the letters leave."""
    campaign = Campaign.objects.filter(state=CampaignState.PREPARATION).first()
    audience = list(
        Company.objects.active().filter(checked_at__isnull=False, mail_items__isnull=True).values_list("pk", flat=True)
    )
    if campaign is None or not audience:
        return
    marketer = play.staff.one("marketer")
    set_audience(campaign, actor=marketer, audience={"companies": audience}, now=play.now)
    prepare_recipients(campaign, actor=marketer, now=play.now)
    if campaign.recipients.filter(exclusion="").exists():
        play.soon(20, 40, start, campaign)


def start(play: "Play", campaign: Campaign) -> None:
    start_sending(campaign, actor=play.staff.one("marketer"), now=play.now)
    send(play, campaign)


def send(play: "Play", campaign: Campaign) -> None:
    """Letters leave at their pace; when the last one has left, answers come."""
    drain(campaign.pk, now=play.now)
    campaign.refresh_from_db()
    if campaign.state == CampaignState.SENDING:
        play.soon(5, 10, send, campaign)
    elif campaign.state == CampaignState.PAUSED:
        play.soon(30, 60, look_and_resume, campaign)
    elif campaign.state == CampaignState.CALLBACK:
        _expect_answers(play, campaign)
        play.in_days(12, 13, finish, campaign)


def look_and_resume(play: "Play", campaign: Campaign) -> None:
    """Too many refusals pause a sending; the head has looked at them and lets the rest go."""
    resume_sending(campaign, actor=play.staff.one("marketing_head"), now=play.now)
    send(play, campaign)


def _expect_answers(play: "Play", campaign: Campaign) -> None:
    for letter in campaign.items.filter(state=MailState.ACCEPTED).select_related("company", "person").order_by("pk"):
        if play.chance(ANSWERS):
            play.in_days(0, 2, answer, letter)
        elif play.chance(UNSUBSCRIBES):
            play.in_days(0, 2, unsubscribe, letter)


def answer(play: "Play", letter: MailItem) -> None:
    """A reply is a note in the history: nobody reads mailboxes automatically yet."""
    marketer = play.staff.one("marketer")
    text = f"Ответ на письмо: {play.rng.choice(texts.RECEIVED).lower()}"
    add_note(letter.company, actor=marketer, text=text, person=letter.person, channel=Channel.EMAIL, now=play.now)


def unsubscribe(play: "Play", letter: MailItem) -> None:
    record_unsubscribe(letter.token, now=play.now)


def open_callbacks(play: "Play") -> None:
    """What the timetable does: letters have had their days, ask about them."""
    open_due_callbacks(now=play.now)


def finish(play: "Play", campaign: Campaign) -> None:
    finish_campaign(campaign, actor=play.staff.one("marketer"), now=play.now)
