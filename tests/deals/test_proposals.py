"""Drafts, versions and discounts of proposals."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from agenda.models import Task
from contacts.models import Interaction
from core.exceptions import RuleViolation
from deals.enums import ProposalState
from deals.models import Proposal
from deals.services import (
    accept_proposal,
    approve_discount,
    change_proposal,
    change_proposal_lines,
    create_proposal,
    decline_discount,
    request_discount,
    send_proposal,
)
from tests.factories.deals import make_deal, make_entity, make_product, make_proposal, make_sent_proposal

DEAR = [{"name": "Монтаж", "price": Decimal(1000), "quantity": 1, "discount": 10}]  # a manager's limit is 5 %


def test_lines_are_counted_from_the_price_list_with_vat_inside(cast):
    make_entity()
    product = make_product(price=Decimal("1000.01"), cost=Decimal(600), group="Оборудование", unit="компл.")
    deal = make_deal(owner=cast.manager)
    proposal = create_proposal(
        deal, actor=cast.manager, title="КП", lines=[{"product": product, "quantity": 3, "discount": 5}]
    )
    line = proposal.lines.get()
    assert (line.name, line.section, line.unit, line.cost) == (product.name, "Оборудование", "компл.", 600)
    assert (line.total, line.vat) == (Decimal("2850.03"), Decimal("513.94"))
    assert (proposal.total, proposal.vat) == (line.total, line.vat)
    assert Interaction.objects.of_kind("deals.proposal_made").exists()


def test_without_vat_holds_none_and_an_old_date_the_old_rate(cast):
    make_entity()
    free, taxed = make_product(vat_code="none"), make_product()
    then = timezone.now().replace(year=2025, month=6)
    deal = make_deal(owner=cast.manager)
    proposal = create_proposal(
        deal, actor=cast.manager, title="КП", lines=[{"product": free}, {"product": taxed}], now=then
    )
    assert [line.vat_percent for line in proposal.lines.all()] == [None, Decimal(20)]
    assert proposal.year == 2025


@pytest.mark.parametrize(
    "row",
    [
        {"name": "", "price": 1},
        {"name": "Х", "price": -1},
        {"name": "Х", "price": "дорого"},
        {"name": "Х", "price": 1, "quantity": 0},
        {"name": "Х", "price": 1, "discount": 101},
        {"name": "Х", "price": 1, "vat_code": "18"},
        {"name": "Х", "price": "1e30"},
    ],
)
def test_a_wrong_line_is_refused_with_its_number_and_takes_no_number_of_the_series(cast, row):
    make_entity()
    deal = make_deal(owner=cast.manager)
    with pytest.raises(RuleViolation, match="1"):
        create_proposal(deal, actor=cast.manager, title="КП", lines=[row])
    good = create_proposal(deal, actor=cast.manager, title="КП", lines=[])
    assert good.number == 1


def test_without_own_requisites_there_are_no_papers(cast):
    with pytest.raises(RuleViolation):
        create_proposal(make_deal(owner=cast.manager), actor=cast.manager, title="КП", lines=[])


def test_an_edit_of_a_sent_version_makes_the_next_one_and_sending_it_replaces_the_first(cast):
    first = make_sent_proposal(make_deal(owner=cast.manager))
    second = change_proposal_lines(first, actor=cast.manager, lines=[{"name": "Осушитель", "price": 2000}])
    first.refresh_from_db()
    assert (first.state, first.total, first.version) == (ProposalState.SENT, Decimal(1220), 1)
    assert (second.state, second.total, second.version, second.number) == (
        ProposalState.DRAFT,
        Decimal(2000),
        2,
        first.number,
    )
    send_proposal(second, actor=cast.manager)
    first.refresh_from_db()
    assert first.state == ProposalState.REPLACED


def test_an_edit_of_the_words_of_a_sent_version_copies_its_lines(cast):
    second = change_proposal(
        make_sent_proposal(make_deal(owner=cast.manager)), actor=cast.manager, intro="Добрый день!"
    )
    assert (second.version, second.intro, second.lines.count(), second.total) == (2, "Добрый день!", 1, Decimal(1220))


def test_only_one_next_version_is_prepared_at_a_time(cast):
    first = make_sent_proposal(make_deal(owner=cast.manager))
    change_proposal(first, actor=cast.manager, intro="Раз")
    with pytest.raises(RuleViolation):
        change_proposal(first, actor=cast.manager, intro="Два")
    assert Proposal.objects.count() == 2


@pytest.mark.parametrize("state", [ProposalState.ACCEPTED, ProposalState.REPLACED])
def test_a_finished_version_cannot_be_edited(cast, state):
    proposal = make_proposal(make_deal(owner=cast.manager), state=state)
    with pytest.raises(RuleViolation):
        change_proposal_lines(proposal, actor=cast.manager, lines=[])


def test_a_discount_above_the_limit_is_not_sent_without_the_director(cast):
    proposal = make_proposal(make_deal(owner=cast.manager), lines=DEAR)
    with pytest.raises(RuleViolation):
        send_proposal(proposal, actor=cast.manager)
    proposal = request_discount(proposal, actor=cast.manager, reason="Конкурент дешевле")
    assert proposal.state == ProposalState.ON_APPROVAL
    assert Task.objects.get().owner == cast.director
    approve_discount(proposal, actor=cast.director)
    assert send_proposal(proposal, actor=cast.manager).state == ProposalState.SENT
    assert Task.objects.get().state == "done"


def test_a_lowered_price_counts_like_a_discount(cast):
    product = make_product(price=Decimal(1000))
    proposal = make_proposal(make_deal(owner=cast.manager), lines=[{"product": product, "price": 940}])
    with pytest.raises(RuleViolation):
        send_proposal(proposal, actor=cast.manager)


def test_a_discount_within_the_limit_needs_nobody(cast):
    proposal = make_proposal(make_deal(owner=cast.manager), lines=[{"name": "Монтаж", "price": 1000, "discount": 5}])
    with pytest.raises(RuleViolation):
        request_discount(proposal, actor=cast.manager, reason="На всякий случай")
    assert send_proposal(proposal, actor=cast.manager).state == ProposalState.SENT


def test_nobody_approves_the_own_discount_not_even_past_the_verb(cast):
    proposal = make_proposal(
        make_deal(owner=cast.manager), lines=DEAR, created_by=cast.director, state=ProposalState.ON_APPROVAL
    )
    with pytest.raises(RuleViolation):
        approve_discount(proposal, actor=cast.director)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(approved_by=cast.director)


def test_a_director_who_wrote_the_lines_does_not_approve_them_either(cast):
    proposal = make_proposal(make_deal(owner=cast.manager), lines=DEAR)
    changed = change_proposal_lines(proposal, actor=cast.director, lines=DEAR)
    with pytest.raises(RuleViolation):
        request_discount(changed, actor=cast.manager, reason="Нужно")


def test_a_change_after_the_approval_needs_it_anew(cast):
    proposal = make_proposal(
        make_deal(owner=cast.manager), lines=DEAR, state=ProposalState.APPROVED, approved_by=cast.director
    )
    changed = change_proposal_lines(proposal, actor=cast.manager, lines=[{**DEAR[0], "discount": 50}])
    assert (changed.state, changed.approved_by) == (ProposalState.DRAFT, None)


def test_a_declined_discount_is_a_draft_again_with_the_reason_in_the_history(cast):
    proposal = make_proposal(make_deal(owner=cast.manager), lines=DEAR, state=ProposalState.ON_APPROVAL)
    with pytest.raises(RuleViolation):
        decline_discount(proposal, actor=cast.director, reason="")
    assert decline_discount(proposal, actor=cast.director, reason="Дорогой монтаж").state == ProposalState.DRAFT
    assert "Дорогой монтаж" in Interaction.objects.of_kind("deals.discount_declined").get().text


def test_sending_moves_the_deal_and_gives_it_the_sum(cast):
    deal = make_deal(owner=cast.manager)
    send_proposal(make_proposal(deal), actor=cast.manager)
    deal.refresh_from_db()
    assert (deal.stage.code, deal.amount) == ("proposal", Decimal(1220))
    sent = Interaction.objects.of_kind("deals.proposal_sent").get()
    assert (sent.channel, sent.data["to"]) == ("email", "client@client.example")


@pytest.mark.parametrize(
    ("fields", "email"),
    [
        ({"lines": []}, ""),
        ({"valid_until": timezone.localdate() - timedelta(days=1)}, ""),
        ({}, "не адрес"),
        ({"state": "sent"}, ""),
    ],
    ids=["empty", "out of date", "no address", "sent already"],
)
def test_what_cannot_be_sent_is_refused(cast, fields, email):
    with pytest.raises(RuleViolation):
        send_proposal(make_proposal(make_deal(owner=cast.manager), **fields), actor=cast.manager, email=email)
    assert not Interaction.objects.of_kind("deals.proposal_sent").exists()


def test_without_a_known_address_one_must_be_written(cast):
    proposal = make_proposal(make_deal(owner=cast.manager))
    type(proposal.deal.company).objects.update(email="")
    with pytest.raises(RuleViolation):
        send_proposal(proposal, actor=cast.manager)
    assert send_proposal(proposal, actor=cast.manager, email="boss@client.example").sent_to == "boss@client.example"


def test_only_a_sent_proposal_is_accepted(cast):
    deal = make_deal(owner=cast.manager, amount=1)
    with pytest.raises(RuleViolation):
        accept_proposal(make_proposal(deal), actor=cast.manager)
    assert accept_proposal(make_sent_proposal(deal), actor=cast.manager).state == ProposalState.ACCEPTED
    deal.refresh_from_db()
    assert deal.amount == Decimal(1220)
