"""`manage.py print_logins`: under which name to come in, and what each role sees first."""

import os

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from accounts import policy
from accounts.models import AuditEntry, User
from activesales.simulation.play import PLAYED

SEES = {
    "reports:dashboard": "the control screen: plan and fact, the funnel, receivables",
    "companies:list": "the base, imports, corrections to decide, mailings",
    "callcenter:desk": "the next card with its script and result keys",
    "callcenter:board": "the floor: who talks, which lists go on",
    "agenda:day": "the own day: meetings, calls, deals to move",
    "deals:receivables": "who owes, payments and shipments",
    "accounts:matrix": "roles and rights, people, settings",
}


class Command(BaseCommand):
    requires_system_checks = []
    help = "Print the address of the product, and the logins of a demo."

    def handle(self, *args, **options):
        if not User.objects.exists():
            self.stdout.write(f"Open {settings.SITE_URL} to set up the department and its first person.")
        elif AuditEntry.objects.filter(event=PLAYED).exists():
            self.print_demo()
        else:
            self.stdout.write(f"Sign in at {settings.SITE_URL}")

    def print_demo(self):
        password = os.environ.get("DEMO_PASSWORD") or "demo"
        users = {user.username: user for user in User.objects.active().prefetch_related("assignments")}
        lead = users.get("project_lead")
        holds = (
            f"The password of all is «{password}»."
            if lead and lead.check_password(password)
            else "Passwords have been changed."
        )
        self.stdout.write(f"Sign in at {settings.SITE_URL}. {holds}\n\n")
        with translation.override("en"):
            for role, (label, _function, home, *_rest) in policy.ROLES.items():
                logins = sorted(name for name, user in users.items() if role in user.roles)
                if logins:
                    self.stdout.write(f"  {shown(logins):<24} {label!s:<26} {SEES[home]}")


def shown(logins: list[str]) -> str:
    """operator1 … operator10"""
    return logins[0] if len(logins) == 1 else f"{logins[0]} … {max(logins, key=lambda name: (len(name), name))}"
