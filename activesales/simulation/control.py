"""Setting tasks and control, as heads play it: the plan of the month, tasks, what is done in time and what is not."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from accounts.models import User
from activesales.simulation import texts
from agenda.enums import TaskState
from agenda.models import Task
from agenda.services import complete_task, postpone_task, set_task
from deals.models import Deal
from reports.services import set_target

if TYPE_CHECKING:
    from activesales.simulation.play import Play

# The plan of a month for one person of the role: a little above what the rates give in a month of the demo.
PLANS: dict[str, dict[str, int]] = {
    "marketer": {"companies_collected": 150, "companies_verified": 130, "letters_sent": 120, "campaigns_started": 2},
    "operator": {"dials": 520, "talks": 310, "deciders_reached": 110, "meetings_booked": 24},
    "manager": {"meetings_held": 9, "proposals_sent": 6, "deals_won": 1, "revenue_won": 800_000, "payments": 600_000},
    "sales_admin": {"shipments": 3_000_000},
}
HEAD_OF = {
    "marketer": "marketing_head",
    "operator": "callcenter_head",
    "manager": "sales_head",
    "sales_admin": "sales_head",
}
IN_TIME, LATE, POSTPONED = 0.7, 0.1, 0.06  # the others stay undone


def set_targets(play: "Play") -> None:
    """Plans for persons, their sums for departments and for all, for every month that is played."""
    months = sorted({day.replace(day=1) for day in [*play.days, play.until.date()]})
    for month in months:
        for place in _targets(play, month):
            set_target(month=month, **place)


def _targets(play: "Play", month: date) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for role, plan in PLANS.items():
        people, head = play.staff.all(role), play.staff.one(HEAD_OF[role])
        for kpi, value in plan.items():
            common = {"actor": head, "kpi": kpi}
            rows += [{**common, "user": user, "value": value} for user in people]
            rows.append({**common, "team": people[0].team, "value": value * len(people)})
            rows.append({**common, "value": value * len(people)})
    return rows


def plan_day(play: "Play", number: int, day: date) -> None:
    """On Mondays heads set tasks for the week, on other days one or two more."""
    if day.weekday() == 0 or number == 0:
        play.at(play.clock(day, 9, 40), set_weekly_tasks)
    play.at(play.clock(day, 11, 30), chase_deal)
    play.at(play.clock(day, 16, 20), ask_a_head)


def set_weekly_tasks(play: "Play") -> None:
    for role, head in HEAD_OF.items():
        for user in play.staff.all(role):
            title = play.rng.choice(texts.TASKS["admin" if role == "sales_admin" else role])
            give(play, play.staff.one(head), user, title, days=play.rng.randint(1, 4))


def ask_a_head(play: "Play") -> None:
    """The project lead and the director ask their heads."""
    asks = play.staff.one(play.rng.choice(["project_lead", "director"]))
    head = play.staff.one(play.rng.choice(["marketing_head", "callcenter_head", "sales_head"]))
    give(play, asks, head, play.rng.choice(texts.TASKS["head"]), days=play.rng.randint(1, 3))


def chase_deal(play: "Play") -> None:
    """Дожимание: the head of sales names a deal that has stood too long."""
    deals = list(
        Deal.objects.open()
        .filter(stage_since__lt=play.now - timedelta(days=4))
        .select_related("owner", "company")
        .order_by("pk")
    )
    if deals:
        deal = play.rng.choice(deals)
        give(play, play.staff.one("sales_head"), deal.owner, f"Дожать: {deal.company.name}", days=2, deal=deal)


def give(play: "Play", actor: User, owner: User, title: str, *, days: int, deal: Deal | None = None) -> None:
    """A task, and whether it will be done in time."""
    due_at = play.later(days)
    task = set_task(
        actor=actor, owner=owner, title=title, due_at=due_at, company=deal.company if deal else None, now=play.now
    )
    drawn = play.rng.random()
    if drawn < IN_TIME:
        play.at(play.now + (due_at - play.now) * play.rng.uniform(0.3, 0.99), done, task)
    elif drawn < IN_TIME + LATE:
        play.at(due_at + timedelta(hours=play.rng.randint(2, 40)), done, task)
    elif drawn < IN_TIME + LATE + POSTPONED:
        play.at(due_at - timedelta(hours=1), postpone, task)


def done(play: "Play", task: Task) -> None:
    task.refresh_from_db()
    if task.state == TaskState.OPEN:
        complete_task(task, actor=task.owner, result="Сделано", now=play.now)


def postpone(play: "Play", task: Task) -> None:
    due_at = play.later(2)
    postpone_task(task, actor=task.owner, due_at=due_at, reason="Ждём ответа клиента", now=play.now)
    play.at(due_at - timedelta(hours=2), done, task)
