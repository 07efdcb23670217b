"""Moving a deal over the board, and the conditions on its way."""

import pytest

from contacts.models import Interaction
from core.exceptions import RuleViolation
from deals.services import move_deal
from tests.factories.deals import make_deal, make_invoice, make_sent_proposal


def test_without_a_sent_proposal_a_deal_stays_where_it_is(cast):
    deal = make_deal(owner=cast.manager)
    with pytest.raises(RuleViolation):
        move_deal(deal, actor=cast.manager, stage="proposal")
    deal.refresh_from_db()
    assert deal.stage.code == "meeting"
    assert not Interaction.objects.exists()


def test_with_a_sent_proposal_it_moves_and_the_history_says_from_where(cast):
    deal = make_deal(owner=cast.manager)
    make_sent_proposal(deal)
    assert move_deal(deal, actor=cast.manager, stage="agreement").stage.code == "agreement"
    assert Interaction.objects.of_kind("deals.moved").get().data["from"] == "meeting"


def test_payment_needs_an_invoice(cast):
    deal = make_deal(owner=cast.manager, stage="contract")
    with pytest.raises(RuleViolation):
        move_deal(deal, actor=cast.manager, stage="payment")
    make_invoice(deal)
    assert move_deal(deal, actor=cast.manager, stage="payment").stage.code == "payment"


def test_the_way_back_is_open(cast):
    deal = make_deal(owner=cast.manager, stage="contract")
    assert move_deal(deal, actor=cast.manager, stage="meeting").stage.code == "meeting"


def test_the_director_passes_a_condition_with_a_reason_and_a_manager_does_not(cast):
    deal = make_deal(owner=cast.manager)
    with pytest.raises(RuleViolation):
        move_deal(deal, actor=cast.manager, stage="proposal", reason="КП отдал на встрече")
    with pytest.raises(RuleViolation):
        move_deal(deal, actor=cast.director, stage="proposal")
    move_deal(deal, actor=cast.director, stage="proposal", reason="КП отдали на встрече")
    assert "КП отдали" in Interaction.objects.of_kind("deals.moved").get().text


def test_a_closed_deal_and_an_unknown_stage_are_refused(cast):
    with pytest.raises(RuleViolation):
        move_deal(make_deal(owner=cast.manager, state="won"), actor=cast.manager, stage="proposal")
    with pytest.raises(RuleViolation):
        move_deal(make_deal(owner=cast.manager), actor=cast.manager, stage="nowhere")
