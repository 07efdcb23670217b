"""Verbs of a deal: from its opening to won or lost."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agenda.models import Meeting
from companies.enums import CompanyState
from companies.enums import Stage as CycleStage
from companies.models import Company
from companies.services import advance_stage, assign_company
from contacts.enums import ContactState
from contacts.models import Cycle, NextContact, Person
from contacts.services import close_contact, plan_contact, record
from contacts.services.handover import Move
from core.exceptions import RuleViolation
from core.money import kopecks
from deals.enums import DealKind, DealState, LossReason, ProposalState
from deals.gates import gates_on_the_way
from deals.models import Deal, Stage

CLOSING_STAGES = {"contract", "payment"}  # stage 6 of the sales cycle; earlier ones are talks, stage 5


@transaction.atomic
def open_deal(
    company: Company,
    *,
    actor: User,
    title: str,
    next_step: str,
    next_step_at: datetime,
    amount: Decimal | int = 0,
    meeting: Meeting | None = None,
    person: Person | None = None,
    cycle: Cycle | None = None,
    owner: User | None = None,
    now: datetime | None = None,
) -> Deal:
    """Open a deal with its first step. Raises RuleViolation for a closed company, no title, no step or one in the past.

    The deal belongs to the company's manager; a company without one gets the person who opens the deal.
    """
    now = now or timezone.now()
    if company.state != CompanyState.ACTIVE:
        raise RuleViolation(_("The company is closed: no deals can be opened with it."))
    _check_words(title, person, company)
    if company.owner is None:
        assign_company(company, actor=actor, owner=owner or actor, now=now)
    deal = Deal(
        company=company, person=person, title=title.strip()[:200], kind=kind_of_next(company), owner=owner or company.owner or actor,
        stage=Stage.objects.of_main_pipeline()[0], stage_since=now, amount=_checked_amount(amount), meeting=meeting,
        cycle=cycle or (meeting.cycle if meeting else None), opened_at=now,
    )  # fmt: skip
    _set_step(deal, next_step, next_step_at, actor=actor, now=now)
    deal.save()
    advance_stage(company, to=CycleStage.MEETINGS)
    _record("deals.opened", deal, actor=actor, text=deal.title, now=now)
    return deal


def _check_words(title: str, person: Person | None, company: Company) -> None:
    if not title.strip():
        raise RuleViolation(_("Say what is being sold."))
    if person is not None and person.company_id != company.pk:
        raise RuleViolation(_("This person works in another company."))


@transaction.atomic
def change_deal(deal: Deal, *, actor: User, now: datetime | None = None, **fields: Any) -> Deal:
    """Change the title, the sum or the person. Raises RuleViolation for a closed deal or a wrong value."""
    if unknown := set(fields) - {"title", "amount", "person"}:
        raise TypeError(f"not a field of a deal: {sorted(unknown)}")
    deal = lock_open_deal(deal)
    old = deal.amount
    _check_words(fields.get("title", deal.title), fields.get("person", deal.person), deal.company)
    deal.title = fields.get("title", deal.title).strip()[:200]
    deal.amount = _checked_amount(fields.get("amount", deal.amount))
    deal.person = fields.get("person", deal.person)
    deal.save(update_fields=["title", "amount", "person"])
    data = {"amount": [str(old), str(deal.amount)]}
    _record("deals.changed", deal, actor=actor, text=deal.title, data=data, now=now or timezone.now())
    return deal


def kind_of_next(company: Company, *, but: Deal | None = None) -> str:
    """A sale is repeat when another deal with the company has been won before."""
    won = Deal.objects.won().filter(company=company).exclude(pk=but.pk if but else None)
    return DealKind.REPEAT if won.exists() else DealKind.PRIMARY


def lock_deal(deal: Deal) -> Deal:
    """The row as it is now, locked. Every verb of a document locks the deal before the document, so none can deadlock.

    The row is locked alone and read with its relations after that: PostgreSQL drops a row from a join that waited for
    a lock when meanwhile its foreign key has changed.
    """
    Deal.objects.select_for_update().only("pk").get(pk=deal.pk)
    return Deal.objects.select_related("company", "owner", "stage", "person", "cycle", "next_contact").get(pk=deal.pk)


def lock_open_deal(deal: Deal) -> Deal:
    """The locked row of a deal in work. Raises RuleViolation for a closed one."""
    locked = lock_deal(deal)
    if locked.state != DealState.OPEN:
        raise RuleViolation(_("This deal is closed: %(state)s.") % {"state": locked.get_state_display()})
    return locked


@transaction.atomic
def move_deal(deal: Deal, *, actor: User, stage: Stage | str, reason: str = "", now: datetime | None = None) -> Deal:
    """Move a deal to another stage. Forwards it raises RuleViolation while a condition on the way is not met.

    Who may skip conditions moves it past them with a reason, which stays in the history. Backwards is always open.
    """
    deal = lock_open_deal(deal)
    target = find_stage(deal, stage)
    if target == deal.stage:
        return deal
    missing = [gate.text for gate in gates_on_the_way(deal, target) if not gate.is_met and not gate.is_soft]
    if missing and not (reason.strip() and actor.may("deals.skip_gate")):
        listed = "; ".join(str(text) for text in missing)
        raise RuleViolation(
            _("Before «%(stage)s» is missing: %(missing)s.") % {"stage": target.name, "missing": listed}
        )
    return enter_stage(deal, target, actor=actor, reason=reason.strip(), now=now or timezone.now())


def find_stage(deal: Deal, stage: Stage | str) -> Stage:
    """The stage by its code in the pipeline of the deal. Raises RuleViolation for a foreign or an unknown one."""
    code = stage.code if isinstance(stage, Stage) else stage
    found = Stage.objects.filter(pipeline=deal.stage.pipeline_id, code=code).first()
    if found is None:
        raise RuleViolation(_("There is no such stage."))
    return found


def enter_stage(deal: Deal, target: Stage, *, actor: User, now: datetime, reason: str = "") -> Deal:
    """Change the stage of a locked deal and write it into the history."""
    old, deal.stage, deal.stage_since = deal.stage, target, now
    deal.save(update_fields=["stage", "stage_since"])
    advance_stage(deal.company, to=CycleStage.DEALS if target.code in CLOSING_STAGES else CycleStage.MEETINGS)
    text = f"{old.name} → {target.name}" + (f". {reason}" if reason else "")
    _record(
        "deals.moved",
        deal,
        actor=actor,
        text=text,
        data={"from": old.code, "to": target.code, "reason": reason},
        now=now,
    )
    return deal


def reach_stage(deal: Deal, code: str, *, actor: User, now: datetime) -> None:
    """A fact carries an open deal forward (a sent proposal, an invoice, a payment), never back."""
    target = find_stage(deal, code)
    if deal.state == DealState.OPEN and target.order > deal.stage.order:
        enter_stage(deal, target, actor=actor, now=now)


@transaction.atomic
def plan_next_step(
    deal: Deal, *, actor: User, next_step: str, next_step_at: datetime, now: datetime | None = None
) -> Deal:
    """The step before is done, here is the next one. Raises RuleViolation for a closed deal, no step or one in the past."""
    now = now or timezone.now()
    deal = lock_open_deal(deal)
    _set_step(deal, next_step, next_step_at, actor=actor, now=now)
    deal.save(update_fields=["next_step", "next_step_at", "next_contact"])
    _record(
        "deals.step_planned", deal, actor=actor, text=deal.next_step, data={"at": next_step_at.isoformat()}, now=now
    )
    return deal


@transaction.atomic
def win_deal(deal: Deal, *, actor: User, now: datetime | None = None) -> Deal:
    """Close a deal as won. Raises RuleViolation for a closed one, without a sum, or when nothing was offered to the client.

    Whether the sale is primary or repeat is decided here for good: two open deals of one company may both have begun as primary.
    """
    now = now or timezone.now()
    deal = lock_open_deal(deal)
    Company.objects.select_for_update().get(pk=deal.company_id)  # two deals of a company are won one after the other
    _check_winnable(deal)
    _accept_sent(deal)
    deal.kind = kind_of_next(deal.company, but=deal)
    _close(deal, DealState.WON, actor=actor, now=now)
    deal.save(update_fields=["kind", "amount", "state", "closed_at", "next_step", "next_step_at", "next_contact"])
    advance_stage(deal.company, to=CycleStage.DEALS)
    data = {"amount": str(deal.amount), "kind": deal.kind}
    _record("deals.won", deal, actor=actor, text=deal.title, result=deal.kind, data=data, now=now)
    return deal


def _check_winnable(deal: Deal) -> None:
    if deal.proposals.filter(state=ProposalState.ON_APPROVAL).exists():
        raise RuleViolation(_("A discount of this deal waits for the director."))
    if not deal.proposals.with_client().exists() and not deal.invoices.in_force().exists():
        raise RuleViolation(_("Nothing has been offered yet: send a proposal or issue an invoice first."))


def _accept_sent(deal: Deal) -> None:
    """Winning means that the client has agreed to the latest proposal; its total is the sum of the deal."""
    accepted = deal.proposals.filter(state=ProposalState.ACCEPTED).order_by("-created_at", "-pk").first()
    sent = deal.proposals.filter(state=ProposalState.SENT).order_by("-created_at", "-pk").first()
    if accepted is None and sent is not None:
        sent.state, accepted = ProposalState.ACCEPTED, sent
        sent.save(update_fields=["state"])
    if accepted is not None:
        deal.amount = accepted.total
    if not deal.amount:
        deal.amount = sum((invoice.total for invoice in deal.invoices.in_force()), Decimal(0))
    if not deal.amount:
        raise RuleViolation(_("A deal without a sum cannot be won."))


@transaction.atomic
def lose_deal(deal: Deal, *, actor: User, reason: str, text: str = "", now: datetime | None = None) -> Deal:
    """Close a deal as lost; its unpaid invoices are cancelled. Raises RuleViolation without a reason, or once money came or goods left."""
    now = now or timezone.now()
    deal = lock_open_deal(deal)
    if reason not in LossReason.values:
        raise RuleViolation(_("Choose why the deal is lost."))
    if reason == LossReason.OTHER and not text.strip():
        raise RuleViolation(_("Write in your own words why the deal is lost."))
    if deal.invoices.filter(paid__gt=0).exists() or deal.invoices.filter(shipments__shipped_on__isnull=False).exists():
        raise RuleViolation(_("Money has come or goods have left: this deal cannot be lost any more."))
    deal.loss_reason, deal.loss_text = reason, text.strip()[:300]
    _close(deal, DealState.LOST, actor=actor, now=now)
    deal.save(
        update_fields=["loss_reason", "loss_text", "state", "closed_at", "next_step", "next_step_at", "next_contact"]
    )
    deal.proposals.exclude(state=ProposalState.REPLACED).update(state=ProposalState.DECLINED)
    deal.invoices.in_force().update(cancelled_at=now)
    said = ". ".join(filter(None, [str(deal.get_loss_reason_display()), deal.loss_text]))
    _record("deals.lost", deal, actor=actor, text=said, result=reason, data={"amount": str(deal.amount)}, now=now)
    return deal


def _close(deal: Deal, state: DealState, *, actor: User, now: datetime) -> None:
    _close_step(
        deal, actor=actor, state=ContactState.DONE if state == DealState.WON else ContactState.CANCELLED, now=now
    )
    deal.state, deal.closed_at, deal.next_step, deal.next_step_at = state, now, "", None


def _set_step(deal: Deal, step: str, at: datetime, *, actor: User, now: datetime) -> None:
    """The step of the deal is the next contact with the company as well: it stands on its card and in the base list."""
    if not step.strip():
        raise RuleViolation(_("Say what the next step is."))
    if at is None or at <= now:
        raise RuleViolation(_("The next step must be in the future."))
    _close_step(deal, actor=actor, state=ContactState.DONE, now=now)
    deal.next_step, deal.next_step_at = step.strip()[:150], at
    deal.next_contact = plan_contact(
        deal.company,
        actor=actor,
        at=at,
        text=deal.next_step,
        owner=deal.owner,
        person=deal.person,
        cycle=deal.cycle,
        now=now,
    )


def _close_step(deal: Deal, *, actor: User, state: str, now: datetime) -> None:
    """Close the planned contact of the step, unless a call or a meeting has closed it before."""
    contact = deal.next_contact
    if contact is not None and NextContact.objects.open().filter(pk=contact.pk).exists():
        close_contact(contact, actor=actor, state=state, now=now)
    deal.next_contact = None


def _checked_amount(amount: Decimal | int) -> Decimal:
    if Decimal(amount) < 0:
        raise RuleViolation(_("A sum cannot be negative."))
    return kopecks(amount)


def _record(
    kind: str, deal: Deal, *, actor: User, now: datetime, text: str = "", result: str = "", data: dict | None = None
) -> None:
    record(
        kind, actor=actor, company=deal.company, person=deal.person, text=text, result=result, source=deal, cycle=deal.cycle,
        data={"deal": deal.pk} | (data or {}), now=now,
    )  # fmt: skip


def hand_over_deals(move: Move) -> int:
    """Open deals of the person with these companies become the successor's. Returns how many (would)."""
    deals = move.of_companies(Deal.objects.open().filter(owner=move.previous))
    return deals.count() if move.is_rehearsal else deals.update(owner=move.successor)
