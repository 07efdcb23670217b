"""`manage.py load_register data.zip --user marketer --region 74 --activity 28`: the wanted part of the register becomes a
checked import; `--sizes` fills headcounts or incomes of known companies instead. The archive is too large for a browser."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core.exceptions import RuleViolation
from intake.register import Wanted
from intake.services import check_import, fill_sizes, import_register


class Command(BaseCommand):
    help = "Take companies from the register of small and medium enterprises of the tax service."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--user", required=True, help="login of who collects")
        parser.add_argument("--region", nargs="*", default=[], help="codes of regions: 74 66")
        parser.add_argument("--activity", nargs="*", default=[], help="beginnings of OKVED codes: 28 25.6")
        parser.add_argument("--category", nargs="*", default=[], help="1 micro, 2 small, 3 medium")
        parser.add_argument("--sizes", action="store_true", help="the file is a set of headcounts or incomes")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = User.objects.filter(username=options["user"]).first()
        if actor is None:
            raise CommandError(f"There is no user {options['user']}.")
        try:
            with options["path"].open("rb") as stream:
                self.stdout.write(self._take(stream, actor, options))
        except (RuleViolation, OSError) as error:
            raise CommandError(str(error)) from error

    def _take(self, stream: Any, actor: User, options: dict[str, Any]) -> str:
        if options["sizes"]:
            return f"{fill_sizes(stream, actor=actor)} companies have got a size."
        wanted = Wanted(frozenset(options["region"]), tuple(options["activity"]), frozenset(options["category"]))
        batch = import_register(stream, actor=actor, wanted=wanted)
        return (
            f"Import {batch.pk}, {batch.total_rows} rows: {check_import(batch)}. Look at it and load it in the browser."
        )
