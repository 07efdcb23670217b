"""Winning and losing."""

from decimal import Decimal

import pytest

from companies.enums import Stage as CycleStage
from contacts.models import Interaction
from core.exceptions import RuleViolation
from deals.enums import DealKind, DealState, ProposalState
from deals.models import Invoice
from deals.services import lose_deal, win_deal
from tests.factories.deals import make_deal, make_invoice, make_proposal, make_sent_proposal


def test_a_won_deal_has_the_sum_of_the_proposal_the_client_has(cast):
    deal = make_deal(owner=cast.manager)
    proposal = make_sent_proposal(deal)
    won = win_deal(deal, actor=cast.manager)
    proposal.refresh_from_db()
    deal.company.refresh_from_db()
    assert (won.state, won.amount, won.next_step_at) == (DealState.WON, Decimal(1220), None)
    assert (proposal.state, deal.company.stage) == (ProposalState.ACCEPTED, CycleStage.DEALS)
    assert Interaction.objects.of_kind("deals.won").get().result == DealKind.PRIMARY


def test_of_two_open_deals_the_second_won_is_repeat(cast):
    first = make_deal(owner=cast.manager)
    second = make_deal(first.company, owner=cast.manager)
    make_sent_proposal(first)
    make_sent_proposal(second)
    assert win_deal(second, actor=cast.manager).kind == DealKind.PRIMARY
    assert win_deal(first, actor=cast.manager).kind == DealKind.REPEAT


def test_nothing_offered_is_nothing_won(cast):
    deal = make_deal(owner=cast.manager)
    make_proposal(deal)
    with pytest.raises(RuleViolation):
        win_deal(deal, actor=cast.manager)
    deal.refresh_from_db()
    assert deal.state == DealState.OPEN


def test_a_discount_before_the_director_stops_winning(cast):
    deal = make_deal(owner=cast.manager)
    make_sent_proposal(deal)
    make_proposal(deal, state=ProposalState.ON_APPROVAL)
    with pytest.raises(RuleViolation):
        win_deal(deal, actor=cast.manager)


def test_a_deal_is_won_once(cast):
    deal = make_deal(owner=cast.manager)
    make_sent_proposal(deal)
    win_deal(deal, actor=cast.manager)
    with pytest.raises(RuleViolation):
        win_deal(deal, actor=cast.manager)
    assert Interaction.objects.of_kind("deals.won").count() == 1


def test_a_lost_deal_says_why_and_its_unpaid_invoice_is_no_debt(cast):
    deal = make_deal(owner=cast.manager)
    invoice = make_invoice(deal)
    lost = lose_deal(deal, actor=cast.manager, reason="price", text="Дешевле на 6 %")
    assert (lost.state, lost.loss_reason, lost.next_step) == (DealState.LOST, "price", "")
    assert not Invoice.objects.unpaid().filter(pk=invoice.pk).exists()
    assert deal.proposals.get().state == ProposalState.DECLINED


@pytest.mark.parametrize(("reason", "text"), [("", ""), ("unknown", ""), ("other", " ")])
def test_a_loss_needs_a_reason(cast, reason, text):
    deal = make_deal(owner=cast.manager)
    with pytest.raises(RuleViolation):
        lose_deal(deal, actor=cast.manager, reason=reason, text=text)


def test_a_deal_that_money_came_for_cannot_be_lost(cast):
    deal = make_deal(owner=cast.manager)
    make_invoice(deal, paid=Decimal(1))
    with pytest.raises(RuleViolation):
        lose_deal(deal, actor=cast.manager, reason="price")
