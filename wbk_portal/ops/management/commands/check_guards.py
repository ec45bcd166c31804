"""Compare the database's guards with the declared ones, and put them right."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from wbk_portal.common import guards


class Command(BaseCommand):
    """`manage.py check_guards [--repair]`: exit 1 when one is missing or changed."""

    help = "Check that the database itself refuses changes to frozen records."

    def add_arguments(self, parser: CommandParser) -> None:
        """Only look, or put right."""
        parser.add_argument("--repair", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what differs."""
        expected = guards.expected_guards(connection)
        installed = guards.installed_guards(connection)
        wrong = sorted(
            name
            for name in {*expected, *installed}
            if expected.get(name) != installed.get(name)
        )
        for name in wrong:
            self.stdout.write(name)
        if wrong and not options["repair"]:
            raise CommandError(f"{len(wrong)} guards differ", returncode=1)
        if wrong:
            guards.install(connection)
        self.stdout.write(f"{len(expected)} guards stand")
