"""`manage.py simulate --scenario nissa --weeks 4 --seed 1`: play a department at work into an empty base."""

import os
from datetime import date, datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from accounts.models import User
from activesales.simulation.mail import mail_arrives
from activesales.simulation.play import Play
from activesales.simulation.scenarios import SCENARIOS
from core.exceptions import RuleViolation


class Command(BaseCommand):
    requires_system_checks = []
    help = "Play a department day by day, through the same verbs the screens use."

    def add_arguments(self, parser):
        parser.add_argument("--scenario", choices=sorted(SCENARIOS), default="nissa")
        parser.add_argument("--weeks", type=int, default=4)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--companies", type=int, default=0, help="how many are collected; by default as many as the weeks give"
        )
        parser.add_argument(
            "--until", type=moment, default=None, help="the last played moment, as 2026-11-23T18:00; by default now"
        )

    def handle(self, *, scenario, weeks, seed, companies, until, **options):
        if weeks < 1 or companies < 0:
            raise CommandError("Weeks and companies are counted from 1.")
        if User.objects.exists():
            raise CommandError("People work in this base already: a department is played only into an empty one.")
        password = os.environ.get("DEMO_PASSWORD") or "demo"
        play = Play(SCENARIOS[scenario], weeks=weeks, seed=seed, companies=companies, until=until, password=password)
        try:
            with mail_arrives():
                self.follow(play, quiet=not options["verbosity"])
        except RuleViolation as refusal:
            raise CommandError(f"On {play.now:%d %B %H:%M} a verb refused: {refusal}") from refusal

    def follow(self, play: Play, *, quiet: bool) -> None:
        with tqdm(total=len(play.days), desc=f"Playing {play.weeks} weeks", unit="day", disable=quiet) as bar:
            for day in play.run():
                bar.set_postfix_str(f"{day:%d %b}")
                bar.update()


def moment(text: str) -> datetime | None:
    """A date means its evening."""
    at = datetime.fromisoformat(text if "T" in text else f"{date.fromisoformat(text)}T19:00")
    return at if timezone.is_aware(at) else timezone.make_aware(at)
