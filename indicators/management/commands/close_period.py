"""Close a period for good: `manage.py close_period 2026`."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from indicators.models import AssessmentPeriod
from indicators.services import periods


class Command(BaseCommand):
    """Closes a period; nothing of it can change afterwards."""

    help = "Close an assessment period for good. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the period's slug, and the word that nothing undecided stops it."""
        parser.add_argument("period", help="slug of the period, for example 2026")
        parser.add_argument(
            "--leave-undecided",
            action="store_true",
            help="close though items were submitted and never got a value",
        )

    def handle(
        self, *args: Any, period: str, leave_undecided: bool, **options: Any
    ) -> None:
        """Close the period and say how its items ended."""
        found = AssessmentPeriod.objects.filter(slug=period).first()
        if found is None:
            raise CommandError(f"There is no period {period!r}.")
        try:
            found = periods.close_period(
                user=None, period=found, leave_undecided=leave_undecided
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{found.slug}: {found.state}")
